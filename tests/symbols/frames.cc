// frames MODE FILE|PID [BIAS] < ADDRESSES: what seep's parsers say of each address, for run.py to compare.
// A line is "ADDRESS FUNCTION FILE LINE", separated by tabs, innermost call first.
// BIAS is where the file was loaded minus where it is linked to.
//
//   go     of a Go program, found through its moduledata
//   stack  the same without wrappers, as stacks are printed
//   live   the same as stack, out of the memory of a running process; status 77: it may not be read
//   dwarf  from debug information
//   sizes  "ADDRESS BYTES" of a Go program: how far the return address is from the stack pointer
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "capture/process_memory.h"
#include "parse/dwarf/debug_info.h"
#include "parse/elf/file.h"
#include "parse/elf/go_build.h"
#include "parse/elf/image.h"
#include "parse/pclntab/module.h"

namespace {

namespace capture = seep::capture;
namespace model = seep::model;
using seep::Bytes;
using seep::ErrorCode;
namespace dwarf = seep::parse::dwarf;
namespace elf = seep::parse::elf;
namespace pclntab = seep::parse::pclntab;

int Die(const std::string& why) {
  std::fprintf(stderr, "frames: %s\n", why.c_str());
  return 2;
}

void Print(uint64_t address, std::string_view function, std::string_view file, int64_t line) {
  std::printf("%#" PRIx64 "\t%.*s\t%.*s\t%" PRId64 "\n", address, static_cast<int>(function.size()),
              function.data(), static_cast<int>(file.size()), file.data(), line);
}

int Go(const elf::File& file, const model::ProcessImage& image, uint64_t bias, bool wrappers) {
  const auto modules = pclntab::FindModules(image);
  if (modules.size() != 1) return Die("found " + std::to_string(modules.size()) + " modules");
  const auto table = pclntab::ReadTable(image, modules[0]);
  if (!table) return Die(table.error().Text());
  const auto build = elf::ReadGoBuild(file);
  if (!build) return Die("no Go build information");
  const uint8_t hidden = pclntab::WrapperId(static_cast<uint32_t>(std::atoi(build->go_version.c_str() + 4)));
  uint64_t address = 0;
  while (std::cin >> std::hex >> address) {
    const auto index = table->Find(address - bias);
    if (!index) {
      std::printf("%#" PRIx64 "\n", address);
      continue;
    }
    for (const pclntab::Frame& f : table->Frames(*index, address - bias))
      if (wrappers || f.id != hidden) Print(address, pclntab::PrintedName(f.function), f.at.file, f.at.line);
  }
  return 0;
}

int Sizes(const elf::File& file) {
  const elf::Image image(file);
  const auto modules = pclntab::FindModules(image);
  if (modules.size() != 1) return Die("found " + std::to_string(modules.size()) + " modules");
  const auto table = pclntab::ReadTable(image, modules[0]);
  if (!table) return Die(table.error().Text());
  uint64_t address = 0;
  while (std::cin >> std::hex >> address) {
    const auto index = table->Find(address);
    const auto size = index ? table->FrameSize(*index, address) : std::nullopt;
    std::printf("%#" PRIx64 "\t%s\n", address, size ? std::to_string(*size).c_str() : "");
  }
  return 0;
}

int Live(uint64_t pid) {
  const auto memory = capture::ProcessMemory::Open("/proc", pid);
  if (!memory) return memory.error().code == ErrorCode::kPermission ? 77 : Die(memory.error().Text());
  const auto bytes = (*memory)->Executable(uint64_t{1} << 30);
  if (!bytes) return Die(bytes.error().Text());
  const auto file = elf::File::Parse(*bytes);
  if (!file) return Die(file.error().Text());
  return Go(*file, **memory, 0, false);
}

int Dwarf(const elf::File& file, uint64_t bias) {
  auto info = dwarf::DebugInfo::Read(file);
  if (!info) return Die(info.error().Text());
  uint64_t address = 0;
  while (std::cin >> std::hex >> address) {
    const auto frames = info->Frames(address - bias);
    if (frames.empty()) std::printf("%#" PRIx64 "\n", address);
    for (const dwarf::Frame& f : frames)
      Print(address, f.linkage_name.empty() ? f.name : f.linkage_name, f.at.file, f.at.line);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return Die("usage: frames MODE FILE|PID [BIAS]");
  const std::string mode = argv[1];
  if (mode == "live") return Live(std::strtoull(argv[2], nullptr, 10));
  std::ifstream in(argv[2], std::ios::binary);
  const auto file = elf::File::Parse(Bytes(std::string(std::istreambuf_iterator<char>(in), {})));
  if (!file) return Die(file.error().Text());
  const uint64_t bias = argc > 3 ? std::strtoull(argv[3], nullptr, 0) : 0;
  if (mode == "dwarf") return Dwarf(*file, bias);
  if (mode == "sizes") return Sizes(*file);
  if (mode != "go" && mode != "stack") return Die("no such mode");
  return Go(*file, elf::Image(*file), bias, mode == "go");
}
