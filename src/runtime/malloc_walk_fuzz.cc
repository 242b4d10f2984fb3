// A made-up C heap with words changed: each eleven bytes are one change,
//
//   u8 which mapping   u16 which word of it   u64 its value; an odd mapping number adds it
//
// Whatever the memory holds, the walk ends, and what it counts is what there is.
#include <cstdint>
#include <string_view>

#include "base/number_at.h"
#include "runtime/c_heap.h"
#include "runtime/c_heap_for_test.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using seep::NumberAt;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  seep::runtime::CHeapForTest made;
  const auto& ranges = made.image.ranges();
  for (size_t at = 0; at + 11 <= bytes.size(); at += 11) {
    const auto which = static_cast<uint8_t>(bytes[at]);
    const auto& range = ranges[(which >> 1) % ranges.size()];
    const uint64_t address = range.begin + 8 * (*NumberAt<uint16_t>(bytes, at + 1) % (range.size() / 8));
    const uint64_t value = *NumberAt<uint64_t>(bytes, at + 3);
    const uint64_t old = made.image.Value<uint64_t>(address).value_or(0);
    made.image.Put(address, (which & 1) != 0 ? old + value : value);
  }
  const auto heap = seep::runtime::ReadCHeap(made.image, {});
  if (!heap) __builtin_trap();  // libc is mapped
  for (const auto& arena : heap->arenas)
    if (arena.in_use > arena.mapped || arena.free > arena.mapped || arena.top > arena.mapped)
      __builtin_trap();
  if (seep::runtime::CHeapText(*heap).empty()) __builtin_trap();
  return 0;
}
