#include "parse/pprof/any.h"

#include <fmt/format.h>

#include "parse/goroutine_text/dump_profile.h"
#include "parse/inflate/inflate.h"
#include "parse/native_heap/heaptrack.h"
#include "parse/native_heap/jemalloc.h"
#include "parse/pprof/full.h"
#include "parse/pprof_legacy/legacy.h"

namespace seep::parse::pprof {
namespace {

// As Go's compress/gzip words it: what ends too early, and what stands behind the end (a header of 10 bytes,
// or junk).
Result<Bytes> Unpacked(const Bytes& bytes, const ParseLimits& limits) {
  constexpr std::string_view kEndsEarly = "decompressing profile: unexpected EOF";
  const bool gzip = bytes.view().starts_with("\x1f\x8b");
  auto inflated = Inflate(bytes, limits);
  if (!inflated && gzip && bytes.size() < 18) return Fail(ErrorCode::kBadInput, std::string(kEndsEarly));
  if (!inflated)
    return Fail(inflated.error().code, "decompressing profile: " + inflated.error().what, "",
                inflated.error().hint);
  if (inflated->truncated || inflated->trailing != 0)
    return Fail(ErrorCode::kBadInput, inflated->trailing >= 10 ? "decompressing profile: gzip: invalid header"
                                                               : std::string(kEndsEarly));
  return std::move(inflated->bytes);
}

// What pprof does not read: heaps of C allocators, and a dump of goroutines one by one.
Result<profile::Profile> ReadBeyondPprof(std::string_view bytes) {
  if (IsJemallocHeap(bytes)) return ReadJemallocHeap(bytes);
  if (IsHeaptrack(bytes)) {
    SEEP_TRY(HeaptrackFile file, ReadHeaptrack(bytes));
    return std::move(file.profile);
  }
  return ReadDumpProfile(bytes);
}

}  // namespace

Result<profile::Profile> ReadAnyProfile(Bytes bytes, const ParseLimits& limits) {
  SEEP_TRY(bytes, Unpacked(bytes, limits));
  if (bytes.empty()) return Fail(ErrorCode::kBadInput, "parsing profile: empty input file");
  auto profile = ReadFullProfile(bytes.view());
  if (profile) return profile;
  Error error = std::move(profile.error());
  if (error.code == ErrorCode::kNoEvidence) {
    profile = pprof_legacy::ReadLegacyProfile(bytes.view());
    if (profile) return profile;
    error = std::move(profile.error());
    if (error.code == ErrorCode::kNoEvidence) {
      profile = ReadBeyondPprof(bytes.view());
      if (profile) return profile;
      if (profile.error().code == ErrorCode::kUnsupported || profile.error().code == ErrorCode::kTooLarge)
        error = std::move(profile.error());
    }
    return Fail(error.code == ErrorCode::kNoEvidence ? ErrorCode::kBadInput : error.code,
                "parsing profile: " + error.what);
  }
  if (error.code == ErrorCode::kTooLarge) return Fail(std::move(error));
  const bool concatenated = error.what.starts_with("concatenated");
  return Fail(error.code, concatenated ? "parsing profile: concatenated profiles detected"
                                       : "malformed profile: " + error.what);
}

}  // namespace seep::parse::pprof
