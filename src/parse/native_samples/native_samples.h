// What the sampler loaded into a process left behind (src/native/samples_file.h, which the process maps and
// writes). The process may still be writing, may have been killed in the middle, or may have written nonsense
// over it: every number is checked against the file. Little-endian words of 64 bits:
//
//    0 magic "seepnat1"   1 pid   2 rate   3 start time, ns   4 modules at   5 modules max   6 names at   7
//    names size 8 keys at   9 records at   10 slots   11 stacks at   12 stack words
//   13 modules used   14 names used   15 stack words used   16 samples   17 frees   18 lost blocks   19 lost
//   stacks
//   20 sampling: 1, 0 when it was switched off   21 allocations it had to think about [both only where word 4
//   lies behind them]
//
//   module   start (0: not written yet), limit, bias, offset of the path in the names
//   key      address of a live sampled block; 0: free, 1: being written
//   record   of the same index: u64 bytes, u32 stack (index of a word), u32 kind: 0 malloc, 1 mmap
//   stack    hash, frames, allocated objects in 1/1024, allocated bytes; then the frames' addresses
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/native.h"

namespace seep::parse {

Result<model::NativeSamples> ParseNativeSamples(std::string_view file);

}  // namespace seep::parse
