#include <gtest/gtest.h>

#include <cmath>

#include "runtime/collections.h"
#include "runtime/heap_profile.h"
#include "runtime/image_for_test.h"
#include "runtime/spans.h"

namespace seep::runtime {
namespace {

constexpr uint64_t kData = 0x9d0000, kHeap = 0xc000000000, kStructs = 0x7f0000000000;

// A process of go1.26 on amd64 with nothing in it yet.
struct MadeUp {
  ImageForTest image;
  GoProcess go;

  MadeUp() {
    go.image = &image;
    go.go_version = "go1.26.8";
    go.layout = *FindLayout("go1.26.8", Processor::kAmd64);
    image.Map(kData, 0x10000);
    image.Map(kStructs, 0x40000);
  }
  uint64_t At(int32_t field) const { return static_cast<uint64_t>(field); }

  void PutSpans(uint64_t count) {
    go.globals.allspans = kData;
    image.Put(kData, kStructs);
    image.Put(kData + 8, count);
    image.Put(kData + 16, count);
  }
  // Span number `i` of a list at kStructs.
  void PutSpan(uint64_t i, uint64_t pages, uint8_t state, uint8_t span_class, uint64_t object_bytes,
               uint16_t objects) {
    const Layout& l = *go.layout;
    const uint64_t span = kStructs + 0x1000 + i * 0x200;
    image.Put(kStructs + 8 * i, span);
    image.Put(span + At(l.mspan_start), kHeap + i * 0x100000);
    image.Put(span + At(l.mspan_npages), pages);
    image.Put(span + At(l.mspan_state), state);
    image.Put(span + At(l.mspan_span_class), span_class);
    image.Put(span + At(l.mspan_elem_size), object_bytes);
    image.Put(span + At(l.mspan_alloc_count), objects);
  }
  // A site; `next` is another one's number, or -1.
  static uint64_t Site(uint64_t i) { return kStructs + 0x20000 + i * 0x400; }
  void PutSite(uint64_t i, int next, uint64_t frames) {
    const Layout& l = *go.layout;
    image.Put(Site(i) + At(l.bucket_allnext), next < 0 ? uint64_t{0} : Site(static_cast<uint64_t>(next)));
    image.Put(Site(i) + At(l.bucket_type), uint64_t{1});
    image.Put(Site(i) + At(l.bucket_hash), uint64_t{77});
    image.Put(Site(i) + At(l.bucket_bytes), uint64_t{64});
    image.Put(Site(i) + At(l.bucket_nstk), frames);
  }
  // Cycle 0 is the published one.
  void PutCycle(uint64_t i, uint64_t frames, uint64_t cycle, std::array<uint64_t, 4> numbers) {
    const uint64_t at = Site(i) + At(go.layout->bucket_size) + 8 * frames + 32 * cycle;
    for (size_t k = 0; k < 4; ++k) image.Put(at + 8 * k, numbers[k]);
  }
  Result<HeapProfile> Profile(int64_t rate) {
    go.globals.mbuckets = kData + 0x100;
    image.Put(kData + 0x100, Site(0));
    image.Put(kData + 0x108, rate);
    go.modules.push_back({});
    NamedGlobals globals;
    globals.mem_profile_rate = kData + 0x108;
    globals.can_profile_heap = true;
    return ReadHeapProfile(go, globals);
  }
};

TEST(Spans, AreSummedBySizeAndKind) {
  MadeUp p;
  p.PutSpans(6);
  p.PutSpan(0, 1, 1, 10, 64, 100);  // 64 bytes, pointers
  p.PutSpan(1, 1, 1, 10, 64, 28);   // more of them
  p.PutSpan(2, 1, 1, 11, 64, 1);    // 64 bytes, no pointers
  p.PutSpan(3, 8, 1, 1, 65536, 1);  // large
  p.PutSpan(4, 4, 2, 0, 0, 0);      // a stack
  p.PutSpan(5, 0, 0, 0, 0, 0);      // free
  const auto spans = ReadSpans(p.go);
  ASSERT_TRUE(spans) << spans.error().Text();
  EXPECT_EQ(spans->objects, 130u);
  EXPECT_EQ(spans->live_bytes, 129u * 64 + 65536);
  EXPECT_EQ(spans->held_bytes, 3u * 8192 + 65536);
  EXPECT_EQ(spans->stack_bytes, 4u * 8192);
  EXPECT_EQ(spans->unreadable, 0u);
  ASSERT_EQ(spans->classes.size(), 3u);
  EXPECT_EQ(spans->classes[0].object_bytes, 0u);
  EXPECT_FALSE(spans->classes[0].has_pointers);
  EXPECT_EQ(spans->classes[1].objects, 128u);
  EXPECT_EQ(spans->classes[1].spans, 2u);
  EXPECT_TRUE(spans->classes[1].has_pointers);
}

TEST(Spans, WhatCannotBeASpanIsCountedApart) {
  MadeUp p;
  p.PutSpans(4);
  p.PutSpan(0, 1, 1, 10, 64, 129);               // more objects than fit
  p.PutSpan(1, 1, 1, 10, uint64_t{1} << 60, 1);  // an object larger than its span
  p.PutSpan(2, uint64_t{1} << 60, 1, 10, 64, 1);
  p.image.Put(kStructs + 24, uint64_t{0xdead0000});  // nothing is there
  const auto spans = ReadSpans(p.go);
  ASSERT_TRUE(spans);
  EXPECT_EQ(spans->unreadable, 4u);
  EXPECT_EQ(spans->live_bytes, 0u);
}

TEST(Spans, AListWithoutEndIsRefused) {
  MadeUp p;
  p.PutSpans(uint64_t{1} << 60);
  EXPECT_EQ(ReadSpans(p.go).error().code, ErrorCode::kBadInput);
  p.PutSpans(1000000);  // more than is mapped
  const auto cut = ReadSpans(p.go);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->unreadable, 1000000u);
  p.go.globals.allspans = 0;
  EXPECT_EQ(ReadSpans(p.go).error().code, ErrorCode::kUnavailable);
}

TEST(HeapProfile, IsScaledUpAsGoDoes) {
  MadeUp p;
  p.PutSite(0, 1, 2);
  p.PutCycle(0, 2, 0, {10, 4, 640, 256});
  p.PutSite(1, -1, 40);  // longer than is read at once
  p.PutCycle(1, 40, 0, {1, 0, 1 << 20, 0});
  p.PutCycle(1, 40, 1, {100, 0, 100 << 20, 0});  // not published: not in it
  const auto heap = p.Profile(512 * 1024);
  ASSERT_TRUE(heap) << heap.error().Text();
  EXPECT_TRUE(heap->rate_known);
  EXPECT_EQ(heap->sites, 2u);
  const double scale = 1 / (1 - std::exp(-64.0 / (512 * 1024)));
  const auto values = heap->profile.samples.value(0);
  EXPECT_EQ(values[0], static_cast<int64_t>(10 * scale));
  EXPECT_EQ(values[1], static_cast<int64_t>(640 * scale));
  EXPECT_EQ(values[2], static_cast<int64_t>(6 * scale));
  EXPECT_EQ(values[3], static_cast<int64_t>(384 * scale));
  EXPECT_EQ(heap->profile.samples.value(1)[0], 1);  // 1.16 of them
  const auto labels = heap->profile.label_sets.labels(heap->profile.samples.labels[0]);
  ASSERT_EQ(labels.size(), 1u);
  EXPECT_EQ(labels[0].number, 64);
}

TEST(HeapProfile, BeforeAnythingIsPublishedWhatIsToComeCounts) {
  MadeUp p;
  p.PutSite(0, -1, 1);
  p.PutCycle(0, 1, 1, {3, 0, 192, 0});
  p.PutCycle(0, 1, 2, {1, 1, 64, 64});
  const auto heap = p.Profile(1);
  ASSERT_TRUE(heap);
  EXPECT_EQ(heap->profile.samples.value(0)[0], 4);
  EXPECT_EQ(heap->profile.samples.value(0)[2], 3);
  EXPECT_EQ(heap->profile.samples.value(0)[3], 192);
}

// Its cycles are {allocations, frees}; bytes follow from the size of the objects.
TEST(HeapProfile, Go127KeepsNoBytes) {
  MadeUp p;
  p.go.layout = *FindLayout("go1.27.2", Processor::kAmd64);
  ASSERT_EQ(p.go.layout->mem_cycle_size, 16);
  p.PutSite(0, 1, 1);
  const uint64_t record = p.Site(0) + p.At(p.go.layout->bucket_size) + 8;
  p.image.Put(record, uint64_t{10});
  p.image.Put(record + 8, uint64_t{4});
  p.image.Put(record + 16, uint64_t{1000});  // of the next cycle
  p.PutSite(1, -1, 1);                       // nothing counted yet, and named all the same
  const auto heap = p.Profile(1);
  ASSERT_TRUE(heap) << heap.error().Text();
  const auto values = heap->profile.samples.value(0);
  EXPECT_EQ(values[1], 640);
  EXPECT_EQ(values[2], 6);
  EXPECT_EQ(values[3], 384);
  const auto labels = heap->profile.label_sets.labels(heap->profile.samples.labels[1]);
  ASSERT_EQ(labels.size(), 1u);
  EXPECT_EQ(labels[0].number, 64);
}

TEST(HeapProfile, HostileListsEnd) {
  MadeUp ring;
  ring.PutSite(0, 1, 1);
  ring.PutSite(1, 0, 1);
  ring.PutCycle(0, 1, 0, {1, 9, 1, 9});  // more freed than allocated
  ring.PutCycle(1, 1, 0, {1, 0, uint64_t{1} << 63, 0});
  const auto heap = ring.Profile(1 << 19);
  ASSERT_FALSE(heap);  // not one site can be used
  ring.PutCycle(1, 1, 0, {1, 0, uint64_t{1} << 61, 0});
  const auto one = ring.Profile(1 << 19);
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->cut);
  EXPECT_EQ(one->unreadable, 1u);
  EXPECT_EQ(one->sites, 1u);

