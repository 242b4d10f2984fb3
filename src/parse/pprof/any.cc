#include "parse/pprof/any.h"

#include <fmt/format.h>

#include "parse/inflate/inflate.h"
#include "parse/pprof/full.h"

namespace seep::parse::pprof {

Result<profile::Profile> ReadAnyProfile(Bytes bytes, const ParseLimits& limits) {
  auto inflated = Inflate(bytes, limits);
  bytes = {};
  if (!inflated)
    return Fail(inflated.error().code, "decompressing profile: " + inflated.error().what, "",
                inflated.error().hint);
  if (inflated->truncated) return Fail(ErrorCode::kBadInput, "decompressing profile: unexpected EOF");
  if (inflated->bytes.empty()) return Fail(ErrorCode::kBadInput, "parsing profile: empty input file");
  auto profile = ReadFullProfile(inflated->bytes.view());
  if (profile) return profile;
  Error error = profile.error();
  if (error.code == ErrorCode::kNoEvidence)
    error = {ErrorCode::kBadInput, "parsing profile: unrecognized profile format", "", ""};
  else if (error.what.starts_with("concatenated"))
    error.what = "parsing profile: concatenated profiles detected";
  else
    error.what = "malformed profile: " + error.what;
  return std::unexpected(std::move(error));
}

}  // namespace seep::parse::pprof
