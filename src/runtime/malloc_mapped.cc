#include "runtime/malloc_mapped.h"

#include <algorithm>
#include <array>

namespace seep::runtime {
namespace {

using model::MemoryRange;

constexpr uint64_t kPage = 4096;
constexpr uint64_t kMapped = 2, kBits = 7;
// malloc maps from 128 KiB on (DEFAULT_MMAP_THRESHOLD_MIN). Below that a header found within a mapping could
// be anybody's numbers; at its very beginning it cannot.
constexpr uint64_t kLeastInside = uint64_t{128} << 10;
constexpr size_t kAtOnce = 512;
constexpr uint64_t kMostSearched = uint64_t{256} << 20;  // of one mapping, without finding any
constexpr size_t kMostRanges = 1 << 16;

struct Header {
  uint64_t before = 0, size = 0;
};

// Bytes of the mapped block that the header begins; 0: it is none.
uint64_t BlockBytes(const Header& header, uint64_t room, bool first) {
  if ((header.size & kBits) != kMapped) return 0;
  const uint64_t bytes = header.size & ~kBits;
  // memalign leaves room before the block, and says so; nothing else may stand there.
  if (bytes == 0 || bytes % kPage != 0 || bytes > room || header.before != 0) return 0;
  return first || bytes >= kLeastInside ? bytes : 0;
}

bool IsAnonymous(const MemoryRange& range) {
  return range.readable && range.writable && !range.executable &&
         (range.path.empty() || range.path.starts_with("[anon: glibc: malloc"));
}

bool Overlaps(const MemoryRange& range, const AddressRanges& known) {
  return std::ranges::any_of(
      known, [&](const auto& other) { return range.begin < other.second && other.first < range.end; });
}

class Search {
 public:
  explicit Search(const model::ProcessImage& image) : image_(image) {}

  // `guarded`: it begins as thread stacks do, behind a page that nobody may touch; those are not gone
  // through.
  void Range(const MemoryRange& range, bool guarded) {
    uint64_t at = range.begin, empty = 0;
    while (at < range.end && empty < kMostSearched) {
      const uint64_t begun = at;
      const uint64_t found = Pages(range, at);
      empty = found > 0 ? 0 : empty + (at - begun);
      if (found == 0 && guarded) return;
    }
  }
  MappedBlocks Take() { return std::move(found_); }

 private:
  // The headers at the next pages' beginnings; moves `at` behind them. How many blocks began there.
  uint64_t Pages(const MemoryRange& range, uint64_t& at) {
    std::array<Header, kAtOnce> headers{};
    std::array<model::ReadPart, kAtOnce> parts{};
    const uint64_t from = at;
    // One at the beginning first: most mappings are one block, whose pages need no look.
    const size_t count =
        at == range.begin ? 1 : std::min<uint64_t>(kAtOnce, (range.end - at + kPage - 1) / kPage);
    for (size_t i = 0; i < count; ++i)
      parts[i] = {at + i * kPage, {reinterpret_cast<char*>(&headers[i]), sizeof(Header)}, false};
    image_.Read({parts.data(), count});
    uint64_t blocks = 0;
    for (at = from; at < from + count * kPage && at < range.end;) {
      const size_t i = (at - from) / kPage;
      const uint64_t bytes = parts[i].ok ? BlockBytes(headers[i], range.end - at, at == range.begin) : 0;
      if (bytes > 0) Add(at, at + bytes);
      blocks += bytes > 0 ? 1 : 0;
      at += bytes > 0 ? bytes : kPage;
    }
    return blocks;
  }

  void Add(uint64_t begin, uint64_t end) {
    found_.bytes += end - begin;
    ++found_.blocks;
    if (!found_.ranges.empty() && found_.ranges.back().second == begin)
      found_.ranges.back().second = end;
    else if (found_.ranges.size() < kMostRanges)
      found_.ranges.emplace_back(begin, end);
  }

  const model::ProcessImage& image_;
  MappedBlocks found_;
};

}  // namespace

MappedBlocks FindMappedBlocks(const model::ProcessImage& image, const AddressRanges& known) {
  Search search(image);
  const MemoryRange* before = nullptr;
  for (const MemoryRange& range : image.ranges()) {
    if (IsAnonymous(range) && !Overlaps(range, known))
      search.Range(range, before != nullptr && before->end == range.begin && !before->readable);
    before = &range;
  }
  return search.Take();
}

}  // namespace seep::runtime
