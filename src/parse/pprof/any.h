// Whatever `go tool pprof` takes as a profile: gzip is undone, protobuf tried, then the legacy formats, and
// what pprof does not take: goroutine dumps (debug=2, SIGQUIT), heaps of jemalloc 4 and later, heaptrack's
// files.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "parse/format.h"
#include "profile/profile.h"

namespace seep::parse::pprof {

// Errors are worded as pprof words them: "parsing profile: unrecognized profile format". Takes the bytes
// over: compressed ones are let go as soon as they are inflated, which is a fifth of the memory of a big
// profile.
Result<profile::Profile> ReadAnyProfile(Bytes bytes, const ParseLimits& limits);

}  // namespace seep::parse::pprof
