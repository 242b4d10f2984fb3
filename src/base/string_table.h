// Strings stored once, named by a 32-bit id; the empty string is id 0. Views stay valid for the table's life.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/id.h"

namespace seep {

struct StringTag {};
using StringId = Id<StringTag>;

class StringTable {
 public:
  StringTable();
  StringTable(StringTable&&) = default;
  StringTable& operator=(StringTable&&) = default;
  // A copy shares the texts it was made from (ids and views are the same in both) and stores what is new in
  // blocks of its own.
  StringTable(const StringTable& other);
  StringTable& operator=(const StringTable& other);

  StringId Intern(std::string_view text);
  StringId Find(std::string_view text) const;  // 0 if it was never interned (or is empty)
  std::string_view View(StringId id) const { return strings_[id.value]; }
  size_t size() const { return strings_.size(); }

 private:
  size_t Slot(std::string_view text, uint64_t hash) const;
  void Grow();
  std::string_view Store(std::string_view text);

  static constexpr size_t kBlock = 64 * 1024;
  std::vector<std::shared_ptr<char[]>> blocks_;
  size_t block_left_ = 0;
  char* block_next_ = nullptr;
  std::vector<std::string_view> strings_;
  std::vector<uint64_t> hashes_;  // by id, to grow without rehashing text
  std::vector<uint32_t> slots_;   // open addressing, 0 = free; a power of two
};

}  // namespace seep
