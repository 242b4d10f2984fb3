// The formats of legacy.h one by one. Each answers NotMine() for bytes that belong to another.
#pragma once

#include <string_view>

#include "base/result.h"
#include "profile/profile.h"

namespace seep::parse::pprof_legacy {

inline std::unexpected<Error> NotMine() {
  return Fail(ErrorCode::kNoEvidence, "unrecognized profile format");
}

Result<profile::Profile> ReadCpu(std::string_view bytes);
Result<profile::Profile> ReadHeap(std::string_view bytes);
Result<profile::Profile> ReadCounts(std::string_view bytes);
Result<profile::Profile> ReadThreads(std::string_view bytes);
Result<profile::Profile> ReadContention(std::string_view bytes);
Result<profile::Profile> ReadJava(std::string_view bytes);

}  // namespace seep::parse::pprof_legacy
