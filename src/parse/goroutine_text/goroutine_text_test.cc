// Dumps as files: real ones of each Go generation, and several in one file.
#include <gtest/gtest.h>

#include <algorithm>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

using model::Goroutine;
using model::GoroutineDump;
using model::Wait;

const Goroutine& Get(const GoroutineDump& dump, uint64_t goid) {
  static const Goroutine kMissing;
  const auto it = std::ranges::find(dump.goroutines, goid, &Goroutine::goid);
  if (it == dump.goroutines.end()) {
    ADD_FAILURE() << "no goroutine " << goid;
    return kMissing;
  }
  return *it;
}

GoroutineDump Dump(Parser& parser, const std::string& file) {
  model::Snapshot snapshot = parser.One(ReadFixture("goroutine_text/" + file));
  EXPECT_TRUE(snapshot.dump) << file;
  return snapshot.dump ? *std::move(snapshot.dump) : GoroutineDump{};
}

struct Count {
  size_t cut = 0, with_parent = 0, with_creator = 0, unknown = 0, leaked = 0, locked = 0, labelled = 0;
};
Count CountOf(const GoroutineDump& dump) {
  Count n;
  for (const Goroutine& g : dump.goroutines) {
    n.cut += g.cut;
    n.with_parent += g.parent != 0;
    n.with_creator += static_cast<bool>(g.creator);
    n.unknown += g.wait == Wait::kUnknown;
    n.leaked += g.leaked;
    n.locked += g.locked;
    n.labelled += static_cast<bool>(g.labels);
  }
  return n;
}

TEST(GoroutineText, ReadsGo119) {
  Parser parser;
  const GoroutineDump dump = Dump(parser, "go1.19.8-debug2.txt");
  ASSERT_EQ(dump.goroutines.size(), 17u);
  EXPECT_FALSE(dump.truncated);
  const Count n = CountOf(dump);
  EXPECT_EQ(n.cut, 1u);  // main.dive: 97 of 121 frames, and no word of it
  EXPECT_EQ(n.with_parent, 0u);
  EXPECT_EQ(n.with_creator, 16u);
  EXPECT_EQ(n.unknown, 0u);
  EXPECT_EQ(n.locked, 1u);
  const Goroutine& first = dump.goroutines.front();
  EXPECT_EQ(first.goid, 1u);
  EXPECT_EQ(first.wait, Wait::kRunning);
  EXPECT_EQ(parser.Functions(first.stack),
            "runtime/pprof.writeGoroutineStacks < runtime/pprof.writeGoroutine < "
            "runtime/pprof.(*Profile).WriteTo < "
            "main.main");
}

TEST(GoroutineText, NamesWhatSemacquireWaitsFor) {
  Parser parser;
  const GoroutineDump dump = Dump(parser, "go1.19.8-debug2.txt");
  std::vector<std::pair<std::string, Wait>> seen;
  for (const Goroutine& g : dump.goroutines)
    if (parser.stacks.text(g.state) == "semacquire") seen.emplace_back(parser.Functions(g.stack), g.wait);
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[0].second, Wait::kMutexLock) << seen[0].first;
  EXPECT_EQ(seen[1].second, Wait::kRWMutexRLock) << seen[1].first;
  EXPECT_EQ(seen[2].second, Wait::kMutexLock) << seen[2].first;  // the Mutex inside RWMutex.Lock
  EXPECT_EQ(seen[3].second, Wait::kWaitGroup) << seen[3].first;
}

TEST(GoroutineText, ReadsEveryGenerationAlike) {
  for (const std::string file : {"go1.21.13-debug2.txt", "go1.24.9-debug2.txt", "go1.26.8-debug2.txt",
                                 "go1.26.8-labels.txt", "go1.26.8-panic-all.txt"}) {
    SCOPED_TRACE(file);
    Parser parser;
    const GoroutineDump dump = Dump(parser, file);
    EXPECT_EQ(dump.goroutines.size(), file == "go1.26.8-debug2.txt" ? 17u : 16u);
    const Count n = CountOf(dump);
    EXPECT_EQ(n.with_creator, dump.goroutines.size() - 1);
    EXPECT_EQ(n.with_parent, n.with_creator);
    EXPECT_EQ(n.unknown, 0u);
    EXPECT_EQ(n.locked, 1u);
    EXPECT_EQ(n.labelled, file == "go1.26.8-labels.txt" ? 3u : 0u);
    EXPECT_FALSE(dump.truncated);
    size_t nil_send = 0, io = 0, no_cases = 0;
    for (const Goroutine& g : dump.goroutines) {
      nil_send += g.wait == Wait::kChanSendNil;
      io += g.wait == Wait::kIoWait;
      no_cases += g.wait == Wait::kSelectNoCases;
    }
    EXPECT_EQ(nil_send, 1u);
    EXPECT_EQ(io, 1u);
    EXPECT_EQ(no_cases, 1u);
  }
}

