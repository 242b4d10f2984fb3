// The contract of an evidence format: one folder under parse/, with <name>_format.cc defining `const Format
// format_<name>`. Adding one edits no existing file: the list is generated from the folders.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/artifact.h"
#include "model/snapshot.h"
#include "model/stack_table.h"

namespace seep::parse {

struct ParseLimits {
  uint64_t inflated_bytes = uint64_t{4} << 30;  // of one compressed artifact (--max-inflated)
  uint64_t inflate_ratio = 1100;                // deflate's own maximum is 1032:1; beyond it is an attack
  uint64_t keep_arguments_below = 2'000'000;    // goroutines for which first arguments are kept
};

struct Context {
  model::StackTable& stacks;
  ParseLimits limits;
};

// What sniffing may look at: the name is a hint only (curl'd files have any name), the head is the first 4
// KiB of the decompressed bytes.
struct Sample {
  std::string_view name;
  std::string_view head;
};

struct Format {
  std::string_view name;  // "pprof", "goroutine-text"
  // Formats are asked from high to low; the first that says yes parses. State why next to an unusual number;
  // 100 is usual.
  int priority = 100;
  bool (*sniff)(const Sample& sample) = nullptr;
  // `bytes` are decompressed. Each returned fragment has only this evidence's fields set. Several fragments:
  // several moments in one file (a log with three SIGQUIT dumps), in order. What could not be read is a gap
  // in the fragment; an Error means nothing could be read.
  Result<std::vector<model::Snapshot>> (*parse)(const model::Artifact& artifact, std::string_view bytes,
                                                Context& context) = nullptr;
};

std::span<const Format* const> AllFormats();  // generated

}  // namespace seep::parse
