// Global variables of Go's runtime, found in a program's data by what they point to.
#pragma once

#include "runtime/go_process.h"

namespace seep::runtime {

// Looks through the data of `process`' modules for the lists that Globals names, and for the texts of wait
// reasons. `process` has its image, layout, modules and functions already.
void FindGlobals(GoProcess& process);

// Whether these bytes, `layout.g_size` of them at `address`, can be a g: its saved registers name itself
// (gobuf.g), and its stack, status and id are possible.
bool LooksLikeG(const Layout& layout, uint64_t address, std::string_view bytes);
// The same of an mspan.
bool LooksLikeSpan(const Layout& layout, std::string_view bytes);

}  // namespace seep::runtime
