#include "capture/injection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/cursor.h"
#include "base/text.h"
#include "capture/descriptor.h"
#include "capture/proc.h"
#include "capture/process_memory.h"
#include "capture/traced_thread.h"

// What the thread does while it is away; copied into the process, so it refers to nothing but the Block in
// RBX. Unless the library is there already, dlopen(library, RTLD_NOW): the first word of what it returns
// (struct link_map) is where it was loaded, and the control function lies behind that. Then control(&orders),
// close(descriptor), done = 1, sigreturn.
asm(R"(
    .pushsection .rodata
    .balign 8
    .global seep_injected_code, seep_injected_code_end
seep_injected_code:
    cmpq   $0, 0(%rbx)
    je     1f
    leaq   96(%rbx), %rdi
    movl   $2, %esi
    call   *0(%rbx)
    testq  %rax, %rax
    jz     2f
    movq   (%rax), %rax
    addq   %rax, 16(%rbx)
1:  leaq   48(%rbx), %rdi
    call   *16(%rbx)
    movq   %rax, 24(%rbx)
    jmp    3f
2:  call   *8(%rbx)
    movq   %rax, 32(%rbx)
3:  movq   72(%rbx), %rdi
    testq  %rdi, %rdi
    js     4f
    movl   $3, %eax
    syscall
4:  movq   $1, 40(%rbx)
    movq   80(%rbx), %rsp
    movl   $15, %eax
    syscall
    hlt
    .balign 8, 0xf4
seep_injected_code_end:
    .popsection
)");
extern "C" const uint64_t seep_injected_code[], seep_injected_code_end[];

namespace seep::capture {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr uint64_t kRegion = 256 << 10;  // the thread's stack while it is away, and the Block above it
constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kSearch = std::chrono::seconds(5);
constexpr auto kLook = std::chrono::microseconds(50);
constexpr auto kBetweenTries = std::chrono::microseconds(500);
constexpr uint64_t kSystemCallSize = 2;  // 0f 05
constexpr char kName[] = "seep-native";  // how /proc/PID/maps shows the library: /memfd:seep-native

struct Block {
  uint64_t dlopen = 0, dlerror = 0;
  uint64_t control = 0;
  uint64_t outcome = 0;
  uint64_t error = 0;  // address of dlerror()'s text
  uint64_t done = 0;
  struct {
    uint64_t action = 0, rate = 0, slots = 0;
  } orders;
  int64_t descriptor = -1;  // of the library's file
  uint64_t frame_at = 0;
  uint64_t padding = 0;
  std::array<char, 64> path{};
  ucontext_t frame{};
};
static_assert(offsetof(Block, orders) == 48 && offsetof(Block, descriptor) == 72 &&
              offsetof(Block, frame_at) == 80 && offsetof(Block, path) == 96);

std::string Proc(const InjectionRequest& request) {
  return fmt::format("{}/{}", request.proc_root, request.pid);
}

// /proc/PID/task/T/syscall: "202 0x.. x6 SP PC", "running", "-1 SP PC" (not in a system call).
bool LooksIdle(const InjectionRequest& request, std::string_view line) {
  Cursor in(line);
  const auto number = in.Decimal();
  if (!number || (*number != SYS_futex && *number != SYS_nanosleep && *number != SYS_epoll_pwait &&
                  *number != SYS_clock_nanosleep))
    return false;
  std::array<uint64_t, 8> words{};
  for (uint64_t& word : words) {
    in.SkipSpaces();
    const auto value = in.Hex();
    if (!value) return false;
    word = *value;
  }
  return request.is_idle(words[7], words[6]);
}

std::vector<pid_t> IdleThreads(const InjectionRequest& request) {
  std::vector<pid_t> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(Proc(request) + "/task", error)) {
    const std::string name = entry.path().filename().string();
    pid_t thread = 0;
    std::from_chars(name.data(), name.data() + name.size(), thread);
    const auto line = ReadWhole(entry.path().string() + "/syscall", 4096);
    if (thread > 0 && line && LooksIdle(request, *line)) out.push_back(thread);
  }
  return out;
}

