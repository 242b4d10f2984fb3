#include <gtest/gtest.h>

#include <algorithm>

#include "parse/fixtures.h"
#include "parse/goroutine_count/count_text.h"

namespace seep::parse {
namespace {

using model::GoroutineGroup;
using model::GoroutineProfile;
using model::Wait;

uint64_t Sum(const GoroutineProfile& profile) {
  uint64_t sum = 0;
  for (const GoroutineGroup& group : profile.groups) sum += group.count;
  return sum;
}

const GoroutineGroup& Ending(const Parser& parser, const GoroutineProfile& profile,
                             const std::string& functions) {
  static const GoroutineGroup kMissing;
  for (const GoroutineGroup& group : profile.groups)
    if (parser.Functions(group.stack).ends_with(functions)) return group;
  ADD_FAILURE() << "no stack ending " << functions;
  return kMissing;
}

TEST(GoroutineCount, ReadsEveryGeneration) {
  for (const std::string version : {"go1.19.8", "go1.24.9", "go1.26.8", "go1.27.0"}) {
    SCOPED_TRACE(version);
    Parser parser;
    const model::Snapshot s = parser.One(ReadFixture("goroutine_count/" + version + "-goroutine.txt"));
    ASSERT_TRUE(s.goroutines);
    EXPECT_TRUE(s.gaps.empty());
    EXPECT_EQ(s.goroutines->total, 16u);
    EXPECT_EQ(Sum(*s.goroutines), 16u);
    const GoroutineGroup& labelled = s.goroutines->groups.front();
    EXPECT_EQ(labelled.count, 3u);
    EXPECT_EQ(parser.stacks.text(labelled.labels), "route=/v1/users\ntenant=acme, \"inc\"");
    EXPECT_EQ(parser.Functions(labelled.stack), "main.main.func9.1");
    EXPECT_EQ(parser.stacks.line(parser.stacks.frames(labelled.stack)[0]), 92u);

    const auto wait = [&](const std::string& functions) {
      return Ending(parser, *s.goroutines, functions).wait;
    };
    EXPECT_EQ(wait("net.(*TCPListener).Accept"), Wait::kIoWait);
    EXPECT_EQ(wait("main.(*store[...]).get"), Wait::kMutexLock);
    EXPECT_EQ(wait("sync.(*WaitGroup).Wait"), Wait::kWaitGroup);
    EXPECT_EQ(wait("sync.(*RWMutex).RLock"), Wait::kRWMutexRLock);
    EXPECT_EQ(wait("main.main.func1"), Wait::kMutexLock);  // RWMutex.Lock waits for its inner Mutex
    EXPECT_EQ(wait("sync.(*Cond).Wait < main.main.func2"), Wait::kCondWait);
    EXPECT_EQ(wait("time.Sleep"), Wait::kSleep);
    EXPECT_EQ(wait("main.main < runtime.main"), Wait::kRunning);
    EXPECT_EQ(wait("main.main.func7"), Wait::kUnknown);  // a select, but its frames are hidden
  }
}

TEST(GoroutineCount, ReadsLeaksAndThreads) {
  Parser parser;
  const model::Snapshot leaks = parser.One(ReadFixture("goroutine_count/go1.26.8-goroutineleak.txt"));
  ASSERT_TRUE(leaks.leaked);
  EXPECT_FALSE(leaks.goroutines);
  EXPECT_EQ(Sum(*leaks.leaked), leaks.leaked->total);
  for (const std::string version : {"go1.19.8", "go1.26.8"}) {
    const model::Snapshot threads =
        parser.One(ReadFixture("goroutine_count/" + version + "-threadcreate.txt"));
    EXPECT_EQ(threads.threads_created, 6u);
    EXPECT_TRUE(threads.gaps.empty());
  }
}

constexpr std::string_view kSmall =
    "goroutine profile: total 15\n"
    "13 @ 0x43e4d6 0x44e6a7 0x6d6e2d 0x46e3a1\n"
    "#\t0x6d6e2c\tnet/http.(*persistConn).readLoop+0xccc\t/usr/local/go/src/net/http/transport.go:2205\n"
    "\n"
    "2 @ 0x43e4d6 0x451234 0x46e3a1\n"
    "#\t0x451233\tmain.work+0x33\t\t\t\t/src/my app/work+0x1.go:12\n"
    "\n";

std::string Show(const std::string& text) {
  Parser parser;
  auto fragments = parser.Parse(text);
  if (!fragments) return fragments.error().Text();
  std::string out;
  for (const model::Snapshot& s : *fragments) {
    out += "total " + std::to_string(s.goroutines->total) + "\n";
    for (const GoroutineGroup& g : s.goroutines->groups)
      out += std::to_string(g.count) + " " + parser.Functions(g.stack) + " " + std::string(WaitName(g.wait)) +
             " {" + std::string(parser.stacks.text(g.labels)) + "}\n";
    for (const model::Gap& gap : s.gaps) out += gap.why + "\n";
  }
  return out;
}

std::string Replace(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

TEST(GoroutineCount, ReadsCopiedTextsAlike) {
  const std::string clean(kSmall);
  const std::string expected =
      "total 15\n13 net/http.(*persistConn).readLoop unknown {}\n2 main.work unknown {}\n";
  EXPECT_EQ(Show(clean), expected);
  EXPECT_EQ(Show(Replace(clean, "#", "")), expected);
  EXPECT_EQ(Show(Replace(clean, "\t", "   ")), expected);
  EXPECT_EQ(Show(Replace(Replace(clean, "#", ""), "\t", "   ")), expected);
  EXPECT_EQ(Show(Replace(clean, "\n", "\r\n")), expected);
  EXPECT_EQ(Show(Replace(clean, "\n", "\n    ")), expected);
  EXPECT_EQ(Show(Replace(clean, "\n\n", "\n")), expected);
  EXPECT_EQ(Show("HTTP/1.1 200 OK\r\n\r\n" + clean), expected);
}

TEST(GoroutineCount, ReadsFilesWithSpacesAndPlus) {
  Parser parser;
  const model::Snapshot s = parser.One(std::string(kSmall));
  const auto frames = parser.stacks.frames(s.goroutines->groups[1].stack);
  EXPECT_EQ(parser.stacks.file(frames[0]), "/src/my app/work+0x1.go");
  EXPECT_EQ(parser.stacks.line(frames[0]), 12u);
}

TEST(GoroutineCount, KeepsGroupsWithoutSymbols) {
  EXPECT_EQ(Show("goroutine profile: total 3\n2 @ 0x43e4d6 0x44e6a7\n1 @ 0x1\n#\t0x401234\n\n"),
            "total 3\n2 0x43e4d6 < 0x44e6a7 unknown {}\n1 0x401234 unknown {}\n");
}

TEST(GoroutineCount, TellsRunnableFromParked) {
  EXPECT_EQ(
      Show("goroutine profile: total 1\n1 @ 0x451234 0x46e3a1\n#\t0x451234\tmain.spin+0x34\t/a.go:1\n\n"),
      "total 1\n1 main.spin runnable {}\n");
  EXPECT_EQ(
      Show("goroutine profile: total 1\n1 @ 0x451234 0x46e3a1\n#\t0x451233\truntime.gopark+0x1\t/p.go:1\n"
           "#\t0x46e3a0\truntime.selectgo+0x1\t/s.go:1\n\n"),
      "total 1\n1 runtime.gopark < runtime.selectgo select {}\n");
}

TEST(GoroutineCount, SaysWhatIsMissing) {
  const std::string text(kSmall);
  const std::string cut = Show(text.substr(0, text.find("2 @")));
  EXPECT_NE(cut.find("15 announced, 13 found"), std::string::npos) << cut;
}

TEST(GoroutineCount, SeparatesMoments) {
  Parser parser;
  auto fragments =
      parser.Parse(std::string(kSmall) + "threadcreate profile: total 9\n\n" + std::string(kSmall));
  ASSERT_TRUE(fragments);
  ASSERT_EQ(fragments->size(), 2u);
  EXPECT_EQ((*fragments)[0].threads_created, 9u);
  EXPECT_EQ((*fragments)[1].goroutines->total, 15u);
}

TEST(GoroutineCount, ReadsTitles) {
  EXPECT_EQ(ParseCountTitle("goroutine profile: total 12")->total, 12u);
  EXPECT_EQ(ParseCountTitle(" goroutineleak profile: total 1 \r")->kind, CountKind::kGoroutineLeak);
  for (const char* line : {"", "heap profile: 1: 2 [3: 4] @ heap/1", "goroutine profile: total",
                           "goroutine profile: total x", "goroutine profile: total 3 4"})
    EXPECT_FALSE(ParseCountTitle(line)) << line;
}

}  // namespace
}  // namespace seep::parse
