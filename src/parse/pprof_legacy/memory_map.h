// The tail of a legacy profile: which file was mapped where. Lines are those of /proc/PID/maps (proc(5)) or
// shorter; what is neither is passed over:
//
//   00400000-0049f000 r-xp 00001000 08:01 3016   /usr/bin/server          (without x: not code, dropped)
//   0x400000-0x49f000 /usr/bin/server (@1000) 4f2a9c1e                    file, offset and build id optional
//   build=/usr/bin                                                        from here on $build stands for it
//
// A prefix "file.cc:12] " that glog put before a line is taken off.
#pragma once

#include "base/result.h"
#include "parse/pprof_legacy/go_text.h"
#include "profile/profile.h"

namespace seep::parse::pprof_legacy {

bool BeginsMemoryMap(std::string_view line);

// Reads on to the memory map, if there is one, and does what ReadMemoryMap does.
Status ReadToMemoryMap(Lines& lines, profile::Profile& profile);

// Mappings from the rest of `lines`: split ones joined, the main binary first. Locations are renumbered and
// told their mapping, where need be one made up. Addresses must not have mappings yet.
Status ReadMemoryMap(Lines& lines, profile::Profile& profile);

// The last step alone, for formats that have no memory map.
void AssignMappings(profile::Profile& profile);

}  // namespace seep::parse::pprof_legacy
