// From the ids of a profile to what they name. Go numbers from 1 without holes, which makes this an array; other writers use
// hashes or addresses, which makes it a hash table. Either way an id that names nothing is found to name nothing.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "base/hash.h"

namespace seep::parse::pprof {

template <class Value>
class IdTable {
 public:
  // `count` ids will follow, none larger than `largest`.
  IdTable(size_t count, uint64_t largest) : dense_(largest <= uint64_t{count} * 4 + 1024) {
    slots_.resize(dense_ ? static_cast<size_t>(largest) + 1 : std::bit_ceil(count * 2 + 1));
  }

  // False if the id is there already, is 0, or lies beyond what the constructor was told.
  bool Add(uint64_t id, const Value& value) {
    if (id == 0 || (dense_ && id >= slots_.size())) return false;
    Slot& slot = slots_[Index(id)];
    if (slot.id != 0) return false;
    slot = {id, value};
    return true;
  }

  const Value* Find(uint64_t id) const {
    if (dense_) return id < slots_.size() && slots_[id].id != 0 ? &slots_[id].value : nullptr;
    const Slot& slot = slots_[Index(id)];
    return slot.id != 0 ? &slot.value : nullptr;
  }

 private:
  struct Slot {
    uint64_t id = 0;  // 0: free
    Value value{};
  };

  // The slot of `id`, or the free one where it would be.
  size_t Index(uint64_t id) const {
    if (dense_) return static_cast<size_t>(id);
    const size_t mask = slots_.size() - 1;
    size_t i = MultiplyFold(id, 0x9E3779B97F4A7C15ull) & mask;
    while (slots_[i].id != 0 && slots_[i].id != id) i = (i + 1) & mask;
    return i;
  }

  bool dense_;
  std::vector<Slot> slots_;
};

}  // namespace seep::parse::pprof
