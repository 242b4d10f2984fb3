#include "runtime/c_heap.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/c_heap_for_test.h"

namespace seep::runtime {
namespace {

uint64_t ChunksOf(const model::CHeap& heap, uint64_t bytes) {
  for (const model::ChunkSize& s : heap.sizes)
    if (s.bytes == bytes) return s.chunks;
  return 0;
}

void ExpectSums(const model::CHeap& heap) {
  uint64_t mapped = 0, counted = heap.unread;
  for (const model::CArena& arena : heap.arenas) {
    mapped += arena.mapped;
    counted += arena.in_use + arena.free + arena.top;
  }
  EXPECT_EQ(mapped, counted);
}

TEST(CHeap, EveryChunkOfAMadeUpHeap) {
  const CHeapForTest made;
  const auto heap = ReadCHeap(made.image, {});
  ASSERT_TRUE(heap);
  EXPECT_TRUE(heap->walked);
  EXPECT_EQ(heap->unread, 0u);
  ASSERT_EQ(heap->arenas.size(), 2u);
  const model::CArena& main = heap->arenas[0];
  EXPECT_TRUE(main.main);
  EXPECT_EQ(main.free, 0x200u + 0x40u) << "what is in a thread's cache is freed, too";
  EXPECT_EQ(main.free_chunks, 2u);
  EXPECT_EQ(main.in_use, 0x290u + 0x100u + 0x30u);
  EXPECT_EQ(main.in_use_chunks, 3u);
  EXPECT_EQ(main.top, CHeapForTest::kHeapSize - 0x600);
  EXPECT_EQ(ChunksOf(*heap, 0x100), 1u);
  EXPECT_EQ(ChunksOf(*heap, 0x40), 0u);
  EXPECT_FALSE(heap->arenas[1].main);
  EXPECT_EQ(heap->mapped_chunks, 1u);
  EXPECT_EQ(heap->mapped_bytes, CHeapForTest::kBlockSize);
  ExpectSums(*heap);
}

TEST(CHeap, CorruptedChunksAreNamedAndNotGuessed) {
  for (const uint64_t size : {uint64_t{0}, uint64_t{8}, uint64_t{0x123}, uint64_t{1} << 40, ~uint64_t{0}}) {
    CHeapForTest made;
    made.image.Put<uint64_t>(CHeapForTest::kHeap + 0x290 + 8, size);
    const auto heap = ReadCHeap(made.image, {});
    ASSERT_TRUE(heap);
    EXPECT_GE(heap->unread, CHeapForTest::kHeapSize - 0x590) << size;
    ExpectSums(*heap);
  }
}

TEST(CHeap, AFreeChunkWhoseFootDisagreesIsNotCounted) {
  CHeapForTest made;
  made.image.Put<uint64_t>(CHeapForTest::kHeap + 0x590, 0x210);
  EXPECT_GT(ReadCHeap(made.image, {})->unread, 0u);
}

TEST(CHeap, ARingOfArenasThatDoesNotCloseIsNone) {
  for (const uint64_t next : {uint64_t{0}, CHeapForTest::kThreadArena, CHeapForTest::kHeap, ~uint64_t{7}}) {
    CHeapForTest made;
    made.image.Put(CHeapForTest::kThreadArena + 0x870, next);
    const auto heap = ReadCHeap(made.image, {});
    ASSERT_TRUE(heap) << "libc is there";
    EXPECT_FALSE(heap->walked);
    EXPECT_EQ(heap->allocator, "glibc");
  }
}

TEST(CHeap, OtherAllocatorsAreRecognised) {
  for (const auto& [path, name] : {std::pair("/usr/lib/libjemalloc.so.2", "jemalloc"),
                                   std::pair("/usr/lib/libtcmalloc_minimal.so.4", "tcmalloc"),
                                   std::pair("/usr/lib/libmimalloc.so.2.0", "mimalloc"),
                                   std::pair("/lib/ld-musl-x86_64.so.1", "musl")}) {
    ImageForTest image;
    image.Map(0x10000, 4096, path);
    const auto heap = ReadCHeap(image, {});
    ASSERT_TRUE(heap);
    EXPECT_EQ(heap->allocator, name);
    EXPECT_FALSE(heap->walked);
  }
  ImageForTest image;
  image.Map(0x10000, 4096, "/srv/orders");
  EXPECT_FALSE(ReadCHeap(image, {})) << "a Go program without C";
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SEEP_OTHER_MALLOC
#endif
#endif
#ifndef SEEP_OTHER_MALLOC

// This very process, by the glibc it runs on.
class OwnMemory final : public model::ProcessImage {
 public:
  OwnMemory() {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
      unsigned long begin = 0, end = 0, offset = 0;
      char rights[8] = {}, path[512] = {};
      if (std::sscanf(line.c_str(), "%lx-%lx %7s %lx %*s %*s %511[^\n]", &begin, &end, rights, &offset,
                      path) < 4)
        continue;
      ranges_.push_back({begin, end, offset, rights[0] == 'r', rights[1] == 'w', rights[2] == 'x', path});
    }
  }
  void Read(std::span<model::ReadPart> parts) const override {
    for (model::ReadPart& part : parts) {
      const iovec to{part.to.data(), part.to.size()};
      const iovec from{reinterpret_cast<void*>(part.address), part.to.size()};  // NOLINT
      part.ok = ::process_vm_readv(::getpid(), &to, 1, &from, 1, 0) == static_cast<ssize_t>(part.to.size());
    }
  }
  const std::vector<model::MemoryRange>& ranges() const override { return ranges_; }

 private:
  std::vector<model::MemoryRange> ranges_;
};

struct Freed {
  void operator()(void* p) const { std::free(p); }
};
using Block = std::unique_ptr<void, Freed>;

std::vector<Block> Allocate(size_t count, size_t bytes) {
  std::vector<Block> blocks;
  for (size_t i = 0; i < count; ++i) blocks.emplace_back(std::malloc(bytes));
  return blocks;
}

TEST(CHeap, OwnHeapChunkByChunk) {
  const auto before = ReadCHeap(OwnMemory(), {});
  ASSERT_TRUE(before && before->walked) << "this machine's glibc is not known";
  EXPECT_EQ(before->allocator.find("glibc 2."), 0u) << before->allocator;
  std::vector<Block> blocks = Allocate(2000, 5000);  // chunks of 5008 bytes
  const auto full = ReadCHeap(OwnMemory(), {});
  EXPECT_EQ(ChunksOf(*full, 5008) - ChunksOf(*before, 5008), 2000u);
  EXPECT_EQ(full->unread, 0u);
  for (size_t i = 0; i < blocks.size(); i += 2) blocks[i].reset();
  const auto holes = ReadCHeap(OwnMemory(), {});
  EXPECT_EQ(ChunksOf(*holes, 5008) - ChunksOf(*before, 5008), 1000u);
  uint64_t free_before = 0, free_now = 0;
  for (const model::CArena& a : full->arenas) free_before += a.free;
  for (const model::CArena& a : holes->arenas) free_now += a.free;
  EXPECT_GE(free_now - free_before, 900u * 5008);
  ExpectSums(*holes);
}

TEST(CHeap, AThreadsArenaInSeveralHeaps) {
  std::vector<Block> blocks;
  std::thread([&] { blocks = Allocate(1000, 100'000); }).join();  // more than one heap of 64 MiB holds
  const auto heap = ReadCHeap(OwnMemory(), {});
  ASSERT_TRUE(heap && heap->walked);
  EXPECT_EQ(heap->unread, 0u);
  EXPECT_EQ(ChunksOf(*heap, 100'016), 1000u);
  EXPECT_TRUE(std::ranges::any_of(heap->arenas, [](const model::CArena& a) { return a.ranges.size() >= 2; }));
  ExpectSums(*heap);
}

TEST(CHeap, LargeBlocksHaveAMappingOfTheirOwn) {
  const auto before = ReadCHeap(OwnMemory(), {});
  // Far above any threshold that has moved by what was freed before.
  const std::vector<Block> blocks = Allocate(5, size_t{40} << 20);
  const auto heap = ReadCHeap(OwnMemory(), {});
  EXPECT_EQ(heap->mapped_chunks - before->mapped_chunks, 5u);
  EXPECT_GE(heap->mapped_bytes - before->mapped_bytes, uint64_t{200} << 20);
}

TEST(CHeap, FreedChunksInTheThreadsCacheAreNotInUse) {
  std::vector<Block> blocks = Allocate(7, 777);  // a list of the cache holds seven
  const uint64_t in_use = ChunksOf(*ReadCHeap(OwnMemory(), {}), 800);
  blocks.clear();
  const uint64_t now = ChunksOf(*ReadCHeap(OwnMemory(), {}), 800);
  EXPECT_GE(in_use, now + 7);
}

#endif
#endif

}  // namespace
}  // namespace seep::runtime
