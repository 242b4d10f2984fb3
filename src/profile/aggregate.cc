#include "profile/filter.h"

namespace seep::profile {

Status Aggregate(Profile& profile, const Settings& settings) {
  struct Kept {
    bool function = false, file = false, line = false, address = false;
  } kept;
  const bool inlines = !settings.noinlines;
  const std::string& granularity = settings.granularity;
  if (granularity.empty() || granularity == "functions") {
    kept.function = true;
  } else if (granularity == "addresses") {
    if (inlines) return {};
    kept = {true, true, true, true};
  } else if (granularity == "lines") {
    kept = {true, true, true, false};
  } else if (granularity == "files") {
    kept.file = true;
  } else if (granularity == "filefunctions") {
    kept.function = kept.file = true;
  } else {
    return Fail(ErrorCode::kUsage, "unexpected granularity");
  }
  for (Mapping& mapping : profile.mappings) {
    mapping.has_inline_frames = mapping.has_inline_frames && inlines;
    mapping.has_functions = mapping.has_functions && kept.function;
    mapping.has_filenames = mapping.has_filenames && kept.file;
    mapping.has_line_numbers = mapping.has_line_numbers && kept.line;
  }
  for (Function& function : profile.functions) {
    if (!kept.function) function.name = function.system_name = {};
    if (!kept.file) function.file = {};
  }
  for (Location& location : profile.locations) {
    if (!inlines && location.line_count > 1) {
      location.first_line += location.line_count - 1;
      location.line_count = 1;
    }
    if (!kept.address) location.address = 0;
  }
  for (Line& line : profile.lines) {
    if (!kept.line) line.line = 0;
    if (!kept.line || !settings.showcolumns) line.column = 0;
  }
  return {};
}

}  // namespace seep::profile
