// What heaptrack leaves (heaptrack.PROGRAM.PID.zst or .gz): the text that heaptrack_interpret 1.0 and later
// writes, file formats 1 to 3 (src/analyze/accumulatedtracedata.cpp of heaptrack 1.5). Lines of hexadecimal
// numbers without prefix; indices count from 1 in the order of the lines, 0 is none:
//
//   v 10400 3               heaptrack's version, the file's
//   X ./server -port 80     what ran
//   s 4 main                a string: its length (format 3 only), itself
//   i 561b5e590254 1 18 19 7b [1a 1b 50e]...
//                           an address: module, then function, file and line, then the same of the calls it
//                           was inlined into; all strings
//   t b 8                   a trace: address, the trace of its caller, which came before
//   a bb8 a                 blocks of one size of one trace: their size, the trace; counted from 0
//   + 1      - 1            one of these was allocated, freed
//   c 35f, R 576, I, A, S, #  time in ms, resident pages, system, attached, suppressed, comment
//
// Nothing is sampled. Lines "x" and "m" are those of the raw form, which only the tracked machine can
// interpret.
#pragma once

#include <string_view>

#include "base/result.h"
#include "profile/profile.h"

namespace seep::parse {

bool IsHeaptrack(std::string_view head);

struct HeaptrackFile {
  // alloc_objects, alloc_space, inuse_objects, inuse_space; with the names heaptrack found.
  profile::Profile profile;
  uint64_t unreadable = 0;  // lines
};
Result<HeaptrackFile> ReadHeaptrack(std::string_view bytes);

}  // namespace seep::parse
