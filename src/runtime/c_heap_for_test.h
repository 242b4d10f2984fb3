// A C heap made up word by word, as malloc_arenas.h draws it: a main arena in [heap] and one of a thread.
#pragma once

#include "runtime/image_for_test.h"

namespace seep::runtime {

struct CHeapForTest {
  static constexpr uint64_t kLibc = 0x7f0000000000, kMainArena = kLibc + 0x1000, kHeap = 0x1000000,
                            kHeapSize = 0x21000, kThreadHeap = 0x7f1000000000, kThreadHeapSize = 0x21000,
                            kThreadArena = kThreadHeap + 0x30, kBlock = 0x7f2000000000, kBlockSize = 0x100000,
                            kBins = 0x70, kState = 0x898;

  CHeapForTest() {
    image.Map(kHeap, kHeapSize, "[heap]");
    image.Map(kLibc, 0x4000, "/lib/x86_64-linux-gnu/libc.so.6");
    image.Map(kThreadHeap, kThreadHeapSize);
    image.Map(kBlock, kBlockSize);
    State(kMainArena, kThreadArena, kHeapSize);
    State(kThreadArena, kMainArena, kThreadHeapSize);
    image.Put(kThreadHeap, kThreadArena);
    image.Put<uint64_t>(kThreadHeap + 0x10, kThreadHeapSize);
    image.Put<uint64_t>(kThreadHeap + 0x18, kThreadHeapSize);
    FillMain();
    Top(kThreadArena, (kThreadArena + kState + 15) & ~uint64_t{15}, kThreadHeap + kThreadHeapSize);
    image.Put<uint64_t>(kBlock + 8, kBlockSize | 2);
  }

  // Two chunks in use, one that is free between them, one in a thread's cache, then the top.
  void FillMain() {
    Chunk(kHeap, 0x290, true);
    Chunk(kHeap + 0x290, 0x100, true);
    Chunk(kHeap + 0x390, 0x200, true);
    Chunk(kHeap + 0x590, 0x30, false);
    image.Put<uint64_t>(kHeap + 0x590, 0x200);
    Chunk(kHeap + 0x5c0, 0x40, true);
    Top(kMainArena, kHeap + 0x600, kHeap + kHeapSize);
    // The cache: one chunk of 0x40 bytes, list 2.
    image.Put<uint16_t>(kHeap + 0x10 + 2 * 2, 1);
    image.Put<uint64_t>(kHeap + 0x10 + 128 + 8 * 2, kHeap + 0x5d0);
    image.Put<uint64_t>(kHeap + 0x5d0, (kHeap + 0x5d0) >> 12);  // the end of the list, as it is stored
  }
  void Chunk(uint64_t address, uint64_t size, bool before_in_use) {
    image.Put<uint64_t>(address + 8, size | (before_in_use ? 1 : 0));
  }
  void Top(uint64_t arena, uint64_t address, uint64_t end) {
    Chunk(address, end - address, true);
    image.Put(arena + 0x60, address);
  }
  void State(uint64_t address, uint64_t next, uint64_t system_mem) {
    for (uint64_t pair = 0; pair < 127; ++pair) {
      const uint64_t at = address + kBins + 16 * pair;
      image.Put<uint64_t>(at, at - 16);
      image.Put<uint64_t>(at + 8, at - 16);
    }
    image.Put(address + 0x870, next);
    image.Put(address + 0x888, system_mem);
  }

  ImageForTest image;
};

}  // namespace seep::runtime
