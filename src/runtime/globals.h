// Global variables of Go's runtime, found in a program's data by what they point to.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "runtime/go_process.h"

namespace seep::runtime {

// Looks through the data of `process`' modules for the lists that Globals names, and for the texts of wait
// reasons. `process` has its image, layout, modules and functions already.
void FindGlobals(GoProcess& process);

// The chunks that persistentalloc of runtime/malloc.go cuts the runtime's own structs from, by address: 256
// KiB each, in a list whose links are their first words. `inside` is an address that lies in one of them, by
// which the list is known from others; empty if it is not found.
constexpr uint64_t kPersistentChunk = uint64_t{256} << 10;
std::vector<uint64_t> FindPersistentChunks(const GoProcess& process, uint64_t inside);

// Where the address of the newest m stands: runtime.allm (runtime/proc.go), known by leading to more m than
// anything else does, one of `known` among them. Several where others lead to as many at the moment, as the
// list of idle m may; none if it is not found.
std::vector<uint64_t> FindAllm(const GoProcess& process, const std::unordered_set<uint64_t>& known);

// Whether these bytes, `layout.g_size` of them at `address`, can be a g: its saved registers name itself
// (gobuf.g), and its stack, status and id are possible.
bool LooksLikeG(const Layout& layout, uint64_t address, std::string_view bytes);
// The same of an mspan.
bool LooksLikeSpan(const Layout& layout, std::string_view bytes);

}  // namespace seep::runtime
