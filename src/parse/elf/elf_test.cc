#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "parse/elf/file.h"
#include "parse/elf/go_build.h"
#include "parse/elf/image.h"
#include "parse/elf/inflate_section.h"

namespace seep::parse::elf {
namespace {

// This very program: as real as a file can be, whatever compiler made it.
std::string Myself() {
  std::ifstream in("/proc/self/exe", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST(File, ReadsTheProgramThatRuns) {
  const auto file = File::Parse(Bytes(Myself()));
  ASSERT_TRUE(file) << file.error().Text();
  EXPECT_TRUE(file->wide());
  const Section* text = file->FindSection(".text");
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(file->Raw(*text).size(), text->size);
  EXPECT_EQ(file->FromAddress(text->address).view().substr(0, 64), file->Raw(*text).substr(0, 64));
  EXPECT_TRUE(file->Raw(*file->FindSection(".bss")).empty());
  ASSERT_TRUE(file->LoadAddress());
  EXPECT_EQ(*file->LoadAddress() % 4096, 0U);
  EXPECT_LE(*file->LoadAddress(), text->address);

  const auto main = file->FindSymbol("main");
  ASSERT_TRUE(main);
  const SymbolIndex symbols(*file);
  const Symbol* found = symbols.Find(*main + 1);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "main");
  EXPECT_EQ(symbols.Find(0), nullptr);
}

TEST(File, IsNoGoProgram) {
  const auto file = File::Parse(Bytes(Myself()));
  ASSERT_TRUE(file);
  EXPECT_FALSE(ReadGoBuild(*file));
  EXPECT_EQ(file->GoBuildId(), "");
}

TEST(GoBuild, SaysVersionPackageAndModule) {
  std::ifstream in(std::string(SEEP_SOURCE_DIR) + "/tests/corpus/elf/go_module", std::ios::binary);
  const auto file = File::Parse(Bytes(std::string(std::istreambuf_iterator<char>(in), {})));
  ASSERT_TRUE(file);
  const auto build = ReadGoBuild(*file);
  ASSERT_TRUE(build);
  EXPECT_EQ(build->go_version, "go1.26.8");
  EXPECT_EQ(build->package, "main");
  EXPECT_EQ(build->main.path, "example.com/a");
  EXPECT_EQ(build->main.version, "v1");
  EXPECT_EQ(build->Setting("CGO_ENABLED"), "");
}

// The words the loader has written here are those the image says it will write.
TEST(Image, HoldsWhatTheLoaderWrites) {
  static const int target = 7;
  static const int* const volatile pointer = &target;
  const auto file = File::Parse(Bytes(Myself()));
  ASSERT_TRUE(file);
  const auto symbol_of = [&](std::string_view part) -> std::optional<uint64_t> {
    for (const Symbol& s : file->Symbols())
      if (s.name.find(part) != s.name.npos && s.name.find("HoldsWhatTheLoaderWrites") != s.name.npos)
        return s.value;
    return std::nullopt;
  };
  ASSERT_EQ(*pointer, 7);
  const auto at = symbol_of("pointer"), to = symbol_of("target");
  ASSERT_TRUE(at && to) << "the symbols of this test are not in its own file";
  const Image image(*file);
  EXPECT_EQ(image.Value<uint64_t>(*at), *to);
  EXPECT_EQ(image.Value<uint32_t>(*to), 7U);
  EXPECT_FALSE(image.Value<uint64_t>(~uint64_t{0} - 3));
}

TEST(File, WhatIsNoElfIsRefusedWithAReason) {
  const auto why = [](std::string bytes) {
    const auto file = File::Parse(Bytes(std::move(bytes)));
    return file ? "" : file.error().what;
  };
  EXPECT_NE(why("#!/bin/sh").find("does not begin"), std::string::npos);
  std::string header = Myself().substr(0, 64);
  EXPECT_NE(why(header).find("behind the end"), std::string::npos);
  EXPECT_NE(why(header.substr(0, 40)).find("40 bytes"), std::string::npos);
  header[5] = 2;
  EXPECT_NE(why(header).find("big-endian"), std::string::npos);
}

// A file cut off anywhere is refused, or answers with what is there.
TEST(File, MayEndAnywhere) {
  const std::string whole = Myself();
  for (size_t length = 0; length < whole.size(); length += whole.size() / 50 + 1) {
    const auto file = File::Parse(Bytes(whole.substr(0, length)));
    if (!file) continue;
    for (const Section& section : file->sections()) (void)file->Raw(section);
    (void)file->Symbols();
  }
}

TEST(InflateSection, IsHeldToItsSize) {
  const std::string deflated("\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27", 11);  // "abc"
  const auto good = InflateSection(".debug_info", kZlibSection, deflated, 3, 100);
  ASSERT_TRUE(good) << good.error().Text();
  EXPECT_EQ(good->view(), "abc");
  EXPECT_FALSE(InflateSection(".debug_info", kZlibSection, deflated, 2, 100));
  EXPECT_FALSE(InflateSection(".debug_info", kZlibSection, deflated, 4, 100));
  EXPECT_FALSE(InflateSection(".debug_info", 3, deflated, 3, 100));
  EXPECT_EQ(InflateSection(".debug_info", kZlibSection, deflated, 101, 100).error().code,
            ErrorCode::kTooLarge);
  EXPECT_EQ(
      InflateSection(".debug_info", kZlibSection, deflated, uint64_t{1} << 40, ~uint64_t{0}).error().code,
      ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace seep::parse::elf
