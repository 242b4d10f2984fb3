#include "detect/memory_account.h"

#include <gtest/gtest.h>

#include <numeric>

namespace seep::detect {
namespace {

using enum model::MemoryPart;

constexpr uint64_t kMiB = uint64_t{1} << 20;

class MemoryAccountTest : public ::testing::Test {
 protected:
  model::Mapping& Map(uint64_t begin, uint64_t size, uint64_t rss, std::string_view path = {}) {
    if (!s_.smaps) s_.smaps.emplace();
    model::Mapping m;
    m.begin = begin;
    m.end = begin + size;
    m.path = stacks_.strings().Intern(path);
    m.readable = m.writable = true;
    m.rss = rss;
    m.anonymous = path.starts_with('/') ? 0 : rss;
    s_.smaps->push_back(m);
    return s_.smaps->back();
  }
  model::MemoryAccount Account() {
    auto account = MakeMemoryAccount(s_, stacks_);
    EXPECT_TRUE(account);
    EXPECT_EQ(account->sum, std::accumulate(account->parts.begin(), account->parts.end(), uint64_t{0}));
    return *account;
  }

  model::StackTable stacks_;
  model::Snapshot s_;
};

TEST_F(MemoryAccountTest, WithoutSmapsNothingIsSaid) {
  EXPECT_FALSE(MakeMemoryAccount(s_, stacks_));
}

TEST_F(MemoryAccountTest, TheGoHeapByWhatTheRuntimeCounts) {
  Map(0x7087ac00000, 64 * kMiB, 40 * kMiB);
  s_.go_arenas = {{0x70878000000, 0x70880000000}};
  EXPECT_EQ(Account().of(kGoHeap), 40 * kMiB);
  s_.mem_stats.emplace();
  s_.mem_stats->heap_alloc = 10 * kMiB;
  s_.mem_stats->heap_inuse = 12 * kMiB;
  s_.mem_stats->stack_inuse = 3 * kMiB;
  const model::MemoryAccount account = Account();
  EXPECT_EQ(account.of(kGoObjects), 10 * kMiB);
  EXPECT_EQ(account.of(kGoGaps), 2 * kMiB);
  EXPECT_EQ(account.of(kGoStacks), 3 * kMiB);
  EXPECT_EQ(account.of(kGoIdle), 25 * kMiB);
  EXPECT_EQ(account.of(kGoHeap), 0u);
}

TEST_F(MemoryAccountTest, MallocsArenasByTheWalk) {
  Map(0x1000000, 100 * kMiB, 90 * kMiB, "[heap]");
  s_.c_heap.emplace();
  s_.c_heap->walked = true;
  s_.c_heap->arenas.push_back({.main = true,
                               .mapped = 100 * kMiB,
                               .in_use = 50 * kMiB,
                               .free = 45 * kMiB,
                               .top = 5 * kMiB,
                               .ranges = {{0x1000000, 0x1000000 + 100 * kMiB}}});
  const model::MemoryAccount account = Account();
  EXPECT_EQ(account.of(kCInUse), 50 * kMiB);
  EXPECT_EQ(account.of(kCFree), 40 * kMiB) << "what is not resident was never touched, or given back";
  EXPECT_EQ(account.of(kCTop), 0u);
}

TEST_F(MemoryAccountTest, NeighboursInOneMappingGetWhatTheyCanHaveTouched) {
  Map(0x7f0000000000, 10 * kMiB, 8 * kMiB);
  s_.c_heap.emplace();
  s_.c_heap->walked = true;
  s_.c_heap->mapped_ranges = {{0x7f0000000000, 0x7f0000000000 + 3 * kMiB}};
  s_.go_metadata = {{0x7f0000000000 + 3 * kMiB, 0x7f0000000000 + 4 * kMiB}};
  const model::MemoryAccount account = Account();
  EXPECT_EQ(account.of(kCBlocks), 3 * kMiB);
  EXPECT_EQ(account.of(kGoRecords), 1 * kMiB);
  EXPECT_EQ(account.of(kOther), 4 * kMiB);
}

TEST_F(MemoryAccountTest, StacksByStackPointerAndByTheirLikes) {
  for (const uint64_t at : {uint64_t{0x7f0000000000}, uint64_t{0x7f1000000000}, uint64_t{0x7f2000000000}}) {
    model::Mapping& guard = Map(at, 4096, 0);
    guard.readable = guard.writable = false;
    Map(at + 4096, at == 0x7f2000000000 ? 4 * kMiB : 8 * kMiB, 100 * 1024);
  }
  Map(0x7ffc00000000, 132 * 1024, 20 * 1024, "[stack]");
  s_.threads = {{{.id = 1, .stack_pointer = 0x7f0000000000 + 4096 + 8 * kMiB - 512}}};
  const model::MemoryAccount account = Account();
  EXPECT_EQ(account.of(kThreadStacks), 2 * 100 * 1024 + 20 * 1024u) << "the second has the size of the first";
  EXPECT_EQ(account.of(kOther), 100 * 1024u) << "the third has another";
}

TEST_F(MemoryAccountTest, TheGoHeapIsNoStackAlthoughItMayLookLikeOne) {
  model::Mapping& reserved = Map(0x7087a800000, 4 * kMiB, 0);
  reserved.readable = reserved.writable = false;
  Map(0x7087ac00000, 8 * kMiB, 8192);
  model::Mapping& guard = Map(0x7f0000000000, 4096, 0);
  guard.readable = guard.writable = false;
  Map(0x7f0000001000, 8 * kMiB, 8192);
  s_.go_arenas = {{0x70878000000, 0x70880000000}};
  s_.threads = {{{.id = 1, .stack_pointer = 0x7f0000002000}}};
  const model::MemoryAccount account = Account();
  EXPECT_EQ(account.of(kGoHeap), 8192u);
  EXPECT_EQ(account.of(kThreadStacks), 8192u);
}

TEST_F(MemoryAccountTest, FilesTheirWrittenPagesAndWhatFollowsThem) {
  Map(0x400000, 8 * kMiB, 6 * kMiB, "/srv/orders").writable = false;
  Map(0x400000 + 8 * kMiB, kMiB, 600 * 1024, "/srv/orders").anonymous = 200 * 1024;
  Map(0x400000 + 9 * kMiB, kMiB, 88 * 1024);
  Map(0x7f0000000000, kMiB, 300 * 1024, "/dev/shm/ring").shared = true;
  Map(0x7f1000000000, kMiB, 500 * 1024, "/memfd:seep-native.samples (deleted)").shared = true;
  const model::MemoryAccount account = Account();
  EXPECT_EQ(account.of(kSampler), 500 * 1024u);
  EXPECT_EQ(account.of(kFiles), 6 * kMiB + 400 * 1024);
  EXPECT_EQ(account.of(kData), 288 * 1024u);
  EXPECT_EQ(account.of(kShared), 300 * 1024u);
  ASSERT_EQ(account.files.size(), 1u);
  EXPECT_EQ(account.files[0].first, "/srv/orders");
}

TEST_F(MemoryAccountTest, AnotherAllocatorsMappingsAreItsAsNobodyElsesAreThere) {
  Map(0x7f0000000000, 10 * kMiB, 8 * kMiB);
  s_.c_heap.emplace();
  s_.c_heap->allocator = "jemalloc";
  const model::MemoryAccount account = Account();
  EXPECT_EQ(account.of(kCHeap), 8 * kMiB);
  EXPECT_FALSE(account.walked);
}

}  // namespace
}  // namespace seep::detect
