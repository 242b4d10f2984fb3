#include "profile/profile.h"

#include <algorithm>

#include "base/hash.h"

namespace seep::profile {
namespace {

uint64_t HashLabels(std::span<const Label> labels) {
  Hash128 h = Mix(kHashSeed, labels.size());
  for (const Label& l : labels) {
    h = Mix(h, uint64_t{l.key.value} << 32 | l.text.value);
    h = Mix(h, static_cast<uint64_t>(l.number));
    h = Mix(h, l.unit.value);
  }
  return h.low;
}

}  // namespace

LabelSets::LabelSets() : begins_{0, 0}, hashes_{0}, slots_(64, 0) {}

LabelSetId LabelSets::Intern(std::span<const Label> labels) {
  if (labels.empty()) return {};
  if (size() * 2 > slots_.size()) Grow();
  const uint64_t hash = HashLabels(labels);
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  for (; slots_[i] != 0; i = (i + 1) & mask) {
    const LabelSetId known{slots_[i]};
    if (hashes_[known.value] == hash && std::ranges::equal(this->labels(known), labels)) return known;
  }
  slots_[i] = static_cast<uint32_t>(size());
  hashes_.push_back(hash);
  pool_.insert(pool_.end(), labels.begin(), labels.end());
  begins_.push_back(static_cast<uint32_t>(pool_.size()));
  return {slots_[i]};
}

void LabelSets::Grow() {
  slots_.assign(slots_.size() * 2, 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t id = 1; id < size(); ++id) {
    size_t i = hashes_[id] & mask;
    while (slots_[i] != 0) i = (i + 1) & mask;
    slots_[i] = id;
  }
}

void Samples::Move(size_t from, size_t to) {
  if (from == to) return;
  first[to] = first[from];
  depth[to] = depth[from];
  labels[to] = labels[from];
  std::copy_n(values.begin() + static_cast<ptrdiff_t>(from * columns), columns,
              values.begin() + static_cast<ptrdiff_t>(to * columns));
}

void Samples::Truncate(size_t count) {
  first.resize(count);
  depth.resize(count);
  labels.resize(count);
  values.resize(count * columns);
}

uint64_t Profile::Number(const std::vector<uint64_t>& ids, uint32_t index) {
  if (ids.empty() || index == 0) return index;
  if (index < ids.size()) return ids[index];
  return *std::ranges::max_element(ids) + (index - ids.size() + 1);
}

Profile::Profile() : mappings(1), locations(1), functions(1) {}

}  // namespace seep::profile
