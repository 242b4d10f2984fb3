#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parse/pclntab/module.h"
#include "parse/pclntab/table.h"

// Real programs of every kind are in tests/symbols; here is what no linker writes, and what it takes to see
// that.
namespace seep::parse::pclntab {
namespace {

constexpr uint64_t kText = 0x401000;

template <class T>
void Put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// A table of one function, main.f of 32 bytes, in which main.g is inlined at the bytes 8 to 15. It calls from
// byte 4.
struct Sample {
  uint32_t magic = 0xfffffff1;
  uint8_t quantum = 1;
  uint64_t count = 1;
  int32_t call = 4;

  std::string Whole() const {
    const std::string names("\0main.f\0main.g\0", 15);
    const std::string files("f.go\0g.go\0", 10);
    // Offset 1: pcsp 16 all over; 5: files 0, 1, 0; 12: lines 10, 7, 11; 20: inline index -1, 0, -1.
    const std::string values(
        "\0\x22\x20\0\2\x08\2\x08\1\x10\0\x16\x08\5\x08\x08\x10\0\0\0\0\x08\2\x08\1\x10\0", 27);
    std::string units, functions;
    Put<uint32_t>(units, 0);
    Put<uint32_t>(units, 5);
    for (const uint32_t word : {0U, 12U, 32U}) Put(functions, word);  // entry, _func; end
    for (const uint32_t word : {0U, 1U, 24U, 0U, 1U, 4U, 11U, 3U, 0U, 9U}) Put(functions, word);
    functions += std::string("\x15\4\0\4", 4);  // id, flags, -, funcdata
    for (const uint32_t word : {0U, 0U, 20U, ~0U, ~0U, ~0U, 0U}) Put(functions, word);
    std::string out;
    Put(out, magic);
    out += std::string("\0\0", 2);
    out += static_cast<char>(quantum);
    out += '\x08';
    Put(out, count);
    Put<uint64_t>(out, 2);
    Put<uint64_t>(out, 0);
    uint64_t at = 72;
    const std::string* const parts[] = {&names, &units, &files, &values, &functions};
    for (const std::string* part : parts) {
      Put(out, at);
      at += part->size();
    }
    return out + names + units + files + values + functions;
  }
  std::string Tree() const {
    std::string out("\3\0\0\0", 4);
    for (const int32_t word : {8, call, 6}) Put(out, word);
    return out;
  }
  Result<Table> Make() const { return Table::Make(Bytes(Whole()), kText, Bytes(Tree())); }
};

TEST(Table, FindsFunctionsLinesAndInlinedCalls) {
  const auto table = Sample().Make();
  ASSERT_TRUE(table) << table.error().Text();
  EXPECT_FALSE(table->Find(kText - 1));
  EXPECT_FALSE(table->Find(kText + 32));
  ASSERT_EQ(table->Find(kText + 31), 0U);
  const Function f = table->function(0);
  EXPECT_EQ(f.name, "main.f");
  EXPECT_EQ(f.entry, kText);
  EXPECT_EQ(f.end, kText + 32);
  EXPECT_EQ(f.first_line, 9);
  EXPECT_EQ(f.arguments, 24);
  EXPECT_EQ(f.id, 21);
  EXPECT_EQ(f.flags, kAssembly);
  EXPECT_EQ(table->FrameSize(0, kText + 31), 16U);

  const std::vector<Frame> inside = table->Frames(0, kText + 9);
  ASSERT_EQ(inside.size(), 2U);
  EXPECT_EQ(inside[0].function, "main.g");
  EXPECT_EQ(inside[0].at.file, "g.go");
  EXPECT_EQ(inside[0].at.line, 7);
  EXPECT_EQ(inside[0].first_line, 6);
  EXPECT_TRUE(inside[0].inlined);
  EXPECT_EQ(inside[1].function, "main.f");
  EXPECT_EQ(inside[1].at.file, "f.go");
  EXPECT_EQ(inside[1].at.line, 10);
  EXPECT_EQ(inside[1].first_line, 9);
  EXPECT_FALSE(inside[1].inlined);
  EXPECT_EQ(table->LineOf(0, kText + 9).file, "g.go");

  const std::vector<Frame> behind = table->Frames(0, kText + 16);
  ASSERT_EQ(behind.size(), 1U);
  EXPECT_EQ(behind[0].at.line, 11);
}

TEST(Table, WithoutInlineTreesTheFunctionStandsForItsCalls) {
  const auto table = Table::Make(Bytes(Sample().Whole()), kText, Bytes());
  ASSERT_TRUE(table);
  const std::vector<Frame> frames = table->Frames(0, kText + 9);
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].function, "main.f");
  EXPECT_EQ(frames[0].at.file, "g.go");
}

TEST(Table, ACallThatIsItsOwnCallerEnds) {
  const auto table = Sample{.call = 8}.Make();
  ASSERT_TRUE(table);
  EXPECT_LE(table->Frames(0, kText + 9).size(), 1001U);
}

