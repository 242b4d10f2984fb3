#include "parse/native_samples/native_samples.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace seep::parse {
namespace {

// A file as the sampler lays it out, with room for four of everything.
class File {
 public:
  File() : bytes_(2048, '\0') {
    const uint64_t header[20] = {0, 4711, 524288, 1, 160, 4, 288, 64, 352, 384,
                                 4, 448,  64,     0, 0,   4, 7,   5,  0,   0};
    for (size_t i = 0; i < 20; ++i) Put(i * 8, header[i]);
    std::memcpy(bytes_.data(), "seepnat1", 8);
  }
  void Put(size_t at, uint64_t value) { std::memcpy(bytes_.data() + at, &value, sizeof value); }
  void Module(uint64_t index, uint64_t start, uint64_t limit, uint64_t bias, std::string_view name) {
    const size_t at = 160 + index * 32;
    Put(at, start), Put(at + 8, limit), Put(at + 16, bias), Put(at + 24, index * 16);
    std::memcpy(bytes_.data() + 288 + index * 16, name.data(), name.size());
    Put(13 * 8, index + 1);
  }
  uint32_t Stack(std::initializer_list<uint64_t> calls, uint64_t objects, uint64_t bytes) {
    const uint64_t word = words_;
    const size_t at = 448 + word * 8;
    Put(at, 99), Put(at + 8, calls.size()), Put(at + 16, objects * 1024), Put(at + 24, bytes);
    size_t i = 0;
    for (const uint64_t call : calls) Put(at + 32 + 8 * i++, call);
    words_ += 4 + calls.size();
    Put(15 * 8, words_);
    return static_cast<uint32_t>(word);
  }
  void Live(uint64_t slot, uint64_t key, uint64_t size, uint32_t stack, uint32_t kind) {
    Put(352 + slot * 8, key), Put(384 + slot * 16, size);
    Put(384 + slot * 16 + 8, uint64_t{kind} << 32 | stack);
  }
  std::string bytes_;

 private:
  uint64_t words_ = 4;
};

TEST(NativeSamples, BlocksStandForThoseThatWereNotSampled) {
  File file;
  file.Module(0, 0x1000, 0x9000, 0x1000, "/bin/p");
  const uint32_t stack = file.Stack({0x1100, 0x1200}, 3000, 400'000);
  file.Live(0, 0x7000, 128, stack, 0);
  file.Live(2, 0x8000, 1 << 20, stack, 1);
  const auto samples = ParseNativeSamples(file.bytes_);
  ASSERT_TRUE(samples) << samples.error().Text();
  EXPECT_EQ(samples->pid, 4711);
  ASSERT_EQ(samples->modules.size(), 1);
  EXPECT_EQ(samples->modules[0].path, "/bin/p");
  ASSERT_EQ(samples->stacks.size(), 2);  // 0 is of those that had no room
  const model::NativeStack& found = samples->stacks[1];
  EXPECT_EQ(found.calls, (std::vector<uint64_t>{0x1100, 0x1200}));
  EXPECT_NEAR(found.live.objects, 1 / (1 - std::exp(-128.0 / 524288)), 1e-6);
  EXPECT_NEAR(found.live_mapped.bytes, (1 << 20) / (1 - std::exp(-2.0)), 1e-3);
  EXPECT_EQ(found.allocated.objects, 3000);
  EXPECT_EQ(found.live_samples, 2);
}

TEST(NativeSamples, WhatIsBeingWrittenIsLeftOut) {
  File file;
  const uint32_t stack = file.Stack({0x1100}, 1, 1);
  file.Module(0, 0, 0x9000, 0, "/bin/p");   // its start is written last
  file.Live(0, 1, 128, stack, 0);           // a key that is being taken
  file.Live(1, 0x7000, 128, stack + 1, 0);  // no stack begins there
  file.Put(15 * 8, 64);                     // words that are claimed but not written
  const auto samples = ParseNativeSamples(file.bytes_);
  ASSERT_TRUE(samples);
  EXPECT_TRUE(samples->modules.empty());
  ASSERT_EQ(samples->stacks.size(), 2);
  EXPECT_EQ(samples->stacks[1].live_samples, 0);
}

TEST(NativeSamples, BadFilesAreNamed) {
  EXPECT_FALSE(ParseNativeSamples(""));
  EXPECT_FALSE(ParseNativeSamples("seepnat1"));
  EXPECT_FALSE(ParseNativeSamples(std::string(4096, 'x')));
  File file;
  for (size_t word = 4; word < 16; ++word) file.Put(word * 8, ~uint64_t{0});
  EXPECT_TRUE(ParseNativeSamples(file.bytes_));  // nothing is where the header says: nothing was sampled
  file.Put(16, 0);
  EXPECT_FALSE(ParseNativeSamples(file.bytes_));
}

}  // namespace
}  // namespace seep::parse
