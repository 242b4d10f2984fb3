#include "pipeline/native_names.h"

#include <algorithm>

#include "capture/files.h"
#include "parse/elf/image.h"
#include "parse/pclntab/module.h"
#include "profile/function_names.h"

namespace seep::pipeline {
namespace {

constexpr uint64_t kLargestBinary = uint64_t{4} << 30;

std::string ForPeople(std::string_view symbol) {
  return profile::DemangledName(symbol, profile::Demangling::kDefault);
}

}  // namespace

NativeNames::NativeNames(const std::vector<model::NativeModule>& modules) : modules_(modules) {}

std::optional<size_t> NativeNames::ModuleOf(uint64_t address) const {
  // Sorted by start; where a library took the place of one that was unloaded, both are in the list.
  for (size_t i = modules_.size(); i-- > 0;)
    if (modules_[i].start <= address && address < modules_[i].limit) return i;
  return std::nullopt;
}

NativeNames::Program& NativeNames::Open(size_t module) {
  const auto [found, added] = programs_.try_emplace(module);
  Program& program = found->second;
  if (!added) return program;
  const std::string& here = modules_[module].readable_at;
  const std::string& path = here.empty() ? modules_[module].path : here;
  auto bytes = capture::ReadFile(path, kLargestBinary);
  if (!bytes) {
    unread_.emplace_back(path, bytes.error().what);
    return program;
  }
  auto file = parse::elf::File::Parse(std::move(*bytes));
  if (!file) {
    unread_.emplace_back(path, file.error().what);
    return program;
  }
  program.file = std::move(*file);
  const parse::elf::Image image(*program.file);
  for (const parse::pclntab::Module& go : parse::pclntab::FindModules(image))
    if (auto table = parse::pclntab::ReadTable(image, go)) program.go.push_back(std::move(*table));
  if (auto debug = parse::dwarf::DebugInfo::Read(*program.file); debug && !debug->empty())
    program.debug = std::move(*debug);
  program.symbols.emplace(*program.file);
  return program;
}

std::vector<model::NativeCall> NativeNames::Calls(uint64_t address) {
  const auto module = ModuleOf(address);
  if (!module) return {};
  Program& program = Open(*module);
  const uint64_t in_file = address - modules_[*module].bias;
  std::vector<model::NativeCall> calls;
  for (const parse::pclntab::Table& table : program.go)
    if (const auto index = table.Find(in_file)) {
      for (const parse::pclntab::Frame& frame : table.Frames(*index, in_file))
        calls.push_back(
            {parse::pclntab::PrintedName(frame.function), std::string(frame.at.file), frame.at.line, true});
      return calls;
    }
  if (program.debug)
    for (const parse::dwarf::Frame& frame : program.debug->Frames(in_file)) {
      const std::string_view name = frame.linkage_name.empty() ? frame.name : frame.linkage_name;
      calls.push_back({ForPeople(name), std::string(frame.at.file), frame.at.line, false});
    }
  const bool named = !calls.empty() && !calls.back().function.empty();
  if (named || !program.symbols) return calls;
  if (const parse::elf::Symbol* symbol = program.symbols->Find(in_file)) {
    if (calls.empty()) calls.emplace_back();
    calls.back().function = ForPeople(symbol->name);
  }
  return calls;
}

}  // namespace seep::pipeline
