// Profiler labels of goroutines (runtime/pprof): what g.labels points to.
//
//   Go 1.24 and later  *labelMap {LabelSet {list []label}}, label {key, value string}, sorted by key
//   up to Go 1.23      *labelMap, a map[string]string: hmap {u64 count, u8 flags, u8 B, ..., 16: buckets}
//                      bucket {u8 tophash[8]; string keys[8]; string values[8]; *overflow}; tophash < 5:
//                      empty (runtime/map.go)
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/go_process.h"

namespace seep::runtime {

using LabelList = std::vector<std::pair<std::string, std::string>>;  // sorted by key

// Remembers them: one set is usually shared by many goroutines.
class LabelReader {
 public:
  explicit LabelReader(const GoProcess& process) : process_(process) {}
  // What can be read of them; none for address 0.
  const LabelList& At(uint64_t address);

 private:
  LabelList ReadList(uint64_t address);
  LabelList ReadMap(uint64_t address);
  bool ReadBucket(uint64_t address, LabelList& out);
  std::string Text(uint64_t header);

  const GoProcess& process_;
  std::unordered_map<uint64_t, LabelList> known_;
  uint64_t budget_ = uint64_t{64} << 20;  // bytes of text that may still be read
};

}  // namespace seep::runtime
