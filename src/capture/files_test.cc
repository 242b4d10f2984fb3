#include "capture/files.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "capture/bundle.h"
#include "capture/test_server.h"

namespace seep::capture {
namespace {

std::vector<std::string> Names(const Captured& captured) {
  std::vector<std::string> names;
  for (const model::Artifact& a : captured.artifacts) names.push_back(a.name);
  return names;
}

std::string BundleOf(const std::string& name, int rounds) {
  Captured captured;
  for (int i = 0; i < rounds; ++i) {
    model::Artifact a;
    a.name = name;
    a.source = "s";
    a.target = "t";
    a.round = i;
    a.bytes = Bytes(std::string("x"));
    captured.artifacts.push_back(a);
  }
  return WriteBundle(captured);
}

TEST(Files, GivesAFileItsNameAndTime) {
  const TempFolder folder;
  const std::string path = folder.Write("heap cur.txt", "heap profile");
  const auto when = std::chrono::file_clock::from_sys(*ParseTime("2026-11-21T18:30:05Z"));
  std::filesystem::last_write_time(
      path, std::chrono::time_point_cast<std::filesystem::file_time_type::duration>(when));
  Captured captured;
  ASSERT_TRUE(TakePath(path, {}, captured).has_value());
  ASSERT_EQ(captured.artifacts.size(), 1u);
  const model::Artifact& a = captured.artifacts[0];
  EXPECT_EQ(a.name, "heap cur.txt");
  EXPECT_EQ(a.source, path);
  EXPECT_EQ(a.bytes.view(), "heap profile");
  EXPECT_EQ(a.modified, ParseTime("2026-11-21T18:30:05Z"));
  EXPECT_FALSE(a.at.has_value());
  EXPECT_TRUE(a.target.empty());
  EXPECT_EQ(a.round, -1);
}

TEST(Files, WalksFoldersInOrder) {
  const TempFolder folder;
  for (const char* name : {"b/2", "b/1", "a", "c/d/e", ".git/config", "b/.hidden"}) folder.Write(name, name);
  std::filesystem::create_directory_symlink("..", folder.path + "/b/loop");
  std::filesystem::create_symlink("a", folder.path + "/link");
  ASSERT_EQ(mkfifo((folder.path + "/fifo").c_str(), 0600), 0);
  Captured captured;
  ASSERT_TRUE(TakePath(folder.path, {}, captured).has_value());
  EXPECT_EQ(Names(captured), (std::vector<std::string>{"a", "1", "2", "e", "link"}));
}

TEST(Files, BoundsFolders) {
  const TempFolder folder;
  for (int i = 0; i < 5; ++i) folder.Write(fmt::format("{}", i), "x");
  CaptureOptions options;
  options.max_files = 3;
  Captured captured;
  ASSERT_TRUE(TakePath(folder.path, options, captured).has_value());
  EXPECT_EQ(captured.artifacts.size(), 3u);
  ASSERT_EQ(captured.gaps.size(), 1u);
  EXPECT_NE(captured.gaps[0].how.find("--max-files"), std::string::npos);
}

TEST(Files, NamesWhatCannotBeRead) {
  const TempFolder folder;
  Captured captured;
  EXPECT_EQ(TakePath(folder.path + "/none", {}, captured).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(TakePath(folder.path, {}, captured).error().code, ErrorCode::kNotFound);
  CaptureOptions options;
  options.max_file = 3;
  const auto large = TakePath(folder.Write("large", "1234"), options, captured);
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
  EXPECT_NE(large.error().hint.find("--max-file"), std::string::npos);
  ASSERT_TRUE(TakePath(folder.Write("empty", ""), {}, captured).has_value());
  EXPECT_EQ(captured.artifacts[0].error->code, ErrorCode::kBadInput);
  ASSERT_TRUE(TakePath(folder.path, options, captured).has_value()) << "one bad file does not spoil a folder";
  EXPECT_EQ(captured.artifacts.size(), 3u);
}

TEST(Files, BoundsTheSumOfAFolder) {
  const TempFolder folder;
  for (const char* name : {"a", "b", "c"}) folder.Write(name, "1234");
  CaptureOptions options;
  options.max_folder = 9;
  Captured captured;
  ASSERT_TRUE(TakePath(folder.path, options, captured).has_value());
  EXPECT_EQ(Names(captured), (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(captured.gaps.size(), 1u);
  EXPECT_EQ(captured.gaps[0].what, "1 file of " + folder.path);
  EXPECT_NE(captured.gaps[0].how.find("--max-folder"), std::string::npos);
}

// A mapped file would end the test with SIGBUS.
TEST(Files, SurvivesALargeFileThatIsCutBehindItsBack) {
  const TempFolder folder;
  const std::string path = folder.Write("log", std::string(65 << 20, 'x'));
  const auto bytes = ReadFile(path, UINT64_MAX);
  ASSERT_TRUE(bytes.has_value());
  std::filesystem::resize_file(path, 0);
  EXPECT_EQ(bytes->view().find_first_not_of('x'), std::string_view::npos);
}

TEST(Files, ReadsLargeFiles) {
  const TempFolder folder;
  std::string text(65 << 20, 'x');
  text.back() = 'y';
  const auto bytes = ReadFile(folder.Write("core", text), UINT64_MAX);
  ASSERT_TRUE(bytes.has_value());
  EXPECT_TRUE(bytes->view() == text);
}

TEST(Files, ReadsPipes) {
  const TempFolder folder;
  const std::string path = folder.path + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << "through a pipe"; });
  Captured captured;
  const auto status = TakePath(path, {}, captured);
  writer.join();
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(captured.artifacts[0].bytes.view(), "through a pipe");
  EXPECT_FALSE(captured.artifacts[0].modified.has_value());
}

TEST(Files, KnowsBundlesAndScriptsByTheirFirstBytes) {
  const TempFolder folder;
  folder.Write("1.txt", BundleOf("in-bundle", 1));
  folder.Write("2.out", "seep-script 1 t\n#at 0 5 in-script 0 1 s\nx\n#end 1\n");
  Captured captured;
  ASSERT_TRUE(TakePath(folder.path, {}, captured).has_value());
  EXPECT_EQ(Names(captured), (std::vector<std::string>{"in-bundle", "in-script"}));
}

TEST(Files, ASecondBundleContinuesTheRounds) {
  const TempFolder folder;
  Captured captured;
  ASSERT_TRUE(TakePath(folder.Write("1", BundleOf("a", 2)), {}, captured).has_value());
  ASSERT_TRUE(TakePath(folder.Write("2", BundleOf("b", 2)), {}, captured).has_value());
  std::vector<int> rounds;
  for (const model::Artifact& a : captured.artifacts) rounds.push_back(a.round);
  EXPECT_EQ(rounds, (std::vector<int>{0, 1, 2, 3}));
}

}  // namespace
}  // namespace seep::capture
