// The boxes of a node's labels.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pprof/prepared.h"
#include "profile/graph.h"

namespace seep::pprof {

// Draws the heaviest tags of node N<id>; whether there were any. `flat`: by what samples have in the node
// itself (else, in a leaf, also below).
bool AddTags(const Prepared& prepared, const std::vector<profile::Tag>& tags, size_t id, bool flat,
             std::string& out);

}  // namespace seep::pprof
