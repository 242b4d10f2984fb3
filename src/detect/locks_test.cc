#include "detect/locks.h"

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

struct LockScene : Scene {
  LockScene() {
    At(0).dump.emplace();
    Dump().arguments = {0};
  }
  model::GoroutineDump& Dump() { return *series.snapshots[0].dump; }
  // A goroutine with the first argument of each frame.
  void Put(uint64_t goid, model::Wait wait, std::vector<std::pair<std::string_view, uint64_t>> calls) {
    std::vector<model::FrameId> frames;
    const auto at = static_cast<uint32_t>(Dump().arguments.size());
    for (const auto& [function, argument] : calls) {
      frames.push_back(Frame(function));
      Dump().arguments.push_back(argument);
    }
    Dump().goroutines.push_back(
        {.goid = goid, .stack = stacks.AddStack(frames), .arguments = at, .wait = wait});
  }
  void Waiter(uint64_t goid, uint64_t mutex, uint64_t receiver) {
    Put(goid, model::Wait::kMutexLock,
        {{"internal/sync.runtime_SemacquireMutex", mutex + 4},
         {"internal/sync.(*Mutex).lockSlow", mutex},
         {"sync.(*Mutex).Lock", 0},
         {"main.(*Account).Post", receiver}});
  }
  Locks Gather() { return GatherLocks(Analysis(series, stacks, knowledge)); }
};

constexpr uint64_t kA = 0xc000100000;
constexpr uint64_t kB = 0xc000200000;

TEST(Locks, WaitersAreGatheredByTheLocksAddressMostFirst) {
  LockScene scene;
  scene.Waiter(1, kA + 8, kA);
  for (uint64_t i = 2; i < 5; ++i) scene.Waiter(i, kB + 8, kB);
  const Locks locks = scene.Gather();
  ASSERT_EQ(locks.locks.size(), 2u);
  EXPECT_EQ(locks.locks[0].address, kB + 8);
  EXPECT_EQ(locks.locks[0].waiters.size(), 3u);
  EXPECT_EQ(locks.locks[0].waiters[0].receiver, kB);
  EXPECT_EQ(locks.waiters, 4u);
  EXPECT_EQ(locks.crossed, 0u);
}

TEST(Locks, TheSemaphoreAloneIsRoundedDownToItsMutex) {
  LockScene scene;
  scene.Put(
      1, model::Wait::kSemacquire,
      {{"sync.runtime_SemacquireMutex", kA + 12}, {"sync.(*Mutex).Lock", 0}, {"main.(*Account).Post", kA}});
  const Locks locks = scene.Gather();
  ASSERT_EQ(locks.locks.size(), 1u);
  EXPECT_EQ(locks.locks[0].address, kA + 8);
}

TEST(Locks, AHolderWorksOnTheSameObjectAndDoesNotWaitForIt) {
  LockScene scene;
  scene.Waiter(1, kA + 8, kA);
  scene.Put(2, model::Wait::kSleep, {{"time.Sleep", 7}, {"main.(*Account).Flush", kA}});
  scene.Put(3, model::Wait::kSleep, {{"time.Sleep", 7}, {"main.(*Account).Flush", kB}});
  scene.Put(4, model::Wait::kSleep, {{"time.Sleep", kA}});
  const Locks locks = scene.Gather();
  ASSERT_EQ(locks.locks.size(), 1u);
  ASSERT_EQ(locks.locks[0].holders.size(), 1u);
  EXPECT_EQ(locks.locks[0].holders[0].goid, 2u);
  EXPECT_EQ(locks.locks[0].holders[0].wait, model::Wait::kSleep);
}

TEST(Locks, WaitersCrossWhenEachWantsALockInTheOthersObject) {
  LockScene scene;
  scene.Waiter(1, kB + 8, kA);
  scene.Waiter(2, kA + 8, kB);
  EXPECT_EQ(scene.Gather().crossed, 2u);
  LockScene one_way;
  one_way.Waiter(1, kB + 8, kA);
  one_way.Waiter(2, kB + 8, kB);
  EXPECT_EQ(one_way.Gather().crossed, 0u);
}

TEST(Locks, WithoutArgumentWordsNothingIsClaimed) {
  LockScene scene;
  scene.Waiter(1, kB + 8, kA);
  scene.Waiter(2, kA + 8, kB);
  scene.Dump().arguments.clear();
  EXPECT_TRUE(scene.Gather().locks.empty());
}

}  // namespace
}  // namespace seep::detect
