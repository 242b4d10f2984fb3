#include "capture/bundle.h"

#include <gtest/gtest.h>

namespace seep::capture {
namespace {

model::Artifact Make(std::string name, std::string bytes, int round = 0) {
  model::Artifact a;
  a.name = std::move(name);
  a.source = "http://h/" + a.name;
  a.bytes = Bytes(std::move(bytes));
  a.at = *ParseTime("2026-11-21T18:30:05.123Z");
  a.target = "orders:6060";
  a.round = round;
  return a;
}

Captured Example() {
  Captured captured;
  captured.artifacts.push_back(Make("goroutine?debug=2", std::string(100'000, 'g') + "end"));
  captured.artifacts.push_back(Make("heap", std::string("\x1f\x8b\0\n{\"end\":0}\n", 15), 1));
  captured.artifacts.push_back(Make("empty", ""));
  model::Artifact loose;
  loose.name = "heap \"cur\"\n\xff.txt";
  loose.source = "/x";
  loose.bytes = Bytes(std::string("loose"));
  loose.modified = *ParseTime("2026-11-21T18:30:05Z");
  captured.artifacts.push_back(loose);
  model::Artifact failed = Make("block", "");
  failed.error = Error{ErrorCode::kPermission, "what", "where", "hint"};
  captured.artifacts.push_back(failed);
  captured.gaps.push_back({"sockets", "no pid", "--pid"});
  return captured;
}

Result<Captured> Read(const std::string& text, const CaptureOptions& options = {}) {
  return ReadBundle(Bytes(text), options, "x.seep");
}

std::string Member(const std::string& header, const std::string& bytes) {
  return "seep-bundle 1\n" + header + "\n" + bytes + "\n{\"end\":1}\n";
}

TEST(Bundle, GivesBackWhatWasWritten) {
  const Captured before = Example();
  const std::string text = WriteBundle(before);
  EXPECT_LT(text.size(), 2000u);
  const auto after = Read(text);
  ASSERT_TRUE(after.has_value()) << after.error().Text();
  ASSERT_EQ(after->artifacts.size(), before.artifacts.size());
  for (size_t i = 0; i < before.artifacts.size(); ++i) {
    const model::Artifact& a = before.artifacts[i];
    const model::Artifact& b = after->artifacts[i];
    if (i != 3) {
      EXPECT_EQ(a.name, b.name);
    }
    EXPECT_EQ(a.source, b.source);
    EXPECT_TRUE(a.bytes.view() == b.bytes.view()) << a.name;
    EXPECT_EQ(a.at, b.at);
    EXPECT_EQ(a.modified, b.modified);
    EXPECT_EQ(a.target, b.target);
    EXPECT_EQ(a.round, b.round);
    EXPECT_EQ(a.error.has_value(), b.error.has_value());
  }
  EXPECT_EQ(after->artifacts[3].name, "heap \"cur\"\n\uFFFD.txt");
  const Error& error = *after->artifacts[4].error;
  EXPECT_EQ(error.code, ErrorCode::kPermission);
  EXPECT_EQ(error.what + error.where + error.hint, "whatwherehint");
  EXPECT_EQ(after->gaps, before.gaps);
}

TEST(Bundle, IsTheSameBytesForTheSameEvidence) {
  EXPECT_TRUE(WriteBundle(Example()) == WriteBundle(Example()));
}

TEST(Bundle, CutAnywhereKeepsTheMembersBefore) {
  const std::string text = WriteBundle(Example());
  size_t most = 0;
  for (size_t cut = 14; cut < text.size() - 1; ++cut) {
    const auto read = Read(text.substr(0, cut));
    ASSERT_TRUE(read.has_value()) << cut;
    EXPECT_GE(read->artifacts.size(), most) << cut;
    most = read->artifacts.size();
    ASSERT_FALSE(read->gaps.empty()) << cut;
    EXPECT_NE(read->gaps.back().why.find("cut off after"), std::string::npos) << cut;
    for (size_t i = 0; i < read->artifacts.size() && i < 4; ++i)
      EXPECT_FALSE(read->artifacts[i].error) << cut;
  }
  EXPECT_EQ(most, 5u);
}

TEST(Bundle, DamageInOneMemberLeavesTheOthers) {
  std::string text = WriteBundle(Example());
  const size_t packed = text.find('\n', 14) + 1;
  text[packed + 2] ^= 0x55;
  const auto read = Read(text);
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->artifacts.size(), 5u);
  ASSERT_TRUE(read->artifacts[0].error.has_value());
  EXPECT_EQ(read->artifacts[0].error->code, ErrorCode::kBadInput);
  EXPECT_FALSE(read->artifacts[1].error);
}

TEST(Bundle, AnySingleBitFlipIsSurvived) {
  const std::string text = WriteBundle(Example());
  for (size_t i = 0; i < text.size() * 8; i += 3) {
    std::string damaged = text;
    damaged[i / 8] = static_cast<char>(damaged[i / 8] ^ (1 << (i % 8)));
    const auto read = Read(damaged);
    if (read.has_value()) {
      EXPECT_LE(read->artifacts.size(), 6u);
    }
  }
}

TEST(Bundle, OtherVersionsAreRefused) {
  EXPECT_EQ(Read("seep-bundle 2\n{\"end\":0}\n").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(Read("something").error().code, ErrorCode::kBadInput);
  EXPECT_EQ(Read("").error().code, ErrorCode::kBadInput);
}

TEST(Bundle, HostileSizesAreNotBelieved) {
  // Larger than everything: the member claims more than there is, so the rest is gone, and says so.
  for (const char* stored : {"18446744073709551615", "99999999999", "-1", "1e300", "\"5\"", "null"}) {
    const auto read = Read(Member(
        std::string("{\"name\":\"a\",\"encoding\":\"none\",\"size\":5,\"stored\":") + stored + "}", "hello"));
    ASSERT_TRUE(read.has_value()) << stored;
    EXPECT_TRUE(read->artifacts.empty()) << stored;
    EXPECT_EQ(read->gaps.size(), 1u) << stored;
  }
  for (const char* size : {"18446744073709551615", "4294967296", "6", "4"}) {
    for (const char* encoding : {"none", "zstd", "lzma", ""}) {
      const auto read = Read(Member(std::string("{\"name\":\"a\",\"encoding\":\"") + encoding +
                                        "\",\"size\":" + size + ",\"stored\":5}",
                                    "hello"));
      ASSERT_TRUE(read.has_value());
      ASSERT_EQ(read->artifacts.size(), 1u);
      EXPECT_TRUE(read->artifacts[0].error.has_value()) << size << encoding;
      EXPECT_TRUE(read->artifacts[0].bytes.empty());
    }
  }
}

TEST(Bundle, MembersThatUnpackBeyondTheLimitAreRefused) {
  Captured captured;
  captured.artifacts.push_back(Make("zeros", std::string(10'000, 'z')));
  CaptureOptions options;
  options.max_file = 9'999;
  const auto read = Read(WriteBundle(captured), options);
  ASSERT_TRUE(read.has_value());
  ASSERT_TRUE(read->artifacts[0].error.has_value());
  EXPECT_EQ(read->artifacts[0].error->code, ErrorCode::kTooLarge);
}

TEST(Bundle, WhatTheWriterPacksTheReaderUnpacks) {
  Captured captured;
  for (const size_t mib : {20, 20, 70})
    captured.artifacts.push_back(Make("zeros", std::string(mib << 20, '\0')));
  const std::string text =
      WriteBundle(captured);  // zstd would pack all of it 30,000 : 1, beyond what a reader believes
  EXPECT_LT(text.size(), 91u << 20);
  const auto read = Read(text);
  ASSERT_TRUE(read.has_value());
  for (size_t i = 0; i < 3; ++i) {
    ASSERT_FALSE(read->artifacts[i].error.has_value()) << read->artifacts[i].error->Text();
    EXPECT_TRUE(read->artifacts[i].bytes.view() == captured.artifacts[i].bytes.view());
  }
}

TEST(Bundle, MemberCountIsBounded) {
  Captured captured;
  for (int i = 0; i < 5; ++i) captured.artifacts.push_back(Make("a", "x"));
  CaptureOptions options;
  options.max_files = 3;
  const auto read = Read(WriteBundle(captured), options);
  EXPECT_EQ(read->artifacts.size(), 3u);
  ASSERT_EQ(read->gaps.size(), 1u);
  EXPECT_NE(read->gaps[0].how.find("--max-files"), std::string::npos);
}

TEST(Bundle, UnknownKeysAreIgnoredAndWrongTypesHarmless) {
  const auto read = Read(Member(
      R"({"name":7,"source":null,"new":{"a":[1]},"round":-3,"at":"yesterday","error":5,"encoding":"none","size":5,"stored":5})",
      "hello"));
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->artifacts.size(), 1u);
  EXPECT_EQ(read->artifacts[0].name, "");
  EXPECT_EQ(read->artifacts[0].round, -1);
  EXPECT_EQ(read->artifacts[0].bytes.view(), "hello");
  EXPECT_TRUE(read->gaps.empty());
}

TEST(Bundle, MissingMembersAreNoticed) {
  const auto read = Read("seep-bundle 1\n{\"end\":3}\n");
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->gaps.size(), 1u);
  EXPECT_EQ(read->gaps[0].why, "3 were written, 0 are there");
}

}  // namespace
}  // namespace seep::capture
