#include "parse/elf/inflate_section.h"

#include <fmt/format.h>
#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace seep::parse::elf {
namespace {

// What deflate can make of a byte at most, and more than debug information ever becomes under zstd: a size
// beyond it is a lie, and nothing is allocated for it.
constexpr uint64_t kMostRatio = 1032;

bool InflateZlib(std::string_view in, std::string& out) {
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  return decompressor != nullptr &&
         libdeflate_zlib_decompress(decompressor.get(), in.data(), in.size(), out.data(), out.size(),
                                    nullptr) == LIBDEFLATE_SUCCESS;
}

}  // namespace

Result<Bytes> InflateSection(std::string_view name, uint32_t method, std::string_view compressed,
                             uint64_t size, uint64_t max_bytes) {
  if (method != kZlibSection && method != kZstdSection)
    return Fail(
        ErrorCode::kUnsupported,
        fmt::format("section {} is compressed by method {}; zlib (1) and zstd (2) are known", name, method));
  if (size > max_bytes || size / kMostRatio > compressed.size())
    return Fail(ErrorCode::kTooLarge, fmt::format("section {} of {} bytes says it becomes {} of them", name,
                                                  compressed.size(), size));
  std::string out(size, '\0');
  const bool whole = method == kZlibSection ? InflateZlib(compressed, out)
                                            : ZSTD_decompress(out.data(), out.size(), compressed.data(),
                                                              compressed.size()) == out.size();
  if (!whole)
    return Fail(ErrorCode::kBadInput, fmt::format("section {} cannot be inflated to {} bytes", name, size),
                "", "the file may be cut off or damaged");
  return Bytes(std::move(out));
}

}  // namespace seep::parse::elf
