#include <cstdint>
#include <string>

#include "parse/dwarf/debug_info.h"

// A file, its debug information, and the frames of some of its addresses, with limits that a fuzzer can
// reach.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace dwarf = seep::parse::dwarf;
  namespace elf = seep::parse::elf;
  const auto file = elf::File::Parse(seep::Bytes(std::string(reinterpret_cast<const char*>(data), size)));
  if (!file) return 0;
  const dwarf::DebugLimits limits{1 << 20, 10'000, 10'000};
  auto info = dwarf::DebugInfo::Read(*file, limits);
  if (!info) return 0;
  for (uint64_t address = 0x401000; address < 0x401040; address += 5)
    if (info->Frames(address).size() > 1001) __builtin_trap();
  (void)info->Frames(0);
  (void)info->Frames(UINT64_MAX);
  return 0;
}
