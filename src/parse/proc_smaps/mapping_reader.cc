#include "parse/proc_smaps/mapping_reader.h"

#include "base/cursor.h"
#include "base/text.h"
#include "parse/proc_fields.h"

namespace seep::parse {

std::optional<MappingLine> ReadMappingLine(std::string_view line) {
  Cursor in(line);
  MappingLine out;
  const auto begin = in.Hex();
  if (!begin || !in.Skip('-')) return std::nullopt;
  const auto end = in.Hex();
  if (!end || *end < *begin || !in.Skip(' ')) return std::nullopt;
  out.begin = *begin;
  out.end = *end;
  out.permissions = in.Word();
  if (out.permissions.size() != 4) return std::nullopt;
  for (int column = 0; column < 3; ++column) {  // offset, device, inode
    in.SkipSpaces();
    if (in.Word().empty()) return std::nullopt;
  }
  out.path = Trim(in.Rest());
  return out;
}

bool AddSmapsField(std::string_view line, model::SmapsRollup& sums) {
  const auto field = ReadProcField(line);
  if (!field) return false;
  const auto add = [&](std::optional<uint64_t>& sum) { sum = sum.value_or(0) + field->value; };
  using model::SmapsRollup;
  if (field->key == "Rss")
    add(sums.rss);
  else if (field->key == "Pss")
    add(sums.pss);
  else if (field->key == "Private_Dirty")
    add(sums.private_dirty);
  else if (field->key == "Anonymous")
    add(sums.anonymous);
  else if (field->key == "LazyFree")
    add(sums.lazy_free);
  else if (field->key == "AnonHugePages")
    add(sums.anon_huge_pages);
  else if (field->key == "Swap")
    add(sums.swap);
  return true;
}

}  // namespace seep::parse
