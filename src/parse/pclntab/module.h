// Where a Go program keeps its function table: the moduledata of the runtime (runtime/symtab.go), found in
// memory by what it looks like. That needs neither symbols nor sections and is the same for a running
// process, a core file and an executable (parse/elf/image.h); the one thing it gets wrong is a program whose
// table was garbled on purpose.
//
// The beginning of moduledata, in words, has stayed the same from Go 1.18 to 1.27:
//
//    0 pcHeader   1 funcnametab[3]   4 cutab[3]   7 filetab[3]   10 pctab[3]   13 pclntable[3]   16 ftab[3]
//   19 findfunctab   20 minpc   21 maxpc   22 text   23 etext   24.. data and bss
//
// [3] are slices {address, length, capacity}. Behind it, gofunc is word 38 [1.18, 1.19], 40 [1.20 to 1.26] or
// 43 [1.27]; 40 and 43 are told apart by the end of the types (word 38), which is an address up to 1.26.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/process_image.h"
#include "parse/pclntab/table.h"

namespace seep::parse::pclntab {

// Addresses in the process.
struct Module {
  uint64_t address = 0;               // of the moduledata
  uint64_t table = 0, table_end = 0;  // pcHeader
  uint64_t text = 0, text_end = 0;
  uint64_t funcdata = 0;  // go:func.*; 0: not known
};

struct ModuleLimits {
  uint64_t scanned_bytes = uint64_t{1} << 30;  // of writable memory
  uint64_t table_bytes = uint64_t{1} << 30;    // of one function table
};

// The moduledata at this address, if there is one.
std::optional<Module> ReadModule(const model::ProcessImage& image, uint64_t address);

// All moduledatas of the process, by address: the program's, and one for each plugin. None: it is no Go
// program, or one of before 1.18. Only 64-bit processes are looked at.
std::vector<Module> FindModules(const model::ProcessImage& image, const ModuleLimits& limits = {});

// A copy of the module's function table and inline trees.
Result<Table> ReadTable(const model::ProcessImage& image, const Module& module,
                        const ModuleLimits& limits = {});

}  // namespace seep::parse::pclntab
