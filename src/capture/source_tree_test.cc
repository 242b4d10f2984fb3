#include "capture/source_tree.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace seep::capture {
namespace {

namespace fs = std::filesystem;

class SourceTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "seep-source-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }
  void Write(const std::string& path, std::string_view text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  std::vector<std::string> Paths(const SourceLimits& limits = {}) {
    const auto tree = ReadSourceTree(root_.string(), limits);
    std::vector<std::string> paths;
    if (tree)
      for (const SourceText& file : tree->files) paths.push_back(file.path);
    return paths;
  }
  fs::path root_;
};

using Strings = std::vector<std::string>;

TEST_F(SourceTreeTest, ReadsWhatTheGoCommandLooksAt) {
  for (const char* path : {"b.go", "a/a.go", "a/a_test.go", "testdata/x.go", "vendor/v/v.go", ".git/x.go",
                           "_old/x.go", "_x.go", ".x.go", "readme.md", "cmd/svc/main.go"})
    Write(path, "package p\n");
  Write("go.mod", "module x\n");
  Write("tool/go.mod", "module y\n");
  EXPECT_EQ(Paths(), (Strings{"a/a.go", "b.go", "cmd/svc/main.go"}));
  EXPECT_EQ(Paths({.tests = true}), (Strings{"a/a.go", "a/a_test.go", "b.go", "cmd/svc/main.go"}));
  const auto tree = ReadSourceTree(root_.string(), {});
  ASSERT_TRUE(tree);
  ASSERT_EQ(tree->modules.size(), 2u);
  EXPECT_EQ(tree->modules[1].path, "tool/go.mod");
  EXPECT_TRUE(tree->outer_module.path.empty());
}

TEST_F(SourceTreeTest, FindsTheModuleAbove) {
  Write("go.mod", "module x\n");
  Write("a/b/c.go", "package b\n");
  const auto tree = ReadSourceTree((root_ / "a/b").string(), {});
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->outer_module.path, (fs::canonical(root_) / "go.mod").string());
  EXPECT_EQ(tree->outer_module.text, "module x\n");
}

TEST_F(SourceTreeTest, LoopsPipesAndLargeFilesAreNoTrouble) {
  Write("a/a.go", "package a\n");
  Write("big.go", std::string(5000, ' '));
  fs::create_directory_symlink(root_, root_ / "a/loop");
  ASSERT_EQ(mkfifo((root_ / "pipe.go").c_str(), 0600), 0);
  const auto tree = ReadSourceTree(root_.string(), {.max_file = 1000});
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->files.size(), 1u);
  ASSERT_EQ(tree->gaps.size(), 2u);
}

TEST_F(SourceTreeTest, TooManyAreNamedAndTheRestIsRead) {
  for (int i = 0; i < 5; ++i) Write("f" + std::to_string(i) + ".go", "package p\n");
  const auto tree = ReadSourceTree(root_.string(), {.max_files = 3});
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->files.size(), 3u);
  ASSERT_EQ(tree->gaps.size(), 1u);
  EXPECT_FALSE(ReadSourceTree((root_ / "none").string(), {}));
  EXPECT_FALSE(ReadSourceTree((root_ / "f0.go").string(), {}));
}

TEST_F(SourceTreeTest, AFileIsReplacedWithItsModeAndThroughALink) {
  Write("a.go", "old");
  fs::permissions(root_ / "a.go", fs::perms(0640));
  fs::create_symlink("a.go", root_ / "link.go");
  ASSERT_TRUE(ReplaceFile((root_ / "link.go").string(), "new"));
  EXPECT_TRUE(fs::is_symlink(root_ / "link.go"));
  std::ifstream in(root_ / "a.go");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "new");
  EXPECT_EQ(fs::status(root_ / "a.go").permissions(), fs::perms(0640));
  EXPECT_FALSE(ReplaceFile((root_ / "none.go").string(), "x"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root_), fs::directory_iterator()), 2);
}

}  // namespace
}  // namespace seep::capture
