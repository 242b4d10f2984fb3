#include "base/string_table.h"

namespace seep {

StringTable::StringTable() : strings_{std::string_view()}, hashes_{0}, slots_(1024, 0) {}

StringTable::StringTable(const StringTable& other)
    : blocks_(other.blocks_), strings_(other.strings_), hashes_(other.hashes_), slots_(other.slots_) {}

StringTable& StringTable::operator=(const StringTable& other) {
  if (this != &other) *this = StringTable(other);
  return *this;
}

size_t StringTable::Slot(std::string_view text, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i] != 0 && !(hashes_[slots_[i]] == hash && strings_[slots_[i]] == text)) i = (i + 1) & mask;
  return i;
}

StringId StringTable::Intern(std::string_view text) {
  if (text.empty()) return {};
  const uint64_t hash = HashBytes(text).low;
  size_t slot = Slot(text, hash);
  if (slots_[slot] != 0) return {slots_[slot]};
  if (strings_.size() * 2 > slots_.size()) {
    Grow();
    slot = Slot(text, hash);
  }
  const auto id = static_cast<uint32_t>(strings_.size());
  strings_.push_back(Store(text));
  hashes_.push_back(hash);
  slots_[slot] = id;
  return {id};
}

StringId StringTable::Find(std::string_view text) const {
  return text.empty() ? StringId{} : StringId{slots_[Slot(text, HashBytes(text).low)]};
}

void StringTable::Grow() {
  std::vector<uint32_t> slots(slots_.size() * 2, 0);
  const size_t mask = slots.size() - 1;
  for (uint32_t id = 1; id < strings_.size(); ++id) {
    size_t i = hashes_[id] & mask;
    while (slots[i] != 0) i = (i + 1) & mask;
    slots[i] = id;
  }
  slots_ = std::move(slots);
}

std::string_view StringTable::Store(std::string_view text) {
  if (text.size() > block_left_) {
    const size_t size = text.size() > kBlock ? text.size() : kBlock;
    blocks_.push_back(std::make_shared_for_overwrite<char[]>(size));
    block_next_ = blocks_.back().get();
    block_left_ = size;
  }
  std::memcpy(block_next_, text.data(), text.size());
  const std::string_view stored(block_next_, text.size());
  block_next_ += text.size();
  block_left_ -= text.size();
  return stored;
}

}  // namespace seep
