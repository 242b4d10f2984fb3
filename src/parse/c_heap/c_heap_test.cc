#include <gtest/gtest.h>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

TEST(CHeap, ArenasBlocksAndSizes) {
  Parser parser;
  const model::Snapshot s = parser.One(
      "# seep c heap 1\n"
      "allocator glibc 2.36\n"
      "walked unread=0\n"
      "main address=139830071118944 mapped=15679488 in_use=15608832 in_use_chunks=102904 free=13376 "
      "free_chunks=26 top=57280 2f8ac000-307a0000\n"
      "arena address=16 mapped=135168 in_use=2912 in_use_chunks=1 free=0 free_chunks=0 top=132256 "
      "10000-31000\n"
      "blocks bytes=1052672 count=1 7f2c70000000-7f2c70101000\n"
      "size bytes=128 chunks=312381\n"
      "weather fine=1\n");
  ASSERT_TRUE(s.c_heap);
  EXPECT_TRUE(s.gaps.empty());
  const model::CHeap& heap = *s.c_heap;
  EXPECT_EQ(heap.allocator, "glibc 2.36");
  EXPECT_TRUE(heap.walked);
  ASSERT_EQ(heap.arenas.size(), 2u);
  EXPECT_TRUE(heap.arenas[0].main);
  EXPECT_EQ(heap.arenas[0].in_use, 15608832u);
  EXPECT_EQ(heap.arenas[0].in_use_chunks, 102904u);
  EXPECT_EQ(heap.arenas[0].free + heap.arenas[0].top, 13376u + 57280u);
  EXPECT_EQ(heap.arenas[0].ranges.at(0), (std::pair<uint64_t, uint64_t>(0x2f8ac000, 0x307a0000)));
  EXPECT_FALSE(heap.arenas[1].main);
  EXPECT_EQ(heap.mapped_bytes, 1052672u);
  EXPECT_EQ(heap.mapped_chunks, 1u);
  ASSERT_EQ(heap.mapped_ranges.size(), 1u);
  ASSERT_EQ(heap.sizes.size(), 1u);
  EXPECT_EQ(heap.sizes[0].chunks, 312381u);
}

TEST(CHeap, AnAllocatorWithoutAWalk) {
  Parser parser;
  const model::Snapshot s = parser.One("# seep c heap 1\nallocator jemalloc\n");
  EXPECT_EQ(s.c_heap->allocator, "jemalloc");
  EXPECT_FALSE(s.c_heap->walked);
}

TEST(CHeap, WhatMadeNoSenseIsAGap) {
  Parser parser;
  const model::Snapshot s = parser.One("# seep c heap 1\nallocator glibc 2.36\nwalked unread=1048576\n");
  EXPECT_EQ(s.c_heap->unread, 1048576u);
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_EQ(s.gaps[0].what, "1.0 MiB of the C heap");
}

}  // namespace
}  // namespace seep::parse
