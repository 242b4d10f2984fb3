#include "parse/symbols/program.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

// tests/pprof holds it to pprof on programs of many kinds; the seed is described in
// parse/dwarf/dwarf_test.cc.
namespace seep::parse::symbols {
namespace {

Bytes Seed() {
  std::ifstream in(std::string(SEEP_SOURCE_DIR) + "/tests/corpus/dwarf/clang_dwarf5", std::ios::binary);
  return Bytes(std::string(std::istreambuf_iterator<char>(in), {}));
}

TEST(Program, AnswersWithTheFunctionAroundAndTheLineWithin) {
  auto program = Program::Open(Seed());
  ASSERT_TRUE(program) << program.error().Text();
  const auto answer = program->Find(0x401006);  // inlined from line 2
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->function, "area");
  EXPECT_EQ(answer->file, "/build/probe.c");
  EXPECT_EQ(answer->line, 2);
  EXPECT_FALSE(program->Find(0x500000));
}

TEST(Program, BiasIsFromThePageOfTheFirstCode) {
  const auto program = Program::Open(Seed());
  ASSERT_TRUE(program);
  EXPECT_EQ(program->Bias(0), 0U);  // a mapping without addresses: those of the file
  EXPECT_EQ(program->Bias(0x401000), 0U);
  EXPECT_EQ(program->Bias(0x555555555000), 0x555555555000 - 0x401000);
}

TEST(Program, OnlyElfIsRead) {
  EXPECT_FALSE(Program::Open(Bytes(std::string("MZ"))));
  EXPECT_FALSE(Program::Open(Bytes()));
}

}  // namespace
}  // namespace seep::parse::symbols
