// A pprof profile read whole, for `seep pprof`: wire bytes -> profile::Profile, as google/pprof's profile
// package decodes and checks them (postDecode and CheckValid of 2025-11).
#pragma once

#include <string_view>

#include "base/result.h"
#include "profile/profile.h"

namespace seep::parse::pprof {

// `bytes` are decompressed and hold one protobuf. Labels of a sample come out in pprof's order: texts by key,
// then numbers by key, values of one key as they were. A label that is neither text, number nor unit is
// dropped, and so is an empty text, which pprof keeps until it writes the profile.
//   kNoEvidence  the bytes are no protobuf of a profile: a legacy format may read them
//   kBadInput    it is one, and contradicts itself: "sample has nil location"
Result<profile::Profile> ReadFullProfile(std::string_view bytes);

}  // namespace seep::parse::pprof
