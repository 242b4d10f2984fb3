// A goroutine dump (debug=2, SIGQUIT, panic) as a pprof profile, so that every report can be made of it. What
// a goroutine profile of pprof does not know becomes labels of the samples:
//
//   state       "chan receive", "IO wait", ... as the dump has it
//   waited      seconds, at least: the runtime prints whole minutes; none below one
//   created_by  the function whose go statement started it
//   locked, leaked   "true": to a thread; as the garbage collector proved
//   and the goroutine's own labels (pprof.Do), where the dump has them
//
// Goroutines that are alike in all of this are one sample. The value is their number.
#pragma once

#include <string_view>

#include "base/result.h"
#include "profile/profile.h"

namespace seep::parse {

// Of several dumps in one text (a log) the last one counts; a comment in the profile says so, and whether the
// text is cut off. An Error with kNoEvidence: this is no dump.
Result<profile::Profile> ReadDumpProfile(std::string_view text);

}  // namespace seep::parse