  MadeUp deep;
  deep.PutSite(0, -1, uint64_t{1} << 60);
  EXPECT_FALSE(deep.Profile(1 << 19));
}

TEST(HeapProfile, SaysWhyThereIsNone) {
  MadeUp p;
  NamedGlobals globals;
  EXPECT_NE(ReadHeapProfile(p.go, globals).error().what.find("linker switched"), std::string::npos);
  globals.can_profile_heap = true;
  EXPECT_NE(ReadHeapProfile(p.go, globals).error().what.find("nothing was sampled yet"), std::string::npos);
  globals.mem_profile_rate = kData + 0x200;  // 0
  EXPECT_NE(ReadHeapProfile(p.go, globals).error().what.find("MemProfileRate to 0"), std::string::npos);
}

TEST(Collections, AreToldOnlyWhereTheNumbersArePossible) {
  MadeUp p;
  NamedGlobals globals;
  globals.memstats = kData;
  const uint64_t count = kData + p.At(p.go.layout->mstats_numgc),
                 last = kData + p.At(p.go.layout->mstats_last_gc_unix);
  EXPECT_EQ(ReadCollections(p.go, globals).count, 0u);
  EXPECT_FALSE(ReadCollections(p.go, globals).last);
  p.image.Put(count, uint32_t{14});
  EXPECT_FALSE(ReadCollections(p.go, globals).count);  // collections, and none was the last
  p.image.Put(last, uint64_t{1'795'664'000'000'000'000});
  EXPECT_EQ(ReadCollections(p.go, globals).count, 14u);
  EXPECT_EQ(ReadCollections(p.go, globals).last, FromUnixNanos(1'795'664'000'000'000'000));
}

}  // namespace
}  // namespace seep::runtime
