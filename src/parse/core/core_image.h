// A core file as the memory of the process: what the core left out comes from the executable, as it was
// mapped.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "model/process_image.h"
#include "model/stored_file.h"
#include "parse/core/core_file.h"

namespace seep::parse::core {

class CoreImage final : public model::ProcessImage {
 public:
  // `executable` is the file of Core::ExecutablePath(), or null: then what the core left out cannot be read.
  // kBadInput: it is another build than the one that ran, as the pages show that the core has of it.
  static Result<std::unique_ptr<CoreImage>> Make(Core core, std::shared_ptr<const model::StoredFile> file,
                                                 std::shared_ptr<const model::StoredFile> executable);

  void Read(std::span<model::ReadPart> parts) const override;
  const std::vector<model::MemoryRange>& ranges() const override { return ranges_; }
  const Core& core() const { return core_; }

 private:
  // Bytes of one of the two files, one after another.
  struct Piece {
    uint64_t begin = 0, end = 0, offset = 0;
    const model::StoredFile* file = nullptr;
  };

  CoreImage() = default;
  void AddRanges();
  void AddPieces(bool with_executable);
  Status CheckExecutable() const;
  bool ReadOne(uint64_t address, std::span<char> to) const;

  Core core_;
  std::shared_ptr<const model::StoredFile> file_, executable_;
  std::vector<model::MemoryRange> ranges_;
  std::vector<Piece> pieces_;  // by address, never overlapping
};

}  // namespace seep::parse::core
