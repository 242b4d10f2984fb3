#include "parse/core/core_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/number_at.h"

namespace seep::parse::core {
namespace {

constexpr size_t kHeader = 64, kProgramHeader = 56, kSectionHeader = 64;
constexpr uint16_t kCoreType = 4;
constexpr uint32_t kStatus = 1, kProcess = 3, kAuxiliary = 6, kFiles = 0x46494c45;

std::unexpected<Error> Damaged(std::string what) {
  return Fail(ErrorCode::kBadInput, "core file: " + std::move(what), "", "it may be cut off or damaged");
}

std::optional<std::string> ReadPiece(const model::StoredFile& file, uint64_t offset, uint64_t size) {
  if (offset > file.size() || file.size() - offset < size) return std::nullopt;
  std::string bytes(size, '\0');
  if (!file.ReadAt(offset, bytes)) return std::nullopt;
  return bytes;
}

uint64_t WordAt(std::string_view bytes, uint64_t offset) {
  return NumberAt<uint64_t>(bytes, offset).value_or(0);
}

uint64_t HalfAt(std::string_view bytes, uint64_t offset) {
  return NumberAt<uint32_t>(bytes, offset).value_or(0);
}

std::string FieldAt(std::string_view bytes, uint64_t offset, size_t size) {
  const std::string_view field = PartAt(bytes, offset, size);
  return std::string(field.substr(0, field.find('\0')));
}

void AddThread(std::string_view status, Core& core) {
  constexpr size_t kRegisters = 112;
  const bool arm = core.machine == elf::Machine::kArm64;
  const auto reg = [&](size_t i) { return WordAt(status, kRegisters + 8 * i); };
  CoreThread thread;
  thread.id = HalfAt(status, 32);
  thread.pc = reg(arm ? 32 : 16);
  thread.sp = reg(arm ? 31 : 19);
  thread.bp = reg(arm ? 29 : 4);
  if (!arm) thread.tls = reg(21);
  if (core.threads.empty()) core.signal = NumberAt<uint16_t>(status, 12).value_or(0);
  core.threads.push_back(thread);
}

void AddProcess(std::string_view info, Core& core) {
  core.uid = HalfAt(info, 16);
  core.pid = HalfAt(info, 24);
  core.name = FieldAt(info, 40, 16);
  core.arguments = FieldAt(info, 56, 80);
}

void AddAuxiliary(std::string_view values, Core& core) {
  constexpr uint64_t kEntry = 9;
  for (size_t at = 0; at + 16 <= values.size(); at += 16)
    if (WordAt(values, at) == kEntry) core.entry = WordAt(values, at + 8);
}

void AddMappings(std::string_view files, const CoreLimits& limits, Core& core) {
  const uint64_t count = WordAt(files, 0), page = WordAt(files, 8);
  if (count > files.size() / 24 || count > limits.mappings) return;
  std::string_view names = PartAt(files, 16 + 24 * count);
  for (uint64_t i = 0; i < count; ++i) {
    CoreMapping mapping;
    mapping.begin = WordAt(files, 16 + 24 * i);
    mapping.end = WordAt(files, 24 + 24 * i);
    const uint64_t pages = WordAt(files, 32 + 24 * i);
    const auto name = TextAt(names, 0);
    if (!name) return;
    names.remove_prefix(name->size() + 1);
    if (mapping.begin >= mapping.end || __builtin_mul_overflow(pages, page, &mapping.offset)) continue;
    mapping.path = std::string(*name);
    core.mappings.push_back(std::move(mapping));
  }
}

void AddNotes(std::string_view notes, const CoreLimits& limits, Core& core) {
  const auto padded = [](uint64_t n) { return (n + 3) & ~uint64_t{3}; };
  while (notes.size() >= 12) {
    const uint64_t owner = HalfAt(notes, 0), size = HalfAt(notes, 4), type = HalfAt(notes, 8);
    const std::string_view content = PartAt(notes, 12 + padded(owner), size);
    if (PartAt(notes, 12, owner).starts_with("CORE") && content.size() == size) {
      if (type == kStatus) AddThread(content, core);
      if (type == kProcess) AddProcess(content, core);
      if (type == kAuxiliary) AddAuxiliary(content, core);
      if (type == kFiles) AddMappings(content, limits, core);
    }
    notes = PartAt(notes, 12 + padded(owner) + padded(size));
  }
}

// How many program headers there are.
Result<uint64_t> CountHeaders(const model::StoredFile& file, std::string_view header) {
  const uint64_t count = NumberAt<uint16_t>(header, 56).value_or(0);
  if (count != 0xffff) return count;
  const auto section = ReadPiece(file, WordAt(header, 40), kSectionHeader);
  if (!section)
    return Damaged("the section that says how many program headers there are lies behind its end");
  return HalfAt(*section, 44);
}

void AddSegment(std::string_view header, const model::StoredFile& file, Core& core) {
  CoreSegment segment;
  const uint64_t size = WordAt(header, 40);
  segment.begin = WordAt(header, 16);
  segment.offset = WordAt(header, 8);
  if (size == 0 || __builtin_add_overflow(segment.begin, size, &segment.end)) return;
  const uint64_t promised = std::min(WordAt(header, 32), size);
  const uint64_t there = segment.offset < file.size() ? file.size() - segment.offset : 0;
  segment.file_size = std::min(promised, there);
  core.missing_bytes += promised - segment.file_size;
  const uint64_t flags = HalfAt(header, 4);
  segment.readable = (flags & elf::kReadable) != 0;
  segment.writable = (flags & elf::kWritable) != 0;
  segment.executable = (flags & elf::kExecutable) != 0;
  core.segments.push_back(segment);
}

// By address; of two that overlap the second loses its beginning.
void PutInOrder(Core& core) {
  std::ranges::sort(core.segments, {}, [](const CoreSegment& s) { return std::pair(s.begin, s.end); });
  uint64_t before = 0;
  for (CoreSegment& s : core.segments) {
    const uint64_t cut = before > s.begin ? std::min(before, s.end) - s.begin : 0;
    s.begin += cut;
    s.offset += cut;
    s.file_size -= std::min(cut, s.file_size);
    before = std::max(before, s.end);
  }
  std::erase_if(core.segments, [](const CoreSegment& s) { return s.begin >= s.end; });
  std::ranges::sort(core.mappings, {}, [](const CoreMapping& m) { return std::pair(m.begin, m.end); });
  before = 0;
  for (CoreMapping& m : core.mappings) {
    const uint64_t cut = before > m.begin ? std::min(before, m.end) - m.begin : 0;
    m.begin += cut;
    m.offset += cut;
    before = std::max(before, m.end);
  }
  std::erase_if(core.mappings, [](const CoreMapping& m) { return m.begin >= m.end; });
}

Status CheckHeader(std::string_view header) {
  if (!IsCore(header)) return Damaged("it is no ELF file of type core");
  const uint16_t machine = *NumberAt<uint16_t>(header, 18);
  const bool known = machine == static_cast<uint16_t>(elf::Machine::kAmd64) ||
                     machine == static_cast<uint16_t>(elf::Machine::kArm64);
  if (*NumberAt<uint8_t>(header, 4) == 2 && known) return {};
  return Fail(ErrorCode::kUnsupported,
              fmt::format("core file of ELF machine {} with {} bits: amd64 and arm64 are known", machine,
                          *NumberAt<uint8_t>(header, 4) == 2 ? 64 : 32));
}

}  // namespace

bool IsCore(std::string_view head) {
  return head.size() >= 20 &&
         head.starts_with(
             "\x7f"
             "ELF") &&
         *NumberAt<uint8_t>(head, 5) == 1 && *NumberAt<uint16_t>(head, 16) == kCoreType;
}

std::string Core::ExecutablePath() const {
  for (const CoreMapping& mapping : mappings)
    if (entry >= mapping.begin && entry < mapping.end) return mapping.path;
  return {};
}

Result<Core> ReadCore(const model::StoredFile& file, const CoreLimits& limits) {
  const auto header = ReadPiece(file, 0, kHeader);
  if (!header) return Damaged(fmt::format("{} bytes, a header has {}", file.size(), kHeader));
  SEEP_TRY_VOID(CheckHeader(*header));
  Core core;
  core.machine = elf::Machine{*NumberAt<uint16_t>(*header, 18)};
  SEEP_TRY(const uint64_t count, CountHeaders(file, *header));
  if (count > limits.mappings)
    return Fail(ErrorCode::kTooLarge,
                fmt::format("core file of {} mappings: at most {} are read", count, limits.mappings));
  const auto headers = ReadPiece(file, WordAt(*header, 32), count * kProgramHeader);
  if (*NumberAt<uint16_t>(*header, 54) != kProgramHeader || !headers)
    return Damaged(fmt::format("its {} program headers lie behind its end of {} bytes", count, file.size()));
  uint64_t notes_left = limits.notes_bytes;
  for (uint64_t i = 0; i < count; ++i) {
    const std::string_view h = std::string_view(*headers).substr(i * kProgramHeader, kProgramHeader);
    const uint64_t type = HalfAt(h, 0), size = WordAt(h, 32);
    if (type == elf::kLoad) AddSegment(h, file, core);
    if (type != elf::kNote) continue;
    const auto notes = size <= notes_left ? ReadPiece(file, WordAt(h, 8), size) : std::nullopt;
    if (!notes) {
      core.missing_bytes += std::min(size, uint64_t{1} << 40);
      continue;
    }
    notes_left -= size;
    AddNotes(*notes, limits, core);
  }
  PutInOrder(core);
  if (core.segments.empty()) return Damaged("it holds no memory");
  return core;
}

}  // namespace seep::parse::core
