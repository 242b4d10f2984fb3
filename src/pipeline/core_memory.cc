#include "pipeline/core_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace seep::pipeline {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kPiece = uint64_t{1} << 20;

bool IsZero(std::string_view page) {
  return page.find_first_not_of('\0') == page.npos;
}

// Bytes of pages that hold something.
uint64_t Touched(const model::ProcessImage& image, const model::MemoryRange& range) {
  std::string bytes;
  uint64_t touched = 0;
  for (uint64_t at = range.begin; at < range.end; at += kPiece) {
    bytes.resize(std::min(kPiece, range.end - at));
    if (!image.ReadInto(at, bytes)) continue;
    for (size_t i = 0; i < bytes.size(); i += kPage)
      if (!IsZero(std::string_view(bytes).substr(i, kPage)))
        touched += std::min<uint64_t>(kPage, bytes.size() - i);
  }
  return touched;
}

}  // namespace

std::string CoreSmaps(const model::ProcessImage& image) {
  std::string text;
  for (const model::MemoryRange& range : image.ranges()) {
    const bool file = range.path.starts_with('/');
    const uint64_t touched = range.readable && range.writable ? Touched(image, range) / 1024 : 0;
    std::string path = range.path;
    std::ranges::replace(path, '\n', '?');
    text += fmt::format("{:08x}-{:08x} {}{}{}p {:08x} 00:00 0 {}\n", range.begin, range.end,
                        range.readable ? 'r' : '-', range.writable ? 'w' : '-', range.executable ? 'x' : '-',
                        file ? range.offset : 0, path);
    text += fmt::format("Size: {} kB\nRss: {} kB\nAnonymous: {} kB\n", range.size() / 1024, touched, touched);
  }
  return text;
}

std::string CoreThreads(const Outside& outside) {
  std::string text = "# seep threads 1\n";
  for (const auto& [id, stack_pointer] : outside.core_threads)
    text += fmt::format("{} {:x} {}\n", id, stack_pointer, outside.name);
  return text;
}

}  // namespace seep::pipeline
