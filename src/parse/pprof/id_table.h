// From the ids of a profile to what they name. Go numbers from 1 without holes, which makes this an array;
// other writers use hashes or addresses, which makes it a hash table. Either way an id that names nothing is
// found to name nothing.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "base/hash.h"

namespace seep::parse::pprof {

// A Value converts to bool: a default one is false and means absent, so that the array needs no second
// look-up.
template <class Value>
class IdTable {
 public:
  // `count` ids will follow, none larger than `largest`.
  IdTable(size_t count, uint64_t largest) : dense_(largest <= uint64_t{count} * 4 + 1024) {
    const size_t size = dense_ ? static_cast<size_t>(largest) + 1 : std::bit_ceil(count * 2 + 1);
    values_.resize(size);
    if (!dense_) ids_.resize(size);
  }

  // False if the id is there already, is 0, or lies beyond what the constructor was told.
  bool Add(uint64_t id, const Value& value) {
    if (id == 0 || (dense_ && id >= values_.size())) return false;
    const size_t i = Index(id);
    if (values_[i]) return false;
    values_[i] = value;
    if (!dense_) ids_[i] = id;
    return true;
  }

  const Value* Find(uint64_t id) const {
    if (dense_ && id >= values_.size()) return nullptr;
    const Value& value = values_[Index(id)];
    return value ? &value : nullptr;
  }

 private:
  // The slot of `id`, or the free one where it would be.
  size_t Index(uint64_t id) const {
    if (dense_) return static_cast<size_t>(id);
    const size_t mask = values_.size() - 1;
    size_t i = MultiplyFold(id, 0x9E3779B97F4A7C15ull) & mask;
    while (values_[i] && ids_[i] != id) i = (i + 1) & mask;
    return i;
  }

  bool dense_;
  std::vector<Value> values_;
  std::vector<uint64_t> ids_;  // of the hash table only
};

}  // namespace seep::parse::pprof
