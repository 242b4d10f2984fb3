// One unit of .debug_info (DWARF 5, 7.5; versions 2 to 5 are read): a tree of entries, each a code that names
// an abbreviation (tag, whether children follow, attributes with their forms) and the values of its
// attributes.
//
//   header   unit length, u16 version; 2 to 4: abbreviations' offset, u8 address size;
//            5: u8 unit type, u8 address size, abbreviations' offset, [skeleton, split: u64 id]
//   entry    LEB128 code, values; children until a code of 0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "parse/dwarf/sections.h"

namespace seep::parse::dwarf {

enum class Tag : uint16_t { kNone = 0, kInlined = 0x1d, kCompileUnit = 0x11, kSubprogram = 0x2e };

struct Attribute {
  uint16_t name = 0, form = 0;
  int64_t constant = 0;  // of DW_FORM_implicit_const
};

struct Abbreviation {
  Tag tag = Tag::kNone;
  bool children = false;
  std::vector<Attribute> attributes;
};

// By code, which compilers count up from 1.
using Abbreviations = std::map<uint64_t, Abbreviation>;
Abbreviations ReadAbbreviations(std::string_view section, uint64_t offset);

// What seep wants to know of an entry; offsets are into .debug_info.
struct Entry {
  uint64_t offset = 0;
  Tag tag = Tag::kNone;
  bool children = false;
  std::string_view name, linkage_name, folder;
  std::optional<uint64_t> low, high, ranges, lines, origin;
  bool high_is_length = false, ranges_is_index = false, low_is_index = false;
  uint64_t call_file = 0, call_line = 0;
  // Of the unit's own entry: where its tables of texts, addresses and ranges begin.
  uint64_t text_offsets_base = 0, addresses_base = 0, range_lists_base = 0;
};

using AddressRange = std::pair<uint64_t, uint64_t>;  // first and past-the-last address

struct Unit {
  uint64_t begin = 0, first_entry = 0, end = 0;  // offsets
  uint16_t version = 0;
  uint8_t address_size = 8;
  bool wide = false;
  std::shared_ptr<const Abbreviations> abbreviations;
  uint64_t text_offsets_base = 0, addresses_base = 0, range_lists_base = 0;
  uint64_t low = 0;  // what ranges are relative to
  std::string_view folder;
  std::optional<uint64_t> lines;
};

// The unit whose length stands at `in`, which then stands behind it, and the entry of the unit itself.
// Nothing: damage, or a unit without code (types, or code that is in another file).
std::optional<std::pair<Unit, Entry>> ReadUnit(const Sections& sections, FieldReader& in);

// The entry at `in`, which then stands behind its values. Nothing: a 0 that ends a list of children, or
// damage.
std::optional<Entry> ReadEntry(const Sections& sections, const Unit& unit, FieldReader& in);

// The code an entry stands for. `budget` bounds how many ranges are read in all, however often a file points
// at the same ones.
std::vector<AddressRange> RangesOf(const Sections& sections, const Unit& unit, const Entry& entry,
                                   uint64_t& budget);

}  // namespace seep::parse::dwarf
