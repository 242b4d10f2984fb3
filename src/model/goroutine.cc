#include "model/goroutine.h"

#include <algorithm>
#include <array>
#include <utility>

namespace seep::model {
namespace {

using Entry = std::pair<std::string_view, Wait>;

// Sorted, for binary search. Sources: runtime/runtime2.go waitReasonStrings 1.9 .. 1.28-dev, traceback.go
// gStatusStrings.
constexpr std::array kStates = std::to_array<Entry>({
    {"GC assist marking", Wait::kRuntime},
    {"GC assist wait", Wait::kRuntime},
    {"GC mark termination", Wait::kRuntime},
    {"GC scavenge wait", Wait::kRuntime},
    {"GC sweep wait", Wait::kRuntime},
    {"GC weak to strong wait", Wait::kRuntime},
    {"GC worker (active)", Wait::kRuntime},
    {"GC worker (idle)", Wait::kRuntime},
    {"GOMAXPROCS updater (idle)", Wait::kRuntime},
    {"IO wait", Wait::kIoWait},
    {"chan range", Wait::kChanRange},  // no Go prints it: our word for patterns
    {"chan receive", Wait::kChanReceive},
    {"chan receive (durable)", Wait::kChanReceive},
    {"chan receive (nil chan)", Wait::kChanReceiveNil},
    {"chan receive (synctest)", Wait::kChanReceive},
    {"chan send", Wait::kChanSend},
    {"chan send (durable)", Wait::kChanSend},
    {"chan send (nil chan)", Wait::kChanSendNil},
    {"chan send (synctest)", Wait::kChanSend},
    {"cleanup wait", Wait::kFinalizer},
    {"copystack", Wait::kRunnable},
    {"coroutine", Wait::kRunnable},
    {"debug call", Wait::kRuntime},
    {"dumping heap", Wait::kRuntime},
    {"finalizer wait", Wait::kFinalizer},
    {"flushing proc caches", Wait::kRuntime},
    {"force gc (idle)", Wait::kRuntime},
    {"garbage collection", Wait::kRuntime},
    {"garbage collection scan", Wait::kRuntime},
    {"page trace flush", Wait::kRuntime},
    {"panicwait", Wait::kRuntime},
    {"preempted", Wait::kRunnable},
    {"runnable", Wait::kRunnable},
    {"running", Wait::kRunning},
    {"select", Wait::kSelect},
    {"select (durable)", Wait::kSelect},
    {"select (no cases)", Wait::kSelectNoCases},
    {"select (synctest)", Wait::kSelect},
    {"semacquire", Wait::kSemacquire},
    {"sleep", Wait::kSleep},
    {"stopping the world", Wait::kRuntime},
    {"sync.Cond.Wait", Wait::kCondWait},
    {"sync.Mutex.Lock", Wait::kMutexLock},
    {"sync.RWMutex.Lock", Wait::kRWMutexLock},
    {"sync.RWMutex.RLock", Wait::kRWMutexRLock},
    {"sync.WaitGroup.Wait", Wait::kWaitGroup},
    {"sync.WaitGroup.Wait (durable)", Wait::kWaitGroup},
    {"synctest.Run", Wait::kRuntime},
    {"synctest.Wait", Wait::kRuntime},
    {"syscall", Wait::kSyscall},
    {"timer goroutine (idle)", Wait::kRuntime},
    {"trace goroutine status", Wait::kRuntime},
    {"trace proc status", Wait::kRuntime},
    {"trace reader (blocked)", Wait::kRuntime},
    {"wait for GC cycle", Wait::kRuntime},
    {"waiting for cgo callback", Wait::kSyscall},
});
static_assert(std::ranges::is_sorted(kStates, {}, &Entry::first));

// Leaf functions that give the wait away when there is no state. Longest knowledge first is not needed: names
// are exact.
constexpr std::array kLeaves = std::to_array<Entry>({
    {"internal/poll.runtime_pollWait", Wait::kIoWait},
    {"internal/sync.runtime_SemacquireMutex", Wait::kMutexLock},
    {"runtime.block", Wait::kSelectNoCases},
    {"runtime.cgocall", Wait::kSyscall},
    {"runtime.chanrecv", Wait::kChanReceive},
    {"runtime.chanrecv1", Wait::kChanReceive},
    {"runtime.chanrecv2", Wait::kChanReceive},
    {"runtime.chansend", Wait::kChanSend},
    {"runtime.chansend1", Wait::kChanSend},
    {"runtime.netpollblock", Wait::kIoWait},
    {"runtime.notetsleepg", Wait::kSyscall},
    {"runtime.selectgo", Wait::kSelect},
    {"sync.runtime_Semacquire", Wait::kSemacquire},
    {"sync.runtime_SemacquireMutex", Wait::kMutexLock},
    {"sync.runtime_SemacquireRWMutex", Wait::kRWMutexLock},
    {"sync.runtime_SemacquireRWMutexR", Wait::kRWMutexRLock},
    {"sync.runtime_SemacquireWaitGroup", Wait::kWaitGroup},
    {"sync.runtime_notifyListWait", Wait::kCondWait},
    {"time.Sleep", Wait::kSleep},
});
static_assert(std::ranges::is_sorted(kLeaves, {}, &Entry::first));

template <size_t N>
Wait Lookup(const std::array<Entry, N>& table, std::string_view key) {
  const auto it = std::ranges::lower_bound(table, key, {}, &Entry::first);
  return it != table.end() && it->first == key ? it->second : Wait::kUnknown;
}

bool IsRuntime(std::string_view function) {
  return function.starts_with("runtime.") || function.starts_with("runtime/internal/") ||
         function.starts_with("internal/runtime/");
}

bool IsSyscall(std::string_view function) {
  return function.starts_with("syscall.") || function.starts_with("internal/runtime/syscall.") ||
         function.starts_with("runtime/internal/syscall.");
}

}  // namespace

Wait WaitFromState(std::string_view state) {
  return Lookup(kStates, state);
}

std::string_view WaitName(Wait wait) {
  switch (wait) {
    case Wait::kUnknown:
      return "unknown";
    case Wait::kRunning:
      return "running";
    case Wait::kRunnable:
      return "runnable";
    case Wait::kSyscall:
      return "syscall";
    case Wait::kIoWait:
      return "IO wait";
    case Wait::kChanReceive:
      return "chan receive";
    case Wait::kChanRange:
      return "chan receive";
    case Wait::kChanReceiveNil:
      return "chan receive (nil chan)";
    case Wait::kChanSend:
      return "chan send";
    case Wait::kChanSendNil:
      return "chan send (nil chan)";
    case Wait::kSelect:
      return "select";
    case Wait::kSelectNoCases:
      return "select (no cases)";
    case Wait::kMutexLock:
      return "sync.Mutex.Lock";
    case Wait::kRWMutexRLock:
      return "sync.RWMutex.RLock";
    case Wait::kRWMutexLock:
      return "sync.RWMutex.Lock";
    case Wait::kWaitGroup:
      return "sync.WaitGroup.Wait";
    case Wait::kCondWait:
      return "sync.Cond.Wait";
    case Wait::kSemacquire:
      return "semacquire";
    case Wait::kSleep:
      return "sleep";
    case Wait::kFinalizer:
      return "finalizer wait";
    case Wait::kRuntime:
      return "runtime";
  }
  return "unknown";
}

LeafWait WaitFromFrames(std::span<const std::string_view> functions) {
  LeafWait result;
  // Only the runtime's own frames and the first frame beyond them can say what is waited for.
  for (std::string_view function : functions) {
    if (result.wait == Wait::kUnknown) {
      result.wait = Lookup(kLeaves, function);
      if (result.wait == Wait::kUnknown && IsSyscall(function)) result.wait = Wait::kSyscall;
    }
    if (result.wait == Wait::kChanReceive && function == "runtime.chanrecv2") result.wait = Wait::kChanRange;
    if (!IsRuntime(function)) break;
    ++result.runtime_frames;
  }
  // "If all frames are runtime ones they are printed after all" (runtime/pprof printStackRecord).
  if (result.runtime_frames == functions.size()) result.runtime_frames = 0;
  if (result.wait == Wait::kUnknown && !functions.empty()) {
    result.wait = functions.front() == "runtime.gopark" || functions.front() == "runtime.goparkunlock"
                      ? Wait::kUnknown
                      : Wait::kRunnable;
  }
  return result;
}

}  // namespace seep::model
