// A profile as protobuf again (google/pprof proto/profile.proto; drawn in parse/pprof/wire.h), with fields,
// strings and packing in the order google/pprof's profile/encode.go (2025-11) writes them: what comes out
// inflates to the same bytes.
#pragma once

#include <string>

#include "profile/profile.h"

namespace seep::pprof {

std::string Encode(const profile::Profile& profile);
std::string EncodeGzip(const profile::Profile& profile);

}  // namespace seep::pprof
