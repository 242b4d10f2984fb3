#include "model/goroutine.h"

#include <gtest/gtest.h>

namespace seep::model {
namespace {

TEST(Wait, StatesOfTheVersions) {
  EXPECT_EQ(WaitFromState("IO wait"), Wait::kIoWait);
  EXPECT_EQ(WaitFromState("chan receive"), Wait::kChanReceive);
  EXPECT_EQ(WaitFromState("chan receive (nil chan)"), Wait::kChanReceiveNil);
  EXPECT_EQ(WaitFromState("chan send (nil chan)"), Wait::kChanSendNil);
  EXPECT_EQ(WaitFromState("select (no cases)"), Wait::kSelectNoCases);
  EXPECT_EQ(WaitFromState("semacquire"), Wait::kSemacquire);                // until 1.19 also Mutex
  EXPECT_EQ(WaitFromState("sync.Mutex.Lock"), Wait::kMutexLock);            // 1.20
  EXPECT_EQ(WaitFromState("sync.WaitGroup.Wait"), Wait::kWaitGroup);        // 1.24
  EXPECT_EQ(WaitFromState("chan receive (synctest)"), Wait::kChanReceive);  // 1.24
  EXPECT_EQ(WaitFromState("chan receive (durable)"), Wait::kChanReceive);   // 1.25
  EXPECT_EQ(WaitFromState("GC worker (idle)"), Wait::kRuntime);
  EXPECT_EQ(WaitFromState("cleanup wait"), Wait::kFinalizer);  // 1.25
  EXPECT_EQ(WaitFromState("no such state"), Wait::kUnknown);
  EXPECT_EQ(WaitFromState(""), Wait::kUnknown);
}

TEST(Wait, EveryWaitHasAName) {
  for (int i = 0; i <= static_cast<int>(Wait::kRuntime); ++i)
    EXPECT_FALSE(WaitName(static_cast<Wait>(i)).empty());
}

// Names and states are one vocabulary: what the report says can be found in the dump.
TEST(Wait, NamesReadBack) {
  for (Wait wait :
       {Wait::kIoWait, Wait::kChanReceive, Wait::kChanReceiveNil, Wait::kChanSend, Wait::kChanSendNil,
        Wait::kSelect, Wait::kSelectNoCases, Wait::kMutexLock, Wait::kRWMutexRLock, Wait::kRWMutexLock,
        Wait::kWaitGroup, Wait::kCondWait, Wait::kSemacquire, Wait::kSleep, Wait::kSyscall, Wait::kRunning})
    EXPECT_EQ(WaitFromState(WaitName(wait)), wait) << WaitName(wait);
}

LeafWait Of(std::initializer_list<std::string_view> functions) {
  return WaitFromFrames(std::span<const std::string_view>(functions.begin(), functions.size()));
}

TEST(LeafWait, RuntimeFramesAreCountedAndRead) {
  const LeafWait receive =
      Of({"runtime.gopark", "runtime.chanrecv", "runtime.chanrecv1", "main.f", "runtime.goexit"});
  EXPECT_EQ(receive.wait, Wait::kChanReceive);
  EXPECT_EQ(receive.runtime_frames, 3u);
  const LeafWait network =
      Of({"runtime.gopark", "runtime.netpollblock", "internal/poll.runtime_pollWait", "net.Read"});
  EXPECT_EQ(network.wait, Wait::kIoWait);
  EXPECT_EQ(network.runtime_frames, 2u);
  const LeafWait mutex = Of({"runtime.gopark", "runtime.goparkunlock", "runtime.semacquire1",
                             "internal/sync.runtime_SemacquireMutex", "internal/sync.(*Mutex).lockSlow"});
  EXPECT_EQ(mutex.wait, Wait::kMutexLock);
  EXPECT_EQ(mutex.runtime_frames, 3u);
  EXPECT_EQ(Of({"runtime.gopark", "time.Sleep", "main.f"}).wait, Wait::kSleep);
}

TEST(LeafWait, AllRuntimeStaysWhole) {
  EXPECT_EQ(Of({"runtime.gopark", "runtime.bgsweep", "runtime.goexit"}).runtime_frames, 0u);
}

TEST(LeafWait, NothingThatWaitsRuns) {
  EXPECT_EQ(Of({"main.spin", "main.main"}).wait, Wait::kRunnable);
  EXPECT_EQ(Of({"runtime.gopark", "main.f"}).wait, Wait::kUnknown);
  EXPECT_EQ(Of({}).wait, Wait::kUnknown);
  EXPECT_EQ(Of({"internal/runtime/syscall.Syscall6", "syscall.RawSyscall6", "syscall.read", "os.Read"}).wait,
            Wait::kSyscall);
}

TEST(Dump, ArgumentsOnlyWhenKept) {
  GoroutineDump dump;
  dump.arguments = {0, 11, 22, 33};
  Goroutine g;
  EXPECT_TRUE(dump.ArgumentsOf(g, 2).empty());
  g.arguments = 2;
  ASSERT_EQ(dump.ArgumentsOf(g, 2).size(), 2u);
  EXPECT_EQ(dump.ArgumentsOf(g, 2)[0], 22u);
  EXPECT_TRUE(dump.ArgumentsOf(g, 3).empty());
}

static_assert(sizeof(Goroutine) <= 56);  // a million of them: 56 MB at most

}  // namespace
}  // namespace seep::model
