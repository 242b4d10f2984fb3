#include "parse/core/core_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace seep::parse::core {
namespace {

constexpr uint64_t kPage = 4096;

const CoreMapping* MappingOf(const Core& core, uint64_t address) {
  const auto after = std::ranges::upper_bound(core.mappings, address, {}, &CoreMapping::begin);
  if (after == core.mappings.begin()) return nullptr;
  return address < (after - 1)->end ? &*(after - 1) : nullptr;
}

}  // namespace

Result<std::unique_ptr<CoreImage>> CoreImage::Make(Core core, std::shared_ptr<const model::StoredFile> file,
                                                   std::shared_ptr<const model::StoredFile> executable) {
  std::unique_ptr<CoreImage> image(new CoreImage);
  image->core_ = std::move(core);
  image->file_ = std::move(file);
  image->executable_ = std::move(executable);
  image->AddRanges();
  image->AddPieces(false);
  SEEP_TRY_VOID(image->CheckExecutable());
  image->AddPieces(true);
  return image;
}

// The mappings of the process: those the core has headers for, and between them those of files, for which
// gcore writes none where it leaves them out.
void CoreImage::AddRanges() {
  std::vector<model::MemoryRange> all;
  for (const CoreSegment& s : core_.segments) {
    model::MemoryRange range{s.begin, s.end, 0, s.readable, s.writable, s.executable, {}};
    if (const CoreMapping* mapping = MappingOf(core_, s.begin)) {
      range.path = mapping->path;
      range.offset = mapping->offset + (s.begin - mapping->begin);
    }
    all.push_back(std::move(range));
  }
  for (const CoreMapping& m : core_.mappings) {
    auto next = std::ranges::upper_bound(core_.segments, m.begin, {}, &CoreSegment::end);
    for (uint64_t at = m.begin; at < m.end; ++next) {
      const uint64_t stop = next == core_.segments.end() ? m.end : std::min(m.end, next->begin);
      if (at < stop) all.push_back({at, stop, m.offset + (at - m.begin), true, false, false, m.path});
      if (next == core_.segments.end()) break;
      at = std::max(at, next->end);
    }
  }
  std::ranges::sort(all, {}, &model::MemoryRange::begin);
  ranges_ = std::move(all);
}

// Where the bytes of each range lie: first what the core has, then, of the executable's mappings, its file.
void CoreImage::AddPieces(bool with_executable) {
  pieces_.clear();
  const std::string program = core_.ExecutablePath();
  auto segment = core_.segments.begin();
  for (const model::MemoryRange& range : ranges_) {
    while (segment != core_.segments.end() && segment->end <= range.begin) ++segment;
    uint64_t at = range.begin;
    if (segment != core_.segments.end() && segment->begin == range.begin && segment->file_size > 0) {
      pieces_.push_back({at, at + segment->file_size, segment->offset, file_.get()});
      at += segment->file_size;
    }
    const CoreMapping* mapping = at < range.end ? MappingOf(core_, at) : nullptr;
    if (!with_executable || executable_ == nullptr || mapping == nullptr || mapping->path != program)
      continue;
    const uint64_t offset = mapping->offset + (at - mapping->begin);
    if (offset >= executable_->size()) continue;
    const uint64_t size = std::min(std::min(range.end, mapping->end) - at, executable_->size() - offset);
    pieces_.push_back({at, at + size, offset, executable_.get()});
  }
}

// The kernel dumps the first page of every mapped program, for its build id. Pages nobody may write are those
// of the file.
Status CoreImage::CheckExecutable() const {
  if (executable_ == nullptr) return {};
  const std::string program = core_.ExecutablePath();
  for (const CoreSegment& segment : core_.segments) {
    const CoreMapping* mapping = MappingOf(core_, segment.begin);
    if (mapping == nullptr || mapping->path != program || segment.writable || segment.file_size == 0)
      continue;
    const uint64_t size = std::min(segment.file_size, kPage);
    std::string ran(size, '\0'), given(size, '\0');
    const uint64_t offset = mapping->offset + (segment.begin - mapping->begin);
    if (!file_->ReadAt(segment.offset, ran)) continue;
    if (executable_->ReadAt(offset, given) && ran == given) continue;
    return Fail(
        ErrorCode::kBadInput,
        fmt::format("the executable is another build than the one in the core file: they differ at {:#x}",
                    segment.begin),
        program, "give the executable that ran: --binary FILE");
  }
  return {};
}

bool CoreImage::ReadOne(uint64_t address, std::span<char> to) const {
  auto piece = std::ranges::upper_bound(pieces_, address, {}, &Piece::end);
  for (; !to.empty(); ++piece) {
    if (piece == pieces_.end() || address < piece->begin) return false;
    const size_t size = std::min<uint64_t>(to.size(), piece->end - address);
    if (!piece->file->ReadAt(piece->offset + (address - piece->begin), to.first(size))) return false;
    to = to.subspan(size);
    address += size;
  }
  return true;
}

void CoreImage::Read(std::span<model::ReadPart> parts) const {
  for (model::ReadPart& part : parts) part.ok = ReadOne(part.address, part.to);
}

}  // namespace seep::parse::core
