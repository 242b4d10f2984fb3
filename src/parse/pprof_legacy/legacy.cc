#include "parse/pprof_legacy/legacy.h"

#include "parse/pprof_legacy/drop_frames.h"
#include "parse/pprof_legacy/formats.h"

namespace seep::parse::pprof_legacy {

Result<profile::Profile> ReadLegacyProfile(std::string_view bytes) {
  for (const auto read : {&ReadCpu, &ReadHeap, &ReadCounts, &ReadThreads, &ReadContention, &ReadJava}) {
    auto profile = read(bytes);
    if (profile) {
      SetDropFrames(*profile);
      return profile;
    }
    if (profile.error().code != ErrorCode::kNoEvidence) return profile;
  }
  return NotMine();
}

}  // namespace seep::parse::pprof_legacy
