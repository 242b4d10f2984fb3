// Stacks of parked goroutines: from the saved registers of one to the program counters of its calls, by the
// frame sizes of Go's function table (pcsp), as the runtime itself does it (runtime/traceback.go, unwinder;
// Go 1.18 to 1.27). Where a function has none, by frame pointers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/go_process.h"

namespace seep::runtime {

// A call in progress.
struct Frame {
  uint64_t pc = 0;         // return address in it; of the innermost: where it goes on
  uint64_t arguments = 0;  // address of the first argument slot
  bool at_pc = false;      // pc is an instruction that was interrupted or not begun, and no return address
  // What line and inlined calls are asked for: the call itself lies before the return address.
  uint64_t CallPc() const { return at_pc ? pc : pc - 1; }
};

// Stack memory of one goroutine: what was fetched together with others, and the rest on demand.
class StackMemory {
 public:
  // `budget`: bytes that may be read on demand, shared by all stacks; null: without bound. What a made-up
  // stack would have read for ever ends there.
  StackMemory(const model::ProcessImage& image, uint64_t high, uint64_t* budget = nullptr)
      : image_(image), high_(high), budget_(budget) {}
  void Use(uint64_t address, std::string_view bytes) {
    begin_ = address;
    bytes_ = bytes;
  }
  // The word at `address`; nothing above the stack, and where it is not mapped.
  std::optional<uint64_t> Word(uint64_t address);

 private:
  const model::ProcessImage& image_;
  uint64_t high_;
  uint64_t* budget_;
  uint64_t begin_ = 0;
  std::string_view bytes_;
  std::string own_;
};

struct Registers {
  uint64_t pc = 0, sp = 0, bp = 0;
};

class Unwinder {
 public:
  explicit Unwinder(const GoProcess& process) : process_(process) {}
  // Appends the frames to `out`, innermost first, with that of runtime.goexit. False: the stack ends in the
  // middle: a frame without a size, an address out of the stack, or more frames than are taken.
  bool Unwind(Registers at, StackMemory& stack, std::vector<Frame>& out);

  // All frames there may be: 1,000,000 goroutines of 60 calls. The stacks of those that are looked at when so
  // many are known are cut early.
  static constexpr uint64_t kMostInAll = 60'000'000;

 private:
  // What has to be known of a pc to leave its frame; found once for all goroutines.
  struct Step {
    bool code = false;        // lies in Go's text
    bool top = false;         // nothing is above it
    bool interrupts = false;  // what called it did not call, but was interrupted: sigpanic, asyncPreempt
    bool entry = false;       // the function has not begun
    std::optional<uint32_t>
        size;  // from the stack pointer to the return address (amd64), to the caller's (arm64)
  };
  const Step& StepOf(uint64_t pc);
  bool Leave(const Step& step, Registers& at, StackMemory& stack) const;

  const GoProcess& process_;
  std::unordered_map<uint64_t, Step> steps_;
  uint64_t in_all_ = 0;
};

}  // namespace seep::runtime
