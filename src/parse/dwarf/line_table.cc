#include "parse/dwarf/line_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace seep::parse::dwarf {
namespace {

// Forms that version 5 uses in its lists of folders and files.
enum : uint64_t {
  kBlock2 = 3,
  kBlock4 = 4,
  kData2 = 5,
  kData4 = 6,
  kData8 = 7,
  kString = 8,
  kBlock = 9,
  kBlock1 = 0xa,
  kData1 = 0xb,
  kStrp = 0xe,
  kUdata = 0xf,
  kData16 = 0x1e,
  kLineStrp = 0x1f,
};

struct Field {
  std::string_view text;
  uint64_t number = 0;
};

std::string Join(std::string_view folder, std::string_view name) {
  if (name.starts_with('/') || folder.empty()) return std::string(name);
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

}  // namespace

struct LineTable::Header {
  bool wide = false;
  uint16_t version = 0;
  uint8_t least_instruction = 1, first_special = 1, line_range = 1;
  int8_t line_base = 0;
  std::string_view operands;  // how many LEB128 numbers opcode i + 1 has
};

// Versions 2 to 4.
void LineTable::ReadFiles(FieldReader& in, std::string_view compilation_folder) {
  folders_.push_back(compilation_folder);
  files_.emplace_back();
  for (std::string_view folder = in.Text(); in.ok() && !folder.empty(); folder = in.Text())
    folders_.push_back(folder);
  for (std::string_view name = in.Text(); in.ok() && !name.empty(); name = in.Text()) {
    const uint64_t folder = in.Unsigned();
    in.Unsigned();  // time
    in.Unsigned();  // size
    files_.push_back({name, folder});
  }
}

// One list of version 5.
void LineTable::ReadEntries(const Sections& sections, FieldReader& in, const Header& header, bool files) {
  const auto read = [&](uint64_t form) -> Field {
    switch (form) {
      case kString:
        return {in.Text(), 0};
      case kStrp:
        return {TextAt(sections.texts.view(), in.Offset(header.wide)).value_or(""), 0};
      case kLineStrp:
        return {TextAt(sections.line_texts.view(), in.Offset(header.wide)).value_or(""), 0};
      case kUdata:
        return {"", in.Unsigned()};
      case kData1:
        return {"", in.U8()};
      case kData2:
        return {"", in.U16()};
      case kData4:
        return {"", in.U32()};
      case kData8:
        return {"", in.U64()};
      case kData16:
        in.Take(16);
        return {};
      case kBlock:
        in.Take(in.Unsigned());
        return {};
      case kBlock1:
        in.Take(in.U8());
        return {};
      case kBlock2:
        in.Take(in.U16());
        return {};
      case kBlock4:
        in.Take(in.U32());
        return {};
      default:
        in.Take(UINT64_MAX);
        return {};  // of unknown length: nothing behind it can be read
    }
  };
  constexpr uint64_t kPath = 1, kFolder = 2;
  std::vector<std::pair<uint64_t, uint64_t>> fields(in.U8());
  for (auto& [content, form] : fields) {
    content = in.Unsigned();
    form = in.Unsigned();
  }
  const uint64_t count = in.Unsigned();
  if (fields.empty()) return;  // then any number of them takes no bytes
  for (uint64_t i = 0; i < count && in.ok() && !in.AtEnd(); ++i) {
    NamedFile one;
    for (const auto& [content, form] : fields) {
      const Field field = read(form);
      if (content == kPath) one.name = field.text;
      if (content == kFolder) one.folder = field.number;
    }
    if (files)
      files_.push_back(one);
    else
      folders_.push_back(one.name);
  }
}

Result<LineTable> LineTable::Read(const Sections& sections, uint64_t offset,
                                  std::string_view compilation_folder, uint64_t& budget) {
  FieldReader all(sections.lines.view(), offset);
  Header header;
  FieldReader in = all.Part(all.UnitLength(header.wide));
  header.version = in.U16();
  if (!all.ok() || header.version < 2 || header.version > 5)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("line program at {:#x}: version {}; 2 to 5 are known", offset, header.version));
  if (header.version >= 5) in.U16();  // sizes of addresses and segments
  const uint64_t length = in.Offset(header.wide);
  FieldReader head = in.Part(length);
  header.least_instruction = head.U8();
  if (header.version >= 4) head.U8();  // operations per instruction: 1 but on processors Go does not know
  head.U8();                           // is_stmt
  header.line_base = static_cast<int8_t>(head.U8());
  header.line_range = head.U8();
  header.first_special = head.U8();
  if (!head.ok() || header.line_range == 0 || header.first_special == 0)
    return Fail(ErrorCode::kBadInput, fmt::format("line program at {:#x}: its header is cut off", offset));
  header.operands = head.Take(header.first_special - 1u);
  LineTable table;
  if (header.version >= 5) {
    table.ReadEntries(sections, head, header, false);
    table.ReadEntries(sections, head, header, true);
  } else {
    table.ReadFiles(head, compilation_folder);
  }
  table.Run(in, header, budget);
  budget -= table.rows_.size();
  std::ranges::sort(table.sequences_, {}, [](const Sequence& s) { return std::pair(s.begin, s.first); });
  return table;
}

