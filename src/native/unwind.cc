#include "native/unwind.h"

#include <sys/syscall.h>

#include <atomic>
#include <cstring>

#include "native/cfi.h"

namespace seep::native {
namespace {

constexpr uint64_t kPage = 4096;

// The part of this thread's stack that is known to be readable. A thread's stack stays while the thread runs.
struct KnownStack {
  uint64_t begin, end;
};
__thread KnownStack known_stack;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

// Whether a page can be read, asked of the kernel without touching it: rt_sigprocmask with a `how` that does
// not exist reads the set first (EFAULT if it cannot) and then refuses (EINVAL). No filter forbids that call.
bool PageIsReadable(uint64_t page) {
  int64_t result = 0;
  register uint64_t size asm("r10") = 8;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(SYS_rt_sigprocmask), "D"(-1), "S"(page), "d"(0), "r"(size)
               : "rcx", "r11", "memory");
  constexpr int64_t kFault = -14;
  return result != kFault;
}

class Memory {
 public:
  explicit Memory(uint64_t sp) {
    if (sp >= known_stack.begin && sp < known_stack.end) return;
    known_stack = {sp & ~(kPage - 1), (sp & ~(kPage - 1)) + kPage};
  }
  bool Read(uint64_t at, uint64_t& out) {
    if ((at & 7) != 0 || !Known(at)) return false;
    memcpy(&out, reinterpret_cast<const void*>(at), sizeof out);
    return true;
  }

 private:
  bool Known(uint64_t at) {
    if (at >= known_stack.begin && at < known_stack.end) return true;
    const uint64_t page = at & ~(kPage - 1);
    if (page == other_) return true;
    constexpr uint64_t kUserHalf = uint64_t{1} << 47;
    if (page < kPage || page >= kUserHalf || !PageIsReadable(page)) return false;
    if (page == known_stack.end)
      known_stack.end += kPage;
    else
      other_ = page;
    return true;
  }
  uint64_t other_ = 1;  // the page read last outside of the thread's stack: a goroutine's
};

// Rows as most are: the CFA from RSP or RBP, saved registers at offsets from it. Read-mostly, filled by
// whoever comes first, never replaced: `key` is written last. The epoch in its upper bits lets ForgetRows()
// drop all of them.
enum class Step : uint8_t { kCfi, kFramePointer, kFull };
struct CachedRow {
  std::atomic<uint64_t> key = 0;
  Step step = Step::kCfi;
  uint8_t cfa_register = 0;
  int16_t saved[6] = {};  // of RBX, RBP, R12 .. R15, in words from the CFA; 0: not saved
  int32_t cfa_offset = 0;
};
constexpr uint32_t kSavedRegisters[6] = {kRbx, kRbp, kR12, 13, 14, kR15};
constexpr uint64_t kRows = 8192, kBusy = 1;
struct RowCache {
  std::atomic<uint64_t> epoch = 0;
  CachedRow rows[kRows];
};
constinit RowCache cache;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

// False: the row is not as most are.
bool Simplify(const Row& row, CachedRow& out) {
  if (row.signal_frame || row.cfa_is_expression) return false;
  if (row.cfa_register != kRsp && row.cfa_register != kRbp) return false;
  if (row.cfa_offset < 0 || row.cfa_offset > INT32_MAX) return false;
  const Rule& ra = row.rules[kRip];
  if (ra.kind != RuleKind::kOffset || ra.offset != -8) return false;
  out.cfa_register = static_cast<uint8_t>(row.cfa_register);
  out.cfa_offset = static_cast<int32_t>(row.cfa_offset);
  for (int i = 0; i < 6; ++i) {
    const Rule& rule = row.rules[kSavedRegisters[i]];
    if (rule.kind == RuleKind::kSame) {
      out.saved[i] = 0;
    } else if (rule.kind == RuleKind::kOffset && rule.offset % 8 == 0 && rule.offset / 8 >= INT16_MIN &&
               rule.offset / 8 <= INT16_MAX) {
      out.saved[i] = static_cast<int16_t>(rule.offset / 8);
    } else {
      return false;
    }
  }
  return true;
}

class Unwinder {
 public:
  Unwinder(const Registers& start, ModuleSeen seen) : regs_(start), memory_(start.value[kRsp]), seen_(seen) {}

  uint64_t pc() const { return regs_.value[kRip]; }
  // The address whose row describes the frame: a call's return address may be the next function's first byte.
  uint64_t LookupPc() const { return interrupted_ ? pc() : pc() - 1; }

