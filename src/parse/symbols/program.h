// A program or library as `go tool pprof` asks it for names (cmd/pprof/pprof.go, cmd/internal/objfile,
// Go 1.26): one function, file and line for an address, from Go's function table, or else from debug
// information. Calls that were inlined are not told apart: the function is the one whose code it is, the line
// is the instruction's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "parse/dwarf/debug_info.h"
#include "parse/elf/file.h"
#include "parse/pclntab/table.h"

namespace seep::parse::symbols {

struct Answer {
  std::string function;  // as the linker knows it; empty if nothing names it
  std::string file;
  int64_t line = 0;
};

class Program {
 public:
  // Only ELF is read. A program whose Go table or debug information cannot be read has none.
  static Result<Program> Open(Bytes bytes);

  // What has to be taken from an address of a process in which the program's mapping begins at `start`.
  uint64_t Bias(uint64_t start) const;
  // Debug information is read, and kept, when an address is not in Go's table: hence not const.
  std::optional<Answer> Find(uint64_t address);

 private:
  explicit Program(elf::File file) : file_(std::move(file)) {}
  void ReadTable();

  elf::File file_;
  std::optional<pclntab::Table> table_;
  std::optional<dwarf::DebugInfo> debug_;
  bool debug_read_ = false;
};

}  // namespace seep::parse::symbols
