#include "detect/goroutine_groups.h"

#include <gtest/gtest.h>

namespace seep::detect {
namespace {

struct Dump {
  model::StackTable stacks;
  model::GoroutineDump dump;

  void Add(uint64_t goid, std::string_view function, std::string_view state, int32_t minutes = -1,
           std::string_view creator = "main.main", std::string_view labels = "") {
    model::Goroutine g;
    g.goid = goid;
    const model::FrameId frame = stacks.AddFrame(function, "/src/a.go", 7);
    g.stack = stacks.AddStack({&frame, 1});
    g.creator = stacks.AddFrame(creator, "/src/main.go", 1);
    g.state = stacks.strings().Intern(state);
    g.labels = stacks.strings().Intern(labels);
    g.minutes = minutes;
    dump.goroutines.push_back(g);
  }
  model::GoroutineList Group(const GroupOptions& options, std::span<const double> still = {}) const {
    return GroupGoroutines(dump, still, stacks, options);
  }
};

Dump Some() {
  Dump d;
  d.Add(30, "main.read", "IO wait", 5);
  d.Add(20, "main.read", "IO wait", 90, "main.main", "user=7");
  d.Add(40, "main.read", "IO wait", 7);
  d.Add(50, "main.send", "chan send", -1, "main.serve");
  return d;
}

TEST(GroupGoroutines, LargestFirstAndAlikeTogether) {
  const Dump d = Some();
  const model::GoroutineList list = d.Group({});
  EXPECT_EQ(list.total, 4U);
  ASSERT_EQ(list.groups.size(), 3U) << "labels are a part of what makes a group";
  EXPECT_EQ(list.groups[0].count, 2U);
  EXPECT_EQ(list.groups[0].goids, (std::vector<uint64_t>{30, 40}));
  EXPECT_EQ(list.groups[0].fewest_minutes, 5);
  EXPECT_EQ(list.groups[0].most_minutes, 7);
  EXPECT_FALSE(list.groups[2].most_minutes) << "not printed is not known";
}

TEST(GroupGoroutines, ByStateAndCreator) {
  const Dump d = Some();
  GroupOptions by;
  by.by = model::GroupBy::kState;
  EXPECT_EQ(d.Group(by).groups.size(), 2U);
  EXPECT_EQ(d.Group(by).groups[0].count, 3U);
  by.by = model::GroupBy::kCreator;
  EXPECT_EQ(d.Group(by).groups[1].count, 1U);
}

TEST(GroupGoroutines, Filters) {
  const Dump d = Some();
  const auto listed = [&](const GroupOptions& options) { return d.Group(options).listed; };
  GroupOptions state, function, creator, label, age;
  state.state = "chan";
  function.function = *profile::Pattern::Compile("main\\.(read|x)");
  creator.created_by = *profile::Pattern::Compile("serve$");
  label.label = *profile::Pattern::Compile("user=[0-9]");
  age.min_minutes = 7;
  EXPECT_EQ(listed(state), 1U);
  EXPECT_EQ(listed(function), 3U);
  EXPECT_EQ(listed(creator), 1U);
  EXPECT_EQ(listed(label), 1U);
  EXPECT_EQ(listed(age), 2U) << "one that prints no time has not waited long enough for it";
}

TEST(GroupGoroutines, ThoseThatHaveNotMovedAreCounted) {
  const Dump d = Some();
  GroupOptions by;
  by.by = model::GroupBy::kState;
  const std::vector<double> still = {20, 0, 10, 0};
  const model::GoroutineList list = d.Group(by, still);
  EXPECT_EQ(list.groups[0].still, 2U);
  EXPECT_EQ(list.groups[0].still_seconds, 10) << "what holds for all of them";
  EXPECT_EQ(list.groups[1].still, 0U);
}

TEST(GroupGoroutines, OfAProfileThereAreNumbersOnly) {
  model::StackTable stacks;
  const model::FrameId frame = stacks.AddFrame("main.read", "/src/a.go", 7);
  model::GoroutineProfile profile;
  profile.total = 12;
  profile.groups = {{stacks.AddStack({&frame, 1}), {}, model::Wait::kIoWait, 12}};
  const model::GoroutineList list = GroupGoroutines(profile, stacks, {});
  ASSERT_EQ(list.groups.size(), 1U);
  EXPECT_EQ(list.groups[0].count, 12U);
  EXPECT_EQ(stacks.text(list.groups[0].state), "IO wait");
  EXPECT_TRUE(list.groups[0].goids.empty());
}

}  // namespace
}  // namespace seep::detect