// What the kernel leaves in RAX of a system call that it will start again (include/linux/errno.h).
bool StartsAgain(const user_regs_struct& registers) {
  const auto result = static_cast<int64_t>(registers.rax);
  return static_cast<int64_t>(registers.orig_rax) >= 0 &&
         (result <= -512 && result >= -516 && result != -515);
}

// The same thread at the beginning of its system call, as the kernel does it; it no longer does for one that
// has made others since.
user_regs_struct StartedAgain(user_regs_struct registers) {
  if (!StartsAgain(registers)) return registers;
  constexpr int64_t kByRestartBlock = -516;
  const bool block = static_cast<int64_t>(registers.rax) == kByRestartBlock;
  registers.rax = block ? uint64_t{SYS_restart_syscall} : registers.orig_rax;
  registers.rip -= kSystemCallSize;
  registers.orig_rax = ~0ULL;
  return registers;
}

// Whether it waits, now that it stands still. epoll_pwait is not started again: it returns EINTR, for which
// the runtime has an answer.
bool IsIdleNow(const InjectionRequest& request, const user_regs_struct& registers) {
  const bool waits = StartsAgain(registers) ||
                     (registers.orig_rax == SYS_epoll_pwait && static_cast<int64_t>(registers.rax) == -EINTR);
  return waits && request.is_idle(registers.rip, registers.rsp);
}