TEST(GoroutineText, KeepsFramesBeyondElidedOnes) {
  Parser parser;
  const GoroutineDump dump = Dump(parser, "go1.26.8-debug2.txt");
  const auto deep = std::ranges::find(dump.goroutines, true, &Goroutine::cut);
  ASSERT_NE(deep, dump.goroutines.end());
  EXPECT_EQ(parser.stacks.frames(deep->stack).size(), 100u);
  EXPECT_EQ(parser.stacks.function(deep->creator), "main.main");
}

TEST(GoroutineText, ReadsBothSpellingsOfLabels) {
  for (const std::string file : {"go1.26.8-labels.txt", "go1.27.0-goroutineleak-debug2.txt"}) {
    SCOPED_TRACE(file);
    Parser parser;
    const GoroutineDump dump = Dump(parser, file);
    EXPECT_EQ(parser.stacks.text(Get(dump, 36).labels), "route=/v1/users\ntenant=acme, \"inc\"");
    EXPECT_EQ(parser.stacks.text(Get(dump, 36).state), "chan receive");
  }
}

TEST(GoroutineText, MarksWhatTheRuntimeProvedLeaked) {
  Parser parser;
  const GoroutineDump dump = Dump(parser, "go1.27.0-goroutineleak-debug2.txt");
  EXPECT_EQ(dump.goroutines.size(), 16u);
  EXPECT_EQ(CountOf(dump).leaked, 12u);
  const Goroutine& g = Get(dump, 30);
  EXPECT_TRUE(g.leaked);
  EXPECT_EQ(parser.stacks.text(g.state), "chan receive (nil chan)");
  EXPECT_EQ(g.wait, Wait::kChanReceiveNil);
  EXPECT_EQ(g.minutes, -1);
}

TEST(GoroutineText, TakesTheParentFromAncestorsAndNotTheirFrames) {
  Parser parser;
  const GoroutineDump dump = Dump(parser, "go1.19.8-ancestors.txt");
  EXPECT_EQ(dump.goroutines.size(), 16u);
  const Count n = CountOf(dump);
  EXPECT_EQ(n.with_parent, 15u);
  EXPECT_EQ(n.cut, 0u);
  for (const Goroutine& g : dump.goroutines) {
    if (g.goid == 1) continue;
    EXPECT_EQ(parser.Functions(g.stack).find("main.main <"), std::string::npos) << parser.Functions(g.stack);
    EXPECT_FALSE(parser.Functions(g.stack).ends_with("main.main"));
  }
}

TEST(GoroutineText, ReadsSigquitWithItsRuntimeFrames) {
  for (const std::string file : {"go1.19.8-sigquit.txt", "go1.22.12-sigquit-system.txt"}) {
    SCOPED_TRACE(file);
    Parser parser;
    const GoroutineDump dump = Dump(parser, file);
    EXPECT_FALSE(dump.truncated);
    EXPECT_EQ(Get(dump, 1).wait, Wait::kSelect);
    EXPECT_EQ(parser.Functions(Get(dump, 1).stack),
              "runtime.gopark < runtime.selectgo < main.main < runtime.main < runtime.goexit");
    for (const Goroutine& g : dump.goroutines) {
      EXPECT_NE(g.goid, 0u);
      EXPECT_NE(g.wait, Wait::kUnknown) << parser.stacks.text(g.state);
      EXPECT_FALSE(g.cut) << g.goid;
    }
  }
}

TEST(GoroutineText, JoinsTheThreadsOfACrash) {
  Parser parser;
  const GoroutineDump dump = Dump(parser, "go1.26.8-crash.txt");
  // Goroutine 19 ran on another thread: first "stack unavailable", then printed by that thread.
  const Goroutine& g = Get(dump, 19);
  EXPECT_EQ(parser.Functions(g.stack),
            "runtime.asyncPreempt < main.spin < main.main.gowrap1 < runtime.goexit");
  EXPECT_FALSE(g.cut);
  EXPECT_FALSE(dump.truncated);
}

