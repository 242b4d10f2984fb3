#include "runtime/nearby_reads.h"

#include <algorithm>
#include <numeric>

namespace seep::runtime {
namespace {

constexpr uint64_t kGap = 2048;  // bytes nobody asked for that are cheaper to read than to step over
constexpr uint64_t kLargestWindow =
    1 << 18;  // where a page is missing, its whole window is read piece by piece

}  // namespace

void NearbyReads::Clear() {
  pieces_.clear();
}

size_t NearbyReads::Add(uint64_t address, size_t size) {
  pieces_.push_back({address, size, 0, false});
  return pieces_.size() - 1;
}

std::vector<NearbyReads::Window> NearbyReads::MakeWindows() {
  std::vector<Window> windows;
  size_t bytes = 0;
  for (size_t i = 0; i < order_.size(); ++i) {
    const Piece& piece = pieces_[order_[i]];
    uint64_t end = 0;
    if (piece.size == 0 || __builtin_add_overflow(piece.address, piece.size, &end)) continue;
    const bool near = !windows.empty() && piece.address <= windows.back().end + kGap &&
                      std::max(end, windows.back().end) - windows.back().begin <= kLargestWindow &&
                      windows.back().first + windows.back().count == i;
    if (!near) windows.push_back({i, 0, piece.address, piece.address, 0});
    ++windows.back().count;
    windows.back().end = std::max(windows.back().end, end);
  }
  for (Window& w : windows) {
    w.at = bytes;
    bytes += w.end - w.begin;
  }
  bytes_.resize(bytes);
  return windows;
}

void NearbyReads::Fetch() {
  order_.resize(pieces_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::sort(order_, {}, [this](uint32_t i) { return pieces_[i].address; });
  const std::vector<Window> windows = MakeWindows();
  std::vector<model::ReadPart> parts;
  parts.reserve(windows.size());
  for (const Window& w : windows) parts.push_back({w.begin, {bytes_.data() + w.at, w.end - w.begin}, false});
  image_.Read(parts);
  for (size_t i = 0; i < windows.size(); ++i) {
    const Window& w = windows[i];
    for (size_t k = w.first; k < w.first + w.count; ++k) {
      Piece& piece = pieces_[order_[k]];
      piece.at = w.at + (piece.address - w.begin);
      piece.ok = parts[i].ok;
    }
    if (!parts[i].ok && w.count > 1) FetchOneByOne(w);
  }
}

void NearbyReads::FetchOneByOne(const Window& window) {
  std::vector<model::ReadPart> parts;
  for (size_t k = window.first; k < window.first + window.count; ++k) {
    const Piece& piece = pieces_[order_[k]];
    parts.push_back({piece.address, {bytes_.data() + piece.at, piece.size}, false});
  }
  image_.Read(parts);
  for (size_t k = 0; k < parts.size(); ++k) pieces_[order_[window.first + k]].ok = parts[k].ok;
}

}  // namespace seep::runtime
