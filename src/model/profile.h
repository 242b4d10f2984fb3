// A pprof profile reduced to what detection needs: stacks with values. (The report commands of `seep pprof`
// read the wire format with all its mappings and addresses themselves.)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/stack_table.h"

namespace seep::model {

struct ValueType {
  StringId type;  // "inuse_space"
  StringId unit;  // "bytes"
  bool operator==(const ValueType&) const = default;
};

struct Sample {
  StackId stack;    // every frame, runtime ones included, innermost first, inlined frames expanded
  StringId labels;  // as Goroutine::labels; numeric labels are "key=value unit"
};

struct Profile {
  std::vector<ValueType> types;
  std::vector<Sample> samples;
  std::vector<int64_t> values;  // types.size() for each sample, one after the other
  ValueType period_type;
  int64_t period = 0;  // heap: bytes between samples (MemProfileRate), 0 unknown
  std::optional<Time> at;
  Duration duration{0};
  std::string main_binary;  // file of the first mapping, as the profile says
  std::string build_id;
  std::vector<std::string> comments;

  std::span<const int64_t> ValuesOf(size_t sample) const {
    return {values.data() + sample * types.size(), types.size()};
  }
  // Column of a sample type by name, e.g. "inuse_space"; nothing if the profile has none.
  std::optional<size_t> Column(StringId type) const {
    for (size_t i = 0; i < types.size(); ++i)
      if (types[i].type == type) return i;
    return std::nullopt;
  }
};

}  // namespace seep::model
