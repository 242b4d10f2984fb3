#include "native/tables.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

namespace seep::native {
namespace {

class TablesTest : public testing::Test {
 protected:
  void SetUp() override {
    memory_ = mmap(nullptr, Tables::FileSize(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory_, MAP_FAILED);
    tables_->Begin(memory_, 1, 1024, 0);
  }
  void TearDown() override { munmap(memory_, Tables::FileSize()); }

  static Trace TraceOf(uint64_t first, uint32_t frames) {
    Trace trace;
    trace.frames = frames;
    for (uint32_t i = 0; i < frames; ++i) trace.pc[i] = first + i;
    return trace;
  }

  void* memory_ = nullptr;
  std::unique_ptr<Tables> tables_ = std::make_unique<Tables>();
};

TEST_F(TablesTest, EqualStacksAreOne) {
  const uint32_t a = tables_->Intern(TraceOf(100, 5)), b = tables_->Intern(TraceOf(100, 6));
  EXPECT_NE(a, 0);
  EXPECT_NE(a, b);
  EXPECT_EQ(tables_->Intern(TraceOf(100, 5)), a);
  EXPECT_EQ(tables_->Intern(TraceOf(100, 6)), b);
}

TEST_F(TablesTest, BlocksComeAndGo) {
  EXPECT_TRUE(tables_->Insert(0x1000, 64, 4, BlockKind::kMalloc));
  EXPECT_FALSE(tables_->Remove(0x1010).found);
  const Tables::Taken taken = tables_->Remove(0x1000);
  EXPECT_TRUE(taken.found);
  EXPECT_EQ(taken.size, 64);
  EXPECT_EQ(taken.stack, 4);
  EXPECT_FALSE(tables_->Remove(0x1000).found);
  EXPECT_FALSE(tables_->Remove(0).found) << "an empty slot is no block: free(nullptr)";
}

TEST_F(TablesTest, AHundredThousandLiveBlocksFit) {
  constexpr uint64_t kBlocks = 100'000;
  uint64_t kept = 0;
  for (uint64_t i = 1; i <= kBlocks; ++i) kept += tables_->Insert(i * 528, i, 4, BlockKind::kMalloc) ? 1 : 0;
  EXPECT_GE(kept, kBlocks - 10);
  EXPECT_EQ(tables_->header().lost_blocks, kBlocks - kept);
  for (uint64_t i = 1; i <= kBlocks; ++i) kept -= tables_->Remove(i * 528).found ? 1 : 0;
  EXPECT_EQ(kept, 0);
}

// A few live blocks take a few pages, wherever in memory they are.
TEST_F(TablesTest, FewBlocksTouchFewPages) {
  const auto resident = [this] {
    std::vector<unsigned char> pages(Tables::FileSize() / 4096 + 1);
    EXPECT_EQ(mincore(memory_, Tables::FileSize(), pages.data()), 0);
    return std::count_if(pages.begin(), pages.end(), [](unsigned char page) { return (page & 1) != 0; });
  };
  const auto before = resident();
  for (uint64_t i = 1; i <= 500; ++i)
    ASSERT_TRUE(tables_->Insert(i * 1'000'003 * 16, 1, 4, BlockKind::kMalloc));
  EXPECT_LE(resident() - before, 20);
}

TEST_F(TablesTest, WhatDoesNotFitIsCounted) {
  uint64_t lost = 0;
  for (uint64_t i = 1; i <= 600'000; ++i) lost += tables_->Insert(i * 64, 1, 4, BlockKind::kMalloc) ? 0 : 1;
  EXPECT_GT(lost, 100'000);
  EXPECT_LT(lost, 200'000);
  EXPECT_EQ(tables_->header().lost_blocks, lost);
  for (uint64_t i = 0; i < 40'000; ++i) tables_->Intern(TraceOf(i * 1000, kMaxFrames));
  EXPECT_GT(tables_->header().lost_stacks, 0);
}

TEST_F(TablesTest, ThreadsDoNotLoseEachOthersBlocksOrStacks) {
  std::vector<std::thread> threads;
  std::atomic<uint64_t> missing = 0;
  for (uint64_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (uint64_t i = 1; i < 50'000; ++i) {
        const uint64_t address = (t << 32 | i % 500) * 16 + 4096;
        const uint32_t stack = tables_->Intern(TraceOf(i % 100, 10));
        if (!tables_->Insert(address, i, stack, BlockKind::kMalloc)) ++missing;
        const Tables::Taken taken = tables_->Remove(address);
        if (!taken.found || taken.size != i || taken.stack != stack) ++missing;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(missing, 0);
  EXPECT_LE(tables_->header().words_used, 4 + 100 * 4 * 14);
}

TEST(PageFilter, CountsAndSaturates) {
  const auto filter = std::make_unique<PageFilter>();
  char block[1];
  EXPECT_FALSE(filter->MayHold(block));
  filter->Add(block);
  filter->Add(block);
  filter->Remove(block);
  EXPECT_TRUE(filter->MayHold(block));
  filter->Remove(block);
  EXPECT_FALSE(filter->MayHold(block));
  for (int i = 0; i < 300; ++i) filter->Add(block);
  for (int i = 0; i < 300; ++i) filter->Remove(block);
  EXPECT_TRUE(filter->MayHold(block));  // more than can be counted: it stays, which is slow but right
}

TEST_F(TablesTest, ModulesAreListedOnceWithTheirNames) {
  tables_->NoteModule(0x1000, 0x2000, 0, "", "/bin/program");
  tables_->NoteModule(0x3000, 0x4000, 0x3000, "/lib/a.so", "/bin/program");
  tables_->NoteModule(0x3000, 0x4000, 0x3000, "/lib/a.so", "/bin/program");
  EXPECT_EQ(tables_->header().modules_used, 2);
  const char* names = static_cast<const char*>(memory_) + tables_->header().names_at;
  EXPECT_STREQ(names, "/bin/program");
  EXPECT_STREQ(names + strlen(names) + 1, "/lib/a.so");
}

}  // namespace
}  // namespace seep::native
