#include <cstdint>
#include <memory>
#include <string>

#include "base/number_at.h"
#include "parse/core/core_image.h"

// The core, and behind the first u32 (its length) the executable.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace core = seep::parse::core;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const uint64_t length = seep::NumberAt<uint32_t>(all, 0).value_or(0);
  const auto stored = [](std::string_view bytes) {
    return std::make_shared<const seep::model::StoredBytes>(seep::Bytes(std::string(bytes)));
  };
  const auto file = stored(seep::PartAt(all, 4, length)), executable = stored(seep::PartAt(all, 4 + length));
  const auto parsed = core::ReadCore(*file, {.notes_bytes = 1 << 20, .mappings = 1 << 12});
  if (!parsed) return 0;
  for (const auto& with : {std::shared_ptr<const seep::model::StoredBytes>(), executable}) {
    const auto image = core::CoreImage::Make(*parsed, file, with);
    if (!image) continue;
    uint64_t before = 0;
    for (const seep::model::MemoryRange& range : (*image)->ranges()) {
      if (range.begin < before || range.end <= range.begin) __builtin_trap();
      before = range.end;
      char bytes[64];
      (void)(*image)->ReadInto(range.begin, bytes);
      (void)(*image)->ReadInto(range.end - 32, bytes);
    }
  }
  return 0;
}
