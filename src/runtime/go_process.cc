#include "runtime/go_process.h"

#include <fmt/format.h>

#include "base/text.h"
#include "parse/elf/go_build.h"
#include "runtime/globals.h"

namespace seep::runtime {
namespace {

using parse::pclntab::Module;

// Of the program itself: the quantum of its code is 1 on amd64 and 4 on arm64 (and on some whose Go programs
// have never been seen to leak anything: their layouts are not known).
Result<Processor> ProcessorOf(const model::ProcessImage& image, const Module& module) {
  // The ELF header lies in front of the text of nearly every program; e_machine is its ninth 16-bit word.
  for (const model::MemoryRange& range : image.ranges()) {
    if (range.end <= module.text - std::min<uint64_t>(module.text, uint64_t{1} << 30) ||
        range.begin > module.text)
      continue;
    if (range.offset != 0 || image.Value<uint32_t>(range.begin) != std::optional<uint32_t>(0x464c457f))
      continue;
    const auto machine = image.Value<uint16_t>(range.begin + 18);
    if (machine == std::optional<uint16_t>(62)) return Processor::kAmd64;
    if (machine == std::optional<uint16_t>(183)) return Processor::kArm64;
    if (machine)
      return Fail(ErrorCode::kUnsupported,
                  fmt::format("a Go program for ELF machine {}; amd64 and arm64 are known", *machine));
  }
  const auto quantum = image.Value<uint8_t>(module.table + 6);
  return quantum == std::optional<uint8_t>(4) ? Processor::kArm64 : Processor::kAmd64;
}

Status CheckFound(const GoProcess& process) {
  if (process.globals.allgs == 0)
    return Fail(ErrorCode::kBadInput,
                fmt::format("its goroutines are not where {} keeps them", process.go_version), "",
                "the program has only begun, is built by a changed Go, or its memory is not complete; its "
                "pprof endpoint works with any Go");
  return {};
}

}  // namespace

std::optional<Functions::Place> Functions::Find(uint64_t pc) const {
  for (const parse::pclntab::Table& table : tables_)
    if (const auto index = table.Find(pc)) return Place{&table, *index};
  return std::nullopt;
}

Result<GoProcess> OpenGoProcess(const model::ProcessImage& image) {
  GoProcess process;
  process.image = &image;
  process.modules = parse::pclntab::FindModules(image);
  if (process.modules.empty())
    return Fail(ErrorCode::kNotFound, "it is no Go program, or one built by Go 1.17 or older", "",
                "what seep reads from outside is Go's own memory; 1.18 and later can be read");
  const auto build = parse::elf::ReadGoBuild(image);
  if (!build)
    return Fail(ErrorCode::kUnsupported, "it does not say which Go built it (.go.buildinfo is not there)", "",
                "its pprof endpoint works with any Go");
  process.go_version = Printable(build->go_version);
  SEEP_TRY(const Processor processor, ProcessorOf(image, process.modules.front()));
  SEEP_TRY(process.layout, FindLayout(build->go_version, processor));
  Error unread;
  for (const Module& module : process.modules) {
    auto table = parse::pclntab::ReadTable(image, module);
    if (table)
      process.functions.Add(std::move(*table));
    else
      unread = std::move(table.error());
  }
  if (process.functions.empty()) return Fail(std::move(unread));
  // A goroutine whose stack is being moved does not look like one just then.
  constexpr int kTries = 3;
  for (int i = 0; i < kTries && process.globals.allgs == 0; ++i) FindGlobals(process);
  SEEP_TRY_VOID(CheckFound(process));
  return process;
}

}  // namespace seep::runtime
