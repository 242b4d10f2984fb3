#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "parse/dwarf/debug_info.h"

// Many real programs are compared with addr2line in tests/symbols. These few are small enough to be damaged
// byte by byte: seeds of the fuzzer, of
//   1 static int twice(int n) { return n * 2; }
//   2 static int four_times(int n) { return twice(n) + twice(n + 1); }
//   3 __attribute__((noinline)) int area(volatile int *n) {
//   4   return four_times(*n) * *n;
// at 401000, of which clang 19 keeps apart what comes from line 2, at 401002 to 401008.
namespace seep::parse::dwarf {
namespace {

std::string Seed(const std::string& name) {
  std::ifstream in(std::string(SEEP_SOURCE_DIR) + "/tests/corpus/dwarf/" + name, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<DebugInfo> Read(std::string bytes, const DebugLimits& limits = {}) {
  SEEP_TRY(const elf::File file, elf::File::Parse(Bytes(std::move(bytes))));
  return DebugInfo::Read(file, limits);
}

std::string Told(const std::vector<Frame>& frames) {
  std::string text;
  for (const Frame& f : frames) {
    text.append(f.name).append(" ").append(f.at.file).append(":").append(std::to_string(f.at.line));
    text.append(f.inlined ? ", in " : ";");
  }
  return text;
}

TEST(DebugInfo, NamesFunctionsAndInlinedCalls) {
  for (const char* name : {"gcc_dwarf4", "gcc_dwarf5", "clang_dwarf5"}) {
    auto info = Read(Seed(name));
    ASSERT_TRUE(info) << info.error().Text();
    EXPECT_EQ(Told(info->Frames(0x401000)), "area /build/probe.c:4;") << name;
    EXPECT_TRUE(info->Frames(0x401000)[0].names_itself) << name;
    EXPECT_EQ(Told(info->Frames(0x400fff)), "") << name;
    EXPECT_EQ(Told(info->Frames(0)), "") << name;
  }
  auto info = Read(Seed("clang_dwarf5"));
  EXPECT_EQ(Told(info->Frames(0x401006)), "four_times /build/probe.c:2, in area /build/probe.c:4;");
}

TEST(DebugInfo, AFileWithoutAnyHasNoFrames) {
  std::string bytes = Seed("gcc_dwarf5");
  for (size_t at = bytes.find(".debug_info"); at != bytes.npos; at = bytes.find(".debug_info"))
    bytes.replace(at, 6, ".other");
  auto info = Read(std::move(bytes));
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->empty());
  EXPECT_TRUE(info->Frames(0x401000).empty());
}

TEST(DebugInfo, LimitsHold) {
  const auto small = Read(Seed("gcc_dwarf5"), {.section_bytes = 10});
  ASSERT_FALSE(small);
  EXPECT_EQ(small.error().code, ErrorCode::kTooLarge);
  auto no_rows = Read(Seed("gcc_dwarf5"), {.line_rows = 0});
  ASSERT_TRUE(no_rows);
  EXPECT_EQ(Told(no_rows->Frames(0x401000)), "area :0;");
  auto no_ranges = Read(Seed("gcc_dwarf5"), {.ranges = 0});
  ASSERT_TRUE(no_ranges);
  EXPECT_TRUE(no_ranges->Frames(0x401000).empty());
}

// Every cut and every changed byte gives an error or an answer; the sanitizers watch.
TEST(DebugInfo, DamageIsNeverMoreThanAWrongAnswer) {
  const std::string whole = Seed("gcc_dwarf5");
  const auto ask = [](std::string bytes) {
    auto info = Read(std::move(bytes), {.ranges = 1000, .line_rows = 1000});
    if (!info) return;
    EXPECT_LE(info->Frames(0x401006).size(), 1001U);
  };
  for (size_t length = 0; length < whole.size(); length += 16) ask(whole.substr(0, length));
  for (size_t at = 0; at < whole.size(); ++at)
    for (const char byte : {'\0', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = byte;
      ask(std::move(damaged));
    }
}

TEST(LineTable, VersionsThatAreNotKnownAreRefused) {
  Sections sections;
  sections.lines = Bytes(std::string("\x08\0\0\0\x09\0\0\0\0\0\0\0", 12));
  uint64_t budget = 100;
  const auto table = LineTable::Read(sections, 0, "", budget);
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(table.error().what.find("version 9"), std::string::npos);
  EXPECT_FALSE(LineTable::Read(sections, 100, "", budget));
}

// A list of files that take no bytes may claim to have any number.
TEST(LineTable, EmptyEntriesAreNotCounted) {
  std::string program("\5\0\x08\0", 4);  // version 5, sizes
  program += std::string("\x12\0\0\0", 4);
  program += std::string("\1\1\1\xfb\x0e\1", 6);        // the first special opcode is 1: no operands follow
  program += std::string("\0\xff\xff\xff\xff\x7f", 6);  // folders: no fields, many entries
  program += std::string("\0\xff\xff\xff\xff\x7f", 6);  // files
  std::string section;
  section += static_cast<char>(program.size());
  section += std::string("\0\0\0", 3) + program;
  Sections sections;
  sections.lines = Bytes(std::move(section));
  uint64_t budget = 100;
  const auto table = LineTable::Read(sections, 0, "", budget);
  ASSERT_TRUE(table) << table.error().Text();
  EXPECT_EQ(table->File(0), "");
  EXPECT_FALSE(table->Find(0));
}

}  // namespace
}  // namespace seep::parse::dwarf
