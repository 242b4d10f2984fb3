// The words that stand for a call's arguments in a goroutine dump: "0xc000012345, {0x5, 0x1?}, ...". Which
// slots of the frame they are is what the compiler wrote for the purpose (FUNCDATA_ArgInfo, Go 1.18 to 1.27;
// internal/abi/symtab.go and type.go, runtime/traceback.go printArgs):
//
//   {u8 offset, u8 size} a slot of the arguments' area; ff end, fe "{", fd "}", fc "...", fb "_" (too far
//   away)
//
// A value followed by "?" may be stale: the register it came in was not saved, or not yet.
#pragma once

#include <string>

#include "runtime/unwind.h"

namespace seep::runtime {

// Appends them to `out`.
void PrintArguments(const GoProcess& process, const Frame& frame, StackMemory& stack, std::string& out);

}  // namespace seep::runtime
