// The account of one snapshot: what each of its mappings is.
//
// A mapping is known by whose addresses it holds: the Go runtime's arenas and records, malloc's arenas and
// blocks, a thread's stack pointer, a file. Where two share one mapping (the kernel joins neighbours), each
// is given as much of what is resident as it can have touched, in that order. How much of the Go heap and of
// malloc's arenas is objects, and how much is kept without use, is the runtime's and malloc's own count, cut
// to what is resident.
#pragma once

#include <optional>

#include "model/account.h"
#include "model/snapshot.h"
#include "model/stack_table.h"

namespace seep::detect {

// Nothing without smaps.
std::optional<model::MemoryAccount> MakeMemoryAccount(const model::Snapshot& s,
                                                      const model::StackTable& stacks);

}  // namespace seep::detect
