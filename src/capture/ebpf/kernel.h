// The kernel's BPF machine, as far as uprobes on another process need it: bpf(2) without a library. What is
// made here goes when its descriptor is closed, also when seep is killed: the kernel then takes its probes
// out of the process.
//
// Struct layouts are those of include/uapi/linux/bpf.h; what came after Debian 12's headers (Linux 6.1) is
// drawn in kernel.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "capture/descriptor.h"

namespace seep::capture::ebpf {

enum class MapKind { kArray, kArrayPerProcessor, kHash, kRing };
struct MapShape {
  MapKind kind = MapKind::kHash;
  uint32_t key = 0, value = 0;  // bytes
  uint32_t entries = 0;         // of a ring: bytes
};
Result<Descriptor> MakeMap(const MapShape& shape);

// Instruction pairs that load kMapMark + i are given the descriptor maps[i].
constexpr uint32_t kMapMark = 0x5ee9000;
// kSession: runs at a function's entry, and at its return where its answer at the entry was 0 (Linux 6.13).
enum class ProbeKind { kEntry, kSession };
Result<Descriptor> LoadProgram(std::span<const uint64_t> instructions, ProbeKind kind,
                               std::span<const Descriptor> maps);

// Places of one file, in one process, whatever maps the file there.
struct ProbePlaces {
  std::string file;
  uint32_t pid = 0;
  std::vector<uint64_t> offsets;  // in the file
  std::vector<uint64_t> cookies;  // what the program is told at each
};
Result<Descriptor> Attach(const Descriptor& program, ProbeKind kind, const ProbePlaces& places);

Status Put(const Descriptor& map, const void* key, const void* value);
// The values of all processors, one behind the other; `value` is what one takes.
Result<std::vector<char>> GetPerProcessor(const Descriptor& map, uint32_t key, uint32_t value);
// Calls visit(key, value) for all that is in a hash table. What comes and goes meanwhile may be seen or not.
Status ForEach(const Descriptor& map, const MapShape& shape,
               const std::function<void(const char* key, const char* value)>& visit);

// The reading end of a ring.
class Ring {
 public:
  static Result<Ring> Open(const Descriptor& map, uint32_t bytes);
  Ring(Ring&& other) noexcept;
  Ring& operator=(Ring&&) = delete;
  ~Ring();
  // Hands out what has come, and gives its room back.
  void Drain(const std::function<void(std::span<const char>)>& visit);

 private:
  Ring() = default;
  char* consumer_ = nullptr;  // a page: the position read up to
  char* producer_ = nullptr;  // a page: the position written up to; behind it the data, twice
  uint32_t bytes_ = 0;
};

}  // namespace seep::capture::ebpf
