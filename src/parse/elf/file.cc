#include "parse/elf/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/number_at.h"
#include "parse/elf/inflate_section.h"

namespace seep::parse::elf {
namespace {

std::unexpected<Error> Damaged(std::string what) {
  return Fail(ErrorCode::kBadInput, "ELF file: " + std::move(what), "", "the file may be cut off or damaged");
}

uint64_t Align4(uint64_t n) {
  return (n + 3) & ~uint64_t{3};
}

}  // namespace

uint64_t File::Word(std::string_view bytes, uint64_t narrow, uint64_t wide) const {
  if (wide_) return NumberAt<uint64_t>(bytes, wide).value_or(0);
  return NumberAt<uint32_t>(bytes, narrow).value_or(0);
}

Result<File> File::Parse(Bytes bytes) {
  File file;
  file.bytes_ = std::move(bytes);
  SEEP_TRY_VOID(file.ReadHeader());
  return file;
}

Status File::ReadHeader() {
  const std::string_view all = bytes_.view();
  constexpr std::string_view kMagic =
      "\x7f"
      "ELF";
  if (!all.starts_with(kMagic)) return Damaged("it does not begin with 7f 45 4c 46");
  const uint8_t bits = NumberAt<uint8_t>(all, 4).value_or(0), order = NumberAt<uint8_t>(all, 5).value_or(0);
  if (order == 2)
    return Fail(ErrorCode::kUnsupported, "ELF file of a big-endian machine; only little-endian is known");
  if ((bits != 1 && bits != 2) || order != 1 || NumberAt<uint8_t>(all, 6) != 1)
    return Damaged(fmt::format("class {} and byte order {} are not known", bits, order));
  wide_ = bits == 2;
  const size_t header = wide_ ? 64 : 52;
  if (all.size() < header) return Damaged(fmt::format("{} bytes, a header has {}", all.size(), header));
  type_ = *NumberAt<uint16_t>(all, 16);
  machine_ = Machine{*NumberAt<uint16_t>(all, 18)};
  if (*NumberAt<uint32_t>(all, 20) != 1) return Damaged("its two versions differ");
  const uint64_t segments = Word(all, 28, 32), sections = Word(all, 32, 40);
  const auto half = [&](size_t i) { return uint64_t{*NumberAt<uint16_t>(all, (wide_ ? 52 : 40) + 2 * i)}; };
  SEEP_TRY_VOID(ReadSegments(segments, half(1), half(2)));
  return ReadSections(sections, half(3), half(4), half(5));
}

Status File::ReadSegments(uint64_t offset, uint64_t size, uint64_t count) {
  const uint64_t least = wide_ ? 56 : 32;
  if (count > 0 && size < least) return Damaged(fmt::format("program headers of {} bytes", size));
  const std::string_view all = PartAt(bytes_.view(), offset, size * count);
  if (count > 0 && all.size() < size * count)
    return Damaged(fmt::format("{} program headers at {} lie behind the end", count, offset));
  for (uint64_t i = 0; i < count; ++i) {
    const std::string_view h = all.substr(i * size, size);
    Segment s;
    s.type = *NumberAt<uint32_t>(h, 0);
    s.flags = *NumberAt<uint32_t>(h, wide_ ? 4 : 24);
    s.offset = Word(h, 4, 8);
    s.address = Word(h, 8, 16);
    s.file_size = Word(h, 16, 32);
    s.memory_size = Word(h, 20, 40);
    s.alignment = Word(h, 28, 48);
    if (static_cast<int64_t>(s.offset) < 0 || static_cast<int64_t>(s.file_size) < 0)
      return Damaged(fmt::format("segment {} lies at {:#x}", i, s.offset));
    segments_.push_back(s);
  }
  return {};
}

Section File::SectionAt(std::string_view h) const {
  Section s;
  s.type = NumberAt<uint32_t>(h, 4).value_or(0);
  s.flags = Word(h, 8, 8);
  s.address = Word(h, 12, 16);
  s.offset = Word(h, 16, 24);
  s.size = Word(h, 20, 32);
  s.link = NumberAt<uint32_t>(h, wide_ ? 40 : 24).value_or(0);
  s.info = NumberAt<uint32_t>(h, wide_ ? 44 : 28).value_or(0);
  s.alignment = Word(h, 32, 48);
  s.entry_size = Word(h, 36, 56);
  return s;
}

Status File::ReadSections(uint64_t offset, uint64_t size, uint64_t count, uint64_t names) {
  const uint64_t least = wide_ ? 64 : 40;
  if (offset == 0 && count != 0) return Damaged(fmt::format("{} sections at offset 0", count));
  if (offset == 0) return {};
  if (size < least) return Damaged(fmt::format("section headers of {} bytes", size));
  const std::string_view all = PartAt(bytes_.view(), offset);
  if (count == 0) {  // more than 65,279: the first, empty section says how many and where their names are
    const Section first = SectionAt(PartAt(all, 0, size));
    count = first.size;
    if (names == 0xffff) names = first.link;
  }
  if (count > all.size() / size)
    return Damaged(fmt::format("{} section headers at {} lie behind the end", count, offset));
  if (count > 0 && names >= count) return Damaged(fmt::format("names in section {} of {}", names, count));
  for (uint64_t i = 0; i < count; ++i) {
    sections_.push_back(SectionAt(all.substr(i * size, size)));
    const Section& s = sections_.back();
    if (static_cast<int64_t>(s.offset) < 0 || static_cast<int64_t>(s.size) < 0)
      return Damaged(fmt::format("section {} lies at {:#x}", i, s.offset));
  }
  if (names == 0 || count == 0) return {};
  if (sections_[names].type != kStrings) return Damaged(fmt::format("section {} holds no names", names));
  const std::string_view texts = Raw(sections_[names]);
  for (uint64_t i = 0; i < count; ++i) {
    const auto name = TextAt(texts, *NumberAt<uint32_t>(all, i * size));
    if (!name) return Damaged(fmt::format("the name of section {} lies behind the end", i));
    sections_[i].name = *name;
  }
  return {};
}

const Section* File::FindSection(std::string_view name) const {
  const auto found = std::ranges::find(sections_, name, &Section::name);
  return found == sections_.end() ? nullptr : &*found;
}

std::string_view File::Raw(const Section& section) const {
  if (section.type == kNoBits) return {};
  return PartAt(bytes_.view(), section.offset, section.size);
}

Result<Bytes> File::Data(const Section& section, uint64_t max_bytes) const {
  const std::string_view raw = Raw(section);
  if ((section.flags & kCompressed) != 0) {
    const auto method = NumberAt<uint32_t>(raw, 0);
    const uint64_t size = Word(raw, 4, 8);
    const std::string_view body = PartAt(raw, wide_ ? 24 : 12);
    return InflateSection(section.name, method.value_or(0), body, size, max_bytes);
  }
  constexpr std::string_view kOldMagic = "ZLIB";  // then the size, big-endian
  if (section.name.starts_with(".zdebug_") && raw.starts_with(kOldMagic)) {
    const uint64_t size = __builtin_bswap64(NumberAt<uint64_t>(raw, 4).value_or(0));
    return InflateSection(section.name, kZlibSection, PartAt(raw, 12), size, max_bytes);
  }
  if (raw.size() > max_bytes)
    return Fail(ErrorCode::kTooLarge,
                fmt::format("section {} has {} bytes, the limit is {}", section.name, raw.size(), max_bytes));
  return bytes_.Part(section.offset, raw.size());
}

Result<Bytes> File::DebugData(std::string_view name, uint64_t max_bytes) const {
  const Section* section = FindSection(fmt::format(".{}", name));
  if (section == nullptr) section = FindSection(fmt::format(".z{}", name));
  if (section == nullptr) return Bytes();
  return Data(*section, max_bytes);
}

Bytes File::FromAddress(uint64_t address) const {
  for (const Segment& s : segments_)
    if (s.type == kLoad && address >= s.address && address - s.address < s.file_size)
      return bytes_.Part(s.offset + (address - s.address), s.file_size - (address - s.address));
  return {};
}

std::optional<uint64_t> File::LoadAddress() const {
  for (const Segment& s : segments_) {
    if (s.type != kLoad || (s.flags & kExecutable) == 0) continue;
    return s.alignment == 0 ? s.address : s.address - s.address % s.alignment;
  }
  return std::nullopt;
}

std::vector<Symbol> File::SymbolsOf(const Section& table) const {
  const std::string_view raw = Raw(table);
  const std::string_view names =
      table.link < sections_.size() ? Raw(sections_[table.link]) : std::string_view();
  const size_t size = wide_ ? 24 : 16;
  std::vector<Symbol> symbols;
  symbols.reserve(raw.size() / size);
  for (size_t at = size; at + size <= raw.size(); at += size) {  // the first is empty
    const std::string_view s = raw.substr(at, size);
    Symbol symbol;
    symbol.name = TextAt(names, *NumberAt<uint32_t>(s, 0)).value_or("");
    symbol.value = Word(s, 4, 8);
    symbol.size = Word(s, 8, 16);
    symbol.kind = static_cast<uint8_t>(*NumberAt<uint8_t>(s, wide_ ? 4 : 12) & 0xf);
    symbol.section = *NumberAt<uint16_t>(s, wide_ ? 6 : 14);
    symbols.push_back(symbol);
  }
  return symbols;
}

std::vector<Symbol> File::Symbols() const {
  for (const uint32_t type : {kSymbols, kDynamicSymbols})
    for (const Section& section : sections_)
      if (section.type == type) return SymbolsOf(section);
  return {};
}

std::optional<uint64_t> File::FindSymbol(std::string_view name) const {
  for (const Section& section : sections_) {
    if (section.type != kSymbols) continue;
    const std::vector<Symbol> symbols = SymbolsOf(section);
    const auto found = std::ranges::find(symbols, name, &Symbol::name);
    if (found != symbols.end()) return found->value;
  }
  return std::nullopt;
}

// Notes: {u32 size of the owner, u32 size of the content, u32 type}, owner, content, each padded to 4 bytes.
std::string_view File::Note(std::string_view owner, uint32_t type) const {
  const auto search = [&](std::string_view notes) -> std::string_view {
    while (notes.size() >= 12) {
      const uint64_t name = *NumberAt<uint32_t>(notes, 0), size = *NumberAt<uint32_t>(notes, 4);
      const std::string_view found = PartAt(notes, 12, name);
      if (*NumberAt<uint32_t>(notes, 8) == type && found.size() == name && found.starts_with(owner))
        return PartAt(notes, 12 + Align4(name), size);
      notes = PartAt(notes, 12 + Align4(name) + Align4(size));
    }
    return {};
  };
  for (const Section& section : sections_)
    if (section.type == kNoteSection)
      if (const std::string_view found = search(Raw(section)); !found.empty()) return found;
  for (const Segment& segment : segments_)
    if (segment.type == kNote)
      if (const std::string_view found = search(PartAt(bytes_.view(), segment.offset, segment.file_size));
          !found.empty())
        return found;
  return {};
}

std::string File::BuildId() const {
  constexpr uint32_t kGnuBuildId = 3;
  std::string hex;
  for (const char c : Note("GNU", kGnuBuildId)) hex += fmt::format("{:02x}", static_cast<uint8_t>(c));
  return hex;
}

std::string File::GoBuildId() const {
  constexpr uint32_t kGoBuildId = 4;
  return std::string(Note("Go", kGoBuildId));
}

SymbolIndex::SymbolIndex(const File& file) : functions_(file.Symbols()) {
  std::erase_if(functions_, [](const Symbol& s) {
    return s.kind != kFunctionSymbol || s.section == 0 || s.name.empty();
  });
  std::ranges::sort(functions_, {}, [](const Symbol& s) { return std::pair(s.value, s.name); });
}

const Symbol* SymbolIndex::Find(uint64_t address) const {
  auto after = std::ranges::upper_bound(functions_, address, {}, &Symbol::value);
  if (after == functions_.begin()) return nullptr;
  // Of several at one place (aliases) the first by name: always the same one.
  const uint64_t value = (after - 1)->value;
  const Symbol& symbol = *std::ranges::lower_bound(functions_.begin(), after, value, {}, &Symbol::value);
  if (symbol.size != 0 && address - symbol.value >= symbol.size) return nullptr;
  return &symbol;
}

}  // namespace seep::parse::elf
