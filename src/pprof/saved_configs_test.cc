#include "pprof/saved_configs.h"

#include <gtest/gtest.h>

namespace seep::pprof {
namespace {

// What pprof of Go 1.26.8 writes for /saveconfig?config=hot&f=a<b of a default configuration.
constexpr std::string_view kHot = R"({
  "configs": [
    {
      "name": "hot",
      "unit": "minimum",
      "sort": "flat",
      "nodecount": -1,
      "nodefraction": 0.005,
      "edgefraction": 0.001,
      "trim": true,
      "focus": "a\u003cb"
    }
  ]
})";

TEST(SavedConfigsTest, WritesWhatPprofWrites) {
  SavedConfig hot{"hot", {}};
  hot.settings.focus = "a<b";
  hot.settings.output = "not kept";
  EXPECT_EQ(EncodeSavedConfigs({hot}), kHot);
}

TEST(SavedConfigsTest, ReadsWhatItWrote) {
  profile::Settings run;
  run.sample_index = "alloc_space";
  const auto read = ParseSavedConfigs(kHot, run);
  ASSERT_TRUE(read.has_value()) << read.error().what;
  ASSERT_EQ(read->size(), 1u);
  EXPECT_EQ(read->front().settings.focus, "a<b");
  EXPECT_EQ(read->front().settings.sample_index, "alloc_space");
  EXPECT_EQ(EncodeSavedConfigs(*read), kHot);
}

TEST(SavedConfigsTest, WhatIsMissingIsZero) {
  const auto read = ParseSavedConfigs(R"({"configs": [{"name": "bare", "later": [1]}]})", {});
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE(read->front().settings.trim);
  EXPECT_EQ(read->front().settings.nodecount, 0);
  EXPECT_EQ(read->front().settings.unit, "");
  EXPECT_TRUE(ParseSavedConfigs("{}", {})->empty());
}

TEST(SavedConfigsTest, BrokenFiles) {
  for (const char* text : {"", "[", "[]", R"({"configs": 1})", R"({"configs": [1]})",
                           R"({"configs": [{"trim": "yes"}]})", R"({"configs": [{"nodecount": 1.5}]})"})
    EXPECT_FALSE(ParseSavedConfigs(text, {}).has_value()) << text;
}

TEST(SavedConfigsTest, SavingAndRemoving) {
  std::vector<SavedConfig> configs;
  SaveConfig(configs, {"a", {}});
  SaveConfig(configs, {"b", {}});
  profile::Settings other;
  other.focus = "x";
  SaveConfig(configs, {"a", other});
  ASSERT_EQ(configs.size(), 2u);
  EXPECT_EQ(configs[0].settings.focus, "x");
  EXPECT_TRUE(RemoveConfig(configs, "a").has_value());
  EXPECT_EQ(RemoveConfig(configs, "a").error().what, "config a not found");
}

}  // namespace
}  // namespace seep::pprof