void LineTable::Finish(size_t first, uint64_t end) {
  if (rows_.size() > first && rows_[first].address < end &&
      std::ranges::is_sorted(rows_.begin() + static_cast<ptrdiff_t>(first), rows_.end(), {}, &Row::address))
    sequences_.push_back({rows_[first].address, end, first, rows_.size() - first});
}

void LineTable::Run(FieldReader in, const Header& header, uint64_t most_rows) {
  enum : uint8_t {
    kExtended,
    kCopy,
    kAdvanceAddress,
    kAdvanceLine,
    kSetFile,
    kSetColumn,
    kNegate,
    kBasicBlock,
    kConstAddAddress,
    kFixedAdvance,
  };
  enum : uint8_t { kEndSequence = 1, kSetAddress = 2 };
  size_t first = 0;
  Row row{0, 1, 1};
  const auto special = [&](uint8_t opcode) {
    const uint8_t adjusted = static_cast<uint8_t>(opcode - header.first_special);
    row.address += uint64_t{static_cast<uint8_t>(adjusted / header.line_range)} * header.least_instruction;
    return static_cast<uint32_t>(header.line_base + adjusted % header.line_range);
  };
  while (in.ok() && !in.AtEnd() && rows_.size() < most_rows) {
    const uint8_t opcode = in.U8();
    if (opcode >= header.first_special) {
      row.line += special(opcode);
      rows_.push_back(row);
      continue;
    }
    switch (opcode) {
      case kExtended: {
        FieldReader body = in.Part(in.Unsigned());
        const uint8_t kind = body.U8();
        if (kind == kSetAddress) row.address = body.Sized(body.left());
        if (kind != kEndSequence) break;
        Finish(first, row.address);
        first = rows_.size();
        row = Row{0, 1, 1};
        break;
      }
      case kCopy:
        rows_.push_back(row);
        break;
      case kAdvanceAddress:
        row.address += in.Unsigned() * header.least_instruction;
        break;
      case kAdvanceLine:
        row.line += static_cast<uint32_t>(in.Signed());
        break;
      case kSetFile:
        row.file = static_cast<uint32_t>(in.Unsigned());
        break;
      case kConstAddAddress:
        special(255);
        break;
      case kFixedAdvance:
        row.address += in.U16();
        break;
      default:  // columns, basic blocks, prologues, and opcodes that are yet to be invented
        for (uint8_t n = NumberAt<uint8_t>(header.operands, opcode - 1u).value_or(0); n > 0; --n)
          in.Unsigned();
    }
  }
}

std::optional<SourcePlace> LineTable::Find(uint64_t address) const {
  auto sequence = std::ranges::upper_bound(sequences_, address, {}, &Sequence::begin);
  if (sequence == sequences_.begin() || address >= (--sequence)->end) return std::nullopt;
  const auto begin = rows_.begin() + static_cast<ptrdiff_t>(sequence->first);
  const auto row = std::ranges::upper_bound(begin, begin + static_cast<ptrdiff_t>(sequence->count), address,
                                            {}, &Row::address) -
                   1;
  return SourcePlace{File(row->file), row->line};
}

std::string LineTable::File(uint64_t index) const {
  if (index >= files_.size()) return {};
  const NamedFile& file = files_[index];
  if (file.name.empty()) return {};
  const std::string_view base = folders_.empty() ? std::string_view() : folders_[0];
  if (file.folder == 0 || file.folder >= folders_.size()) return Join(base, file.name);
  return Join(Join(base, folders_[file.folder]), file.name);
}

}  // namespace seep::parse::dwarf
