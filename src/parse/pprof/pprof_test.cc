#include <gtest/gtest.h>

#include <map>
#include <protozero/pbf_writer.hpp>

#include "base/text.h"
#include "parse/fixtures.h"
#include "parse/pprof/convert.h"

namespace seep::parse {
namespace {

using model::Wait;
using protozero::pbf_writer;

std::vector<int64_t> Totals(const model::Profile& profile) {
  std::vector<int64_t> totals(profile.types.size());
  for (size_t i = 0; i < profile.samples.size(); ++i)
    for (size_t j = 0; j < totals.size(); ++j) totals[j] += profile.ValuesOf(i)[j];
  return totals;
}

// Sum of one column over the samples whose innermost function is `leaf`.
int64_t LeafTotal(const Parser& parser, const model::Profile& profile, std::string_view leaf, size_t column) {
  int64_t total = 0;
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const auto frames = parser.stacks.frames(profile.samples[i].stack);
    if (!frames.empty() && parser.stacks.function(frames[0]) == leaf) total += profile.ValuesOf(i)[column];
  }
  return total;
}

// Expected values: go tool pprof -raw, summed; see tests/formats/pprof/recipe.
TEST(Pprof, HeapHasPprofsTotals) {
  Parser parser;
  model::Snapshot old = parser.One(ReadFixture("pprof/go1.19/heap.pb.gz"));
  ASSERT_TRUE(old.heap);
  EXPECT_EQ(Totals(*old.heap), (std::vector<int64_t>{916, 3770567, 646, 1315194}));
  EXPECT_EQ(old.heap->period, 4096);
  EXPECT_EQ(LeafTotal(parser, *old.heap, "main.store", 3), 1280309);

  model::Snapshot now = parser.One(ReadFixture("pprof/go1.26/heap.pb.gz"));
  ASSERT_TRUE(now.heap);
  EXPECT_EQ(Totals(*now.heap), (std::vector<int64_t>{3345, 5905991, 1416, 2055962}));
  EXPECT_EQ(now.heap->Column(parser.stacks.strings().Find("inuse_space")), 3u);
  EXPECT_EQ(now.process.build_id, "7929db11b907bf044bc5ed0a2c703841d6656fb9");
  EXPECT_EQ(now.process.main_binary, "/tmp/h2/orders-1.26");
  EXPECT_EQ(FormatTime(*now.at), "2026-11-21T19:02:13.205Z");
  EXPECT_EQ(now.sources.at(0).kind, "heap");
  EXPECT_TRUE(now.gaps.empty());
}

TEST(Pprof, HeapSamplesCarryStackAndBlockSize) {
  Parser parser;
  const model::Snapshot snapshot = parser.One(ReadFixture("pprof/go1.26/heap.pb.gz"));
  const model::Profile& heap = *snapshot.heap;
  bool found = false;
  for (size_t i = 0; i < heap.samples.size(); ++i) {
    if (parser.stacks.text(heap.samples[i].labels) != "bytes=4096" || heap.ValuesOf(i)[3] < (1 << 20))
      continue;
    found = true;
    EXPECT_EQ(parser.Functions(heap.samples[i].stack), "main.store < main.fill < main.main < runtime.main");
    const model::FrameId leaf = parser.stacks.frames(heap.samples[i].stack)[0];
    EXPECT_EQ(parser.stacks.file(leaf), "/tmp/h2/svc/main.go");
    EXPECT_EQ(parser.stacks.line(leaf), 19u);
  }
  EXPECT_TRUE(found);
}

std::map<std::string, std::pair<Wait, uint64_t>> ByStack(const Parser& parser,
                                                         const model::GoroutineProfile& profile) {
  std::map<std::string, std::pair<Wait, uint64_t>> out;
  for (const model::GoroutineGroup& group : profile.groups)
    out[parser.Functions(group.stack)] = {group.wait, group.count};
  return out;
}

TEST(Pprof, GoroutinesAreGroupedWithTheirWaits) {
  for (const char* version : {"go1.19", "go1.26"}) {
    SCOPED_TRACE(version);
    const bool old = std::string_view(version) == "go1.19";
    Parser parser;
    const model::Snapshot snapshot =
        parser.One(ReadFixture(std::string("pprof/") + version + "/goroutine.pb.gz"));
    ASSERT_TRUE(snapshot.goroutines);
    EXPECT_EQ(snapshot.goroutines->total, 16u);
    EXPECT_EQ(snapshot.goroutines->groups.size(), 8u);
    const auto groups = ByStack(parser, *snapshot.goroutines);
    using Expected = std::pair<Wait, uint64_t>;
    EXPECT_EQ(groups.at("main.(*worker).run").second, 7u);
    EXPECT_EQ(model::WaitName(groups.at("main.(*worker).run").first),
              "chan receive");  // a range over a channel
    EXPECT_EQ(groups.at("main.main.func1.1"), Expected(Wait::kChanSend, 3));
    EXPECT_EQ(groups.at("main.main.func3"), Expected(Wait::kSelectNoCases, 1));
    EXPECT_EQ(groups.at("time.Sleep"), Expected(Wait::kSleep, 1));
    EXPECT_EQ(
        groups.at("internal/poll.runtime_pollWait < internal/poll.(*pollDesc).wait < "
                  "internal/poll.(*pollDesc).waitRead < internal/poll.(*FD).Accept < net.(*netFD).accept < "
                  "net.(*TCPListener).accept < net.(*TCPListener).Accept"),
        Expected(Wait::kIoWait, 1));
    if (old) {
      EXPECT_EQ(groups.at("sync.runtime_Semacquire < sync.(*WaitGroup).Wait"),
                Expected(Wait::kSemacquire, 1));
      EXPECT_EQ(
          groups.at(
              "sync.runtime_SemacquireMutex < sync.(*Mutex).lockSlow < sync.(*Mutex).Lock < main.main.func2"),
          Expected(Wait::kMutexLock, 1));
    } else {
      EXPECT_EQ(groups.at("sync.runtime_SemacquireWaitGroup < sync.(*WaitGroup).Wait"),
                Expected(Wait::kWaitGroup, 1));
      EXPECT_EQ(groups.at("internal/sync.runtime_SemacquireMutex < internal/sync.(*Mutex).lockSlow < "
                          "internal/sync.(*Mutex).Lock < sync.(*Mutex).Lock < main.main.func2"),
                Expected(Wait::kMutexLock, 1));
    }
    for (const model::GoroutineGroup& group : snapshot.goroutines->groups) {
      if (parser.Functions(group.stack) != "main.main.func1.1") continue;
      EXPECT_EQ(parser.stacks.text(group.labels), "route=/orders\ntenant=a\"b");
    }
  }
}

TEST(Pprof, LeakProfileIsItsOwnEvidence) {
  Parser parser;
  const model::Snapshot snapshot = parser.One(ReadFixture("pprof/go1.26/goroutineleak.pb.gz"));
  EXPECT_FALSE(snapshot.goroutines);
  ASSERT_TRUE(snapshot.leaked);
  EXPECT_EQ(snapshot.leaked->total, 13u);
  EXPECT_EQ(snapshot.leaked->groups.size(), 5u);
}

// Nothing in the file says which of the two it is: the stacks do, whatever the file is called.
TEST(Pprof, BlockAndMutexAreToldApart) {
  for (const char* version : {"go1.19", "go1.26"}) {
    Parser parser;
    const std::string folder = std::string("pprof/") + version;
    const model::Snapshot block = parser.One(ReadFixture(folder + "/block.pb.gz"), "profile (2)");
    EXPECT_TRUE(block.block && !block.mutex) << version;
    const model::Snapshot mutex = parser.One(ReadFixture(folder + "/mutex.pb.gz"), "block.pb.gz");
    EXPECT_TRUE(mutex.mutex && !mutex.block) << version;
  }
  Parser parser;
  EXPECT_EQ(Totals(*parser.One(ReadFixture("pprof/go1.19/block.pb.gz")).block),
            (std::vector<int64_t>{5, 159277753}));
  EXPECT_EQ(Totals(*parser.One(ReadFixture("pprof/go1.26/mutex.pb.gz")).mutex),
            (std::vector<int64_t>{10, 33607387}));
}

TEST(Pprof, ThreadsAndCpu) {
  Parser parser;
  EXPECT_EQ(parser.One(ReadFixture("pprof/go1.19/threadcreate.pb.gz")).threads_created, 7u);
  const model::Snapshot cpu = parser.One(ReadFixture("pprof/go1.26/cpu.pb.gz"));
  ASSERT_TRUE(cpu.cpu);
  EXPECT_EQ(Totals(*cpu.cpu), (std::vector<int64_t>{22, 220000000}));
  EXPECT_EQ(cpu.cpu->period, 10'000'000);
  EXPECT_GT(Seconds(cpu.cpu->duration), 0.2);
}

// ---- hand-made profiles ----

struct Maker {
  std::string bytes;
  pbf_writer out{bytes};

