// A symbol of a library that a process has loaded, from the process' memory alone: whatever became of the
// file, and whichever mount namespace it is in. elf(5): the ELF header and program headers lie at the
// beginning of the first mapping; PT_DYNAMIC leads to DT_SYMTAB, DT_STRTAB and DT_GNU_HASH (the linker adds
// the bias to them or not).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/process_image.h"

namespace seep::parse::elf {

// The address at which the library whose ELF header is at `begin` defines `name`; nothing where it does not.
std::optional<uint64_t> LoadedSymbol(const model::ProcessImage& image, uint64_t begin, std::string_view name);

}  // namespace seep::parse::elf
