#include "detect/heap.h"

#include <cmath>

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

struct HeapScene : Scene {
  model::Profile& Profile(double seconds, int64_t period) {
    model::Snapshot& s = At(seconds);
    s.heap.emplace();
    s.heap->period = period;
    for (const char* type : {"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"})
      s.heap->types.push_back({stacks.strings().Intern(type), {}});
    return *s.heap;
  }
  static void Add(model::Profile& p, model::StackId stack, int64_t objects, int64_t bytes, int64_t ever = 0) {
    p.samples.push_back({stack, {}});
    p.values.insert(p.values.end(),
                    {std::max(ever, objects), ever > 0 ? ever * bytes / std::max<int64_t>(objects, 1) : bytes,
                     objects, bytes});
  }
};

TEST(LiveSamples, TheErrorIsThatOfPoissonSampling) {
  HeapScene scene;
  model::Profile& p = scene.Profile(0, 524288);
  HeapScene::Add(p, scene.Stack({"main.small"}), 1000, 1000 * 1024);
  HeapScene::Add(p, scene.Stack({"main.large"}), 2, 2 * int64_t{64 << 20});
  const auto samples = LiveSamples(p, scene.stacks);
  ASSERT_EQ(samples.size(), 2u);
  // An object of 1 KiB is seen with 1 - exp(-1/512): 1,000 of them by about two samples, so the error is
  // about 1/sqrt(2).
  const double share = 1 - std::exp(-1024.0 / 524288);
  EXPECT_NEAR(samples[0].objects.error(), std::sqrt(1000 * (1 - share) / share), 0.01);
  EXPECT_NEAR(samples[0].bytes.error(), 1024 * samples[0].objects.error(), 10);
  EXPECT_NEAR(samples[1].objects.error(), 0, 1e-6) << "64 MiB are never missed";
}

TEST(LiveSamples, NothingIsUncertainWhereEveryAllocationIsRecorded) {
  HeapScene scene;
  model::Profile& p = scene.Profile(0, 1);
  HeapScene::Add(p, scene.Stack({"main.f"}), 1000, 16000);
  EXPECT_EQ(LiveSamples(p, scene.stacks)[0].bytes.error(), 0);
}

TEST(LiveSamples, AProfileOfAnotherKindHasNone) {
  HeapScene scene;
  model::Profile& p = scene.Profile(0, 1);
  HeapScene::Add(p, scene.Stack({"main.f"}), 1, 16);
  p.types[3].type = scene.stacks.strings().Intern("delay");
  EXPECT_TRUE(LiveSamples(p, scene.stacks).empty());
}

TEST(GatherHeaps, SumsByTheUsersInnermostLineLargestFirst) {
  HeapScene scene;
  for (int k = 0; k < 2; ++k) {
    model::Profile& p = scene.Profile(30 * k, 1);
    HeapScene::Add(p, scene.Stack({"net.grow", "main.fill", "main.main"}), 10, 1000 * (k + 1));
    HeapScene::Add(p, scene.Stack({"main.fill", "main.main"}), 10, 500);
    HeapScene::Add(p, scene.Stack({"net.listen"}), 1, 5000);
  }
  const Frames frames(scene.stacks, scene.knowledge);
  const Heaps heaps = GatherHeaps(scene.series, frames);
  ASSERT_EQ(heaps.sites.size(), 2u);
  EXPECT_FALSE(heaps.sites[0].user) << "5,000 bytes without user code";
  EXPECT_EQ(scene.stacks.function(heaps.sites[1].user), "main.fill");
  EXPECT_EQ(heaps.sites[1].bytes[0].value, 1500);
  EXPECT_EQ(heaps.sites[1].bytes[1].value, 2500);
  EXPECT_EQ(heaps.totals, (std::vector<double>{6500, 7500}));
}

struct Owners : testing::Test {
  HeapScene scene;
  std::vector<OwnerSite> Find() {
    model::Owner o;
    o.object = "http.Transport";
    o.finding = "http-client-per-call";
    o.functions = {"net/http.(*Transport).queueForIdleConn"};
    o.bytes = 1072;
    o.literal_sizes = {384, 416};
    scene.knowledge.owners = {o};
    const Frames frames(scene.stacks, scene.knowledge);
    const Matcher matcher(frames, {});
    const Heaps heaps = GatherHeaps(scene.series, frames);
    return FindOwners(heaps, "http-client-per-call", scene.knowledge, frames, matcher, 30);
  }
};

