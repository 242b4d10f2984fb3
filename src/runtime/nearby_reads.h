// Many small pieces of a process' memory, fetched in few large reads: goroutines and their stacks lie next
// to one another, and the kernel's work is by the piece more than by the byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/process_image.h"

namespace seep::runtime {

class NearbyReads {
 public:
  explicit NearbyReads(const model::ProcessImage& image) : image_(image) {}

  // Begins anew: what was fetched is gone.
  void Clear();
  // Asks for a piece; the number it has from then on.
  size_t Add(uint64_t address, size_t size);
  // Reads all pieces asked for since Clear().
  void Fetch();
  // The piece; empty where it could not be read.
  std::string_view operator[](size_t number) const {
    return pieces_[number].ok ? std::string_view(bytes_).substr(pieces_[number].at, pieces_[number].size)
                              : std::string_view();
  }

 private:
  struct Piece {
    uint64_t address = 0;
    size_t size = 0;
    size_t at = 0;  // in bytes_
    bool ok = false;
  };
  struct Window {
    size_t first = 0, count = 0;  // in order_
    uint64_t begin = 0, end = 0;
    size_t at = 0;
  };
  std::vector<Window> MakeWindows();
  void FetchOneByOne(const Window& window);

  const model::ProcessImage& image_;
  std::vector<Piece> pieces_;
  std::vector<uint32_t> order_;  // pieces by address
  std::string bytes_;
};

}  // namespace seep::runtime
