// The calls that led here, through C and Go.
//
// C frames go by CFI. Code without CFI is Go (its linker writes no .eh_frame) or C built without tables; both
// are taken to keep frame pointers, which Go on amd64 does since 1.7. That is also how the border is crossed:
// runtime.asmcgocall switches to the thread's own stack but leaves the goroutine's frame pointer in RBP
// (runtime/asm_amd64.s, Go 1.18 to 1.27), C preserves RBP, CFI restores it, and the next frame is the
// goroutine's. The way back, Go calling C that called Go, is as plain: crosscall2 pushes RBP beside its
// return address. No symbol, no offset and no version of Go is needed, so stripped and position-independent
// programs and Go inside a shared library are all alike.
//
// What is read is checked to be readable first, one system call for a page not yet seen: wrong tables give a
// wrong stack, never a crash.
#pragma once

#include <cstdint>

namespace seep::native {

inline constexpr uint32_t kMaxFrames = 128;

// Called for each module that is on a stack; may be called again for the same.
using ModuleSeen = void (*)(uint64_t start, uint64_t limit, uint64_t bias, const char* name);

struct Trace {
  uint32_t frames = 0;
  uint64_t pc[kMaxFrames];  // innermost first: return addresses less one
};

// Frames in [skip_begin, skip_end) at the inner end are left out.
void Unwind(uint64_t skip_begin, uint64_t skip_end, ModuleSeen seen, Trace& out);

// A library was unloaded: what is remembered about addresses no longer holds.
void ForgetRows();

}  // namespace seep::native