TEST(GoroutineText, ReadsAnAbortInC) {
  Parser parser;
  const GoroutineDump dump = Dump(parser, "go1.26.8-abort-in-c.txt");
  EXPECT_EQ(Get(dump, 1).wait, Wait::kSyscall);
  EXPECT_EQ(parser.Functions(Get(dump, 1).stack),
            "runtime.cgocall < main._Cfunc_fall < main.main < runtime.main < runtime.goexit");
}

TEST(GoroutineText, ReadsSynctest) {
  Parser parser;
  const GoroutineDump group = Dump(parser, "go1.24.9-synctest.txt");
  EXPECT_EQ(group.goroutines.size(), 5u);
  EXPECT_EQ(Get(group, 19).wait, Wait::kChanReceive);
  EXPECT_EQ(Get(group, 20).wait, Wait::kSleep);

  auto fragments = parser.Parse(ReadFixture("goroutine_text/go1.25.3-bubble-and-panic.txt"));
  ASSERT_TRUE(fragments);
  ASSERT_EQ(fragments->size(), 2u);  // the dump; the panic after it
  const GoroutineDump& bubble = *fragments->front().dump;
  EXPECT_EQ(bubble.goroutines.size(), 7u);
  EXPECT_EQ(Get(bubble, 25).wait, Wait::kChanReceive);
  EXPECT_EQ(Get(bubble, 26).wait, Wait::kSleep);
  EXPECT_EQ(parser.stacks.text(Get(bubble, 26).state), "sleep (durable)");
  EXPECT_EQ(Get(bubble, 27).wait, Wait::kWaitGroup);
  const GoroutineDump& panic = *fragments->back().dump;
  EXPECT_EQ(panic.goroutines.size(), 2u);
  EXPECT_NE(parser.Functions(Get(panic, 22).stack).find(" < panic < internal/synctest.Run"),
            std::string::npos);
}

TEST(GoroutineText, KeepsFirstArguments) {
  Parser parser;
  const GoroutineDump dump = Dump(parser, "go1.26.8-debug2.txt");
  for (const Goroutine& g : dump.goroutines) {
    const auto frames = parser.stacks.frames(g.stack);
    const auto arguments = dump.ArgumentsOf(g, frames.size());
    ASSERT_EQ(arguments.size(), frames.size());
    for (size_t i = 0; i < frames.size(); ++i) {
      if (parser.stacks.function(frames[i]) == "time.Sleep") {
        EXPECT_EQ(arguments[i], 0x34630b8a000u);  // an hour
      }
    }
  }
}

TEST(GoroutineText, DropsArgumentsOfGiantDumps) {
  model::StackTable stacks;
  Context context{stacks, {}};
  context.limits.keep_arguments_below = 10;
  model::Artifact artifact;
  for (const Format* format : AllFormats()) {
    if (format->name != "goroutine-text") continue;
    const std::string text = ReadFixture("goroutine_text/go1.26.8-debug2.txt");
    auto fragments = format->parse(artifact, text, context);
    ASSERT_TRUE(fragments);
    EXPECT_TRUE(fragments->front().dump->arguments.empty());
    for (const Goroutine& g : fragments->front().dump->goroutines) EXPECT_EQ(g.arguments, 0u);
  }
}

std::string Small(int goid, const std::string& state = "select") {
  return "goroutine " + std::to_string(goid) + " [" + state + "]:\nmain.work(0x1)\n\t/src/w.go:12 +0x1b\n" +
         "created by main.main in goroutine 1\n\t/src/main.go:7 +0x2c\n";
}

TEST(GoroutineText, SeparatesDumpsInOneFile) {
  Parser parser;
  const std::string one = Small(1, "running") + "\n" + Small(7) + "\n" + Small(8);
  auto repeated = parser.Parse(one + "\n" + one + "some line\n" + one);
  ASSERT_TRUE(repeated);
  ASSERT_EQ(repeated->size(), 3u);
  for (const model::Snapshot& s : *repeated) EXPECT_EQ(s.dump->goroutines.size(), 3u);

  // Other goroutines altogether: only the marker tells.
  auto marked =
      parser.Parse(Small(7) + "\n" + Small(8) + "\nexit status 2\nstarting\nSIGQUIT: quit\nPC=0x1 m=0\n\n" +
                   Small(17) + "\n" + Small(18));
  ASSERT_TRUE(marked);
  EXPECT_EQ(marked->size(), 2u);
}

