#include "parse/dwarf/unit.h"

#include <algorithm>

namespace seep::parse::dwarf {
namespace {

enum : uint16_t {  // attributes
  kName = 0x03,
  kStatements = 0x10,
  kLow = 0x11,
  kHigh = 0x12,
  kFolder = 0x1b,
  kOrigin = 0x31,
  kSpecification = 0x47,
  kRanges = 0x55,
  kCallFile = 0x58,
  kCallLine = 0x59,
  kLinkageName = 0x6e,
  kTextOffsetsBase = 0x72,
  kAddressesBase = 0x73,
  kRangeListsBase = 0x74,
  kMipsLinkageName = 0x2007,
};

enum : uint16_t {  // forms
  kAddr = 0x01,
  kBlock2 = 0x03,
  kBlock4,
  kData2,
  kData4,
  kData8,
  kString,
  kBlock,
  kBlock1,
  kData1,
  kFlag,
  kSdata,
  kStrp,
  kUdata,
  kRefAddr,
  kRef1,
  kRef2,
  kRef4,
  kRef8,
  kRefUdata,
  kIndirect,
  kSecOffset,
  kExprloc,
  kFlagPresent,
  kStrx,
  kAddrx,
  kRefSup4,
  kStrpSup,
  kData16,
  kLineStrp,
  kRefSig8,
  kImplicitConst,
  kLoclistx,
  kRnglistx,
  kRefSup8,
  kStrx1,
  kStrx2,
  kStrx3,
  kStrx4,
  kAddrx1,
  kAddrx2,
  kAddrx3,
  kAddrx4,
  kGnuAddrIndex = 0x1f01,
  kGnuStrIndex = 0x1f02,
  kGnuRefAlt = 0x1f20,
  kGnuStrpAlt = 0x1f21,
};

constexpr size_t kMostAttributes = 500;

struct Value {
  std::string_view text;
  uint64_t number = 0;
  uint16_t form = 0;
};

std::string_view IndexedText(const Sections& sections, const Unit& unit, uint64_t index) {
  const uint64_t size = unit.wide ? 8 : 4;
  if (index > sections.text_offsets.size() / size) return {};
  FieldReader in(sections.text_offsets.view(), unit.text_offsets_base + index * size);
  const uint64_t offset = in.Offset(unit.wide);
  return in.ok() ? TextAt(sections.texts.view(), offset).value_or("") : std::string_view();
}

std::optional<uint64_t> IndexedAddress(const Sections& sections, const Unit& unit, uint64_t index) {
  if (index > sections.addresses.size()) return std::nullopt;
  FieldReader in(sections.addresses.view(), unit.addresses_base + index * unit.address_size);
  const uint64_t address = in.Sized(unit.address_size);
  return in.ok() ? std::optional(address) : std::nullopt;
}

// Bytes of a form that is a plain number; 0: it is something else.
uint64_t NumberSize(const Unit& unit, uint16_t form) {
  const uint64_t offset = unit.wide ? 8 : 4;
  switch (form) {
    case kData1:
    case kFlag:
    case kRef1:
    case kStrx1:
    case kAddrx1:
      return 1;
    case kData2:
    case kRef2:
    case kStrx2:
    case kAddrx2:
      return 2;
    case kStrx3:
    case kAddrx3:
      return 3;
    case kData4:
    case kRef4:
    case kStrx4:
    case kAddrx4:
    case kRefSup4:
      return 4;
    case kData8:
    case kRef8:
    case kRefSig8:
    case kRefSup8:
      return 8;
    case kAddr:
      return unit.address_size;
    case kStrp:
    case kLineStrp:
    case kSecOffset:
    case kStrpSup:
    case kGnuRefAlt:
    case kGnuStrpAlt:
      return offset;
    case kRefAddr:
      return unit.version <= 2 ? unit.address_size : offset;  // as wide as an address in version 2
    default:
      return 0;
  }
}

// Numbers of no fixed size, and what is none; of blocks, which nobody asks for, 0.
uint64_t ReadOther(const Attribute& attribute, uint16_t form, FieldReader& in) {
  switch (form) {
    case kSdata:
      return static_cast<uint64_t>(in.Signed());
    case kUdata:
    case kRefUdata:
    case kStrx:
    case kAddrx:
    case kLoclistx:
    case kRnglistx:
    case kGnuAddrIndex:
    case kGnuStrIndex:
      return in.Unsigned();
    case kFlagPresent:
      return 1;
    case kImplicitConst:
      return static_cast<uint64_t>(attribute.constant);
    case kBlock:
    case kExprloc:
      in.Take(in.Unsigned());
      return 0;
    case kBlock1:
      in.Take(in.U8());
      return 0;
    case kBlock2:
      in.Take(in.U16());
      return 0;
    case kBlock4:
      in.Take(in.U32());
      return 0;
    case kData16:
      in.Take(16);
      return 0;
    default:
      in.Take(UINT64_MAX);
      return 0;  // of unknown length: nothing behind it can be read
  }
}

// References within the unit become offsets into the section.
Value ReadValue(const Sections& sections, const Unit& unit, const Attribute& attribute, FieldReader& in) {
  Value value{{}, 0, attribute.form};
  if (value.form == kIndirect) value.form = static_cast<uint16_t>(in.Unsigned());
  if (value.form == kString) {
    value.text = in.Text();
    return value;
  }
  const uint64_t size = NumberSize(unit, value.form);
  value.number = size != 0 ? in.Sized(size) : ReadOther(attribute, value.form, in);
  switch (value.form) {
    case kStrp:
      value.text = TextAt(sections.texts.view(), value.number).value_or("");
      break;
    case kLineStrp:
      value.text = TextAt(sections.line_texts.view(), value.number).value_or("");
      break;
    case kStrx:
    case kStrx1:
    case kStrx2:
    case kStrx3:
    case kStrx4:
    case kGnuStrIndex:
      value.text = IndexedText(sections, unit, value.number);
      break;
    case kRef1:
    case kRef2:
    case kRef4:
    case kRef8:
    case kRefUdata:
      value.number += unit.begin;
      break;
    default:
      break;
  }
  return value;
}

bool IsAddressIndex(uint16_t form) {
  return form == kAddrx || (form >= kAddrx1 && form <= kAddrx4) || form == kGnuAddrIndex;
}

void Keep(const Attribute& attribute, const Value& value, Entry& entry) {
  switch (attribute.name) {
    case kName:
      entry.name = value.text;
      break;
    case kLinkageName:
    case kMipsLinkageName:
      entry.linkage_name = value.text;
      break;
    case kFolder:
      entry.folder = value.text;
      break;
    case kStatements:
      entry.lines = value.number;
      break;
    case kLow:
      entry.low = value.number;
      entry.low_is_index = IsAddressIndex(value.form);
      break;
    case kHigh:
      entry.high = value.number;
      entry.high_is_length = value.form != kAddr && !IsAddressIndex(value.form);
      break;
    case kRanges:
      entry.ranges = value.number;
      entry.ranges_is_index = value.form == kRnglistx;
      break;
    case kOrigin:
    case kSpecification:
      entry.origin = value.number;
      break;
    case kCallFile:
      entry.call_file = value.number;
      break;
    case kCallLine:
      entry.call_line = value.number;
      break;
    case kTextOffsetsBase:
      entry.text_offsets_base = value.number;
      break;
    case kAddressesBase:
      entry.addresses_base = value.number;
      break;
    case kRangeListsBase:
      entry.range_lists_base = value.number;
      break;
    default:
      break;
  }
}

// .debug_ranges: pairs relative to the unit, until two zeros; {~0, base} changes what they are relative to.
void ReadOldRanges(const Sections& sections, const Unit& unit, uint64_t offset, uint64_t& budget,
                   std::vector<AddressRange>& out) {
  FieldReader in(sections.ranges.view(), offset);
  const uint64_t largest = unit.address_size >= 8 ? UINT64_MAX : (uint64_t{1} << (8 * unit.address_size)) - 1;
  uint64_t base = unit.low;
  while (!in.AtEnd() && budget > 0) {
    const uint64_t low = in.Sized(unit.address_size), high = in.Sized(unit.address_size);
    if (!in.ok() || (low == 0 && high == 0)) return;
    --budget;
    if (low == largest)
      base = high;
    else if (low < high)
      out.emplace_back(base + low, base + high);
  }
}

// .debug_rnglists.
void ReadRangeList(const Sections& sections, const Unit& unit, uint64_t offset, uint64_t& budget,
                   std::vector<AddressRange>& out) {
  enum : uint8_t { kEnd, kBaseIndex, kIndexIndex, kIndexLength, kOffsetPair, kBase, kStartEnd, kStartLength };
  FieldReader in(sections.range_lists.view(), offset);
  const auto indexed = [&] { return IndexedAddress(sections, unit, in.Unsigned()).value_or(0); };
  const auto plain = [&] { return in.Sized(unit.address_size); };
  uint64_t base = unit.low;
  while (in.ok() && !in.AtEnd() && budget > 0) {
    --budget;
    uint64_t low = 0, high = 0;
    switch (in.U8()) {
      case kBaseIndex:
        base = indexed();
        break;
      case kBase:
        base = plain();
        break;
      case kIndexIndex:
        low = indexed();
        high = indexed();
        break;
      case kIndexLength:
        low = indexed();
        high = low + in.Unsigned();
        break;
      case kOffsetPair:
        low = base + in.Unsigned();
        high = base + in.Unsigned();
        break;
      case kStartEnd:
        low = plain();
        high = plain();
        break;
      case kStartLength:
        low = plain();
        high = low + in.Unsigned();
        break;
      default:
        return;
    }
    if (in.ok() && low < high) out.emplace_back(low, high);
  }
}

}  // namespace

Abbreviations ReadAbbreviations(std::string_view section, uint64_t offset) {
  Abbreviations all;
  FieldReader in(section, offset);
  while (in.ok() && !in.AtEnd()) {
    const uint64_t code = in.Unsigned();
    if (code == 0) break;
    Abbreviation one;
    one.tag = Tag{static_cast<uint16_t>(in.Unsigned())};
    one.children = in.U8() != 0;
    while (in.ok()) {
      // Compilers write some dozens. An entry may be one byte long and have all of them.
      if (one.attributes.size() == kMostAttributes) return all;
      Attribute a;
      a.name = static_cast<uint16_t>(in.Unsigned());
      a.form = static_cast<uint16_t>(in.Unsigned());
      if (a.form == kImplicitConst) a.constant = in.Signed();
      if (a.name == 0 && a.form == 0) break;
      one.attributes.push_back(a);
    }
    all.try_emplace(code, std::move(one));
  }
  return all;
}

std::optional<std::pair<Unit, Entry>> ReadUnit(const Sections& sections, FieldReader& in) {
  enum : uint8_t { kCompile = 1, kPartial = 3 };
  Unit unit;
  unit.begin = in.at();
  const uint64_t length = in.UnitLength(unit.wide);
  unit.end = in.at() + std::min(length, in.left());
  FieldReader head = in;
  in.Take(unit.end - in.at());
  unit.version = head.U16();
  uint8_t type = kCompile;
  uint64_t abbreviations = 0;
  if (unit.version >= 5) {
    type = head.U8();
    unit.address_size = head.U8();
    abbreviations = head.Offset(unit.wide);
  } else {
    abbreviations = head.Offset(unit.wide);
    unit.address_size = head.U8();
  }
  if (!head.ok() || unit.version < 2 || unit.version > 5 || (type != kCompile && type != kPartial) ||
      (unit.address_size != 4 && unit.address_size != 8))
    return std::nullopt;
  unit.first_entry = head.at();
  unit.abbreviations =
      std::make_shared<Abbreviations>(ReadAbbreviations(sections.abbreviations.view(), abbreviations));
  unit.text_offsets_base = unit.wide ? 16 : 8;  // behind the table's header, where nothing says otherwise
  // Twice: texts and addresses may stand before the bases that they are counted from.
  FieldReader first = head;
  auto entry = ReadEntry(sections, unit, first);
  if (!entry || entry->tag != Tag::kCompileUnit) return std::nullopt;
  if (entry->text_offsets_base != 0) unit.text_offsets_base = entry->text_offsets_base;
  unit.addresses_base = entry->addresses_base;
  unit.range_lists_base = entry->range_lists_base;
  entry = ReadEntry(sections, unit, head);
  if (!entry) return std::nullopt;
  unit.low = entry->low.value_or(0);
  unit.folder = entry->folder;
  unit.lines = entry->lines;
  return std::pair(std::move(unit), *entry);
}

std::optional<Entry> ReadEntry(const Sections& sections, const Unit& unit, FieldReader& in) {
  Entry entry;
  entry.offset = in.at();
  const auto found = unit.abbreviations->find(in.Unsigned());
  if (!in.ok() || found == unit.abbreviations->end()) return std::nullopt;
  entry.tag = found->second.tag;
  entry.children = found->second.children;
  for (const Attribute& attribute : found->second.attributes)
    Keep(attribute, ReadValue(sections, unit, attribute, in), entry);
  if (!in.ok()) return std::nullopt;
  if (entry.low_is_index) entry.low = IndexedAddress(sections, unit, *entry.low);
  return entry;
}

std::vector<AddressRange> RangesOf(const Sections& sections, const Unit& unit, const Entry& entry,
                                   uint64_t& budget) {
  std::vector<AddressRange> out;
  if (entry.ranges) {
    uint64_t offset = *entry.ranges;
    if (entry.ranges_is_index) {  // the list's offset stands in a table at the unit's base, relative to it
      FieldReader in(sections.range_lists.view(), unit.range_lists_base + offset * (unit.wide ? 8 : 4));
      offset = unit.range_lists_base + in.Offset(unit.wide);
    }
    if (unit.version >= 5)
      ReadRangeList(sections, unit, offset, budget, out);
    else
      ReadOldRanges(sections, unit, offset, budget, out);
  } else if (entry.low && entry.high && budget > 0) {
    const uint64_t high = entry.high_is_length ? *entry.low + *entry.high : *entry.high;
    if (*entry.low < high) out.emplace_back(*entry.low, high);
    --budget;
  }
  return out;
}

}  // namespace seep::parse::dwarf
