#include "capture/new_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "capture/files.h"
#include "capture/test_server.h"

namespace seep::capture {
namespace {

TEST(NewFileTest, TakesTheFirstFreeNumber) {
  const TempFolder folder;
  folder.Write("profile001.svg", "old");
  const auto path = WriteNewFile(folder.path, "profile", ".svg", "new");
  ASSERT_TRUE(path.has_value()) << path.error().Text();
  EXPECT_EQ(*path, folder.path + "/profile002.svg");
  EXPECT_EQ(ReadFile(*path, 100)->view(), "new");
  EXPECT_EQ(ReadFile(folder.path + "/profile001.svg", 100)->view(), "old");
}

TEST(NewFileTest, ErrorsAreWordedAsGoWordsThem) {
  const TempFolder folder;
  EXPECT_EQ(WriteWholeFile(folder.path + "/no/x", "").error().what,
            "open " + folder.path + "/no/x: no such file or directory");
  EXPECT_EQ(MakeNewFile(folder.path + "/no", "profile", ".svg").error().what,
            "open " + folder.path + "/no/profile001.svg: no such file or directory");
  const std::string file = folder.Write("file", "");
  EXPECT_EQ(MakeFolders(file + "/x", 0755).error().what, "mkdir " + file + ": not a directory");
  EXPECT_TRUE(MakeFolders(folder.path + "/a/b/c", 0755).has_value());
  EXPECT_TRUE(MakeFolders(folder.path + "/a/b/c", 0755).has_value());
  EXPECT_EQ(access((folder.path + "/a/b/c").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace seep::capture
