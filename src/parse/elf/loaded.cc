#include "parse/elf/loaded.h"

#include <algorithm>
#include <array>
#include <limits>

namespace seep::parse::elf {
namespace {

constexpr uint64_t kMostSegments = 64, kMostEntries = 256, kMostInBucket = 4096, kLongestName = 256;

class Library {
 public:
  Library(const model::ProcessImage& image, uint64_t begin) : image_(image), begin_(begin) {}

  bool Open() {
    if (Number<uint32_t>(begin_) != 0x464c457f || Number<uint8_t>(begin_ + 4) != 2) return false;
    const uint64_t headers = begin_ + Number<uint64_t>(begin_ + 32);
    const uint64_t count = std::min<uint64_t>(Number<uint16_t>(begin_ + 56), kMostSegments);
    uint64_t first = std::numeric_limits<uint64_t>::max(), dynamic = 0;
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t header = headers + i * 56;
      const uint32_t type = Number<uint32_t>(header);
      const uint64_t address = Number<uint64_t>(header + 16);
      if (type == kLoadSegment) first = std::min(first, address & ~uint64_t{0xfff});
      if (type == kDynamicSegment) dynamic = address;
    }
    if (dynamic == 0 || first > dynamic) return false;
    bias_ = begin_ - first;
    ReadDynamic(bias_ + dynamic);
    return symbols_ != 0 && strings_ != 0 && hash_ != 0;
  }

  std::optional<uint64_t> Find(std::string_view name) const {
    uint32_t hash = 5381;
    for (const char c : name) hash = hash * 33 + static_cast<unsigned char>(c);
    const uint32_t buckets = Number<uint32_t>(hash_), first = Number<uint32_t>(hash_ + 4);
    if (buckets == 0) return std::nullopt;
    const uint64_t bucket_at = hash_ + 16 + uint64_t{Number<uint32_t>(hash_ + 8)} * 8;
    const uint64_t chain_at = bucket_at + uint64_t{buckets} * 4;
    uint64_t index = Number<uint32_t>(bucket_at + uint64_t{hash % buckets} * 4);
    for (uint64_t i = 0; i < kMostInBucket && index >= first; ++i, ++index) {
      const uint32_t found = Number<uint32_t>(chain_at + (index - first) * 4);
      if ((found | 1) == (hash | 1))
        if (const auto address = Symbol(symbols_ + index * 24, name)) return address;
      if ((found & 1) != 0) break;
    }
    return std::nullopt;
  }

 private:
  static constexpr uint32_t kLoadSegment = 1, kDynamicSegment = 2;

  template <class T>
  T Number(uint64_t address) const {
    return image_.Value<T>(address).value_or(T{0});
  }
  void ReadDynamic(uint64_t table) {
    const auto address = [&](uint64_t value) { return value < bias_ ? value + bias_ : value; };
    for (uint64_t i = 0; i < kMostEntries; ++i) {
      const uint64_t tag = Number<uint64_t>(table + i * 16), value = Number<uint64_t>(table + i * 16 + 8);
      if (tag == 0) return;
      if (tag == 5) strings_ = address(value);
      if (tag == 6) symbols_ = address(value);
      if (tag == 0x6ffffef5) hash_ = address(value);
    }
  }
  // {u32 name, u8 info, u8 other, u16 section, u64 value, u64 size}
  std::optional<uint64_t> Symbol(uint64_t at, std::string_view name) const {
    if (name.size() >= kLongestName || Number<uint16_t>(at + 6) == 0) return std::nullopt;
    std::array<char, kLongestName> text{};
    if (!image_.ReadInto(strings_ + Number<uint32_t>(at), {text.data(), name.size() + 1}))
      return std::nullopt;
    if (std::string_view(text.data()) != name) return std::nullopt;
    return bias_ + Number<uint64_t>(at + 8);
  }

  const model::ProcessImage& image_;
  uint64_t begin_, bias_ = 0, symbols_ = 0, strings_ = 0, hash_ = 0;
};

}  // namespace

std::optional<uint64_t> LoadedSymbol(const model::ProcessImage& image, uint64_t begin,
                                     std::string_view name) {
  Library library(image, begin);
  return library.Open() ? library.Find(name) : std::nullopt;
}

}  // namespace seep::parse::elf
