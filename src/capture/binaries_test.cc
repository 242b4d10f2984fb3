#include "capture/binaries.h"

#include <gtest/gtest.h>

#include "capture/test_server.h"

namespace seep::capture {
namespace {

using Paths = std::vector<std::string>;

TEST(BinariesTest, PlacesWithoutBuildId) {
  EXPECT_EQ(BinaryPlaces("/b", "/srv/orders", ""),
            (Paths{"/b/orders", "/b/srv/orders", "/b/srv/orders.debug", "/b/srv/.debug/orders.debug",
                   "/b/usr/lib/debug/srv/orders.debug"}));
  EXPECT_EQ(BinaryPlaces("/b", "", ""), Paths{});
}

TEST(BinariesTest, PlacesWithBuildId) {
  const TempFolder folder;
  const std::string copy = folder.Write("abcd/other", "");
  const Paths places = BinaryPlaces(folder.path, "orders", "abcd");
  ASSERT_GE(places.size(), 4u);
  EXPECT_EQ(places[0], folder.path + "/abcd/orders");
  EXPECT_EQ(places[1], copy);
  EXPECT_EQ(places[2], folder.path + "/orders/abcd");
  EXPECT_EQ(places[3], folder.path + "/ab/cd.debug");
  EXPECT_FALSE(BinaryPlaces(folder.path, "", "a").empty());  // pprof falls over this one
}

}  // namespace
}  // namespace seep::capture
