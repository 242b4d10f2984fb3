// The tree behind a flame graph: sums of every sample type, both sides of a difference, and what becomes of
// light calls.
#include "pprof/stacks.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/html.h"
#include "pprof/web_page.h"
#include "profile/merge.h"
#include "profile/profile_for_test.h"

namespace seep::pprof {

extern const Report report_flame;

namespace {

using profile::MakeProfile;
using profile::Profile;

Prepared Ready(Profile profile, const profile::Settings& settings = {}) {
  static const Surroundings kNowhere;
  profile.mappings.emplace_back();
  auto prepared = Prepare(std::move(profile), report_flame, {"flame", std::nullopt, settings}, kNowhere);
  EXPECT_TRUE(prepared.has_value()) << prepared.error().what;
  return std::move(*prepared);
}

// "name value/base value/base" a line, indented by depth; own values only.
std::string Drawn(const StackTree& tree) {
  std::string out;
  for (size_t i = 0; i < tree.size(); ++i) {
    out += std::string(tree.depth[i], ' ') + tree.frames[tree.frame[i]].name;
    for (const StackColumn& column : tree.columns) {
      out += " " + std::to_string(column.now[i]);
      if (!column.base.empty()) out += "/" + std::to_string(column.base[i]);
    }
    out += "\n";
  }
  return out;
}

std::string DrawnOf(Profile profile, size_t max_nodes = kMaxStackNodes,
                    const profile::Settings& settings = {}) {
  Prepared prepared = Ready(std::move(profile), settings);
  return Drawn(MakeStackTree(prepared, max_nodes));
}

TEST(Stacks, SharedCallersAreOneNode) {
  EXPECT_EQ(DrawnOf(MakeProfile(
                {{"main;a;b", {1, 10}}, {"main;c", {2, 20}}, {"main;a", {3, 30}}, {"main;a;b", {4, 40}}})),
            "all 0 0\n"
            " main 0 0\n"
            "  a 3 30\n"
            "   b 5 50\n"
            "  c 2 20\n");
}

TEST(Stacks, RecursionIsDepth) {
  EXPECT_EQ(DrawnOf(MakeProfile({{"f;f;f", {1, 1}}, {"f", {1, 1}}})), "all 0 0\n f 1 1\n  f 0 0\n   f 1 1\n");
}

TEST(Stacks, OfNothing) {
  EXPECT_EQ(DrawnOf(MakeProfile({})), "all 0 0\n");
}

TEST(Stacks, AStackWithoutFramesIsTheWholes) {
  Profile p = MakeProfile({{"a", {1, 1}}});
  p.samples.depth[0] = 0;
  EXPECT_EQ(DrawnOf(std::move(p)), "all 1 1\n");
}

TEST(Stacks, BothSidesOfADifference) {
  Profile base = MakeProfile({{"main;a", {5, 50}}, {"main;gone", {1, 10}}});
  profile::SetLabel(base, "pprof::base", "true");
  profile::Scale(base, -1);
  std::vector<Profile> both;
  both.push_back(MakeProfile({{"main;a", {8, 80}}, {"main;new", {2, 20}}}));
  both.push_back(std::move(base));
  auto merged = profile::Merge(std::move(both));
  ASSERT_TRUE(merged.has_value());
  EXPECT_EQ(DrawnOf(*merged), "all 0/0 0/0\n main 0/0 0/0\n  a 8/5 80/50\n  new 2/0 20/0\n  gone 0/1 0/10\n");

  profile::Settings dropping;
  dropping.drop_negative = true;
  EXPECT_EQ(DrawnOf(*merged, kMaxStackNodes, dropping),
            "all 0 0\n main 0 0\n  a 8 80\n  new 2 20\n  gone 0 0\n");
}

TEST(Stacks, MeansAreOneColumn) {
  profile::Settings settings;
  settings.mean = true;
  EXPECT_EQ(DrawnOf(MakeProfile({{"a", {4, 100}}, {"b", {0, 7}}}), kMaxStackNodes, settings),
            "all 0\n a 25\n b 7\n");
}

TEST(Stacks, LightCallsBecomeOneAndSumsStay) {
  const Profile p = MakeProfile({{"main;heavy;x", {0, 600}},
                                 {"main;heavy;y", {0, 300}},
                                 {"main;light;a", {0, 3}},
                                 {"main;light;b", {0, 2}},
                                 {"main;light", {0, 4}}});
  EXPECT_EQ(DrawnOf(p, 4), "all 0 0\n main 0 0\n  heavy 0 0\n   x 0 600\n   y 0 300\n  lighter calls 0 9\n");
  Prepared prepared = Ready(p);
  const StackTree tree = MakeStackTree(prepared, 4);
  EXPECT_EQ(tree.left_out, 3u);
  // The sums of functions are those of all calls.
  std::string sums;
  for (size_t frame = 0; frame < tree.frames.size(); ++frame)
    sums += tree.frames[frame].name + " " + std::to_string(tree.columns[1].now_sums.flat[frame]) + " " +
            std::to_string(tree.columns[1].now_sums.cum[frame]) + "\n";
  EXPECT_EQ(
      sums,
      "all 0 0\nlighter calls 0 0\nx 600 600\nheavy 0 900\nmain 0 909\ny 300 300\na 3 3\nlight 4 9\nb 2 2\n");
}

TEST(Stacks, SumsOfRecursiveFunctionsCountAStackOnce) {
  Prepared prepared = Ready(MakeProfile({{"f;g;f;f", {0, 10}}, {"f;h", {0, 1}}, {"g", {0, 100}}}));
  const StackTree tree = MakeStackTree(prepared, 2);
  ASSERT_GT(tree.left_out, 0u);
  for (size_t frame = 2; frame < tree.frames.size(); ++frame) {
    const uint64_t flat = tree.columns[1].now_sums.flat[frame], cum = tree.columns[1].now_sums.cum[frame];
    if (tree.frames[frame].name == "f")
      EXPECT_EQ(std::pair(flat, cum), std::pair(uint64_t{10}, uint64_t{11}));
    if (tree.frames[frame].name == "g")
      EXPECT_EQ(std::pair(flat, cum), std::pair(uint64_t{100}, uint64_t{110}));
    if (tree.frames[frame].name == "h") EXPECT_EQ(std::pair(flat, cum), std::pair(uint64_t{1}, uint64_t{1}));
  }
}

TEST(Stacks, LightInOneTypeAndHeavyInAnotherStays) {
  const Profile p = MakeProfile({{"bytes", {1, 1'000'000}}, {"count", {1'000, 1}}, {"neither", {1, 1}}});
  EXPECT_EQ(DrawnOf(p, 2), "all 0 0\n bytes 1 1000000\n count 1000 1\n lighter calls 1 1\n");
}

TEST(Stacks, ManyEquallyLightCallsDoNotExceedTheLimit) {
  std::vector<std::pair<std::string, std::vector<int64_t>>> stacks;
  for (int i = 0; i < 1000; ++i) stacks.push_back({"f" + std::to_string(i), {1, 1}});
  Prepared prepared = Ready(MakeProfile(stacks));
  const StackTree tree = MakeStackTree(prepared, 100);
  EXPECT_LE(tree.size(), 102u);
  EXPECT_EQ(tree.left_out, 1000u);
  EXPECT_EQ(tree.columns[0].now.back(), 1000u);
}

TEST(Stacks, InlinedCallsAreFramesOfTheirOwn) {
  Profile p = MakeProfile({{"main;outer", {1, 1}}, {"main;outer", {1, 1}}});
  // The location of the leaf has an inlined call inside "outer".
  const profile::LocationId leaf = p.samples.stack(0)[0];
  const auto inner = profile::LocationOf(p, "inner");
  const profile::Line outer_line = p.LinesOf(leaf)[0], inner_line = p.LinesOf(inner)[0];
  p.locations[leaf.value].first_line = static_cast<uint32_t>(p.lines.size());
  p.locations[leaf.value].line_count = 2;
  p.lines.push_back(inner_line);
  p.lines.push_back(outer_line);
  Prepared prepared = Ready(std::move(p));
  const StackTree tree = MakeStackTree(prepared);
  EXPECT_EQ(Drawn(tree), "all 0 0\n main 0 0\n  outer 0 0\n   inner 2 2\n");
  EXPECT_EQ(tree.inlined, (std::vector<uint8_t>{0, 0, 0, 1}));
}

TEST(StackJson, IsReadAgain) {
  Profile p = MakeProfile({{"main;</script><b>\xff\"", {1, 10}}});
  Prepared prepared = Ready(std::move(p));
  const StackTree tree = MakeStackTree(prepared);
  const auto json = nlohmann::json::parse(StackJson(prepared, tree));
  EXPECT_EQ(json["frame"].size(), 3u);
  EXPECT_EQ(json["depth"], nlohmann::json({0, 1, 2}));
  EXPECT_EQ(json["columns"][1]["now"], nlohmann::json({0, 0, 10}));
  EXPECT_TRUE(json["columns"][1]["base"].empty());
  EXPECT_EQ(json["frames"][2][0], "</script><b>\xEF\xBF\xBD\"");
}

TEST(FilePage, HoldsItsDataAndItsPolicy) {
  Prepared prepared = Ready(MakeProfile({{"main;</script><b>", {1, 10}}}));
  const StackTree tree = MakeStackTree(prepared);
  const std::string page = FilePage(StackJson(prepared, tree));
  EXPECT_EQ(page.find("</script><b>"), std::string::npos);
  const size_t begin = page.find("<script>") + 8, end = page.find("</script>", begin);
  EXPECT_NE(page.find("script-src '" + CspHash(page.substr(begin, end - begin)) + "'"), std::string::npos);
  EXPECT_NE(page.find("connect-src 'none'"), std::string::npos);
  EXPECT_NE(ServedPage("{}").find("connect-src 'self'"), std::string::npos);
  for (const char* tag :
       {"<link", "<img", "<iframe", " src=", "@import", "url(", " style=", " onclick=", "http://"})
    EXPECT_EQ(page.substr(0, begin).find(tag), std::string::npos) << tag;
}

}  // namespace
}  // namespace seep::pprof
