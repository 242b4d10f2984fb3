#include "parse/goroutine_text/leaf_wait.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace seep::parse {
namespace {

using model::Wait;

// Callers of the runtime's semaphore, innermost that is found wins: RWMutex.Lock waiting in its inner Mutex
// counts as a Mutex, as the state of Go 1.20+ does.
constexpr auto kCallers = std::to_array<std::pair<std::string_view, Wait>>({
    {"sync.(*Mutex).lockSlow", Wait::kMutexLock},
    {"internal/sync.(*Mutex).lockSlow", Wait::kMutexLock},
    {"sync.(*Mutex).Lock", Wait::kMutexLock},
    {"sync.(*RWMutex).RLock", Wait::kRWMutexRLock},
    {"sync.(*RWMutex).Lock", Wait::kRWMutexLock},
    {"sync.(*WaitGroup).Wait", Wait::kWaitGroup},
    {"sync.(*Cond).Wait", Wait::kCondWait},
});

std::optional<Wait> Caller(std::string_view function) {
  const auto it = std::ranges::find(kCallers, function, &std::pair<std::string_view, Wait>::first);
  return it == kCallers.end() ? std::nullopt : std::optional(it->second);
}

}  // namespace

Wait WaitFromVisibleFrames(const model::StackTable& stacks, std::span<const model::FrameId> frames) {
  constexpr size_t kNear = 4;  // semaphore, lockSlow, Lock, RWMutex.Lock
  for (model::FrameId frame : frames.first(std::min(frames.size(), kNear)))
    if (const auto wait = Caller(stacks.function(frame))) return *wait;
  if (frames.empty()) return Wait::kUnknown;
  const std::string_view leaf = stacks.function(frames.front());
  if (leaf.starts_with("runtime/pprof.")) return Wait::kRunning;  // who asked
  const Wait wait = model::WaitFromFrames(std::span(&leaf, 1)).wait;
  // "Runnable" there means: the whole stack is known and nobody parks. Here the parking frames are merely
  // hidden.
  return wait == Wait::kRunnable ? Wait::kUnknown : wait;
}

Wait RefineWait(Wait printed, const model::StackTable& stacks, model::StackId stack) {
  if (printed != Wait::kSemacquire && printed != Wait::kUnknown) return printed;
  const Wait seen = WaitFromVisibleFrames(stacks, stacks.frames(stack));
  return seen == Wait::kUnknown ? printed : seen;
}

}  // namespace seep::parse
