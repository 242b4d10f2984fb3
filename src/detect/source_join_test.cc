#include "detect/source_join.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "detect/scene_for_test.h"
#include "detect/source_index.h"

namespace seep::detect {
namespace {

using model::Confidence;
using model::Finding;
using model::Role;
using model::ScanConfidence;

TEST(DeclaredFunction, IsWhatClosuresAndInstancesBelongTo) {
  EXPECT_EQ(DeclaredFunction("a/b.(*T).run.func2.1"), "a/b.(*T).run");
  EXPECT_EQ(DeclaredFunction("a/b.run-range1"), "a/b.run");
  EXPECT_EQ(DeclaredFunction("a/b.run[...].gowrap1"), "a/b.run");
  EXPECT_EQ(DeclaredFunction("a/b.(*T[go.shape.int]).run-fm"), "a/b.(*T).run");
  EXPECT_EQ(DeclaredFunction("x.func1/b.functional"), "x.func1/b.functional");
  EXPECT_EQ(DeclaredFunction("main.main"), "main.main");
  EXPECT_EQ(DeclaredFunction("main.function.func1"), "main.function");
}

// A service of module "shop.example/orders" and what a scan found in it.
struct Case {
  Scene scene;
  model::ScanReport scan;
  std::vector<Finding> findings;
  std::vector<std::pair<model::StackId, int64_t>> heap;

