// Whose code a frame is: Go's, a library's, or the user's. The line a finding names is always the user's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/knowledge.h"
#include "model/stack_table.h"

namespace seep::detect {

enum class Ownership : uint8_t { kRuntime, kStandard, kLibrary, kUser };

// "net/http" of "net/http.(*Transport).dialConn"; "main" of "main.main.func1"; generic arguments are not
// looked into.
std::string_view PackageOf(std::string_view function);

class Frames {
 public:
  Frames(const model::StackTable& stacks, const model::Knowledge& knowledge);

  Ownership Of(model::FrameId frame) const;
  bool IsUser(model::FrameId frame) const { return Of(frame) == Ownership::kUser; }
  // The innermost user frame of a stack, or none.
  model::FrameId User(model::StackId stack) const;
  // The innermost frame that is neither the runtime's nor the standard library's, or none.
  model::FrameId Outside(model::StackId stack) const;

  const model::StackTable& stacks() const { return stacks_; }

 private:
  Ownership Decide(model::FrameId frame) const;

  const model::StackTable& stacks_;
  std::vector<std::string> standard_;   // sorted
  mutable std::vector<uint8_t> known_;  // by frame id: 0 = not decided, else 1 + Ownership
};

}  // namespace seep::detect
