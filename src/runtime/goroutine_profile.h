// Goroutines read from outside as the profile that runtime/pprof writes of them (goroutine?debug=0): one
// sample for each stack and set of labels, the runtime's own frames included, the value their number.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "profile/making.h"
#include "runtime/calls.h"
#include "runtime/labels.h"
#include "runtime/stack_key.h"

namespace seep::runtime {

class GoroutineProfile {
 public:
  explicit GoroutineProfile(const GoProcess& process);
  void Add(const SeenGoroutine& seen);
  profile::Profile Take();

 private:
  profile::LocationId LocationOf(uint64_t call_pc);
  profile::LabelSetId LabelsOf(uint64_t address);

  Calls calls_;
  LabelReader labels_;
  profile::Profile profile_;
  std::unordered_map<Hash128, size_t, HashOf128> samples_;  // by stack and labels
  std::unordered_map<uint64_t, profile::LocationId> locations_;
  profile::FunctionIndex functions_;
  std::unordered_map<uint64_t, profile::LabelSetId> label_sets_;
};

}  // namespace seep::runtime
