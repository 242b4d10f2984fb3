// frames MODE FILE [BIAS] < ADDRESSES: what seep's parsers say of each address, for run.py to compare.
//
//   go    "ADDRESS FUNCTION FILE LINE" a line, separated by tabs, innermost call first; found through the
//         moduledata as in a running process. BIAS is where the file was loaded minus where it is linked to.
//   dwarf "ADDRESS FUNCTION FILE LINE" from debug information
//   stack the same without wrappers, as stacks are printed
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "parse/dwarf/debug_info.h"
#include "parse/elf/file.h"
#include "parse/elf/go_build.h"
#include "parse/elf/image.h"
#include "parse/pclntab/module.h"

namespace {

using namespace seep;
using namespace seep::parse;

int Die(const std::string& why) {
  std::fprintf(stderr, "frames: %s\n", why.c_str());
  return 2;
}

int Go(const elf::File& file, uint64_t bias, bool hide_wrappers) {
  const elf::Image image(file);
  const auto modules = pclntab::FindModules(image);
  if (modules.size() != 1) return Die("found " + std::to_string(modules.size()) + " modules");
  const auto table = pclntab::ReadTable(image, modules[0]);
  if (!table) return Die(table.error().Text());
  const auto build = elf::ReadGoBuild(file);
  if (!build) return Die("no Go build information");
  std::fprintf(stderr, "%s, %zu functions\n", build->go_version.c_str(), table->size());
  const uint8_t wrapper = pclntab::WrapperId(static_cast<uint32_t>(std::atoi(build->go_version.c_str() + 4)));
  uint64_t address = 0;
  while (std::cin >> std::hex >> address) {
    const auto index = table->Find(address - bias);
    if (!index) {
      std::printf("%#" PRIx64 "\n", address);
      continue;
    }
    for (const pclntab::Frame& f : table->Frames(*index, address - bias)) {
      if (hide_wrappers && f.id == wrapper) continue;
      std::printf("%#" PRIx64 "\t%s\t%.*s\t%d\n", address, pclntab::PrintedName(f.function).c_str(),
                  static_cast<int>(f.at.file.size()), f.at.file.data(), f.at.line);
    }
  }
  return 0;
}

int Dwarf(const elf::File& file, uint64_t bias) {
  auto info = dwarf::DebugInfo::Read(file);
  if (!info) return Die(info.error().Text());
  uint64_t address = 0;
  while (std::cin >> std::hex >> address) {
    const auto frames = info->Frames(address - bias);
    if (frames.empty()) std::printf("%#" PRIx64 "\n", address);
    for (const dwarf::Frame& f : frames) {
      const std::string_view name = f.linkage_name.empty() ? f.name : f.linkage_name;
      std::printf("%#" PRIx64 "\t%.*s\t%s\t%u\n", address, static_cast<int>(name.size()), name.data(),
                  f.at.file.c_str(), f.at.line);
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return Die("usage: frames MODE FILE [BIAS]");
  std::ifstream in(argv[2], std::ios::binary);
  auto file = elf::File::Parse(Bytes(std::string(std::istreambuf_iterator<char>(in), {})));
  if (!file) return Die(file.error().Text());
  const uint64_t bias = argc > 3 ? std::strtoull(argv[3], nullptr, 0) : 0;
  const std::string mode = argv[1];
  if (mode == "go" || mode == "stack") return Go(*file, bias, mode == "stack");
  if (mode == "dwarf") return Dwarf(*file, bias);
  return Die("no such mode");
}
