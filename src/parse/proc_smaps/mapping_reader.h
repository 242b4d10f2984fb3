// /proc/PID/smaps (man proc_pid_smaps; fs/proc/task_mmu.c show_smap): per mapping a line as in maps and its
// sizes,
//
//   c000000000-c000400000 rw-p 00000000 00:00 0                              [anon: Go: heap]
//   Size:               4096 kB
//   Rss:                1240 kB
//   ...
//   VmFlags: rd wr mr mw me ac sd
//
// smaps_rollup has one such block, "... ---p 00000000 00:00 0 [rollup]", without Size.
#pragma once

#include <optional>
#include <string_view>

#include "model/memory.h"

namespace seep::parse {

struct MappingLine {
  uint64_t begin = 0, end = 0;
  std::string_view permissions;  // "rw-p"
  std::string_view path;
};

// Nothing if the line is no mapping.
std::optional<MappingLine> ReadMappingLine(std::string_view line);

// Adds one "Key: N kB" line to the sums; false if it is none.
bool AddSmapsField(std::string_view line, model::SmapsRollup& sums);

}  // namespace seep::parse
