// /proc/PID/limits (man proc_pid_limits; fs/proc/base.c proc_pid_limits), in columns:
//
//   Limit                     Soft Limit           Hard Limit           Units
//   Max open files            20000                20000                files
//   Max address space         unlimited            unlimited            bytes
//
// The soft limit is the one that holds.
#include "base/cursor.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

bool SniffLimits(const Sample& sample) {
  return sample.head.starts_with("Limit ") && sample.head.find("Soft Limit") != sample.head.npos;
}

Result<std::vector<model::Snapshot>> ParseLimitsFile(const model::Artifact&, std::string_view bytes,
                                                     Context&) {
  model::Limits limits;
  bool any = false;
  for (Cursor file(bytes); !file.AtEnd();) {
    Cursor line(file.Line());
    std::optional<uint64_t>* limit = line.Skip("Max open files")      ? &limits.open_files
                                     : line.Skip("Max address space") ? &limits.address_space
                                     : line.Skip("Max processes")     ? &limits.processes
                                                                      : nullptr;
    if (limit == nullptr) continue;
    line.SkipSpaces();
    any = any || !line.AtEnd();
    *limit = line.Decimal();  // "unlimited" is none
  }
  if (!any)
    return Fail(ErrorCode::kBadInput, "expected /proc/PID/limits with a 'Max open files' line, found none");
  model::Snapshot out;
  out.limits = limits;
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_limits;
constinit const Format format_proc_limits = {
    .name = "proc/limits", .priority = 100, .sniff = SniffLimits, .parse = ParseLimitsFile};

}  // namespace seep::parse