Result<TracedThread> HoldIdleThread(const InjectionRequest& request, user_regs_struct& registers,
                                    pid_t& thread, SteadyClock::time_point& since) {
  const auto until = SteadyClock::now() + kSearch;
  while (SteadyClock::now() < until) {
    SEEP_TRY_VOID(CheckProcess(request.proc_root, request.pid));
    for (const pid_t candidate : IdleThreads(request)) {
      since = SteadyClock::now();
      auto held = TracedThread::Seize(static_cast<pid_t>(request.pid), candidate);
      if (!held) {
        if (held.error().code == ErrorCode::kPermission)
          return Fail(ExplainDenied(request.proc_root, request.pid));
        continue;
      }
      const auto read = held->Registers();
      if (!read) continue;
      registers = *read;
      thread = candidate;
      if (IsIdleNow(request, registers)) return held;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return Fail(
      ErrorCode::kUnavailable, fmt::format("none of its threads was idle within {} s", kSearch.count()),
      fmt::format("pid {}", request.pid), "try again: an idle thread is waited for, a busy one never used");
}

class Journey {
 public:
  Journey(const InjectionRequest& request, TracedThread thread, const user_regs_struct& registers)
      : request_(request),
        thread_(std::move(thread)),
        before_(registers),
        instruction_(registers.rip - kSystemCallSize) {}

  // When the thread was itself again.
  SteadyClock::time_point home() const { return std::min(home_, SteadyClock::now()); }

  Result<Block> Run() {
    auto block = Prepared();
    // Whatever failed up to here: nothing has happened to it but a system call or two.
    if (!block) {
      Clean(before_);
      return block;
    }
    SEEP_TRY(const uint64_t mask, thread_.SignalMask());
    block->frame = Frame(mask);
    SEEP_TRY_VOID(Write(region_ + kRegion - kAbove, {reinterpret_cast<const char*>(&*block), sizeof(Block)}));
    SEEP_TRY_VOID(thread_.SetRegisters(Away()));
    // Last, because the frame gives it back: a thread without the frame would keep it.
    SEEP_TRY_VOID(thread_.SetSignalMask(mask | ~kFaults));
    SEEP_TRY_VOID(thread_.Resume());
    return Await(mask);
  }

 private:
  static constexpr uint64_t kAbove = (sizeof(Block) + 63) / 64 * 64;
  // Signals of faults are never held back: the kernel would end the process. 1 << (number - 1).
  static constexpr uint64_t kFaults = 1U << (SIGILL - 1) | 1U << (SIGTRAP - 1) | 1U << (SIGBUS - 1) |
                                      1U << (SIGFPE - 1) | 1U << (SIGSEGV - 1) | 1U << (SIGSYS - 1);

  static bool IsFault(int signal) {
    return signal > 0 && signal <= 64 && (kFaults >> static_cast<unsigned>(signal - 1) & 1) != 0;
  }

  Status Write(uint64_t address, std::string_view bytes) {
    iovec ours{const_cast<char*>(bytes.data()), bytes.size()};
    iovec theirs{reinterpret_cast<void*>(address), bytes.size()};
    if (process_vm_writev(static_cast<pid_t>(request_.pid), &ours, 1, &theirs, 1, 0) !=
        static_cast<ssize_t>(bytes.size()))
      return Fail(ErrorCode::kUnavailable, fmt::format("its memory cannot be written: {}", ErrnoText(errno)),
                  fmt::format("pid {}", request_.pid));
    return {};
  }
  bool Read(uint64_t address, char* to, size_t size) const {
    iovec ours{to, size};
    iovec theirs{reinterpret_cast<void*>(address), size};
    return process_vm_readv(static_cast<pid_t>(request_.pid), &ours, 1, &theirs, 1, 0) ==
           static_cast<ssize_t>(size);
  }

  Result<uint64_t> Call(std::string_view what, uint64_t number, std::initializer_list<uint64_t> arguments) {
    SEEP_TRY(const uint64_t result,
             thread_.Call(before_, instruction_, number, {arguments.begin(), arguments.size()}));
    if (const auto error = static_cast<int64_t>(result); error < 0 && error > -4096)
      return Fail(ErrorCode::kUnavailable,
                  fmt::format("{} in it: {}", what, ErrnoText(static_cast<int>(-error))),
                  fmt::format("pid {}", request_.pid));
    return result;
  }

  // What has to be there before it can go.
  Result<Block> Prepared() {
    constexpr uint64_t kPrivate = MAP_PRIVATE | MAP_ANONYMOUS;
    SEEP_TRY(region_, Call("mmap", SYS_mmap, {0, kRegion, PROT_READ | PROT_WRITE, kPrivate, ~0ULL, 0}));
    SEEP_TRY(code_, Call("mmap", SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, kPrivate, ~0ULL, 0}));
    SEEP_TRY_VOID(thread_.WriteCode(code_, {seep_injected_code, seep_injected_code_end}));
    Block block;
    block.control = request_.control;
    block.orders = {request_.action, request_.rate, 0};
    block.frame_at = region_ + kRegion - kAbove + offsetof(Block, frame);
    if (request_.library.empty()) return block;
    block.dlopen = request_.dlopen;
    block.dlerror = request_.dlerror;
    SEEP_TRY_VOID(Write(region_, {kName, sizeof kName}));
    SEEP_TRY(const uint64_t fd, Call("memfd_create", SYS_memfd_create, {region_, MFD_CLOEXEC}));
    block.descriptor = fd_ = static_cast<int>(fd);
    const std::string path = fmt::format("/proc/self/fd/{}", fd_);
    path.copy(block.path.data(), block.path.size() - 1);
    SEEP_TRY_VOID(WriteLibrary());
    return block;
  }

  Status WriteLibrary() const {
    const std::string path = fmt::format("{}/fd/{}", Proc(request_), fd_);
    const Descriptor file(open(path.c_str(), O_RDWR | O_CLOEXEC));
    std::string_view left = request_.library;
    while (file && !left.empty()) {
      const ssize_t written = write(file.get(), left.data(), left.size());
      if (written <= 0) break;
      left.remove_prefix(static_cast<size_t>(written));
    }
    if (left.empty()) return {};
    return Fail(ErrorCode::kPermission, fmt::format("the library cannot be written: {}", ErrnoText(errno)),
                path);
  }

  // Registers as they are after the journey: at the instruction again where the kernel would have started it
  // again.
  ucontext_t Frame(uint64_t mask) const {
    ucontext_t frame{};
    // Neither is what it says there: the signal stack stays as it is, and the vector registers, which nobody
    // uses across a system call of Go's, become what they are at a process' beginning.
    constexpr int kNoMode = 0x1000;
    frame.uc_stack.ss_flags = kNoMode;
    frame.uc_mcontext.fpregs = nullptr;
    auto& to = frame.uc_mcontext.gregs;
    const user_regs_struct& r = before_;
    const bool again = StartsAgain(r);
    const std::pair<int, uint64_t> values[] = {{REG_R8, r.r8},
                                               {REG_R9, r.r9},
                                               {REG_R10, r.r10},
                                               {REG_R11, r.r11},
                                               {REG_R12, r.r12},
                                               {REG_R13, r.r13},
                                               {REG_R14, r.r14},
                                               {REG_R15, r.r15},
                                               {REG_RDI, r.rdi},
                                               {REG_RSI, r.rsi},
                                               {REG_RBP, r.rbp},
                                               {REG_RBX, r.rbx},
                                               {REG_RDX, r.rdx},
                                               {REG_RCX, r.rcx},
                                               {REG_RSP, r.rsp},
                                               {REG_EFL, r.eflags},
                                               {REG_RAX, again ? r.orig_rax : r.rax},
                                               {REG_RIP, again ? instruction_ : r.rip},
                                               {REG_CSGSFS, r.cs | r.ss << 48}};
    for (const auto& [index, value] : values) to[index] = static_cast<greg_t>(value);
    std::memcpy(&frame.uc_sigmask, &mask, sizeof mask);
    return frame;
  }

  user_regs_struct Away() const {
    user_regs_struct away = before_;
    away.rbx = region_ + kRegion - kAbove;
    away.rsp = away.rbx - 256;
    away.rbp = 0;
    away.rip = code_;
    away.rax = 0;
    away.orig_rax = ~0ULL;
    away.eflags &= ~uint64_t{0x400};  // the direction flag
    return away;
  }

  bool IsDone(Block& block) const {
    return Read(region_ + kRegion - kAbove, reinterpret_cast<char*>(&block), sizeof block) && block.done != 0;
  }

  Result<Block> Await(uint64_t mask) {
    const auto until = SteadyClock::now() + kPatience;
    Block block;
    while (true) {
      SEEP_TRY(const auto stop, thread_.Poll());
      // The thread may have come back and reached its own end already.
      if (stop && stop->ended && !IsDone(block))
        return Fail(ErrorCode::kNotFound, "it ended meanwhile", Where());
      if (stop && stop->ended) break;
      if (stop && IsFault(stop->signal)) return Crashed(stop->signal, mask);
      if (stop) {  // those that cannot be held back: all of it is told to stop, and does so a little later
        if (stop->signal != 0) thread_.Delay(stop->signal);
        SEEP_TRY_VOID(thread_.Resume());
      }
      if (IsDone(block)) break;
      if (SteadyClock::now() > until)
        return Fail(ErrorCode::kTimeout,
                    fmt::format("the loader of the process has not answered within {} s", kPatience.count()),
                    Where(), "it may yet: seep native PID says whether it is sampled");
      std::this_thread::sleep_for(kLook);
    }
    std::string error(256, '\0');
    if (block.error != 0 && !Read(block.error, error.data(), error.size())) error = "of no given reason";
    SEEP_TRY_VOID(ComeBack());
    if (block.error != 0)
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("its loader refuses the library: {}", Printable(error.c_str())), Where(),
                  "it needs glibc 2.35 or newer; seep native -- CMD starts the program with it");
    return block;
  }

  // Behind `done` are three instructions. Then the thread is what it was before: mostly idle, and what was
  // brought can be taken away by it. Awake it may be anywhere, and at its end soon, that of a goroutine that
  // was locked to it: then it is not asked for anything that a killed seep would leave half done. What was
  // brought stays, 260 KiB of address space.
  Status ComeBack() {
    fd_ = -1;
    constexpr int kTries = 20;
    for (int tries = 0; tries < kTries;) {
      const auto stopped = thread_.Interrupt();
      if (!stopped && stopped.error().code == ErrorCode::kNotFound) return {};
      SEEP_TRY_VOID(stopped);
      SEEP_TRY(const user_regs_struct now, thread_.Registers());
      const bool away = now.rip >= code_ && now.rip < code_ + 4096;
      if (!away) home_ = std::min(home_, SteadyClock::now());
      if (!away && IsIdleNow(request_, now)) {
        instruction_ = now.rip - kSystemCallSize;
        Clean(now);
        return {};
      }
      if (!away) ++tries;
      SEEP_TRY_VOID(thread_.Resume());
      std::this_thread::sleep_for(away ? kLook : kBetweenTries);
    }
    return {};
  }

  std::unexpected<Error> Crashed(int signal, uint64_t mask) {
    [[maybe_unused]] const Status restored = thread_.SetSignalMask(mask);
    Clean(before_);
    return Fail(ErrorCode::kUnavailable,
                fmt::format("loading the library ended in signal {}; the thread was put back", signal),
                Where(), "this is a fault of seep's: please report it");
  }

  // Takes away what was brought, and leaves the thread with the registers `now`.
  void Clean(const user_regs_struct& now) {
    const auto call = [&](uint64_t number, uint64_t a, uint64_t b) {
      const uint64_t arguments[] = {a, b};
      [[maybe_unused]] const auto result = thread_.Call(now, instruction_, number, arguments);
    };
    if (fd_ >= 0) call(SYS_close, static_cast<uint64_t>(fd_), 0);
    if (region_ != 0) call(SYS_munmap, region_, kRegion);
    if (code_ != 0) call(SYS_munmap, code_, 4096);
    [[maybe_unused]] const Status restored = thread_.SetRegisters(StartedAgain(now));
    [[maybe_unused]] const Status gone = thread_.Detach();
  }

  std::string Where() const { return fmt::format("pid {}", request_.pid); }

  const InjectionRequest& request_;
  TracedThread thread_;
  user_regs_struct before_;
  uint64_t instruction_;
  uint64_t region_ = 0, code_ = 0;
  int fd_ = -1;
  SteadyClock::time_point home_ = SteadyClock::time_point::max();
};