  void Type(int64_t type, int64_t unit) {
    pbf_writer m(out, 1);
    m.add_int64(1, type);
    m.add_int64(2, unit);
  }
  void Sample(const std::vector<uint64_t>& locations, const std::vector<int64_t>& values) {
    pbf_writer m(out, 2);
    m.add_packed_uint64(1, locations.begin(), locations.end());
    m.add_packed_int64(2, values.begin(), values.end());
  }
  void Location(uint64_t id, const std::vector<uint64_t>& functions) {
    pbf_writer m(out, 4);
    m.add_uint64(1, id);
    m.add_uint64(3, 0x1000 + id);
    for (uint64_t function : functions) {
      pbf_writer line(m, 4);
      line.add_uint64(1, function);
      line.add_int64(2, 42);
    }
  }
  void Function(uint64_t id, int64_t name) {
    pbf_writer m(out, 5);
    m.add_uint64(1, id);
    m.add_int64(2, name);
  }
  void Strings(const std::vector<std::string>& strings) {
    for (const std::string& s : strings) out.add_string(6, s);
  }
};

const std::vector<std::string> kHeapStrings = {"", "inuse_space", "bytes", "main.a", "main.b"};

Maker Heap() {
  Maker maker;
  maker.Type(1, 2);
  return maker;
}

TEST(Pprof, SparseIdsAndInlinedLines) {
  Maker maker = Heap();
  const uint64_t a = 0xFFFFFFFFFFFFFFFF, b = 0x8000000000000000;
  maker.Sample({a, b}, {100});
  maker.Location(a, {b, a});  // innermost inlined call first
  maker.Location(b, {a});
  maker.Function(a, 3);
  maker.Function(b, 4);
  maker.Strings(kHeapStrings);
  Parser parser;
  const model::Snapshot snapshot = parser.One(maker.bytes);
  ASSERT_EQ(snapshot.heap->samples.size(), 1u);
  EXPECT_EQ(parser.Functions(snapshot.heap->samples[0].stack), "main.b < main.a < main.a");
}

TEST(Pprof, NumbersNeedNotBePacked) {
  Maker maker = Heap();
  {
    pbf_writer m(maker.out, 2);
    m.add_uint64(1, 1);
    m.add_int64(2, 7);
    m.add_uint64(1, 2);
    pbf_writer label(m, 3);
    label.add_int64(1, 2);
    label.add_int64(3, 64);
    label.add_int64(4, 2);
  }
  maker.Location(1, {1});
  maker.Location(2, {});
  maker.Function(1, 3);
  maker.Strings(kHeapStrings);
  Parser parser;
  const model::Snapshot snapshot = parser.One(maker.bytes);
  EXPECT_EQ(parser.Functions(snapshot.heap->samples.at(0).stack), "main.a < 0x1002");
  EXPECT_EQ(parser.stacks.text(snapshot.heap->samples[0].labels), "bytes=64 bytes");
  EXPECT_EQ(snapshot.heap->values, std::vector<int64_t>{7});
}

TEST(Pprof, BrokenReferencesAreErrorsInPprofsWords) {
  Parser parser;
  Maker location = Heap();
  location.Sample({9}, {1});
  location.Strings(kHeapStrings);
  EXPECT_EQ(parser.ErrorOf(location.bytes),
            "test:loose: malformed profile: sample has nil location (id 9) (take the profile again)");
  Maker function = Heap();
  function.Sample({1}, {1});
  function.Location(1, {5});
  function.Strings(kHeapStrings);
  EXPECT_NE(parser.ErrorOf(function.bytes).find("location id: 1 has a line with nil function"),
            std::string::npos);
  Maker values = Heap();
  values.Sample({}, {1, 2});
  values.Strings(kHeapStrings);
  EXPECT_NE(parser.ErrorOf(values.bytes).find("mismatch: sample has 2 values vs. 1 types"),
            std::string::npos);
  Maker twice = Heap();
  twice.Location(1, {});
  twice.Location(1, {});
  twice.Strings(kHeapStrings);
  EXPECT_NE(parser.ErrorOf(twice.bytes).find("multiple locations with same id: 1"), std::string::npos);
  Maker zero = Heap();
  zero.Location(0, {});
  zero.Strings(kHeapStrings);
  EXPECT_NE(parser.ErrorOf(zero.bytes).find("found location with reserved id=0"), std::string::npos);
  Maker string = Heap();
  string.Strings({"", "x"});
  EXPECT_NE(parser.ErrorOf(string.bytes).find("sample type names string 2 of a table of 2"),
            std::string::npos);
  Maker first = Heap();
  first.Strings({"x"});
  EXPECT_NE(parser.ErrorOf(first.bytes).find("string_table[0] must be ''"), std::string::npos);
}

TEST(Pprof, ConcatenatedProfilesAreRefused) {
  const std::string packed = ReadFixture("pprof/go1.26/goroutine.pb.gz");
  Parser parser;
  EXPECT_NE(parser.ErrorOf(packed + packed).find("concatenated profiles detected"), std::string::npos);
}

TEST(Pprof, UnknownSampleTypeSaysWhatItIs) {
  Maker maker;
  maker.Type(1, 2);
  maker.Strings({"", "wall", "nanoseconds"});
  Parser parser;
  auto result = parser.Parse(maker.bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(result.error().what.starts_with("a pprof profile of wall; seep reads")) << result.error().what;
}

TEST(Pprof, CutOffBeforeTheNamesIsSaid) {
  const std::string packed = ReadFixture("pprof/go1.26/goroutine.pb.gz");
  Parser parser;
  EXPECT_NE(parser.ErrorOf(packed.substr(0, packed.size() / 4)).find("before the table of its names"),
            std::string::npos)
      << parser.ErrorOf(packed.substr(0, packed.size() / 4));
}

TEST(Pprof, CutOffAfterTheNamesLosesOnlyWhatIsGone) {
  Maker maker = Heap();
  maker.Strings(kHeapStrings);
  maker.Function(1, 3);
  maker.Location(1, {1});
  maker.Sample({1}, {100});
  maker.Sample({1, 2}, {50});
  maker.Location(2, {1});  // cut
  Parser parser;
  const model::Snapshot snapshot = parser.One(maker.bytes.substr(0, maker.bytes.size() - 3));
  ASSERT_EQ(snapshot.heap->samples.size(), 1u);
  ASSERT_EQ(snapshot.gaps.size(), 1u);
  EXPECT_EQ(snapshot.gaps[0].what, "heap");
  EXPECT_NE(snapshot.gaps[0].why.find("1 of the 2 samples that came before it can be told"),
            std::string::npos)
      << snapshot.gaps[0].why;
}

TEST(Pprof, EveryCutOfARealProfileIsAnErrorOrAGap) {
  Parser parser;
  for (const char* name : {"goroutine", "block"}) {
    auto whole = ReadFixture(std::string("pprof/go1.26/") + name + ".pb.gz");
    for (size_t n = 20; n < whole.size(); n += 7) {
      auto result = parser.Parse(whole.substr(0, n));
      EXPECT_TRUE(!result || !result->at(0).gaps.empty()) << n;
    }
  }
}

TEST(Pprof, DifferencesAreNotTakenForGoroutines) {
  Maker maker;
  maker.Type(1, 2);
  maker.Sample({1}, {-3});
  maker.Sample({2}, {5});
  maker.Location(1, {});
  maker.Location(2, {});
  maker.Strings({"", "goroutine", "count"});
  Parser parser;
  const model::Snapshot snapshot = parser.One(maker.bytes);
  EXPECT_EQ(snapshot.goroutines->total, 5u);
  ASSERT_EQ(snapshot.gaps.size(), 1u);
  EXPECT_NE(snapshot.gaps[0].why.find("?seconds="), std::string::npos);
}

// A few bytes that name one long location over and over would become gigabytes of frames.
TEST(Pprof, FrameBombIsRefused) {
  Maker maker = Heap();
  maker.Strings(kHeapStrings);
  maker.Function(1, 3);
  maker.Location(1, std::vector<uint64_t>(50'000, 1));
  for (int i = 0; i < 1000; ++i) maker.Sample({1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, {i});
  Parser parser;
  EXPECT_NE(parser.ErrorOf(maker.bytes).find("out of all proportion"), std::string::npos);
}

TEST(Pprof, TextIsNoProfile) {
  const Format* pprof = nullptr;
  for (const Format* format : AllFormats())
    if (format->name == "pprof") pprof = format;
  ASSERT_NE(pprof, nullptr);
  for (std::string_view text :
       {"goroutine 1 [running]:\nmain.main()\n", "\n\n\n", "2026-11-21 18:30:05 goroutine", "",
        "heap profile: 1: 2 [3: 4] @ heap/8192\n", "<html>", "# HELP go_goroutines x\n",
        "\x7f"
        "ELF",
        "\n\xf0\x9f\x98\x80 emoji", "Name:\tx\n", "{\"cmdline\":[\"/x\"]}"})
    EXPECT_FALSE(pprof->sniff({"heap", text})) << text;
  EXPECT_TRUE(pprof->sniff({"x", Heap().bytes}));
}

}  // namespace
}  // namespace seep::parse
