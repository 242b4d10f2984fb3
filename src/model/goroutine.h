// Goroutines as the evidence shows them: one by one (debug=2, SIGQUIT) or counted by stack (proto, debug=1).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/stack_table.h"

namespace seep::model {

// What a goroutine waits for. One name for what the runtime has called by several over the versions
// (runtime/runtime2.go waitReasonStrings, Go 1.9 .. 1.28-dev); the text itself is kept in Goroutine::state.
enum class Wait : uint8_t {
  kUnknown,
  kRunning,
  kRunnable,  // "runnable", "preempted", "copystack"
  kSyscall,   // "syscall", cgo calls, "waiting for cgo callback"
  kIoWait,    // "IO wait"
  kChanReceive,
  kChanRange,  // receive in the two-value form, as `range` over a channel compiles to: known from runtime
               // frames only
  kChanReceiveNil,  // "chan receive (nil chan)"
  kChanSend,
  kChanSendNil,
  kSelect,
  kSelectNoCases,
  kMutexLock,  // "sync.Mutex.Lock" since 1.20
  kRWMutexRLock,
  kRWMutexLock,
  kWaitGroup,   // "sync.WaitGroup.Wait" since 1.24
  kCondWait,    // "sync.Cond.Wait" since 1.11
  kSemacquire,  // "semacquire": Mutex, RWMutex (< 1.20), WaitGroup (< 1.24), Cond (< 1.11); the leaf frame
                // tells
  kSleep,
  kFinalizer,  // "finalizer wait", "cleanup wait"
  kRuntime,    // GC workers, scavenger, tracer and the other housekeepers
};

// "IO wait", "chan receive (nil chan)", ...; kUnknown for a text no Go version has printed.
Wait WaitFromState(std::string_view state);
// A stable lower-case word for reports: "IO wait", "chan send", "mutex", ...
std::string_view WaitName(Wait wait);

// 56 bytes, so that 1,000,000 of them are 56 MB.
struct Goroutine {
  uint64_t goid = 0;
  uint64_t parent = 0;  // goid of the creator: Go 1.21+; 0 = not printed
  StackId stack;
  FrameId creator;         // the `created by` frame; 0 for main and for profiles
  StringId state;          // as printed between "[" and the first ","
  StringId labels;         // "key=value" lines, sorted, joined by '\n'; 0 = none
  uint32_t arguments = 0;  // index of frame 0 in GoroutineDump::arguments; 0 = not kept
  int32_t minutes =
      -1;  // "N minutes": a LOWER bound, late by up to a GC cycle; -1 = not printed (not: young)
  Wait wait = Wait::kUnknown;
  bool leaked = false;  // "(leaked)": the runtime proved it can never run again
  bool locked = false;  // "locked to thread"
  bool cut = false;     // stack incomplete: elided frames, or the text ends in it
};

struct GoroutineDump {
  std::vector<Goroutine> goroutines;  // in the order of the dump
  // First argument word of every frame of a goroutine (usually its receiver), 0 where there is none or it is
  // inlined. Element 0 is unused. Kept only below a limit of the parser: empty for giant dumps.
  std::vector<uint64_t> arguments;
  bool truncated = false;  // the text ended inside a goroutine: runtime's 64 MB cut, or a cut log

  // First arguments by frame, innermost first; empty when not kept.
  std::span<const uint64_t> ArgumentsOf(const Goroutine& g, size_t frames) const {
    if (g.arguments == 0 || g.arguments + frames > arguments.size()) return {};
    return {arguments.data() + g.arguments, frames};
  }
};

// Goroutines with one stack, one wait and one set of labels.
struct GoroutineGroup {
  StackId stack;  // without the leading runtime.* frames and without runtime.goexit, as debug=2 prints it
  StringId labels;
  Wait wait = Wait::kUnknown;  // derived from the runtime frames that were stripped
  uint64_t count = 0;
};

struct GoroutineProfile {
  uint64_t total = 0;
  std::vector<GoroutineGroup> groups;
};

// The wait of a goroutine whose runtime frames are known but whose state is not (proto, debug=1): innermost
// first. `functions` is the whole stack. Also says how many innermost frames belong to the runtime and are to
// be stripped.
struct LeafWait {
  Wait wait = Wait::kUnknown;
  size_t runtime_frames = 0;
};
LeafWait WaitFromFrames(std::span<const std::string_view> functions);

}  // namespace seep::model
