// Two fragments about one moment become one.
#pragma once

#include "model/snapshot.h"

namespace seep::assemble {

// Takes every field of `from` that `into` lacks; sockets of v4 and v6 are joined; sources and gaps are
// appended.
void Merge(model::Snapshot& into, model::Snapshot&& from);
void MergeProcess(model::Process& into, const model::Process& from);

// True if nothing in the fragment says anything (only gaps).
bool IsEmpty(const model::Snapshot& fragment);

}  // namespace seep::assemble
