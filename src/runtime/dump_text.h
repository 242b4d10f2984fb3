// Goroutines as a debug=2 dump, line for line what Go itself prints (runtime/traceback.go; the forms are
// drawn in parse/goroutine_text/dump_lines.h): whatever reads such dumps reads this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/calls.h"
#include "runtime/goroutines.h"
#include "runtime/labels.h"

namespace seep::runtime {

class DumpText {
 public:
  // `now`: nanotime of the process (CLOCK_MONOTONIC of its machine), for how long goroutines have waited;
  // nothing: it is not said.
  DumpText(const GoProcess& process, std::optional<uint64_t> now)
      : process_(process), now_(now), calls_(process), labels_(process) {}

  void Add(const SeenGoroutine& seen);
  const std::string& text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  void Header(const G& g);
  void Stack(const SeenGoroutine& seen);
  void Line(const Frame& frame, const Call& call, StackMemory& stack);
  void CreatedBy(const G& g);

  const GoProcess& process_;
  std::optional<uint64_t> now_;
  Calls calls_;
  LabelReader labels_;
  std::string text_;
};

}  // namespace seep::runtime
