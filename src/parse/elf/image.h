// An executable as the memory it becomes: what reads a process through model/process_image.h reads a file the
// same way. Addresses are those of the file (a position-independent program is not moved), and the words that
// the loader would relocate hold what it would write.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "model/process_image.h"
#include "parse/elf/file.h"

namespace seep::parse::elf {

class Image final : public model::ProcessImage {
 public:
  explicit Image(File file);
  void Read(std::span<model::ReadPart> parts) const override;
  const std::vector<model::MemoryRange>& ranges() const override { return ranges_; }

 private:
  bool ReadOne(const model::ReadPart& part) const;
  void ReadRelocations();

  File file_;
  std::vector<model::MemoryRange> ranges_;
  std::vector<std::pair<uint64_t, uint64_t>> relative_;  // address and what stands there, by address
};

}  // namespace seep::parse::elf