  // False: this was the outermost frame, or what comes next cannot be told.
  bool Up() {
    const uint64_t at = LookupPc();
    const uint64_t key = at | cache.epoch.load(std::memory_order_relaxed) << 48;
    CachedRow& slot = cache.rows[(at * 0x9E3779B97F4A7C15) >> 51];
    if (slot.key.load(std::memory_order_acquire) == key && slot.step != Step::kFull)
      return slot.step == Step::kCfi ? UpCached(slot) : UpFramePointer();
    Module module{};
    if (!FindModule(at, module)) return false;
    seen_(module.start, module.limit, module.bias, module.name);
    Row row;
    CachedRow found{};
    found.step = !FindRow(module, at, row) ? Step::kFramePointer
                 : Simplify(row, found)    ? Step::kCfi
                                           : Step::kFull;
    Remember(slot, key, found);
    if (found.step == Step::kFull) return UpFull(row);
    return found.step == Step::kCfi ? UpCached(found) : UpFramePointer();
  }

 private:
  static void Remember(CachedRow& slot, uint64_t key, const CachedRow& found) {
    uint64_t old = slot.key.load(std::memory_order_relaxed);
    // Taken in this epoch by another address, or being written: it stays.
    if (old != 0 && (old >> 48 == key >> 48 || old << 16 >> 16 == kBusy)) return;
    if (!slot.key.compare_exchange_strong(old, kBusy | key >> 48 << 48, std::memory_order_acquire)) return;
    slot.step = found.step;
    slot.cfa_register = found.cfa_register;
    memcpy(slot.saved, found.saved, sizeof slot.saved);
    slot.cfa_offset = found.cfa_offset;
    slot.key.store(key, std::memory_order_release);
  }

  bool UpCached(const CachedRow& row) {
    const uint64_t cfa = regs_.value[row.cfa_register] + static_cast<uint64_t>(int64_t{row.cfa_offset});
    for (int i = 0; i < 6; ++i)
      if (row.saved[i] != 0 && !memory_.Read(cfa + static_cast<uint64_t>(int64_t{row.saved[i]} * 8),
                                             regs_.value[kSavedRegisters[i]]))
        return false;
    return Arrive(cfa);
  }
  bool Arrive(uint64_t cfa) {
    if (cfa <= regs_.value[kRsp] || !memory_.Read(cfa - 8, regs_.value[kRip])) return false;
    regs_.value[kRsp] = cfa;
    interrupted_ = false;
    return pc() != 0;
  }
  bool UpFramePointer() {
    uint64_t bp = regs_.value[kRbp], caller = 0, ra = 0;
    if (!memory_.Read(bp, caller)) return false;
    // crosscall2, where C calls Go, saves RBP twice, by the assembler's prologue and by its own: the second
    // of two links that lie side by side has the return address.
    if (caller == bp + 8) {
      bp = caller;
      if (!memory_.Read(bp, caller)) return false;
    }
    if (!memory_.Read(bp + 8, ra) || caller == bp || ra == 0) return false;
    regs_.value[kRbp] = caller;
    regs_.value[kRip] = ra;
    regs_.value[kRsp] = bp + 16;
    interrupted_ = false;
    return true;
  }

  bool UpFull(const Row& row) {
    uint64_t cfa = 0;
    if (row.cfa_is_expression) {
      if (!Evaluate(row.base + row.cfa_expression, 0, false, cfa)) return false;
    } else {
      cfa = regs_.value[row.cfa_register] + static_cast<uint64_t>(row.cfa_offset);
    }
    Registers next = regs_;
    next.value[kRsp] = cfa;
    for (uint32_t i = 0; i < kRegisters; ++i)
      if (!Apply(row, row.rules[i], cfa, next.value[i])) return false;
    if (row.rules[kRip].kind == RuleKind::kSame || row.rules[kRip].kind == RuleKind::kUndefined) return false;
    // A signal may be handled on a stack of its own, which lies anywhere.
    if (!row.signal_frame && next.value[kRsp] <= regs_.value[kRsp]) return false;
    interrupted_ = row.signal_frame;
    regs_ = next;
    return pc() != 0;
  }
  bool Apply(const Row& row, const Rule& rule, uint64_t cfa, uint64_t& out) {
    const uint64_t at = cfa + static_cast<uint64_t>(int64_t{rule.offset});
    switch (rule.kind) {
      case RuleKind::kOffset:
        return memory_.Read(at, out);
      case RuleKind::kValueOffset:
        out = at;
        return true;
      case RuleKind::kRegister:
        if (rule.reg >= kRegisters) return false;
        out = regs_.value[rule.reg];
        return true;
      case RuleKind::kExpression:
        return Evaluate(row.base + rule.offset, cfa, true, out) && memory_.Read(out, out);
      case RuleKind::kValueExpression:
        return Evaluate(row.base + rule.offset, cfa, true, out);
      default:
        return true;  // not known, or as it is
    }
  }

