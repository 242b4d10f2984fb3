// Pointers through which a program that runs already calls the allocator: what the loader filled in for
// procedure linkage (R_X86_64_JUMP_SLOT), for addresses (GLOB_DAT), in data ("xmlFreeFunc xmlFree = free":
// R_X86_64_64) and in data that the executable has a copy of (COPY). psABI x86-64 4.4; elf(5).
//
// One is turned to the sampler only if it holds the very function that stands behind the sampler, or has not
// been bound yet: a program that chose another allocator for something keeps it. Each is one aligned word,
// changed by one store, so a thread that calls through it meanwhile gets the one or the other.
#pragma once

#include <cstdint>

namespace seep::native {

// A function of ours and where the one behind it is kept. (hooks.cc)
struct Hook {
  const char* name;
  void* ours;
  void** behind;
};
inline constexpr int kHooks = 16;
struct Hooks {
  Hook hook[kHooks];
};
Hooks AllHooks();

// Whether the loader gives this library's functions to everybody: it was loaded before the C library.
bool IsPreloaded();

// Finds what stands behind each hook: the first definition in the order the libraries were loaded, as the
// loader itself chooses. Not dlsym(): in an executable that is not position-independent that may give the
// executable's own linkage stub, which leads back here once its slot is turned. False: one is missing.
bool FindBehind(uint64_t own);  // `own`: an address in this library, which is left out

// Of all that is loaded. Returns how many were changed.
uint64_t TurnSlots(uint64_t own, bool to_us);
// Of what was loaded since, if anything was.
void TurnNewSlots(uint64_t own);

}  // namespace seep::native
