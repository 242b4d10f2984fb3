#include "detect/matcher.h"

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

using model::Pattern;
using model::Wait;

TEST(FunctionMatches, AStarStopsAtASlash) {
  EXPECT_TRUE(FunctionMatches("net/http.(*Transport).*", "net/http.(*Transport).dialConn"));
  EXPECT_FALSE(FunctionMatches("net/http.(*Transport).*", "net/http.(*Transport2).dialConn"));
  EXPECT_TRUE(FunctionMatches("github.com/go-redis/redis/*.(*channel).ping",
                              "github.com/go-redis/redis/v8.(*channel).ping"));
  EXPECT_FALSE(FunctionMatches("github.com/go-redis/redis/*.(*channel).ping",
                               "github.com/go-redis/redis/v8/x.(*channel).ping"));
  EXPECT_FALSE(FunctionMatches("net/http.*", "net/http/pprof.Index"));
  EXPECT_FALSE(FunctionMatches("main.*", "main/x.f"));
}

TEST(FunctionMatches, TwoStarsMatchAnything) {
  EXPECT_TRUE(FunctionMatches("**/sarama.NewClient", "github.com/IBM/sarama.NewClient"));
  EXPECT_TRUE(
      FunctionMatches("**/sarama.NewClient", "example.org/vendor/github.com/Shopify/sarama.NewClient"));
  EXPECT_FALSE(FunctionMatches("**/sarama.NewClient", "github.com/IBM/xsarama.NewClient"));
  EXPECT_TRUE(FunctionMatches("**.(*janitor).Run", "a.b/c.(*janitor).Run"));
}

TEST(FunctionMatches, ClosuresCountAsTheirFunction) {
  for (const char* f : {"main.f", "main.f.func1", "main.f.func1.2", "main.f.gowrap3", "main.f.deferwrap1",
                        "main.f-fm", "main.f-range1", "main.f.func2-range1", "main.f.func1.gowrap1"})
    EXPECT_TRUE(FunctionMatches("main.f", f)) << f;
  for (const char* f : {"main.f2", "main.f.function", "main.f.func", "main.f.g", "main.func1", "xmain.f"})
    EXPECT_FALSE(FunctionMatches("main.f", f)) << f;
}

TEST(FunctionMatches, InstantiationMarksAndEscapedDotsAreIgnored) {
  EXPECT_TRUE(FunctionMatches("main.(*Pool).run", "main.(*Pool[...]).run"));
  EXPECT_TRUE(FunctionMatches("main.Map", "main.Map[...].func1"));
  EXPECT_TRUE(FunctionMatches("github.com/nats-io/nats.go.(*Conn).readLoop",
                              "github.com/nats-io/nats%2ego.(*Conn).readLoop"));
  EXPECT_FALSE(FunctionMatches("main.(*Pool).run", "main.(*Pool[int]).stop"));
}

// One pattern of one signature.
Pattern Make(std::string id, int priority, model::Signature signature) {
  Pattern p;
  p.id = std::move(id);
  p.priority = priority;
  p.any_of = {std::move(signature)};
  return p;
}

struct Matching : testing::Test {
  Scene scene;
  std::string Match(std::vector<Pattern> patterns, std::initializer_list<std::string_view> stack,
                    Wait wait = Wait::kSelect, std::string_view creator = {}) {
    const auto s = scene.Stack(stack);
    const auto c = creator.empty() ? model::FrameId{} : scene.Frame(creator);
    const Frames frames(scene.stacks, scene.knowledge);
    const Matcher matcher(frames, patterns);
    const Pattern* p = matcher.Match(s, c, wait);
    return p == nullptr ? "none" : p->id;
  }
};

TEST_F(Matching, TheHighestPriorityOwnsTheStackThenTheSmallerId) {
  const auto low = Make("a", 10, {.stack = {"main.f"}});
  const auto high = Make("z", 100, {.stack = {"net.Read"}});
  EXPECT_EQ(Match({low, high}, {"net.Read", "main.f"}), "z");
  EXPECT_EQ(Match({Make("b", 10, {.stack = {"main.f"}}), low}, {"main.f"}), "a");
}

