// Global variables of the runtime that nothing in memory gives away: a number among numbers. The code of the
// functions that use them names their addresses, and function names are in every Go program.
//
//   amd64  REX.W 8b /r with mod 0 and r/m 5: a load of the word at the next instruction + i32
//          ff /0 with the same:              an increment of the u32 there (INCL)
//   arm64  adrp xN, page; ldr xM, [xN, #offset]: a load (written after the manual, run on no machine yet)
//
// A variable counts as found only where it is the one word that all functions named for it load, and the
// caller then checks that its value is possible.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/go_process.h"

namespace seep::runtime {

struct NamedGlobals {
  std::optional<uint64_t> mem_profile_rate;  // runtime.MemProfileRate
  std::optional<uint64_t> memstats;          // runtime.memstats
  std::optional<uint64_t> gc_controller;     // runtime.gcController
  // Whether the program can write a heap profile: where it cannot, the linker switches sampling off
  // (cmd/link/internal/ld/lib.go, runtime.disableMemoryProfiling).
  bool can_profile_heap = false;
};

NamedGlobals FindNamedGlobals(const GoProcess& process);

}  // namespace seep::runtime