TEST(Table, WhatIsNoTableIsRefusedWithAReason) {
  const auto why = [](const Sample& sample) {
    const auto table = sample.Make();
    return table ? "" : table.error().what;
  };
  EXPECT_NE(why({.magic = 0xfffffffa}).find("before Go 1.18"), std::string::npos);
  EXPECT_NE(why({.magic = 0xf1ffffff}).find("big-endian"), std::string::npos);
  EXPECT_NE(why({.magic = 0x12345678}).find("found 0x12345678"), std::string::npos);
  EXPECT_NE(why({.quantum = 3}).find("quantum"), std::string::npos);
  EXPECT_NE(why({.count = 1 << 20}).find("1048576 functions do not fit"), std::string::npos);
  EXPECT_NE(why({.count = ~uint64_t{0}}).find("do not fit"), std::string::npos);
  EXPECT_FALSE(Table::Make(Bytes(), kText, Bytes()));
}

// Every cut and every changed byte gives an error or an answer; the sanitizers watch.
TEST(Table, DamageIsNeverMoreThanAWrongAnswer) {
  const std::string whole = Sample().Whole(), tree = Sample().Tree();
  const auto ask = [&](std::string bytes) {
    const auto table = Table::Make(Bytes(std::move(bytes)), kText, Bytes(tree));
    if (!table || !table->Find(kText + 9)) return;
    EXPECT_FALSE(table->Frames(0, kText + 9).empty());
    (void)table->FrameSize(0, kText + 9);
  };
  for (size_t length = 0; length < whole.size(); ++length) ask(whole.substr(0, length));
  for (size_t at = 0; at < whole.size(); ++at)
    for (const char byte : {'\0', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = byte;
      ask(std::move(damaged));
    }
}

TEST(PrintedName, LeavesOutTypeArguments) {
  EXPECT_EQ(PrintedName("main.Sum[go.shape.int]"), "main.Sum[...]");
  EXPECT_EQ(PrintedName("main.(*List[go.shape.[]int]).Push"), "main.(*List[...]).Push");
  EXPECT_EQ(PrintedName("main.main"), "main.main");
  EXPECT_EQ(PrintedName("a]b["), "a]b[");
}

// Memory in which a moduledata stands at `kData`, and its table at `kTable`.
class Memory final : public model::ProcessImage {
 public:
  static constexpr uint64_t kTable = 0x10000, kTrees = 0x18000, kData = 0x20000;

  explicit Memory(const Sample& sample) {
    const std::string table = sample.Whole();
    std::vector<uint64_t> words(44);
    uint64_t at = kTable + 72;
    words[0] = kTable;
    for (size_t i = 1; i < 16; i += 3) {
      words[i] = at;
      words[i + 1] = words[i + 2] = 8;
      at += 8;
    }
    words[14] = words[15] = kTable + table.size() - words[13];
    words[16] = words[13];
    words[17] = words[18] = 2;
    words[20] = words[22] = kText;
    words[21] = words[23] = kText + 32;
    words[37] = words[38] = 0x30000;
    words[40] = kTrees;
    Add(kTable, table, false);
    Add(kTrees, sample.Tree(), false);
    std::string data(40, '\xaa');
    for (const uint64_t word : words) Put(data, word);
    Add(kData, data, true);
  }
  void Read(std::span<model::ReadPart> parts) const override {
    for (model::ReadPart& part : parts)
      for (size_t i = 0; i < ranges_.size(); ++i) {
        const model::MemoryRange& r = ranges_[i];
        if (part.address < r.begin || part.address + part.to.size() > r.end) continue;
        bytes_[i].copy(part.to.data(), part.to.size(), part.address - r.begin);
        part.ok = true;
      }
  }
  const std::vector<model::MemoryRange>& ranges() const override { return ranges_; }

 private:
  void Add(uint64_t address, std::string bytes, bool writable) {
    model::MemoryRange range;
    range.begin = address;
    range.end = address + bytes.size();
    range.readable = true;
    range.writable = writable;
    ranges_.push_back(range);
    bytes_.push_back(std::move(bytes));
  }
  std::vector<model::MemoryRange> ranges_;
  std::vector<std::string> bytes_;
};

TEST(Module, IsFoundInMemoryByWhatItLooksLike) {
  const Memory memory{Sample()};
  const std::vector<Module> modules = FindModules(memory);
  ASSERT_EQ(modules.size(), 1U);
  EXPECT_EQ(modules[0].address, Memory::kData + 40);
  EXPECT_EQ(modules[0].text, kText);
  EXPECT_EQ(modules[0].funcdata, Memory::kTrees);
  const auto table = ReadTable(memory, modules[0]);
  ASSERT_TRUE(table) << table.error().Text();
  EXPECT_EQ(table->Frames(0, kText + 9).size(), 2U);
}

TEST(Module, IsNotReadBeyondTheLimits) {
  const Memory memory{Sample()};
  EXPECT_TRUE(FindModules(memory, {.scanned_bytes = 100}).empty());
  const auto table = ReadTable(memory, FindModules(memory)[0], {.table_bytes = 100});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, ErrorCode::kTooLarge);
}

TEST(Module, OtherNumbersOfFunctionsAreAnotherThing) {
  const Memory memory{Sample{.count = 2}};
  EXPECT_TRUE(FindModules(memory).empty());
  EXPECT_FALSE(ReadModule(memory, 0x123456));
}

}  // namespace
}  // namespace seep::parse::pclntab
