#include "capture/traced_thread.h"

#include <fmt/format.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/text.h"

namespace seep::capture {
namespace {

// What a thread stops with at a system call (PTRACE_O_TRACESYSGOOD).
constexpr int kSystemCall = SIGTRAP | 0x80;

template <class T>
long Ptrace(__ptrace_request request, pid_t thread, uint64_t address, T data) {
  return ptrace(request, thread, reinterpret_cast<void*>(address), data);
}

std::unexpected<Error> Failed(std::string_view what, pid_t thread) {
  const int error = errno;
  const ErrorCode code = error == EPERM   ? ErrorCode::kPermission
                         : error == ESRCH ? ErrorCode::kNotFound
                                          : ErrorCode::kUnavailable;
  return Fail(code, fmt::format("{}: {}", what, ErrnoText(error)), fmt::format("thread {}", thread));
}

}  // namespace

std::unexpected<Error> TracedThread::Gone() const {
  return Fail(ErrorCode::kNotFound, "it ended meanwhile", fmt::format("pid {}", process_));
}

Result<TracedThread> TracedThread::Seize(pid_t process, pid_t thread) {
  if (Ptrace(PTRACE_SEIZE, thread, 0, long{PTRACE_O_TRACESYSGOOD}) != 0)
    return Failed("it may not be stopped", thread);
  TracedThread traced(process, thread);
  traced.running_ = true;
  SEEP_TRY_VOID(traced.Interrupt());
  return traced;
}

TracedThread::TracedThread(TracedThread&& other) noexcept
    : process_(other.process_),
      thread_(other.thread_),
      held_(std::exchange(other.held_, false)),
      running_(other.running_),
      delayed_(std::move(other.delayed_)) {}

TracedThread::~TracedThread() {
  if (!held_) return;
  if (running_ && !Interrupt()) return;  // it has ended
  [[maybe_unused]] const Status gone = Detach();
}

Result<user_regs_struct> TracedThread::Registers() const {
  user_regs_struct registers{};
  if (Ptrace(PTRACE_GETREGS, thread_, 0, &registers) != 0) return Failed("its registers", thread_);
  return registers;
}

Status TracedThread::SetRegisters(const user_regs_struct& registers) {
  user_regs_struct copy = registers;
  if (Ptrace(PTRACE_SETREGS, thread_, 0, &copy) != 0) return Failed("its registers", thread_);
  return {};
}

Result<uint64_t> TracedThread::SignalMask() const {
  uint64_t mask = 0;
  if (Ptrace(PTRACE_GETSIGMASK, thread_, sizeof mask, &mask) != 0) return Failed("its signal mask", thread_);
  return mask;
}

Status TracedThread::SetSignalMask(uint64_t mask) {
  if (Ptrace(PTRACE_SETSIGMASK, thread_, sizeof mask, &mask) != 0) return Failed("its signal mask", thread_);
  return {};
}

Status TracedThread::WriteCode(uint64_t address, std::span<const uint64_t> words) {
  for (const uint64_t word : words) {
    if (Ptrace(PTRACE_POKEDATA, thread_, address, word) != 0) return Failed("its memory", thread_);
    address += sizeof word;
  }
  return {};
}

Result<uint64_t> TracedThread::Call(const user_regs_struct& at, uint64_t instruction, uint64_t number,
                                    std::span<const uint64_t> arguments) {
  user_regs_struct call = at;
  call.rip = instruction;
  call.rax = number;
  call.orig_rax = ~0ULL;  // no system call that the kernel would start again
  unsigned long long* const places[] = {&call.rdi, &call.rsi, &call.rdx, &call.r10, &call.r8, &call.r9};
  for (size_t i = 0; i < arguments.size(); ++i) *places[i] = arguments[i];
  SEEP_TRY_VOID(SetRegisters(call));
  // To its entry and to its exit. Not by single steps: their SIGTRAP would end the process if seep were
  // killed then.
  for (int stops = 0; stops < 2;) {
    if (Ptrace(PTRACE_SYSCALL, thread_, 0, 0L) != 0) return Failed("a system call by it", thread_);
    running_ = true;
    SEEP_TRY(const Stop stop, Wait());
    if (stop.ended) return Gone();
    if (stop.signal == kSystemCall)
      ++stops;
    else if (stop.signal != 0)
      Delay(stop.signal);
  }
  SEEP_TRY(const user_regs_struct after, Registers());
  return static_cast<uint64_t>(after.rax);
}

Status TracedThread::Resume() {
  if (Ptrace(PTRACE_CONT, thread_, 0, 0L) != 0) return Failed("it does not go on", thread_);
  running_ = true;
  return {};
}

Status TracedThread::Interrupt() {
  if (Ptrace(PTRACE_INTERRUPT, thread_, 0, 0L) != 0) return Failed("it does not stop", thread_);
  while (true) {
    SEEP_TRY(const Stop stop, Wait());
    if (stop.ended) return Gone();
    if (stop.signal == 0) return {};
    // The stop that was asked for is still to come.
    if (Ptrace(PTRACE_CONT, thread_, 0, static_cast<long>(stop.signal)) != 0)
      return Failed("it does not go on", thread_);
    running_ = true;
  }
}

Result<TracedThread::Stop> TracedThread::Wait() {
  int status = 0;
  while (waitpid(thread_, &status, __WALL) != thread_)
    if (errno != EINTR) return Failed("it is not there", thread_);
  running_ = false;
  if (!WIFSTOPPED(status)) {
    held_ = false;
    return Stop{0, true};
  }
  return Stop{status >> 16 == 0 ? WSTOPSIG(status) : 0, false};
}

Result<std::optional<TracedThread::Stop>> TracedThread::Poll() {
  siginfo_t info{};
  if (waitid(P_PID, static_cast<id_t>(thread_), &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) != 0)
    return Failed("it is not there", thread_);
  if (info.si_pid == 0) return std::nullopt;
  SEEP_TRY(const Stop stop, Wait());
  return stop;
}

Status TracedThread::Detach() {
  held_ = false;
  if (Ptrace(PTRACE_DETACH, thread_, 0, 0L) != 0) return Failed("it is not let go of", thread_);
  for (const int signal : delayed_) syscall(SYS_tgkill, process_, thread_, signal);
  return {};
}

}  // namespace seep::capture
