#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "parse/core/core_for_test.h"
#include "parse/core/core_image.h"

namespace seep::parse::core {
namespace {

constexpr uint32_t kRx = elf::kReadable | elf::kExecutable, kRw = elf::kReadable | elf::kWritable;

std::shared_ptr<const model::StoredFile> Stored(std::string bytes) {
  return std::make_shared<const model::StoredBytes>(Bytes(std::move(bytes)));
}

std::string Pages(char first, size_t pages) {
  std::string bytes;
  for (size_t i = 0; i < pages; ++i) bytes += std::string(4096, static_cast<char>(first + i));
  return bytes;
}

// As the kernel writes them: the first page of the code, none of the read-only data, all of what was written.
CoreBuilder Kernel() {
  CoreBuilder core;
  core.Segment(0x400000, 0x2000, kRx, Pages('a', 1))
      .Segment(0x402000, 0x1000, elf::kReadable, "")
      .Segment(0x403000, 0x1000, kRw, Pages('D', 1))
      .Segment(0xc000000000, 0x1000, kRw, Pages('H', 1))
      .Thread(71, 0x400010, 0x7ffe0000, 0x7ffe0040, 6)
      .Thread(72, 0x400020, 0x7ffd0000, 0)
      .Process(71, "orders")
      .Entry(0x400800)
      .File(0x400000, 0x402000, 0, "/srv/orders")
      .File(0x402000, 0x403000, 2, "/srv/orders")
      .File(0x403000, 0x404000, 3, "/srv/orders");
  return core;
}

std::string Executable() {
  return Pages('a', 4);
}

std::unique_ptr<CoreImage> ImageOf(std::string bytes, std::string executable = {}) {
  const auto file = Stored(std::move(bytes));
  auto core = ReadCore(*file);
  EXPECT_TRUE(core) << core.error().Text();
  if (!core) return nullptr;
  auto image = CoreImage::Make(std::move(*core), file, executable.empty() ? nullptr : Stored(executable));
  EXPECT_TRUE(image) << image.error().Text();
  return image ? std::move(*image) : nullptr;
}

std::string Text(const CoreImage& image, uint64_t address, size_t size) {
  std::string bytes(size, '\0');
  return image.ReadInto(address, bytes) ? bytes : "(not there)";
}

TEST(Core, ThreadsAndProcess) {
  const auto core = ReadCore(*Stored(Kernel().Build()));
  ASSERT_TRUE(core) << core.error().Text();
  EXPECT_EQ(core->pid, 71u);
  EXPECT_EQ(core->name, "orders");
  EXPECT_EQ(core->signal, 6);
  EXPECT_EQ(core->ExecutablePath(), "/srv/orders");
  ASSERT_EQ(core->threads.size(), 2u);
  EXPECT_EQ(core->threads[0].id, 71u);
  EXPECT_EQ(core->threads[0].pc, 0x400010u);
  EXPECT_EQ(core->threads[0].sp, 0x7ffe0000u);
  EXPECT_EQ(core->threads[0].bp, 0x7ffe0040u);
  EXPECT_EQ(core->missing_bytes, 0u);
}

TEST(Core, MemoryIsReadAcrossTheEdgeBetweenCoreAndExecutable) {
  const auto image = ImageOf(Kernel().Build(), Executable());
  ASSERT_TRUE(image);
  EXPECT_EQ(Text(*image, 0x400ffe, 4), "aabb");
  EXPECT_EQ(Text(*image, 0x401ffe, 4), "bbcc");
  EXPECT_EQ(Text(*image, 0x402ffe, 4), "ccDD");  // written: the core's, not the file's
  EXPECT_EQ(Text(*image, 0x403ffe, 4), "(not there)");
  EXPECT_EQ(Text(*image, 0xc000000ffe, 2), "HH");
  EXPECT_EQ(Text(*image, 0xc000000fff, 2), "(not there)");
  EXPECT_EQ(Text(*image, 0, 1), "(not there)");
  EXPECT_EQ(Text(*image, ~uint64_t{0}, 1), "(not there)");
  const model::MemoryRange* data = image->RangeOf(0x403000);
  ASSERT_NE(data, nullptr);
  EXPECT_TRUE(data->writable);
  EXPECT_EQ(data->path, "/srv/orders");
}

TEST(Core, WithoutTheExecutableWhatWasLeftOutIsNotThere) {
  const auto image = ImageOf(Kernel().Build());
  ASSERT_TRUE(image);
  EXPECT_EQ(Text(*image, 0x400000, 2), "aa");
  EXPECT_EQ(Text(*image, 0x401000, 2), "(not there)");
}

// gcore writes no header at all for a mapping that it leaves out.
TEST(Core, MappingsWithoutAHeaderComeFromTheirFile) {
  CoreBuilder gcore;
  gcore.Segment(0x400000, 0x1000, kRx, Pages('a', 1))
      .Segment(0x403000, 0x1000, kRw, Pages('D', 1))
      .Entry(0x400800)
      .File(0x400000, 0x404000, 0, "/srv/orders");
  const auto image = ImageOf(gcore.Build(), Executable());
  ASSERT_TRUE(image);
  EXPECT_EQ(Text(*image, 0x400ffe, 4), "aabb");
  EXPECT_EQ(Text(*image, 0x402ffe, 4), "ccDD");
  ASSERT_EQ(image->ranges().size(), 3u);
  EXPECT_EQ(image->ranges()[1].begin, 0x401000u);
  EXPECT_EQ(image->ranges()[1].end, 0x403000u);
  EXPECT_EQ(image->ranges()[1].offset, 0x1000u);
}

TEST(Core, AnotherBuildIsRefused) {
  const auto file = Stored(Kernel().Build());
  const auto image = CoreImage::Make(*ReadCore(*file), file, Stored(Pages('x', 4)));
  ASSERT_FALSE(image);
  EXPECT_EQ(
      image.error().Text(),
      "/srv/orders: the executable is another build than the one in the core file: they differ at 0x400000 "
      "(give the executable that ran: --binary FILE)");
}

TEST(Core, OneThatWasCutOffSaysHowMuchIsMissing) {
  const std::string whole = Kernel().Build();
  const auto image = ImageOf(whole.substr(0, whole.size() - 4096 - 10));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->core().missing_bytes, 4096u + 10);
  EXPECT_EQ(Text(*image, 0x403000, 2), "DD");
  EXPECT_EQ(Text(*image, 0x403ff6, 1), "(not there)");
  EXPECT_EQ(Text(*image, 0xc000000000, 1), "(not there)");
}

TEST(Core, WhatIsNoCoreIsRefused) {
  EXPECT_FALSE(
      IsCore("\x7f"
             "ELF"));
  EXPECT_FALSE(ReadCore(*Stored("")));
  EXPECT_FALSE(ReadCore(*Stored(std::string(4096, 'x'))));
  std::string bytes = Kernel().Build();
  bytes[4] = 1;
  EXPECT_EQ(ReadCore(*Stored(bytes)).error().code, ErrorCode::kUnsupported);
  bytes = Kernel().Build();
  EXPECT_EQ(ReadCore(*Stored(bytes.substr(0, 100))).error().code, ErrorCode::kBadInput);
}

// 2^60 here, segments over each other, notes and counts without end.
TEST(Core, HostileNumbers) {
  CoreBuilder hostile;
  hostile.Segment(0x400000, uint64_t{1} << 60, kRw, Pages('a', 1))
      .Segment(0x400800, 0x1000, kRw, Pages('b', 1))
      .Segment(~uint64_t{0} - 10, 0x1000, kRw, Pages('c', 1))
      .File(0x400000, uint64_t{1} << 61, uint64_t{1} << 60, "/x")
      .Note("CORE", 0x46494c45, std::string(16, '\xff'));
  const auto image = ImageOf(hostile.Build(), Executable());
  ASSERT_TRUE(image);
  EXPECT_EQ(Text(*image, 0x400ffe, 2), "aa");
  EXPECT_EQ(Text(*image, 0x401000, 2), "(not there)");
  std::string bytes = Kernel().Build();
  bytes[56] = bytes[57] = '\xff';  // 65,535 headers: the count is in a section, and there is none
  EXPECT_FALSE(ReadCore(*Stored(bytes)));
}

}  // namespace
}  // namespace seep::parse::core
