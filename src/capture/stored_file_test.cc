#include "capture/stored_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "capture/test_server.h"

namespace seep::capture {
namespace {

std::string At(const model::StoredFile& file, uint64_t offset, size_t size) {
  std::string bytes(size, '\0');
  return file.ReadAt(offset, bytes) ? bytes : "(not there)";
}

TEST(StoredFile, IsReadInPlacesAndNeverBehindItsEnd) {
  const TempFolder folder;
  const std::string path = folder.Write("core", "0123456789");
  const auto file = OpenStoredFile(path);
  ASSERT_TRUE(file) << file.error().Text();
  EXPECT_EQ((*file)->size(), 10u);
  EXPECT_EQ(At(**file, 3, 4), "3456");
  EXPECT_EQ(At(**file, 10, 0), "");
  EXPECT_EQ(At(**file, 8, 3), "(not there)");
  EXPECT_EQ(At(**file, ~uint64_t{0}, 2), "(not there)");
  std::filesystem::resize_file(path, 5);  // by whoever cleans up core files
  EXPECT_EQ(At(**file, 3, 4), "(not there)");
  EXPECT_EQ(At(**file, 1, 4), "1234");
}

TEST(StoredFile, OnlyRegularFilesHavePlaces) {
  const TempFolder folder;
  EXPECT_EQ(OpenStoredFile(folder.path).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(OpenStoredFile("/dev/zero").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(OpenStoredFile(folder.path + "/none").error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(IsCoreFile(folder.path));
}

}  // namespace
}  // namespace seep::capture
