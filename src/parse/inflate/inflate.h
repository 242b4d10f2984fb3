// gzip, zstd or plain bytes -> plain bytes, with a bound on what a few bytes can become.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "parse/format.h"

namespace seep::parse {

struct Inflated {
  Bytes bytes;             // the input itself where it was not compressed
  bool truncated = false;  // the stream ended early; `bytes` is what could be had
  size_t trailing = 0;     // bytes behind the end that are no member: padding if not truncated
};

// gzip: RFC 1952 (1f 8b; several members are concatenated). zstd: RFC 8878 (28 b5 2f fd).
Result<Inflated> Inflate(const Bytes& input, const ParseLimits& limits);

}  // namespace seep::parse
