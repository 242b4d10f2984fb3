// Calls of a stack by name, with those that were inlined, and which of them Go shows to people: its own
// goroutine dumps leave out the runtime's inner functions and the wrappers that the compiler made
// (runtime/traceback.go, showfuncinfo; Go 1.18 to 1.27).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/go_process.h"
#include "runtime/goroutines.h"

namespace seep::runtime {

struct Call {
  std::string function;  // "main.Sum[...]"
  std::string symbol;    // as profiles name it: "main.Sum[go.shape.int]" since Go 1.21
  std::string file;
  int32_t line = 0;
  int32_t first_line = 0;   // of its function; 0: not known
  uint64_t pc = 0;          // that names it: inlined calls have their own
  uint64_t entry = 0;       // of the function whose code it was inlined into
  bool inlined = false;     // into the next one
  bool wrapper = false;     // the compiler's
  bool panics = false;      // a wrapper that called this is of interest
  bool for_people = false;  // not one of the runtime's inner functions
};

// Names of program counters, found once for all goroutines: programs are parked at few places.
class Calls {
 public:
  explicit Calls(const GoProcess& process);
  // The calls at a frame, innermost first; none where it is no Go code.
  const std::vector<Call>& At(const Frame& frame) { return At(frame.CallPc()); }
  const std::vector<Call>& At(uint64_t call_pc);
  // Forgets them when a hostile process has made up too many. What At() gave is gone then.
  void Trim();

 private:
  std::vector<Call> Find(uint64_t call_pc);

  const GoProcess& process_;
  uint8_t wrapper_ = 0;  // FuncID
  std::unordered_map<uint64_t, std::vector<Call>> known_;
  size_t bytes_ = 0;  // of known_, about
};

// Calls `show(frame, call)` for those of the stack that a dump shows, innermost first. Where that would be
// none at all, all are shown, as Go does.
template <class Show>
size_t ForShownCalls(Calls& calls, std::span<const Frame> frames, Show show) {
  size_t shown = 0;
  for (const bool everything : {false, true}) {
    bool callee_panics = false;
    for (const Frame& frame : frames) {
      for (const Call& call : calls.At(frame)) {
        const bool elided = call.wrapper && !callee_panics;
        callee_panics = call.panics;
        const bool panic_boundary = shown > 0 && call.function == "runtime.gopanic";
        if (!everything && (elided || !(call.for_people || panic_boundary))) continue;
        show(frame, call);
        ++shown;
      }
    }
    if (shown > 0) break;
  }
  return shown;
}

// The go statement that made a goroutine: the function its code is in and its line. Nothing of the main
// goroutine, and where it is one of the runtime's inner functions, as dumps have it.
struct Creator {
  std::string function, file;
  int32_t line = 0;
  uint64_t offset = 0;  // of the return address in the function
};
std::optional<Creator> FindCreator(const GoProcess& process, const G& g);

// Whether the function is the program's or an exported one of package runtime: "runtime.Gosched",
// "runtime.(*Func).Entry".
bool IsForPeople(std::string_view function);

}  // namespace seep::runtime
