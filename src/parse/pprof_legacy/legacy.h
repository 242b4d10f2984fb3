// The profile formats from before profile.proto, as `go tool pprof` still takes them (google/pprof
// profile/legacy_profile.go and legacy_java_profile.go, 2025-11): gperftools' and jemalloc's files, Go's own
// debug=1 texts, and Google's internal handlers.
//
// Each is asked in this order; the first that does not say "not mine" has decided.
//
//   CPU          words of 4 or 8 bytes, either endianness: 0 3 J period_us 0, then samples
//                  count n address*n        until 0 1 0
//                and a memory map as text. J = 1: Java, whose addresses are named in text instead.
//   heap         heap profile: 23: 94208 [27: 110592] @ heap_v2/524288
//                  objects: bytes [allocated objects: bytes] @ 0xaddr 0xaddr
//                kinds heap_v2, heapz_v2 (sampled), heap (the rate is twice the interval), heapprofile
//                (everything), growthz, fragmentationz
//   count        goroutine profile: total 7         (any word in place of "goroutine")
//                  5 @ 0xaddr 0xaddr
//   threads      --- threadz 1 ---
//                --- Thread 7f0123 (name: main/14) stack: ---
//                  PC: 0xaddr
//   contention   --- contentionz 1 ---, --- mutex:, --- contention:
//                cycles/second = 3201000000
//                  delay count @ 0xaddr 0xaddr
//   Java         --- heapz 1 ---, --- contentionz 1 ---; attributes; "  bytes objects @ 0xaddr"; then
//                  0xaddr  package.Class.method (File.java:17)
//
// What follows "--- Memory map: ---" or "MAPPED_LIBRARIES:" is drawn in memory_map.h. Addresses are return
// addresses: all but those a signal interrupted are moved back by 1, onto the call.
#pragma once

#include <string_view>

#include "base/result.h"
#include "profile/profile.h"

namespace seep::parse::pprof_legacy {

// `bytes` are decompressed. Errors are worded as pprof words them.
//   kNoEvidence  "unrecognized profile format": none of these formats
//   kBadInput    one of them, and damaged
Result<profile::Profile> ReadLegacyProfile(std::string_view bytes);

}  // namespace seep::parse::pprof_legacy
