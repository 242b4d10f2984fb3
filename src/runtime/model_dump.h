// Goroutines read from outside as the values that a parsed debug=2 dump gives (model/goroutine.h): the same
// stacks, states and creators, without the text in between. First arguments are not kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/goroutine.h"
#include "runtime/calls.h"
#include "runtime/goroutines.h"
#include "runtime/labels.h"
#include "runtime/stack_key.h"

namespace seep::runtime {

class ModelDump {
 public:
  // As for DumpText.
  ModelDump(const GoProcess& process, std::optional<uint64_t> now, model::StackTable& stacks)
      : process_(process), now_(now), stacks_(stacks), calls_(process), labels_(process) {}

  void Add(const SeenGoroutine& seen);
  model::GoroutineDump Take() { return std::move(dump_); }

 private:
  struct State {
    StringId id;
    model::Wait wait = model::Wait::kUnknown;
  };
  model::StackId StackOf(std::span<const Frame> frames);
  model::FrameId CreatorOf(const G& g);
  const State& StateFor(const G& g);
  StringId LabelsOf(uint64_t address);

  const GoProcess& process_;
  std::optional<uint64_t> now_;
  model::StackTable& stacks_;
  Calls calls_;
  LabelReader labels_;
  std::unordered_map<Hash128, model::StackId, HashOf128> known_stacks_;  // by the frames' CallPc
  std::unordered_map<uint64_t, model::FrameId> creators_;                // by pc
  std::unordered_map<uint32_t, State> states_;                           // by status and reason
  std::unordered_map<uint64_t, StringId> known_labels_;
  std::vector<model::FrameId> frames_;
  model::GoroutineDump dump_;
};

}  // namespace seep::runtime
