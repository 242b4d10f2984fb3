// /proc/PID/smaps_rollup, Linux 4.14 and later: the sums of smaps, made in one go.
#include "base/cursor.h"
#include "parse/format.h"
#include "parse/proc_fields.h"
#include "parse/proc_smaps/mapping_reader.h"

namespace seep::parse {
namespace {

bool SniffRollup(const Sample& sample) {
  Cursor in(sample.head);
  const auto mapping = ReadMappingLine(in.Line());
  return mapping && mapping->path == "[rollup]";
}

Result<std::vector<model::Snapshot>> ParseRollup(const model::Artifact&, std::string_view bytes, Context&) {
  model::SmapsRollup sums;
  Cursor in(bytes);
  in.Line();
  while (!in.AtEnd()) AddSmapsField(in.Line(), sums);
  if (!sums.rss)
    return Fail(ErrorCode::kBadInput, "expected /proc/PID/smaps_rollup, found no 'Rss:' line in it");
  model::Snapshot out;
  out.smaps_rollup = sums;
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_smaps_rollup;
constinit const Format format_proc_smaps_rollup = {
    .name = "proc/smaps_rollup", .priority = 100, .sniff = SniffRollup, .parse = ParseRollup};

}  // namespace seep::parse
