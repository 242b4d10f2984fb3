// Bytes of any known format -> fragments of snapshots. Opens nothing, prints nothing.
#pragma once

#include <vector>

#include "parse/format.h"

namespace seep::parse {

// Decompresses (gzip, zstd, plain), recognises and parses one artifact. The error names the artifact's
// source, what was expected and what was found ("an HTML page: is this the right URL?").
Result<std::vector<model::Snapshot>> ParseArtifact(const model::Artifact& artifact, Context& context);

}  // namespace seep::parse
