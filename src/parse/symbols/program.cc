#include "parse/symbols/program.h"

#include <utility>

namespace seep::parse::symbols {

Result<Program> Program::Open(Bytes bytes) {
  SEEP_TRY(elf::File file, elf::File::Parse(std::move(bytes)));
  Program program(std::move(file));
  program.ReadTable();
  return program;
}

// By section or symbol, as pprof does; by what moduledata looks like (parse/pclntab/module.h) one would find
// it in programs for which pprof has no names.
void Program::ReadTable() {
  Bytes bytes;
  for (const char* name : {".gopclntab", ".data.rel.ro.gopclntab"})
    if (const elf::Section* section = file_.FindSection(name); section != nullptr && bytes.empty())
      if (auto data = file_.Data(*section, section->size)) bytes = std::move(*data);
  if (bytes.empty()) {
    const auto begin = file_.FindSymbol("runtime.pclntab"), end = file_.FindSymbol("runtime.epclntab");
    if (!begin || !end || *end < *begin) return;
    bytes = file_.FromAddress(*begin).Part(0, *end - *begin);
  }
  // In a program that a C linker made, Go's text does not begin where the section does.
  const elf::Section* section = file_.FindSection(".text");
  const uint64_t text = file_.FindSymbol("runtime.text").value_or(section != nullptr ? section->address : 0);
  if (auto table = pclntab::Table::Make(std::move(bytes), text, Bytes())) table_ = std::move(*table);
}

uint64_t Program::Bias(uint64_t start) const {
  const auto load = file_.LoadAddress();
  return start != 0 && load ? start - *load : 0;
}

std::optional<Answer> Program::Find(uint64_t address) {
  if (table_) {
    if (const auto index = table_->Find(address)) {
      const pclntab::SourceLine at = table_->LineOf(*index, address);
      Answer answer{std::string(table_->function(*index).name), std::string(at.file), at.line};
      // Between two functions; debug/gosym says -1, and pprof shows it.
      if (at.file == "?") answer.file.clear();
      if (at.file == "?" && at.line == 0) answer.line = -1;
      return answer;
    }
  }
  if (!std::exchange(debug_read_, true))
    if (auto debug = dwarf::DebugInfo::Read(file_)) debug_ = std::move(*debug);
  if (!debug_) return std::nullopt;
  const std::vector<dwarf::Frame> frames = debug_->Frames(address);
  if (frames.empty() || (frames.front().at.file.empty() && frames.front().at.line == 0)) return std::nullopt;
  // pprof leaves functions nameless whose name stands at a declaration elsewhere: members of classes, mostly.
  // Their symbols are at hand and can be demangled.
  const dwarf::Frame& function = frames.back();
  const std::string_view name =
      function.names_itself || function.linkage_name.empty() ? function.name : function.linkage_name;
  return Answer{std::string(name), frames.front().at.file, frames.front().at.line};
}

}  // namespace seep::parse::symbols
