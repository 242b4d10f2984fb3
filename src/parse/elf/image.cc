#include "parse/elf/image.h"

#include <algorithm>
#include <cstring>

#include "base/number_at.h"

namespace seep::parse::elf {

Image::Image(File file) : file_(std::move(file)) {
  for (const Segment& s : file_.segments()) {
    const uint64_t size = PartAt(file_.bytes(), s.offset, s.file_size).size();  // less where it is cut off
    if (s.type != kLoad || size == 0 || s.address + size < s.address) continue;
    model::MemoryRange range;
    range.begin = s.address;
    range.end = s.address + size;
    range.offset = s.offset;
    range.readable = (s.flags & kReadable) != 0;
    range.writable = (s.flags & kWritable) != 0;
    range.executable = (s.flags & kExecutable) != 0;
    ranges_.push_back(range);
  }
  std::ranges::sort(ranges_, {}, [](const model::MemoryRange& r) { return std::pair(r.begin, r.end); });
  // Segments do not overlap in a file that can run.
  for (size_t i = 1; i < ranges_.size(); ++i)
    ranges_[i].begin = std::max(ranges_[i].begin, ranges_[i - 1].end);
  std::erase_if(ranges_, [](const model::MemoryRange& r) { return r.begin >= r.end; });
  ReadRelocations();
}

// Relocations "base + addend", 24 bytes each: {address, type, addend}. All other types name symbols of other
// files. DT_RELR's, and those of 32-bit programs, have their addend in place: nothing to do.
void Image::ReadRelocations() {
  constexpr uint64_t kAmd64Relative = 8, kArm64Relative = 1027;
  const uint64_t relative = file_.machine() == Machine::kArm64 ? kArm64Relative : kAmd64Relative;
  if (!file_.wide() || file_.type() != kShared) return;
  for (const Section& section : file_.sections()) {
    if (section.type != kRela) continue;
    const std::string_view raw = file_.Raw(section);
    for (size_t at = 0; at + 24 <= raw.size(); at += 24)
      if (*NumberAt<uint64_t>(raw, at + 8) == relative)
        relative_.emplace_back(*NumberAt<uint64_t>(raw, at), *NumberAt<uint64_t>(raw, at + 16));
  }
  std::ranges::sort(relative_);
}

bool Image::ReadOne(const model::ReadPart& part) const {
  const model::MemoryRange* range = RangeOf(part.address);
  if (range == nullptr || range->end - part.address < part.to.size()) return false;
  const std::string_view bytes = file_.FromAddress(part.address).view();
  if (bytes.size() < part.to.size()) return false;
  if (!part.to.empty()) std::memcpy(part.to.data(), bytes.data(), part.to.size());
  const uint64_t end = part.address + part.to.size();
  const uint64_t first = part.address >= 7 ? part.address - 7 : 0;  // a word may begin before the part
  using Relocation = std::pair<uint64_t, uint64_t>;
  for (auto r = std::ranges::lower_bound(relative_, first, {}, &Relocation::first);
       r != relative_.end() && r->first < end; ++r) {
    char word[8];
    std::memcpy(word, &r->second, sizeof word);
    for (uint64_t i = 0; i < sizeof word; ++i)
      if (const uint64_t at = r->first + i; at >= part.address && at < end)
        part.to[at - part.address] = word[i];
  }
  return true;
}

void Image::Read(std::span<model::ReadPart> parts) const {
  for (model::ReadPart& part : parts) part.ok = ReadOne(part);
}

}  // namespace seep::parse::elf
