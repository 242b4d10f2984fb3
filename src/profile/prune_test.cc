#include "profile/prune.h"

#include <gtest/gtest.h>

#include "profile/profile_for_test.h"

namespace seep::profile {
namespace {

std::string Pruned(const std::string& stack, std::string_view drop, std::string_view keep = "") {
  Profile p = MakeProfile({{stack, {1, 2}}});
  p.drop_frames = p.strings.Intern(drop);
  p.keep_frames = p.strings.Intern(keep);
  const Status status = RemoveUninteresting(p);
  return status ? SamplesText(p) : status.error().what;
}

TEST(SimplifiedFunction, LosesItsArguments) {
  EXPECT_EQ(SimplifiedFunction("malloc"), "malloc");
  EXPECT_EQ(SimplifiedFunction(".f(int)"), "f");
  EXPECT_EQ(SimplifiedFunction("(anonymous namespace)::g(int, (anonymous namespace)::T)"),
            "(anonymous namespace)::g");
  EXPECT_EQ(SimplifiedFunction("A::operator()(int)"), "A::operator()");
  EXPECT_EQ(SimplifiedFunction("f(g())"), "f");
}

TEST(RemoveUninteresting, FromTheOutermostMatchOnward) {
  EXPECT_EQ(Pruned("main;f;malloc;sys_alloc", "malloc"), "main;f 1 2\n");
  EXPECT_EQ(Pruned("main;malloc;f;malloc;sys", "malloc|sys"), "main 1 2\n");
  EXPECT_EQ(Pruned("main;f;xmalloc", "malloc"), "main;f;xmalloc 1 2\n");  // the whole name has to match
  EXPECT_EQ(Pruned("main;f;malloc(unsigned long)", "malloc"), "main;f 1 2\n");
}

TEST(RemoveUninteresting, SomethingIsLeft) {
  EXPECT_EQ(Pruned("malloc;malloc", "malloc"), "malloc;malloc 1 2\n");
  EXPECT_EQ(Pruned("malloc;f;malloc", "malloc"), "malloc;f 1 2\n");
}

TEST(RemoveUninteresting, KeepWinsOverDrop) {
  EXPECT_EQ(Pruned("main;runtime.main;runtime.mallocgc", R"(runtime\..*)", R"(runtime\.main)"),
            "main;runtime.main 1 2\n");
  EXPECT_EQ(Pruned("main;f", "(", ""),
            "failed to compile regexp (: error parsing regexp: missing closing ): `^(()$`");
}

TEST(RemoveUninteresting, InlinedCallsOfOneLocation) {
  Profile p = MakeProfile({{"main;f", {1, 2}}, {"malloc;inlined", {3, 4}}});
  // The leaf of the first stack becomes malloc inlined into f: its own line goes, its caller's stays.
  const LocationId f = p.samples.stack(0)[0];
  const Line malloc_line = p.LinesOf(p.samples.stack(1)[1])[0], f_line = p.LinesOf(f)[0];
  p.locations[f.value].first_line = static_cast<uint32_t>(p.lines.size());
  p.locations[f.value].line_count = 2;
  p.lines.push_back(malloc_line);
  p.lines.push_back(f_line);
  p.drop_frames = p.strings.Intern("malloc");
  ASSERT_TRUE(RemoveUninteresting(p));
  EXPECT_EQ(SamplesText(p), "main;f 1 2\nmalloc;inlined 3 4\n");
}

TEST(PruneFrom, KeepsTheMatchItself) {
  Profile p = MakeProfile({{"main;f;g;h", {1, 2}}, {"main;x", {3, 4}}});
  PruneFrom(p, *Pattern::Compile("^f$|^g$"));
  EXPECT_EQ(SamplesText(p), "main;f;g 1 2\nmain;x 3 4\n");
}

}  // namespace
}  // namespace seep::profile
