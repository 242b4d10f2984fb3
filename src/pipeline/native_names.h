// Names for the addresses of a process out of its executable and libraries: Go's function table with the
// calls that were inlined, debug information, or else the symbol that covers the address.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/native.h"
#include "parse/dwarf/debug_info.h"
#include "parse/elf/file.h"
#include "parse/pclntab/table.h"

namespace seep::pipeline {

class NativeNames {
 public:
  // The files are read from where the process found them.
  explicit NativeNames(const std::vector<model::NativeModule>& modules);

  // The module of an address; nothing where there is none.
  std::optional<size_t> ModuleOf(uint64_t address) const;
  const std::string& PathOf(size_t module) const { return modules_[module].path; }
  // The calls in progress at an address within a call instruction, innermost first; empty where nothing names
  // it.
  std::vector<model::NativeCall> Calls(uint64_t address);
  // Modules whose file could not be read, and why.
  const std::vector<std::pair<std::string, std::string>>& unread() const { return unread_; }

 private:
  struct Program {
    std::optional<parse::elf::File> file;
    std::vector<parse::pclntab::Table> go;
    std::optional<parse::dwarf::DebugInfo> debug;
    std::optional<parse::elf::SymbolIndex> symbols;
  };
  Program& Open(size_t module);

  const std::vector<model::NativeModule>& modules_;
  std::map<size_t, Program> programs_;
  std::vector<std::pair<std::string, std::string>> unread_;
};

}  // namespace seep::pipeline
