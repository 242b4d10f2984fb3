// Which frames of a legacy profile are the profiler's own.
#pragma once

#include "profile/profile.h"

namespace seep::parse::pprof_legacy {

// Sets Profile::drop_frames and keep_frames by the kind of its samples: the allocator's frames of a heap, the
// lock's of a contention profile, else the signal handler's. They are part of what pprof writes again.
void SetDropFrames(profile::Profile& profile);

}  // namespace seep::parse::pprof_legacy
