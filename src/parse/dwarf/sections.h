// The sections of a file's debug information, inflated.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "parse/dwarf/field_reader.h"
#include "parse/elf/file.h"

namespace seep::parse::dwarf {

struct Sections {
  Bytes info, abbreviations, lines, texts, line_texts, text_offsets, addresses;
  Bytes ranges;       // up to version 4
  Bytes range_lists;  // version 5
};

// Empty sections where the file has none; an error where they cannot be inflated, or are larger than that
// altogether.
Result<Sections> ReadSections(const elf::File& file, uint64_t max_bytes);

}  // namespace seep::parse::dwarf