TEST_F(Owners, BytesOfAKnownSizeBecomeACount) {
  model::Profile& p = scene.Profile(0, 1);
  HeapScene::Add(p, scene.Stack({"net/http.(*Transport).queueForIdleConn", "main.call"}), 300, 100 * 1072);
  const auto sites = Find();
  ASSERT_EQ(sites.size(), 1u);
  EXPECT_DOUBLE_EQ(sites[0].objects.value, 100);
  EXPECT_FALSE(sites[0].literal);
  EXPECT_EQ(scene.stacks.function(sites[0].user), "main.call");
}

TEST_F(Owners, ALiteralIsFoundByItsSizeInTheUsersOwnFrame) {
  model::Profile& p = scene.Profile(0, 1);
  HeapScene::Add(p, scene.Stack({"runtime.newobject", "main.NewClient"}), 40, 40 * 416);
  HeapScene::Add(p, scene.Stack({"main.other"}), 40, 40 * 400);
  HeapScene::Add(p, scene.Stack({"net.make", "main.third"}), 40, 40 * 416);
  const auto sites = Find();
  ASSERT_EQ(sites.size(), 1u);
  EXPECT_TRUE(sites[0].literal);
  EXPECT_EQ(scene.stacks.function(sites[0].user), "main.NewClient");
  EXPECT_DOUBLE_EQ(sites[0].objects.value, 40);
}

TEST_F(Owners, OneSampledObjectIsNoCrowd) {
  // The only Transport of a healthy service, sampled by chance: 524288/416 of them, says the profile.
  HeapScene::Add(scene.Profile(0, 524288), scene.Stack({"runtime.newobject", "main.NewClient"}), 1260,
                 1260 * 416);
  const auto sites = Find();
  ASSERT_EQ(sites.size(), 1u);
  EXPECT_FALSE(sites[0].IsCounted());
}

TEST_F(Owners, TwoSampledObjectsAre) {
  HeapScene::Add(scene.Profile(0, 524288), scene.Stack({"runtime.newobject", "main.NewClient"}), 2 * 1260,
                 2 * 1260 * 416);
  const auto sites = Find();
  ASSERT_EQ(sites.size(), 1u);
  EXPECT_TRUE(sites[0].IsCounted());
}

TEST_F(Owners, APlaceIsNamedByTheLineMostComesFromAndIsNoNumber) {
  model::Owner o{.object = "connection", .finding = "rows", .functions = {"database/sql.(*DB).conn"}};
  o.place_only = true;
  scene.knowledge.owners = {o};
  scene.knowledge.standard_packages.push_back("database/sql");
  model::Profile& p = scene.Profile(0, 1);
  HeapScene::Add(p, scene.Stack({"database/sql.(*DB).conn", "main.leaks"}), 90, 90 * 4096);
  HeapScene::Add(p, scene.Stack({"database/sql.(*DB).conn", "main.other"}), 10, 10 * 4096);
  const Frames frames(scene.stacks, scene.knowledge);
  const Matcher matcher(frames, {});
  const Heaps heaps = GatherHeaps(scene.series, frames);
  const auto sites = FindOwners(heaps, "rows", scene.knowledge, frames, matcher, 30);
  ASSERT_EQ(sites.size(), 1u);
  EXPECT_EQ(scene.stacks.function(sites[0].user), "main.leaks");
  EXPECT_FALSE(sites[0].IsCounted());
}

TEST_F(Owners, AllocationsBetweenTheProfilesGiveARate) {
  const auto stack = scene.Stack({"net/http.(*Transport).queueForIdleConn", "main.call"});
  HeapScene::Add(scene.Profile(0, 1), stack, 100, 100 * 1072, 1000);
  HeapScene::Add(scene.Profile(30, 1), stack, 100, 100 * 1072, 1600);
  const auto sites = Find();
  ASSERT_EQ(sites.size(), 1u);
  EXPECT_DOUBLE_EQ(sites[0].allocated_per_second.value_or(0), 20);
}

}  // namespace
}  // namespace seep::detect
