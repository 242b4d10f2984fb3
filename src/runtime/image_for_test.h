// Memory made up word by word.
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "model/process_image.h"

namespace seep::runtime {

class ImageForTest final : public model::ProcessImage {
 public:
  // A readable, writable range full of zeros.
  void Map(uint64_t begin, uint64_t size, std::string path = {}) {
    ranges_.push_back(
        {.begin = begin, .end = begin + size, .readable = true, .writable = true, .path = std::move(path)});
    bytes_[begin] = std::string(size, '\0');
  }
  template <class T>
  void Put(uint64_t address, T value) {
    auto found = std::prev(bytes_.upper_bound(address));
    std::memcpy(found->second.data() + (address - found->first), &value, sizeof value);
  }
  // A Go string or slice header at `address`, and the text somewhere else.
  void PutText(uint64_t address, uint64_t at, std::string_view text) {
    Put(address, at);
    Put<uint64_t>(address + 8, text.size());
    for (size_t i = 0; i < text.size(); ++i) Put(at + i, text[i]);
  }

  void Read(std::span<model::ReadPart> parts) const override {
    ++calls;
    for (model::ReadPart& part : parts) {
      const auto next = bytes_.upper_bound(part.address);
      part.ok = false;
      if (next == bytes_.begin()) continue;
      const auto& [begin, bytes] = *std::prev(next);
      if (part.address - begin > bytes.size() || bytes.size() - (part.address - begin) < part.to.size())
        continue;
      std::memcpy(part.to.data(), bytes.data() + (part.address - begin), part.to.size());
      part.ok = true;
      total += part.to.size();
    }
  }
  const std::vector<model::MemoryRange>& ranges() const override { return ranges_; }

  mutable size_t calls = 0, total = 0;

 private:
  std::vector<model::MemoryRange> ranges_;
  std::map<uint64_t, std::string> bytes_;
};

}  // namespace seep::runtime
