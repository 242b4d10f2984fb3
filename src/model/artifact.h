// Raw evidence between capture/ and parse/: bytes with a name, as they came from an endpoint, a file or a
// bundle. Whatever can make artifacts (live capture, files, a .seep bundle, a fuzzer) goes the same way from
// here on.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace seep::model {

struct Artifact {
  // What capture asked for: "heap", "goroutine?debug=2", "proc/status", "metrics"; for loose files the base
  // name. Only a hint: parsers look at the content.
  std::string name;
  std::string source;  // URL or path, for messages
  Bytes bytes;
  std::optional<Time> at;        // when capture asked; empty for loose files
  std::optional<Time> modified;  // file time of loose files
  // Artifacts with equal non-empty `target` are about one process; equal `round` as well: one moment.
  std::string target;
  int round = -1;
  // Which bundle or script output it came in, from 1; 0: none. Two hosts may both call their service
  // 127.0.0.1:6060.
  int package = 0;
  std::optional<Error> error;  // asked for and not got: becomes a gap
};

}  // namespace seep::model
