#include "parse/pprof/any.h"

#include <fmt/format.h>

#include "parse/inflate/inflate.h"
#include "parse/pprof/full.h"
#include "parse/pprof_legacy/legacy.h"

namespace seep::parse::pprof {
namespace {

// Both names are Go's: gzip's for what ends too early and what is glued on.
Result<Bytes> Unpacked(const Bytes& bytes, const ParseLimits& limits) {
  auto inflated = Inflate(bytes, limits);
  if (!inflated)
    return Fail(inflated.error().code, "decompressing profile: " + inflated.error().what, "",
                inflated.error().hint);
  if (inflated->truncated)
    return Fail(ErrorCode::kBadInput,
                fmt::format("decompressing profile: {}",
                            inflated->trailing ? "gzip: invalid header" : "unexpected EOF"));
  return std::move(inflated->bytes);
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
    return Fail(error.code == ErrorCode::kNoEvidence ? ErrorCode::kBadInput : error.code,
                "parsing profile: " + error.what);
  }
  if (error.code == ErrorCode::kTooLarge) return Fail(std::move(error));
  const bool concatenated = error.what.starts_with("concatenated");
  return Fail(error.code, concatenated ? "parsing profile: concatenated profiles detected"
                                       : "malformed profile: " + error.what);
}

}  // namespace seep::parse::pprof
