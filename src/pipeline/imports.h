// The source of what a scanned tree imports.
#pragma once

#include "capture/source_tree.h"
#include "goscan/module/build_tags.h"
#include "goscan/types/program.h"

namespace seep::pipeline {

// A finder that knows knowledge/signatures/ (what packages export, without bodies), and then looks into the
// modules of the tree, of the workspace around it, their vendor/ and replaced folders, and the module cache.
// What it read lives as long as it does.
goscan::Program::Finder FindImports(const capture::SourceTree& tree, const capture::SourceLimits& limits,
                                    const goscan::BuildTarget& target);

}  // namespace seep::pipeline