  // The operations that compilers and glibc use in .eh_frame: procedure linkage tables, realigned stacks,
  // signal frames.
  bool Evaluate(const uint8_t* block, uint64_t first, bool push, uint64_t& out) {
    constexpr int kDepth = 8;
    uint64_t stack[kDepth];
    int depth = 0;
    if (push) stack[depth++] = first;
    const uint8_t* at = block;
    const uint64_t length = Uleb(at);
    const uint8_t* end = at + length;
    while (at < end) {
      const uint8_t op = *at++;
      if (op >= 0x30 && op <= 0x4f) {  // lit0 .. lit31
        if (depth == kDepth) return false;
        stack[depth++] = op - 0x30U;
      } else if (op >= 0x70 && op < 0x70 + kRegisters) {  // breg0 .. breg16
        if (depth == kDepth) return false;
        stack[depth++] = regs_.value[op - 0x70] + static_cast<uint64_t>(Sleb(at));
      } else if (op == 0x06) {  // deref
        if (depth == 0 || !memory_.Read(stack[depth - 1], stack[depth - 1])) return false;
      } else if (op == 0x23) {  // plus_uconst
        if (depth == 0) return false;
        stack[depth - 1] += Uleb(at);
      } else {
        if (depth < 2) return false;
        const uint64_t b = stack[--depth];
        uint64_t& a = stack[depth - 1];
        if (op == 0x1a)
          a &= b;
        else if (op == 0x1c)
          a -= b;
        else if (op == 0x22)
          a += b;
        else if (op == 0x24)
          a = b < 64 ? a << b : 0;
        else if (op == 0x2a)
          a = static_cast<int64_t>(a) >= static_cast<int64_t>(b) ? 1 : 0;
        else
          return false;
      }
    }
    if (depth == 0) return false;
    out = stack[depth - 1];
    return true;
  }
  static uint64_t Uleb(const uint8_t*& at) {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = *at++;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    return value;
  }
  static int64_t Sleb(const uint8_t*& at) {
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte = 0x80;
    while ((byte & 0x80) != 0 && shift < 64) {
      byte = *at++;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
    }
    if (shift < 64 && (byte & 0x40) != 0) value |= ~uint64_t{0} << shift;
    return static_cast<int64_t>(value);
  }

  Registers regs_;
  Memory memory_;
  ModuleSeen seen_;
  bool interrupted_ = false;  // the frame stands at an instruction, not behind a call
};

// Of these only what a callee must preserve is ever asked for.
inline __attribute__((always_inline)) void Capture(Registers& regs) {
  asm volatile(
      "movq %%rbx, 24(%0)\n\tmovq %%rbp, 48(%0)\n\tmovq %%rsp, 56(%0)\n\t"
      "movq %%r12, 96(%0)\n\tmovq %%r13, 104(%0)\n\tmovq %%r14, 112(%0)\n\tmovq %%r15, 120(%0)\n\t"
      "leaq 0f(%%rip), %%rax\n0:\tmovq %%rax, 128(%0)"
      :
      : "r"(regs.value)
      : "rax", "memory");
}

}  // namespace

__attribute__((noinline)) void Unwind(uint64_t skip_begin, uint64_t skip_end, ModuleSeen seen, Trace& out) {
  Registers start{};
  Capture(start);
  Unwinder unwinder(start, seen);
  out.frames = 0;
  do {
    const uint64_t pc = unwinder.LookupPc();
    const bool skipped = out.frames == 0 && pc >= skip_begin && pc < skip_end;
    if (!skipped) out.pc[out.frames++] = pc;
  } while (out.frames < kMaxFrames && unwinder.Up());
}

void ForgetRows() {
  // Sixteen bits of it are compared.
  const uint64_t next = (cache.epoch.load(std::memory_order_relaxed) + 1) & 0xffff;
  cache.epoch.store(next, std::memory_order_relaxed);
}

}  // namespace seep::native
