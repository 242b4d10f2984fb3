#include "model/process_image.h"

#include <algorithm>

namespace seep::model {

const MemoryRange* ProcessImage::RangeOf(uint64_t address) const {
  const std::vector<MemoryRange>& all = ranges();
  const auto after = std::ranges::upper_bound(all, address, {}, &MemoryRange::begin);
  if (after == all.begin()) return nullptr;
  const MemoryRange& range = *(after - 1);
  return address < range.end ? &range : nullptr;
}

}  // namespace seep::model
