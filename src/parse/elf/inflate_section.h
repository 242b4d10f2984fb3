// Compressed sections of an ELF file (SHF_COMPRESSED).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace seep::parse::elf {

constexpr uint32_t kZlibSection = 1, kZstdSection = 2;

// `size` is what the section says it becomes; it is held to. `name` is for the error.
Result<Bytes> InflateSection(std::string_view name, uint32_t method, std::string_view compressed,
                             uint64_t size, uint64_t max_bytes);

}  // namespace seep::parse::elf
