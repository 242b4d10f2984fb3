#include <cstdint>
#include <string>

#include "parse/elf/file.h"
#include "parse/elf/go_build.h"
#include "parse/elf/image.h"
#include "parse/pclntab/module.h"

// Everything that is ever asked of a file, with limits that a fuzzer can reach.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace elf = seep::parse::elf;
  namespace pclntab = seep::parse::pclntab;
  constexpr uint64_t kLimit = 1 << 20;
  const auto file = elf::File::Parse(seep::Bytes(std::string(reinterpret_cast<const char*>(data), size)));
  if (!file) return 0;
  for (const elf::Section& section : file->sections())
    if (const auto bytes = file->Data(section, kLimit); bytes && bytes->size() > kLimit) __builtin_trap();
  const elf::SymbolIndex symbols(*file);
  symbols.Find(0x1000);
  (void)file->BuildId();
  (void)file->GoBuildId();
  (void)file->LoadAddress();
  (void)elf::ReadGoBuild(*file);
  const elf::Image image(*file);
  const pclntab::ModuleLimits limits{kLimit, kLimit};
  for (const pclntab::Module& module : pclntab::FindModules(image, limits)) {
    const auto table = pclntab::ReadTable(image, module, limits);
    if (!table) continue;
    if (const auto index = table->Find(table->begin())) (void)table->Frames(*index, table->begin());
  }
  return 0;
}
