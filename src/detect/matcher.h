// Which catalogue pattern a goroutine stack belongs to. Every function pattern is tried once per distinct
// function and remembered, so that matching ten thousand stacks costs table look-ups.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/frames.h"
#include "model/goroutine.h"
#include "model/knowledge.h"

namespace seep::detect {

// True if `function` is what `pattern` names: '*' stands for any run without '/', a leading "**" for
// anything. Closures, method values and wrappers of a function count as the function ("f" matches "f.func1",
// "f.gowrap2", "f-fm", "f-range1"), because their numbering changes with every Go version; instantiation
// marks "[...]" are ignored.
bool FunctionMatches(std::string_view pattern, std::string_view function);

class Matcher {
 public:
  Matcher(const Frames& frames, const std::vector<model::Pattern>& patterns);

  // The pattern that owns a stack: the matching one of highest priority, then of smallest id; null if none.
  // Evidence patterns own nothing. `creator` may be none when the evidence does not know creators; signatures
  // then match without.
  const model::Pattern* Match(model::StackId stack, model::FrameId creator, model::Wait wait) const;
  // Every evidence pattern the stack matches as well.
  std::vector<const model::Pattern*> MatchEvidence(model::StackId stack, model::FrameId creator,
                                                   model::Wait wait) const;

  // Does any frame of the stack match any of the function patterns?
  bool AnyFrame(model::StackId stack, const std::vector<std::string>& functions) const;
  bool FrameMatches(model::FrameId frame, const std::string& pattern) const;

 private:
  struct Compiled {
    const model::Pattern* pattern;
    const model::Signature* signature;
    std::vector<model::Wait> wait;
    uint32_t top = 0, root = 0, creator = 0;  // index + 1 into tables_, 0 = any
    std::vector<uint32_t> stack, without;
  };
  uint32_t Compile(const std::string& function);
  bool Is(uint32_t compiled, model::FrameId frame) const;
  bool Matches(const Compiled& c, model::StackId stack, model::FrameId creator, model::Wait wait) const;

  const Frames& frames_;
  const model::StackTable& stacks_;
  std::vector<std::string> texts_;
  mutable std::vector<std::vector<int8_t>> tables_;  // [pattern text][function id]: 0 unknown, 1 yes, -1 no
  mutable std::unordered_map<std::string, uint32_t> index_;
  std::vector<Compiled> signatures_;  // by falling priority
};

}  // namespace seep::detect
