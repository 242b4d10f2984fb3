// A file that is read in places, because it is too large to be had whole: a core file of 50 GB of which a few
// megabytes are asked for. capture/ opens real ones; tests and fuzzers make theirs of bytes.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "base/bytes.h"

namespace seep::model {

class StoredFile {
 public:
  virtual ~StoredFile() = default;
  // Fills `to` from `offset` on, whole or not at all: false behind the end, and where the file cannot be
  // read.
  virtual bool ReadAt(uint64_t offset, std::span<char> to) const = 0;
  virtual uint64_t size() const = 0;
};

class StoredBytes final : public StoredFile {
 public:
  explicit StoredBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
  bool ReadAt(uint64_t offset, std::span<char> to) const override {
    if (offset > bytes_.size() || bytes_.size() - offset < to.size()) return false;
    if (!to.empty()) std::memcpy(to.data(), bytes_.view().data() + offset, to.size());
    return true;
  }
  uint64_t size() const override { return bytes_.size(); }

 private:
  Bytes bytes_;
};

}  // namespace seep::model