  Case() {
    scene.knowledge.scan_rules = {
        {.id = "R103", .name = "body-never-closed", .findings = {"http-body-not-closed"}},
        {.id = "R101", .name = "http-transport-per-call", .findings = {"http-client-per-call"}},
        {.id = "R162", .name = "timeout-send-unbuffered", .findings = {"chan-send-abandoned"}},
        {.id = "R167", .name = "start-without-stop", .findings = {"start-without-stop"}},
        {.id = "R175", .name = "lock-held-while-waiting", .findings = {"mutex-pileup"}, .holder = true},
        {.id = "R172", .name = "lock-not-released", .findings = {"mutex-pileup"}},
        {.id = "R197", .name = "cgo-object-no-free", .findings = {"native-leak"}},
    };
    scan.modules = {"shop.example/orders"};
    scan.folder = "/home/me/orders";
  }
  size_t Place(std::string rule, std::string file, uint32_t line, std::string function,
               ScanConfidence confidence = ScanConfidence::kCertain) {
    model::ScanFinding f{.rule = std::move(rule), .confidence = confidence, .severity = "critical"};
    f.where = {.file = std::move(file), .line = line, .column = 2, .end_line = line, .end_column = 9};
    f.function = std::move(function);
    f.message = "it is lost";
    scan.findings.push_back(std::move(f));
    return scan.findings.size() - 1;
  }
  model::StackId Stack(std::string_view function, std::string_view file, uint32_t line) {
    const model::FrameId frames[] = {
        scene.Frame("net/http.(*Client).do", "/usr/local/go/src/net/http/client.go"),
        scene.stacks.AddFrame(function, file, line)};
    return scene.stacks.AddStack(frames);
  }
  void Leak(std::string id, uint64_t sockets, Confidence confidence = Confidence::kLikely) {
    Finding f{.id = std::move(id), .confidence = confidence};
    f.impact.sockets = sockets;
    f.impact.goroutines = 2 * sockets;
    f.lift = "the source";
    findings.push_back(std::move(f));
  }
  // A profile of live objects: stack and how many.
  model::Profile Profile(std::string_view kind,
                         const std::vector<std::pair<model::StackId, int64_t>>& samples, bool live) {
    model::Profile p;
    (void)kind;
    for (const char* name : {"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"})
      p.types.push_back({scene.stacks.strings().Intern(name), scene.stacks.strings().Intern("count")});
    p.period = 1;
    for (const auto& [stack, objects] : samples) {
      p.samples.push_back({.stack = stack});
      const int64_t now = live ? objects : 0;
      for (const int64_t value : {objects, objects * 100, now, now * 100}) p.values.push_back(value);
    }
    return p;
  }
  SourceJoined Join() {
    if (scene.series.snapshots.empty()) scene.At(0);
    const Analysis analysis(scene.series, scene.stacks, scene.knowledge);
    return JoinSource(analysis, scan, findings);
  }
};

TEST(SourceJoin, LiveObjectsAsManyAsSocketsNameTheLine) {
  Case c;
  c.Place("R103", "price/other.go", 5, "shop.example/orders/price.other");
  const size_t guilty = c.Place("R103", "price/body.go", 21, "shop.example/orders/price.(*client).look");
  // Built with -trimpath, in a folder of another machine.
  const auto stack =
      c.Stack("shop.example/orders/price.(*client).look", "shop.example/orders/price/body.go", 21);
  c.scene.At(0).heap = c.Profile("heap", {{stack, 1000}}, true);
  c.Leak("http-body-not-closed", 1000);
  const SourceJoined joined = c.Join();
  const Finding& f = c.findings[0];
  ASSERT_FALSE(f.where.empty());
  EXPECT_EQ(f.where[0].role, Role::kCulprit);
  EXPECT_EQ(f.where[0].file, "price/body.go");
  EXPECT_EQ(f.where[0].line, 21u);
  EXPECT_EQ(f.where.size(), 1u);
  EXPECT_EQ(f.confidence, Confidence::kStrong);
  EXPECT_TRUE(f.lift.empty());
  EXPECT_EQ(f.evidence.back().kind, "source");
  ASSERT_EQ(joined.seen[guilty].size(), 1u);
  EXPECT_EQ(joined.seen[guilty][0].confidence, Confidence::kStrong);
  EXPECT_EQ(joined.seen[guilty][0].of, 2u);
  EXPECT_NE(joined.seen[guilty][0].why.find("one for each socket"), std::string::npos);
  EXPECT_TRUE(joined.seen[0].empty());
}

TEST(SourceJoin, TheOnlyCandidateThatRunsIsStrong) {
  Case c;
  c.Place("R103", "price/other.go", 5, "shop.example/orders/price.other");
  const size_t guilty = c.Place("R103", "price/body.go", 21, "shop.example/orders/price.look");
  const auto stack = c.Stack("shop.example/orders/price.look.func1", "/build/price/body.go", 21);
  c.scene.At(0).heap = c.Profile("heap", {{stack, 4000}}, false);  // all of it freed again
  c.Leak("http-body-not-closed", 1000);
  const SourceJoined joined = c.Join();
  EXPECT_EQ(joined.seen[guilty][0].confidence, Confidence::kStrong);
  EXPECT_EQ(c.findings[0].where[0].line, 21u);
}

TEST(SourceJoin, NothingButTheKindIsSaidHonestly) {
  Case c;
  c.Place("R103", "a.go", 5, "shop.example/orders.a");
  c.Place("R103", "b.go", 6, "shop.example/orders.b", ScanConfidence::kLikely);
  c.Place("R103", "c.go", 7, "shop.example/orders.c", ScanConfidence::kPossible);
  c.Leak("http-body-not-closed", 1000);
  const SourceJoined joined = c.Join();
  const Finding& f = c.findings[0];
  EXPECT_EQ(f.confidence, Confidence::kLikely);
  ASSERT_EQ(f.where.size(), 3u);
  EXPECT_EQ(f.where[0].role, Role::kCandidate);
  EXPECT_EQ(f.where[0].line, 5u);
  EXPECT_NE(f.where[0].why.find("1 of 3 such places"), std::string::npos) << f.where[0].why;
  EXPECT_EQ(joined.seen[0][0].confidence, Confidence::kPossible);
  EXPECT_TRUE(joined.seen[2].empty());  // unsure, and nothing points there
}

TEST(SourceJoin, WhatTheProcessPointsAtIsRaisedFromPossible) {
  Case c;
  const size_t place = c.Place("R162", "quote/timeout.go", 32, "shop.example/orders/quote.(*client).ask",
                               ScanConfidence::kPossible);
  c.Leak("chan-send-abandoned", 500, Confidence::kPossible);
  c.findings[0].stacks = {
      {c.Stack("shop.example/orders/quote.(*client).ask.func1", "/x/quote/timeout.go", 32), 500}};
  const SourceJoined joined = c.Join();
  EXPECT_EQ(joined.seen[place][0].confidence, Confidence::kStrong);
  EXPECT_EQ(joined.seen[place][0].count, 500u);
  EXPECT_EQ(c.findings[0].confidence, Confidence::kStrong);
}

TEST(SourceJoin, ALineThatTheFindingNamesStaysFirstAndLearnsWhy) {
  Case c;
  c.Place("R101", "client.go", 31, "shop.example/orders.Default");
  c.Leak("http-client-per-call", 1000, Confidence::kStrong);
  c.findings[0].where = {
      {Role::kCulprit, "shop.example/orders.Default", "/x/orders/client.go", 31, "1,000 live"}};
  const SourceJoined joined = c.Join();
  ASSERT_EQ(c.findings[0].where.size(), 1u);
  EXPECT_EQ(c.findings[0].where[0].why, "1,000 live; in the source: it is lost (R101)");
  EXPECT_EQ(joined.seen[0][0].confidence, Confidence::kStrong);
  EXPECT_EQ(joined.seen[0][0].why, "1,000 live");
}

TEST(SourceJoin, ThatMemoryGrowsAccusesOnlyWhatStandsOnTheGrowingStacks) {
  Case c;
  c.scene.knowledge.scan_rules[0].findings = {"heap-growth"};
  c.Place("R103", "a.go", 5, "shop.example/orders.a");
  const size_t guilty = c.Place("R103", "b.go", 6, "shop.example/orders.b");
  const auto grows = c.Stack("shop.example/orders.b", "/x/b.go", 9);
  const auto allocates = c.Stack("shop.example/orders.a", "/x/a.go", 5);
  c.scene.At(0).heap = c.Profile("heap", {{allocates, 40}, {grows, 40}}, true);
  c.findings.push_back({.id = "heap-growth", .confidence = Confidence::kLikely});
  c.findings[0].impact.heap_bytes = 4000;
  c.findings[0].stacks = {{grows, 4000}};
  const SourceJoined joined = c.Join();
  EXPECT_TRUE(joined.seen[0].empty());
  ASSERT_EQ(joined.seen[guilty].size(), 1u);
  EXPECT_EQ(joined.seen[guilty][0].of, 1u);
}

TEST(SourceJoin, WhereTheProcessKnowsTheCulpritOtherPlacesAreNoCandidates) {
  Case c;
  c.Place("R101", "other.go", 31, "shop.example/orders.Other");
  c.Leak("http-client-per-call", 1000, Confidence::kStrong);
  c.findings[0].where = {{Role::kCulprit, "shop.example/orders.Default", "/x/orders/client.go", 31, "live"}};
  const SourceJoined joined = c.Join();
  EXPECT_TRUE(joined.seen[0].empty());
  EXPECT_EQ(c.findings[0].where.size(), 1u);
}

TEST(SourceJoin, WhatRunsOnceIsNoCauseOfThousands) {
  Case c;
  c.scene.knowledge.scan_rules[0].findings = {"fd-growth"};
  c.Place("R103", "main.go", 9, "shop.example/orders.listen");
  c.scene.At(0).heap = c.Profile("heap", {{c.Stack("shop.example/orders.listen", "/x/main.go", 9), 3}}, true);
  c.findings.push_back({.id = "fd-growth", .confidence = Confidence::kLikely});
  c.findings[0].impact.fds = 3000;
  EXPECT_TRUE(c.Join().seen[0].empty());
  EXPECT_TRUE(c.findings[0].where.empty());
}

TEST(SourceJoin, OfTheLinesThatAllocateTheOneAtFaultLeads) {
  Case c;
  c.Place("R101", "client.go", 49, "shop.example/orders.Clone", ScanConfidence::kPossible);
  c.Leak("http-client-per-call", 1000, Confidence::kStrong);
  c.findings[0].where = {
      {Role::kCulprit, "shop.example/orders.Get", "/x/orders/client.go", 61, "first requests"},
      {Role::kAllocator, "shop.example/orders.Clone", "/x/orders/client.go", 49, "clones"}};
  c.Join();
  EXPECT_EQ(c.findings[0].where[0].line, 49u);
  EXPECT_EQ(c.findings[0].where[0].role, Role::kCulprit);
  EXPECT_EQ(c.findings[0].where[1].role, Role::kAllocator);
}

TEST(SourceJoin, OtherKindsOfLeaksAreNoCandidates) {
  Case c;
  c.Place("R101", "client.go", 31, "shop.example/orders.Default");
  c.Leak("http-body-not-closed", 1000);
  const SourceJoined joined = c.Join();
  EXPECT_TRUE(joined.seen[0].empty());
  EXPECT_TRUE(c.findings[0].where.empty());
  EXPECT_EQ(c.findings[0].confidence, Confidence::kLikely);
}

TEST(SourceJoin, OfCMemoryTheLineThatKeepsItIsNamedAndTheOneThatFreesItIsNot) {
  Case c;
  const size_t innocent = c.Place("R197", "orders.go", 66, "shop.example/orders.healthCheck");
  const size_t guilty = c.Place("R197", "orders.go", 42, "shop.example/orders.(*Handler).Parse");
  model::Profile native =
      c.Profile("native", {{c.Stack("shop.example/orders.healthCheck", "/x/orders.go", 66), 3000}}, false);
  const model::Profile kept = c.Profile(
      "native", {{c.Stack("shop.example/orders.(*Handler).Parse", "/x/orders.go", 42), 1000}}, true);
  native.samples.insert(native.samples.end(), kept.samples.begin(), kept.samples.end());
  native.values.insert(native.values.end(), kept.values.begin(), kept.values.end());
  c.scene.At(0).native = native;
  c.findings.push_back({.id = "native-leak", .confidence = Confidence::kLikely});
  const SourceJoined joined = c.Join();
  EXPECT_TRUE(joined.seen[innocent].empty());
  ASSERT_EQ(joined.seen[guilty].size(), 1u);
  EXPECT_EQ(joined.seen[guilty][0].confidence, Confidence::kStrong);
  EXPECT_EQ(joined.seen[guilty][0].count, 1000u);
  EXPECT_EQ(c.findings[0].where[0].line, 42u);
}

TEST(SourceJoin, OfALockTheOneThatHoldsItIsNamedAndNotThoseThatWait) {
  // Any other rule says nothing of who stands on its line.
  for (const std::string rule : {"R175", "R172"}) {
    Case c;
    const size_t place =
        c.Place(rule, "ledger.go", 20, "shop.example/orders.(*ledger).export", ScanConfidence::kPossible);
    model::Snapshot& s = c.scene.At(0);
    const auto holds = c.Stack("shop.example/orders.(*ledger).export", "/x/orders/ledger.go", 20);
    const auto waits = c.Stack("shop.example/orders.(*ledger).add", "/x/orders/ledger.go", 90);
    Scene::Add(s, holds, model::Wait::kIoWait, 1, 2);
    Scene::Add(s, waits, model::Wait::kMutexLock, 2, 302);
    c.findings.push_back({.id = "mutex-pileup", .confidence = Confidence::kLikely});
    c.findings[0].impact.goroutines = 300;
    c.findings[0].stacks = {{waits, 300}};
    const SourceJoined joined = c.Join();
    if (rule == "R172") {
      EXPECT_TRUE(joined.seen[place].empty());
      EXPECT_TRUE(c.findings[0].where.empty() || c.findings[0].where[0].role != Role::kCulprit);
      continue;
    }
    ASSERT_EQ(joined.seen[place].size(), 1u);
    EXPECT_EQ(joined.seen[place][0].confidence, Confidence::kStrong);
    EXPECT_EQ(joined.seen[place][0].count, 1u);
    EXPECT_EQ(joined.seen[place][0].why, "1 goroutine stands here with the lock held");
    ASSERT_FALSE(c.findings[0].where.empty());
    EXPECT_EQ(c.findings[0].where[0].role, Role::kCulprit);
    EXPECT_EQ(c.findings[0].where[0].line, 20u);
  }
}

TEST(SourceJoin, WhoStartsAndForgetsLeadsBeforeWhatWasStarted) {
  Case c;
  const size_t place = c.Place("R167", "user.go", 12, "shop.example/orders.greet");
  for (const auto& [file, line] : {std::pair("user.go", 12u), std::pair("beat.go", 30u)})
    c.scan.findings[place].path.push_back(
        {.file = file, .line = line, .column = 3, .end_line = line, .end_column = 9});
  c.scan.findings[place].also_functions = {"shop.example/orders.(*heartbeat).loop"};
  const auto loop = c.Stack("shop.example/orders.(*heartbeat).loop", "/x/orders/beat.go", 30);
  c.findings.push_back({.id = "start-without-stop", .confidence = Confidence::kLikely});
  c.findings[0].impact.goroutines = 400;
  c.findings[0].stacks = {{loop, 400}};
  c.findings[0].where = {
      {Role::kCulprit, "shop.example/orders.(*heartbeat).loop", "/x/orders/beat.go", 30, "400 wait here"}};
  c.Join();
  ASSERT_EQ(c.findings[0].where.size(), 2u);
  EXPECT_EQ(c.findings[0].where[0].line, 12u);
  EXPECT_EQ(c.findings[0].where[0].role, Role::kCulprit);
  // What the process shows itself is not lost.
  EXPECT_EQ(c.findings[0].where[1].line, 30u);
  EXPECT_EQ(c.findings[0].where[1].role, Role::kAllocator);
}

TEST(SourceJoin, AnotherProgramsSourceIsSaid) {
  Case c;
  c.scan.modules = {"shop.example/payments"};
  model::Snapshot& s = c.scene.At(0);
  Scene::Add(s, c.Stack("shop.example/orders.run", "/x/orders.go", 4), model::Wait::kSelect, 1, 3);
  const SourceJoined joined = c.Join();
  ASSERT_EQ(joined.gaps.size(), 1u);
  c.scan.modules.push_back("shop.example/orders");
  EXPECT_TRUE(c.Join().gaps.empty());
}

// The connections are served by goroutines of net/http alone; who accepts them stands on the user's line.
TEST(SourceJoin, WhoStartedTheGoroutinesTellsWhichServerItIs) {
  Case c;
  c.scene.knowledge.scan_rules.push_back({.id = "R111", .findings = {"server-idle-connections"}});
  const size_t bounded = c.Place("R111", "front/server.go", 40, "shop.example/orders/front.bounded");
  const size_t other = c.Place("R111", "admin/server.go", 9, "shop.example/orders/admin.run");
  const size_t guilty = c.Place("R111", "front/server.go", 50, "shop.example/orders/front.keeps");
  for (const size_t place : {bounded, guilty})
    c.scan.findings[place].path.push_back(
        {.file = "front/server.go", .line = 20, .end_line = 20, .note = "serves here"});
  c.scan.findings[bounded].rules_out = {"server-idle-connections"};
  const auto idle = c.scene.Stack({"net/http.(*connReader).Read", "net/http.(*conn).serve"});
  const auto accepts = c.Stack("shop.example/orders/front.start.func1", "/x/front/server.go", 20);
  model::Snapshot& s = c.scene.At(0);
  Scene::Add(s, accepts, model::Wait::kIoWait, 7, 8);
  Scene::Add(s, idle, model::Wait::kIoWait, 100, 600);
  for (model::Goroutine& g : s.dump->goroutines)
    if (g.stack == idle) g.parent = 7;
  c.Leak("server-idle-connections", 500, Confidence::kPossible);
  c.findings[0].stacks = {{idle, 500}};
  const SourceJoined joined = c.Join();
  EXPECT_TRUE(joined.seen[bounded].empty());
  EXPECT_TRUE(joined.seen[other].empty());
  ASSERT_EQ(joined.seen[guilty].size(), 1u);
  EXPECT_EQ(joined.seen[guilty][0].confidence, Confidence::kStrong);
  EXPECT_EQ(joined.seen[guilty][0].count, 500u);
  EXPECT_EQ(c.findings[0].where[0].line, 50u);
  EXPECT_EQ(c.findings[0].confidence, Confidence::kStrong);
}

// main.main is on a stack of every program: in the same folder it is this one.
TEST(SourceJoin, AProgramIsKnownByTheFolderOfItsMain) {
  Case c;
  c.scan.declared = {{"main.main", "cmd/orders/main.go", 5, 20}};
  model::Snapshot& s = c.scene.At(0);
  const model::FrameId frames[] = {
      c.scene.stacks.AddFrame("lib.example/run.Run", "/x/run.go", 3),
      c.scene.stacks.AddFrame("main.main", "/build/orders/cmd/orders/main.go", 9)};
  Scene::Add(s, c.scene.stacks.AddStack(frames), model::Wait::kSelect, 1, 2);
  EXPECT_TRUE(c.Join().gaps.empty());
  c.scan.declared[0].file = "cmd/payments/main.go";
  EXPECT_EQ(c.Join().gaps.size(), 1u);
}

// The process names where they wait, which the fault's path leads to: the fault comes first.
TEST(SourceJoin, TheFaultLeadsBeforeTheLineThatWaitsForIt) {
  Case c;
  c.scene.knowledge.scan_rules.push_back({.id = "R178", .findings = {"waitgroup-stuck"}});
  const size_t place = c.Place("R178", "gather.go", 24, "shop.example/orders.part");
  auto& path = c.scan.findings[place].path;
  path.push_back({.file = "gather.go", .line = 17, .end_line = 17, .note = "started here"});
  path.push_back({.file = "gather.go", .line = 19, .end_line = 19, .note = "waited for here"});
  c.Leak("waitgroup-stuck", 500);
  c.findings[0].where = {
      {Role::kBlocked, "shop.example/orders.sumUp", "/x/orders/gather.go", 19, "500 stand here"}};
  const SourceJoined joined = c.Join();
  EXPECT_EQ(c.findings[0].where[0].line, 24u);
  EXPECT_EQ(c.findings[0].where[0].role, Role::kCulprit);
  ASSERT_EQ(joined.seen[place].size(), 1u);
  EXPECT_EQ(joined.seen[place][0].why, "500 stand here (gather.go:19)");
}

// Three lines more above: line 21 of the process is line 24 of the source, and its line 21 is something else.
TEST(SourceJoin, OfAnotherCommitFunctionsAreComparedAndLinesAreNot) {
  Case c;
  const size_t elsewhere = c.Place("R103", "price/body.go", 21, "shop.example/orders/price.other");
  const size_t guilty = c.Place("R103", "price/body.go", 24, "shop.example/orders/price.look");
  c.scan.declared = {{"shop.example/orders/price.other", "price/body.go", 12, 22},
                     {"shop.example/orders/price.look", "price/body.go", 23, 34}};
  const auto stack = c.Stack("shop.example/orders/price.look", "/x/price/body.go", 21);
  c.Leak("http-body-not-closed", 1000);
  c.findings[0].stacks = {{stack, 1000}};
  const SourceJoined joined = c.Join();
  ASSERT_EQ(joined.gaps.size(), 1u);
  EXPECT_NE(joined.gaps[0].why.find("body.go:21 in shop.example/orders/price.look"), std::string::npos);
  EXPECT_NE(joined.gaps[0].why.find("lines 23 to 34"), std::string::npos);
  EXPECT_TRUE(joined.seen[elsewhere].empty());
  ASSERT_EQ(joined.seen[guilty].size(), 1u);
  EXPECT_NE(joined.seen[guilty][0].why.find("its function"), std::string::npos);

  c.scan.declared = {{"shop.example/orders/price.look", "price/body.go", 20, 31}};
  EXPECT_TRUE(c.Join().gaps.empty());
}

TEST(SourceJoin, TwoProgramsNamedMainAreToldApartByTheirFolder) {
  Case c;
  c.Place("R162", "cmd/a/main.go", 9, "main.run");
  c.Place("R162", "cmd/b/main.go", 9, "main.run");
  c.Leak("chan-send-abandoned", 500);
  c.findings[0].stacks = {{c.Stack("main.run.func1", "/x/orders/cmd/b/main.go", 9), 500}};
  const SourceJoined joined = c.Join();
  ASSERT_EQ(joined.seen[1].size(), 1u);
  EXPECT_EQ(joined.seen[1][0].confidence, Confidence::kStrong);
  EXPECT_EQ(c.findings[0].where[0].file, "cmd/b/main.go");
}

}  // namespace
}  // namespace seep::detect
