#include "runtime/unwind.h"

#include <algorithm>
#include <array>

#include "base/number_at.h"

namespace seep::runtime {
namespace {

// A program that recurses without end has a stack of up to 1 GB. What is printed of such a stack is its two
// ends; what is beyond this many frames is left out.
constexpr size_t kMostFrames = 10'000;
constexpr size_t kFewFrames = 16;
constexpr size_t kMostSteps = 1 << 20;  // remembered program counters: garbage must not fill memory

}  // namespace

std::optional<uint64_t> StackMemory::Word(uint64_t address) {
  if (address % 8 != 0 || address + 8 > high_ || address + 8 < address) return std::nullopt;
  if (address >= begin_)
    if (const auto word = NumberAt<uint64_t>(bytes_, address - begin_)) return word;
  constexpr uint64_t kPiece = 1 << 16;
  if (budget_ != nullptr) {
    if (*budget_ < kPiece) return std::nullopt;
    *budget_ -= kPiece;
  }
  own_.resize(std::min(kPiece, high_ - address));
  bytes_ = {};
  if (!image_.ReadInto(address, own_)) {
    own_.resize(8);
    if (!image_.ReadInto(address, own_)) return std::nullopt;
  }
  Use(address, own_);
  return NumberAt<uint64_t>(bytes_, 0);
}

const Unwinder::Step& Unwinder::StepOf(uint64_t pc) {
  if (steps_.size() >= kMostSteps) steps_.clear();
  const auto [found, added] = steps_.try_emplace(pc);
  Step& step = found->second;
  if (!added) return step;
  const auto place = process_.functions.Find(pc);
  if (!place) return step;
  const parse::pclntab::Function function = place->function();
  constexpr std::array<std::string_view, 3> kInterrupting = {"runtime.sigpanic", "runtime.asyncPreempt",
                                                             "runtime.debugCallV2"};
  step.code = true;
  step.top = (function.flags & parse::pclntab::kTopFrame) != 0;
  step.interrupts = std::ranges::find(kInterrupting, function.name) != kInterrupting.end();
  step.entry = pc == function.entry;
  step.size = place->table->FrameSize(place->index, pc);
  return step;
}

// amd64:  sp .. [locals] [saved bp] [return address] | arguments      arm64:  sp [return address] [locals] |
// the caller's frame. On arm64 a frame of size 0 has its return address in a register: only leaf functions,
// in which no goroutine is parked.
bool Unwinder::Leave(const Step& step, Registers& at, StackMemory& stack) const {
  const bool arm = process_.layout->processor == Processor::kArm64;
  uint64_t return_slot = at.sp, caller_sp = 0;
  if (step.size) {
    if (!arm) return_slot += *step.size;
    caller_sp = arm ? at.sp + *step.size : return_slot + 8;
    if (!arm && *step.size >= 8) at.bp = stack.Word(return_slot - 8).value_or(0);
  } else {
    // The frame pointer points to the caller's, and the return address is the word after it.
    if (at.bp < at.sp) return false;
    return_slot = at.bp + 8;
    caller_sp = at.bp + 16;
    at.bp = stack.Word(at.bp).value_or(0);
  }
  if (caller_sp <= at.sp) return false;
  const auto pc = stack.Word(return_slot);
  if (!pc) return false;
  at.pc = *pc;
  at.sp = caller_sp;
  return true;
}

bool Unwinder::Unwind(Registers at, StackMemory& stack, std::vector<Frame>& out) {
  const uint64_t above = process_.layout->processor == Processor::kArm64 ? 8 : 0;  // MinFrameSize
  bool interrupted = false;
  const size_t most = in_all_ < kMostInAll ? kMostFrames : kFewFrames;
  for (size_t i = 0; i < most; ++i, ++in_all_) {
    const Step& step = StepOf(at.pc);
    if (!step.code) return false;
    out.push_back({at.pc, 0, interrupted || step.entry});
    if (step.top) return true;
    interrupted = step.interrupts;
    if (!Leave(step, at, stack)) return false;
    out.back().arguments = at.sp + above;
  }
  return false;
}

}  // namespace seep::runtime
