#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "goscan/module/build_tags.h"
#include "goscan/module/go_mod.h"
#include "goscan/module/import_folders.h"

namespace seep::goscan {
namespace {

bool Built(std::string_view name, std::string_view source = "package p\n") {
  return IsBuilt(name, source, BuildTarget{});
}

TEST(BuildTags, ByTheNameOfTheFile) {
  for (const char* name : {"a.go", "linux.go", "amd64.go", "a_linux.go", "a_amd64.go", "a_linux_amd64.go",
                           "a_linux_test.go", "a_unix.go", "a_foo_linux.go", "a_linux_foo.go", "_linux.go"})
    EXPECT_TRUE(Built(name)) << name;
  for (const char* name : {"a_windows.go", "a_arm64.go", "a_linux_arm64.go", "a_windows_amd64.go",
                           "a_darwin_test.go", "a_wasm.go", "a_js_wasm.go", "a_b_plan9.go"})
    EXPECT_FALSE(Built(name)) << name;
}

TEST(BuildTags, ByTheConstraint) {
  const auto with = [](std::string_view expression) {
    return Built("a.go", "// Copyright\n\n//go:build " + std::string(expression) + "\n\npackage p\n");
  };
  for (const char* expression :
       {"linux", "unix", "!windows", "linux && amd64", "windows || linux", "!(windows || darwin)", "cgo",
        "gc", "go1.18", "go1.27 && !go1.99", "!ignore", "(linux)&&!arm64", "!!linux"})
    EXPECT_TRUE(with(expression)) << expression;
  for (const char* expression : {"ignore", "windows", "!linux", "linux && arm64", "!cgo", "go1.99",
                                 "integration", "windows || darwin && linux"})
    EXPECT_FALSE(with(expression)) << expression;
  EXPECT_TRUE(IsBuilt("a.go", "//go:build integration\npackage p\n", BuildTarget{.tags = {"integration"}}));
}

TEST(BuildTags, OnlyBeforeThePackageClauseAndTheNewFormFirst) {
  EXPECT_TRUE(Built("a.go", "package p\n\n//go:build ignore\n"));
  EXPECT_FALSE(Built("a.go", "/* a\n * b */\n\n//go:build ignore\n\npackage p\n"));
  EXPECT_TRUE(Built("a.go", "/*\n//go:build ignore\n*/\npackage p\n"));
  EXPECT_FALSE(Built("a.go", "// +build windows darwin\n\npackage p\n"));
  EXPECT_FALSE(Built("a.go", "// +build linux\n// +build arm64\n\npackage p\n"));
  EXPECT_TRUE(Built("a.go", "// +build windows linux,!arm64\n\npackage p\n"));
  EXPECT_TRUE(Built("a.go", "//go:build linux\n// +build ignore\n\npackage p\n"));
  EXPECT_FALSE(Built("a.go", "//go:build ignore\r\n\r\npackage p\r\n"));
}

TEST(BuildTags, AConstraintThatIsNoneHolds) {
  for (const std::string& expression : std::vector<std::string>{
           "&&", "linux linux", "(windows", "!", "windows ||", std::string(1000, '(') + "windows"})
    EXPECT_TRUE(Built("a.go", "//go:build " + expression + "\npackage p\n")) << expression.substr(0, 20);
}

TEST(GoMod, IsRead) {
  const GoMod mod = ParseGoMod(
      "// a service\nmodule example.com/shop // the shop\n\ngo 1.22.3\n\ntoolchain go1.23.1\n"
      "require example.com/one v1.2.3\nrequire (\n\texample.com/two/v2 v2.0.0-20240101000000-abcdef012345 // "
      "indirect\n\t\"example.com/three\" v0.1.0\n)\n"
      "replace example.com/one => ../one\nreplace(\n\texample.com/two/v2 v2.0.0 => example.com/fork/v2 "
      "v2.1.0\n)\n"
      "exclude example.com/one v1.0.0\ngodebug asynctimerchan=1\ngodebug (\n\tdefault=go1.21\n)\n");
  EXPECT_EQ(mod.path, "example.com/shop");
  EXPECT_EQ(mod.go_version, "1.22.3");
  ASSERT_EQ(mod.requires_.size(), 3u);
  EXPECT_EQ(mod.requires_[1].version, "v2.0.0-20240101000000-abcdef012345");
  EXPECT_EQ(mod.requires_[2].path, "example.com/three");
  ASSERT_EQ(mod.replaces.size(), 2u);
  EXPECT_EQ(mod.replaces[0].to.path, "../one");
  EXPECT_EQ(mod.replaces[1].from.version, "v2.0.0");
  EXPECT_EQ(mod.replaces[1].to.version, "v2.1.0");
  EXPECT_EQ(mod.godebug, (std::vector<std::string>{"asynctimerchan=1", "default=go1.21"}));
}

TEST(GoMod, AWorkspaceIsReadToo) {
  const GoMod work = ParseGoMod("go 1.22\n\nuse (\n\t./orders\n\t./price\n)\nuse .\n");
  EXPECT_EQ(work.uses, (std::vector<std::string>{"./orders", "./price", "."}));
}

TEST(GoMod, WhatIsNoneIsEmpty) {
  for (const char* text : {"", "module", "module \"", "require (", "replace a b c d => e", "replace =>", ")",
                           "((((", "\xFF\n"}) {
    const GoMod mod = ParseGoMod(text);
    EXPECT_TRUE(mod.requires_.empty() && mod.replaces.empty()) << text;
  }
}

TEST(ImportFolders, FoldersAreSeenFromTheFile) {
  EXPECT_EQ(FolderBelow("/a/b", "./c"), "/a/b/c");
  EXPECT_EQ(FolderBelow("/a/b", "../c/"), "/a/c");
  EXPECT_EQ(FolderBelow("/a/b", "../../../../c"), "/c");
  EXPECT_EQ(FolderBelow("/a/b", "../.."), "/");
  EXPECT_EQ(FolderBelow("/a/b", "/c"), "/c");
  EXPECT_EQ(FolderBelow("/a/b", "."), "/a/b");
}

TEST(ImportFolders, FromTheBestPlaceOn) {
  GoMod mod = ParseGoMod(
      "module example.com/shop\nrequire (\n\tgithub.com/Azure/sdk v1.0.0\n\tgithub.com/Azure/sdk/blob "
      "v1.1.0\n\texample.com/one v1.0.0\n)\n"
      "replace example.com/one => ../one\nreplace example.com/two => example.com/Fork v1.5.0\n");
  const ImportFolders folders({{"/src/shop", std::move(mod)}}, "/cache");
  using Paths = std::vector<std::string>;
  EXPECT_EQ(folders.Of("example.com/shop/price"),
            (Paths{"/src/shop/price", "/src/shop/vendor/example.com/shop/price"}));
  EXPECT_EQ(folders.Of("github.com/Azure/sdk/blob/x"), (Paths{"/src/shop/vendor/github.com/Azure/sdk/blob/x",
                                                              "/cache/github.com/!azure/sdk/blob@v1.1.0/x"}));
  EXPECT_EQ(folders.Of("example.com/one/a"),
            (Paths{"/src/one/a", "/src/shop/vendor/example.com/one/a", "/cache/example.com/one@v1.0.0/a"}));
  EXPECT_EQ(folders.Of("example.com/two"),
            (Paths{"/cache/example.com/!fork@v1.5.0", "/src/shop/vendor/example.com/two"}));
  EXPECT_EQ(folders.Of("example.com/oneself"), (Paths{"/src/shop/vendor/example.com/oneself"}))
      << "is not in example.com/one";
  EXPECT_TRUE(folders.Of("../../etc").empty());
  EXPECT_TRUE(folders.Of("/etc").empty());
}

}  // namespace
}  // namespace seep::goscan