std::string StatusLine(std::string_view status, std::string_view name) {
  Cursor in(status);
  while (!in.AtEnd()) {
    Cursor line(in.Line());
    if (line.Skip(name) && line.Skip(':')) return std::string(Trim(line.Rest()));
  }
  return {};
}

}  // namespace

Status CheckInjectable(const std::string& proc_root, uint64_t pid) {
  SEEP_TRY_VOID(CheckProcess(proc_root, pid));
  const std::string where = fmt::format("pid {}", pid);
  SEEP_TRY(const std::string status, ReadWhole(fmt::format("{}/{}/status", proc_root, pid), 1 << 16));
  const auto no = [&](std::string what, std::string hint) {
    return Fail(ErrorCode::kUnsupported, std::move(what), where, std::move(hint));
  };
  if (pid == static_cast<uint64_t>(getpid())) return no("that is seep itself", "");
  if (const std::string tracer = StatusLine(status, "TracerPid"); tracer != "0" && !tracer.empty())
    return no(fmt::format("it is traced already, by pid {}", tracer),
              "a process has one tracer: end the debugger first");
  const std::string state = StatusLine(status, "State");
  if (state.starts_with('T') || state.starts_with('t'))
    return no("it is stopped", fmt::format("kill -CONT {} lets it go on", pid));
  if (state.starts_with('Z') || state.starts_with('X')) return no("it has ended", "");
  if (const std::string mode = StatusLine(status, "Seccomp"); mode != "0" && !mode.empty())
    return no(
        "a seccomp filter says which system calls it may make: loading a library may be one that ends it",
        "seep native -- CMD starts it with the sampler loaded");
  struct stat found{};
  if (::stat(fmt::format("{}/{}/root/proc/self", proc_root, pid).c_str(), &found) != 0 && errno == ENOENT)
    return no("it sees no /proc, through which the library is loaded",
              "seep native -- CMD starts it with the sampler loaded");
  return {};
}

Result<InjectionAnswer> Inject(const InjectionRequest& request) {
  SEEP_TRY_VOID(CheckInjectable(request.proc_root, request.pid));
  user_regs_struct registers{};
  pid_t thread = 0;
  SteadyClock::time_point since;
  SEEP_TRY(TracedThread held, HoldIdleThread(request, registers, thread, since));
  Journey journey(request, std::move(held), registers);
  SEEP_TRY(const Block block, journey.Run());
  return InjectionAnswer{block.outcome, block.orders.slots, thread, journey.home() - since};
}

}  // namespace seep::capture
