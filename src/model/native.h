// Memory that C code allocated, by the calls that led there, as the sampler left it (parse/native_samples)
// and as it is reported.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace seep::model {

// An executable or library where the process had it.
struct NativeModule {
  uint64_t start = 0, limit = 0;
  uint64_t bias = 0;  // address in the process less address in the file
  std::string path;
  std::string readable_at;  // where that file can be read from here, if that is not `path`
};

// Estimates: sampled blocks counted for those that were not.
struct NativeAmount {
  double objects = 0, bytes = 0;
  void Add(const NativeAmount& other) {
    objects += other.objects;
    bytes += other.bytes;
  }
};

// Live blocks of one size, as it was asked for.
struct NativeSize {
  uint64_t bytes = 0;
  double objects = 0;
};

struct NativeStack {
  std::vector<uint64_t> calls;                // innermost first; addresses within the call instructions
  NativeAmount live, live_mapped, allocated;  // `live` by malloc and its like, `live_mapped` by mmap
  uint64_t live_samples = 0;
  std::vector<NativeSize> sizes;  // of `live`, ascending
};

struct NativeSamples {
  uint64_t pid = 0;
  uint64_t rate = 0;        // mean distance of samples, bytes
  uint64_t start_time = 0;  // ns since 1970
  uint64_t samples = 0, frees = 0;
  uint64_t lost_blocks = 0, lost_stacks = 0;  // samples for which there was no room
  bool sampling = true;                       // false: switched off; what is live was so then
  uint64_t met = 0;  // allocations the sampler had to think about: 0 while it sees no traffic at all
  std::vector<NativeModule> modules;
  std::vector<NativeStack> stacks;  // in the order they were first seen
};

struct NativeCall {
  std::string function, file;
  int64_t line = 0;
  bool go = false;
};

// All that was allocated on one way through the program's Go code; without Go code, through its C code.
struct NativeSite {
  NativeAmount live, allocated;
  uint64_t live_samples = 0;
  std::vector<NativeCall> go;  // innermost first, the Go runtime's and cgo's own left out
  std::vector<NativeCall> c;   // the C calls of the stack that holds most, innermost first
  double c_share = 0;          // of the live bytes: what that C stack holds
};

struct NativeReport {
  uint64_t pid = 0;
  std::string program;
  uint64_t rate = 0, samples = 0, lost = 0;
  uint64_t live_samples = 0;
  NativeAmount live, allocated, mapped;
  std::vector<NativeSite> sites;  // most live bytes first
};

}  // namespace seep::model