TEST_F(Matching, EvidenceOwnsNothingAndIsCountedWhoeverOwnsTheStack) {
  Pattern seen = Make("seen", 500, {.stack = {"main.f"}});
  seen.role = Pattern::Role::kEvidence;
  const std::vector<Pattern> patterns = {seen, Make("owner", 10, {.stack = {"main.f"}})};
  EXPECT_EQ(Match(patterns, {"main.f"}), "owner");
  const auto stack = scene.Stack({"main.f"});
  const Frames frames(scene.stacks, scene.knowledge);
  const auto found = Matcher(frames, patterns).MatchEvidence(stack, {}, Wait::kSelect);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]->id, "seen");
}

TEST_F(Matching, TopIsTheInnermostFrameOutsideTheRuntimeAndRootTheOutermost) {
  const auto top = Make("p", 10, {.top = "net/http.(*persistConn).readLoop"});
  EXPECT_EQ(Match({top}, {"runtime.gopark", "runtime.selectgo", "net/http.(*persistConn).readLoop"}), "p");
  EXPECT_EQ(Match({top}, {"net.(*conn).Read", "net/http.(*persistConn).readLoop"}), "none");
  const auto root = Make("p", 10, {.root = "main.run"});
  EXPECT_EQ(Match({root}, {"sync.f", "main.run.func1"}), "p");
  EXPECT_EQ(Match({root}, {"main.run", "main.main"}), "none");
}

TEST_F(Matching, StackFramesKeepTheirOrderWithGaps) {
  const auto p = Make("p", 10, {.stack = {"net.Read", "main.f"}});
  EXPECT_EQ(Match({p}, {"net.Read", "x/y.z", "main.f"}), "p");
  EXPECT_EQ(Match({p}, {"main.f", "net.Read"}), "none");
  EXPECT_EQ(Match({p}, {"net.Read"}), "none");
}

TEST_F(Matching, WaitWithoutCreatorAndDepthRuleOut) {
  EXPECT_EQ(Match({Make("p", 10, {.wait = {"select"}, .stack = {"main.f"}})}, {"main.f"}, Wait::kChanSend),
            "none");
  EXPECT_EQ(Match({Make("p", 10, {.stack = {"main.f"}, .without = {"main.g"}})}, {"main.f", "main.g"}),
            "none");
  const auto creator = Make("p", 10, {.stack = {"main.f"}, .creator = "main.start"});
  EXPECT_EQ(Match({creator}, {"main.f"}, Wait::kSelect, "main.other"), "none");
  EXPECT_EQ(Match({creator}, {"main.f"}, Wait::kSelect, "main.start.func1"), "p");
  EXPECT_EQ(Match({creator}, {"main.f"}), "p") << "evidence without creators rules nothing out";
  const auto shallow = Make("p", 10, {.stack = {"main.f"}, .max_frames = 1});
  EXPECT_EQ(Match({shallow}, {"runtime.gopark", "main.f"}), "p");
  EXPECT_EQ(Match({shallow}, {"main.f", "main.g"}), "none");
}

TEST_F(Matching, ARangeIsAReceiveAndNotTheOtherWayRound) {
  EXPECT_EQ(
      Match({Make("p", 10, {.wait = {"chan receive"}, .stack = {"main.f"}})}, {"main.f"}, Wait::kChanRange),
      "p");
  EXPECT_EQ(
      Match({Make("p", 10, {.wait = {"chan range"}, .stack = {"main.f"}})}, {"main.f"}, Wait::kChanReceive),
      "none");
}

TEST_F(Matching, GenericPatternsWantAFrameOutsideTheStandardLibrary) {
  const auto p = Make("p", 10, {.wait = {"select"}, .user_frame = true});
  EXPECT_EQ(Match({p}, {"net.Read", "net/http.Serve"}), "none");
  EXPECT_EQ(Match({p}, {"net.Read", "main.f"}), "p");
}

}  // namespace
}  // namespace seep::detect
