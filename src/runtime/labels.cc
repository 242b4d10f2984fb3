#include "runtime/labels.h"

#include <algorithm>
#include <array>

#include "base/number_at.h"

namespace seep::runtime {
namespace {

constexpr uint64_t kMostLabels = 256, kLongestText = 4096;
constexpr size_t kMostKnown = 1 << 18;
constexpr size_t kBucketSlots = 8;
constexpr uint64_t kKeys = 8, kValues = kKeys + 16 * kBucketSlots, kOverflow = kValues + 16 * kBucketSlots;

}  // namespace

const LabelList& LabelReader::At(uint64_t address) {
  if (known_.size() >= kMostKnown) known_.clear();
  const auto [found, added] = known_.try_emplace(address);
  if (added && address != 0) {
    found->second = process_.layout->minor >= 24 ? ReadList(address) : ReadMap(address);
    std::ranges::sort(found->second);
  }
  return found->second;
}

std::string LabelReader::Text(uint64_t header) {
  const auto address = process_.image->Value<uint64_t>(header);
  const auto length = process_.image->Value<uint64_t>(header + 8);
  if (!address || !length || *length > std::min(kLongestText, budget_)) return {};
  budget_ -= *length;
  std::string text(*length, '\0');
  return process_.image->ReadInto(*address, text) ? text : std::string();
}

LabelList LabelReader::ReadList(uint64_t address) {
  const auto list = process_.image->Value<uint64_t>(address);
  const auto length = process_.image->Value<uint64_t>(address + 8);
  LabelList labels;
  if (!list || !length || *length > kMostLabels) return labels;
  for (uint64_t i = 0; i < *length; ++i) {
    std::string key = Text(*list + 32 * i);
    if (!key.empty()) labels.emplace_back(std::move(key), Text(*list + 32 * i + 16));
  }
  return labels;
}

LabelList LabelReader::ReadMap(uint64_t address) {
  const auto map = process_.image->Value<uint64_t>(address);
  LabelList labels;
  if (!map || *map == 0) return labels;
  const auto count = process_.image->Value<uint64_t>(*map);
  const auto bits = process_.image->Value<uint8_t>(*map + 9);
  const auto buckets = process_.image->Value<uint64_t>(*map + 16);
  constexpr uint8_t kMostBits = 8;
  if (!count || !bits || !buckets || *count > kMostLabels || *bits > kMostBits) return labels;
  for (uint64_t i = 0; i < uint64_t{1} << *bits && labels.size() < *count; ++i)
    if (!ReadBucket(*buckets + i * (kOverflow + 8), labels)) break;
  return labels;
}

bool LabelReader::ReadBucket(uint64_t address, LabelList& out) {
  constexpr int kMostChained = 64;
  constexpr uint8_t kFirstUsed = 5;  // minTopHash
  for (int chained = 0; address != 0 && chained < kMostChained; ++chained) {
    std::array<char, kBucketSlots> used;
    if (!process_.image->ReadInto(address, used)) return false;
    for (size_t slot = 0; slot < kBucketSlots && out.size() < kMostLabels; ++slot) {
      if (static_cast<uint8_t>(used[slot]) < kFirstUsed) continue;
      std::string key = Text(address + kKeys + 16 * slot);
      if (!key.empty()) out.emplace_back(std::move(key), Text(address + kValues + 16 * slot));
    }
    address = process_.image->Value<uint64_t>(address + kOverflow).value_or(0);
  }
  return true;
}

}  // namespace seep::runtime