TEST(GoroutineText, LeavesLoggedStacksOutBesideADump) {
  Parser parser;
  std::string log;
  for (int i = 0; i < 5; ++i)
    log += "2026/01/02 03:04:05 http: panic serving 127.0.0.1:1: boom\n" + Small(100 + i, "running");
  auto alone = parser.Parse(log);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->size(), 1u);
  auto beside =
      parser.Parse(log + "SIGQUIT: quit\n\n" + Small(1, "select") + "\n" + Small(2) + "\n" + Small(3));
  ASSERT_TRUE(beside);
  ASSERT_EQ(beside->size(), 1u);
  EXPECT_EQ(beside->front().dump->goroutines.size(), 3u);
  ASSERT_EQ(beside->front().gaps.size(), 1u);
  EXPECT_NE(beside->front().gaps[0].why.find("5 traces"), std::string::npos) << beside->front().gaps[0].why;
}

TEST(GoroutineText, TakesTheMomentFromALogPrefix) {
  Parser parser;
  std::string text;
  for (const char* time : {"2026-01-02T03:04:05.123456789Z", "2026-01-02T03:09:05+01:00"}) {
    std::string dump = Small(1, "running") + "\n" + Small(7) + "\n";
    for (size_t at = 0; at < dump.size(); at = dump.find('\n', at) + 1)
      dump.insert(at, std::string(time) + " app[12]: "), at += std::string(time).size();
    text += dump;
  }
  auto fragments = parser.Parse(text);
  ASSERT_TRUE(fragments);
  ASSERT_EQ(fragments->size(), 2u);
  ASSERT_TRUE((*fragments)[0].at && (*fragments)[1].at);
  EXPECT_EQ(FormatTime(*(*fragments)[0].at), "2026-01-02T03:04:05.123Z");
  EXPECT_EQ(FormatTime(*(*fragments)[1].at), "2026-01-02T02:09:05Z");
}

TEST(GoroutineText, SaysWhereADumpWasCut) {
  Parser parser;
  const std::string whole = Small(1, "running") + "\n" + Small(7) + "\n" + Small(8);
  EXPECT_FALSE(parser.One(whole).dump->truncated);
  EXPECT_FALSE(
      parser.One(whole.substr(0, whole.size() - 1)).dump->truncated);  // an editor took the last newline
  for (size_t cut = whole.find("goroutine 8") + 1; cut + 8 < whole.size(); ++cut) {
    const model::Snapshot s = parser.One(whole.substr(0, cut));
    ASSERT_TRUE(s.dump->truncated) << whole.substr(0, cut);
    ASSERT_EQ(s.gaps.size(), 1u);
    if (s.dump->goroutines.size() == 3) {
      const Goroutine& last = s.dump->goroutines.back();
      EXPECT_TRUE(last.cut);
      if (last.stack) {  // never a frame or a line number read by half
        EXPECT_EQ(parser.stacks.line(parser.stacks.frames(last.stack)[0]) % 12, 0u);
      }
      EXPECT_TRUE(!last.creator || parser.stacks.line(last.creator) == 7 ||
                  parser.stacks.line(last.creator) == 0);
    }
  }
}

TEST(GoroutineText, ReadsTheLogBeforeADump) {
  Parser parser;
  std::string log;
  for (int i = 0; i < 300; ++i) log += "2026-01-02T03:04:05Z info request served in 3 ms\n";
  EXPECT_EQ(parser.One(log + Small(5) + "\n" + Small(6)).dump->goroutines.size(), 2u);
  EXPECT_NE(parser.ErrorOf(log).find("goroutine 1 [running]"), std::string::npos);
}

TEST(GoroutineText, TakesTheGoVersion) {
  Parser parser;
  EXPECT_EQ(parser.One("go version go1.26.8 linux/amd64\n" + Small(5)).process.go_version, "go1.26.8");
  EXPECT_EQ(parser.One(Small(5)).process.go_version, "");
}

}  // namespace
}  // namespace seep::parse
