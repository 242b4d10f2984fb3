#include <algorithm>
#include <cstdint>
#include <string>

#include "base/number_at.h"
#include "parse/pclntab/table.h"

// The table, and behind the first u32 (its length) the inline trees.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace pclntab = seep::parse::pclntab;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const uint64_t length = seep::NumberAt<uint32_t>(all, 0).value_or(0);
  const seep::Bytes bytes{std::string(seep::PartAt(all, 4, length))},
      trees{std::string(seep::PartAt(all, 4 + length))};
  const auto table = pclntab::Table::Make(bytes, 0x401000, trees);
  if (!table) return 0;
  for (size_t i = 0; i < std::min<size_t>(table->size(), 64); ++i) {
    const pclntab::Function f = table->function(i);
    (void)table->Find(f.entry);
    (void)table->FrameSize(i, f.entry + 1);
    const auto frames = table->Frames(i, f.entry + 1);
    if (frames.empty() || frames.back().inlined) __builtin_trap();
    for (const pclntab::Frame& frame : frames) (void)pclntab::PrintedName(frame.function);
  }
  return 0;
}
