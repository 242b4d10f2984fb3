#include "parse/dwarf/sections.h"

namespace seep::parse::dwarf {

Result<Sections> ReadSections(const elf::File& file, uint64_t max_bytes) {
  Sections sections;
  struct Named {
    std::string_view name;
    Bytes Sections::* bytes;
  };
  constexpr Named kAll[] = {
      {"debug_info", &Sections::info},           {"debug_abbrev", &Sections::abbreviations},
      {"debug_line", &Sections::lines},          {"debug_str", &Sections::texts},
      {"debug_line_str", &Sections::line_texts}, {"debug_str_offsets", &Sections::text_offsets},
      {"debug_addr", &Sections::addresses},      {"debug_ranges", &Sections::ranges},
      {"debug_rnglists", &Sections::range_lists}};
  for (const Named& one : kAll) {
    SEEP_TRY(Bytes bytes, file.DebugData(one.name, max_bytes));
    max_bytes -= bytes.size() < max_bytes ? bytes.size() : max_bytes;
    sections.*one.bytes = std::move(bytes);
  }
  return sections;
}

}  // namespace seep::parse::dwarf
