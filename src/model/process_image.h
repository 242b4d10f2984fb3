// The memory of one process, however it is had: read live, from a core file, from a recording, or made up by
// a fuzzer. Whoever reads structures out of it (runtime/) cannot tell the difference, and trusts nothing it
// says.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace seep::model {

// A mapping of the process. Sorted by begin, never overlapping.
struct MemoryRange {
  uint64_t begin = 0, end = 0;
  uint64_t offset = 0;  // in the file
  bool readable = false, writable = false, executable = false;
  std::string path;  // "", "[heap]", "/usr/bin/orders"
  uint64_t size() const { return end - begin; }
};

// One part of a batched read: `to` is filled whole (ok) or its content means nothing.
struct ReadPart {
  uint64_t address = 0;
  std::span<char> to;
  bool ok = false;
};

class ProcessImage {
 public:
  virtual ~ProcessImage() = default;

  // Reads every part; one that cannot be read does not keep the others from being read. Batches are what
  // makes this fast: one system call for hundreds of parts.
  virtual void Read(std::span<ReadPart> parts) const = 0;
  virtual const std::vector<MemoryRange>& ranges() const = 0;
  // Whether it is the memory of another program by now: exec(2), or a pid that was used again. What was read
  // is then of both.
  virtual bool Replaced() const { return false; }

  bool ReadInto(uint64_t address, std::span<char> to) const {
    ReadPart part{address, to, false};
    Read({&part, 1});
    return part.ok;
  }
  // A little-endian number, or nothing where the memory is not there.
  template <class T>
  std::optional<T> Value(uint64_t address) const {
    T value{};
    if (!ReadInto(address, {reinterpret_cast<char*>(&value), sizeof value})) return std::nullopt;
    return value;
  }
  // The mapping `address` is in, or null.
  const MemoryRange* RangeOf(uint64_t address) const;
};

}  // namespace seep::model
