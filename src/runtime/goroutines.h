// The goroutines of a process that goes on running while they are read. Nothing is stopped: each is read, its
// stack is read, and then it is read again; one that has moved meanwhile is tried again, and in the end left
// out and counted. What is handed on was parked at one place all the time it was looked at.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/go_process.h"
#include "runtime/unwind.h"

namespace seep::runtime {

// runtime/runtime2.go, without the scan bit; Go 1.18 to 1.27. Other numbers are not used or long gone.
enum class Status : uint8_t {
  kIdle = 0,
  kRunnable = 1,
  kRunning = 2,
  kSyscall = 3,
  kWaiting = 4,
  kDead = 6,
  kCopystack = 8,
  kPreempted = 9,
  kLeaked = 10,     // since 1.26: the runtime proved that it can never run again
  kDeadExtra = 11,  // since 1.26
};

// One goroutine as its g says (runtime/runtime2.go).
struct G {
  uint64_t address = 0;
  uint64_t goid = 0;
  uint64_t parent = 0;       // goid of its creator; 0: Go 1.20 and older do not say
  uint64_t created = 0;      // pc of the go statement; 0: main, and what the runtime made itself
  uint64_t start = 0;        // entry of the function it began with
  uint64_t waits_since = 0;  // nanotime; the beginning of the GC cycle before the one that found it blocked;
                             // 0: none has yet
  uint64_t labels = 0;       // address of its profiler labels
  uint64_t stack_low = 0, stack_high = 0;
  Registers at;  // where it goes on
  Status status = Status::kIdle;
  uint8_t reason = 0;   // of kWaiting: index into GoProcess::wait_reasons
  bool locked = false;  // to its thread
  bool system = false;  // one of the runtime's own, which dumps leave out
};

struct SeenGoroutine {
  const G& g;
  std::span<const Frame> frames;  // innermost first; empty of one that runs
  bool cut = false;               // there is more than these
  StackMemory& stack;             // for arguments
};

struct GoroutineCounts {
  uint64_t listed = 0;      // entries of allgs
  uint64_t dead = 0;        // ended; their g waits to be used again
  uint64_t seen = 0;        // handed on
  uint64_t moved = 0;       // ran each time they were looked at
  uint64_t unreadable = 0;  // memory not there, or no g any more
  uint64_t cut = 0;         // seen, with a part of their stack
};

// The addresses of all g there ever were, as runtime.allgs lists them.
Result<std::vector<uint64_t>> ListGoroutines(const GoProcess& process);

using OnGoroutine = std::function<void(const SeenGoroutine&)>;

// Hands every goroutine to `see`, in the order of the runtime's list. kUnavailable: the list itself cannot be
// read: the process has ended, or runs another program now.
Result<GoroutineCounts> ReadGoroutines(const GoProcess& process, const OnGoroutine& see);

// "IO wait", "running", "chan receive (nil chan)": as Go prints it between brackets.
std::string StateOf(const GoProcess& process, const G& g);

// Minutes it has waited, as Go counts them; nothing below one, or where it is not known.
std::optional<uint64_t> MinutesOf(const G& g, std::optional<uint64_t> now);

}  // namespace seep::runtime
