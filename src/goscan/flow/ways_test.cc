#include "goscan/flow/ways.h"

#include <gtest/gtest.h>

#include <string>

#include "goscan/syntax/parser.h"

namespace seep::goscan {
namespace {

// The graph of a function with this body.
struct Flow {
  std::string source;
  Tree tree;
  Graph graph;

  explicit Flow(std::string_view body)
      : source("package p\nfunc f(a, b bool) {\n" + std::string(body) + "}\n"), tree(ParseFile(source)) {
    const NodeList decls = tree.Get<File>(tree.file).decls;
    graph = BuildGraph(tree, tree.Get<FuncDecl>(decls.front()).body);
  }
  NodeId Item(std::string_view text) const {
    for (const Block& block : graph.blocks)
      for (const NodeId item : block.items)
        if (tree.text(item) == text) return item;
    return {};
  }
  // Where ways from behind `from` that do not meet `stop` leave; empty: nowhere.
  std::string_view Out(std::string_view from, std::string_view stop) const {
    const NodeId exit = WayOut(
        graph, Behind(graph, Item(from)), [&](NodeId item) { return tree.text(item) != stop; }, AllWays);
    return exit ? tree.text(exit) : std::string_view();
  }
};

TEST(Ways, LeaveByTheReturnThatIsNotBehindTheStop) {
  const Flow flow("begin()\nif a {\nreturn\n}\nstop()\n");
  EXPECT_EQ(flow.Out("begin()", "stop()"), "return");
  EXPECT_EQ(flow.Out("stop()", "stop()").substr(0, 1), "{");  // by the end of the body
}

TEST(Ways, DoNotLeaveWhereEachMeetsTheStopOrGoesRound) {
  EXPECT_EQ(Flow("begin()\nif a {\nstop()\nreturn\n}\nstop()\n").Out("begin()", "stop()"), "");
  EXPECT_EQ(Flow("begin()\nfor {\nwork()\n}\n").Out("begin()", "stop()"), "");
}

TEST(Ways, FollowNoneOfWhatIsLeftOut) {
  const Flow flow("for a {\nwork()\n}\n");
  const auto none = [](const Block&) { return std::vector<uint32_t>(); };
  EXPECT_FALSE(WayOut(flow.graph, {{}}, [](NodeId) { return true; }, none));
}

TEST(Ways, ReachABlockOnlyByThoseInside) {
  const Flow flow("for a {\nwork()\n}\nafter()\n");
  uint32_t work = 0, after = 0;
  for (uint32_t b = 0; b < flow.graph.blocks.size(); ++b)
    for (const NodeId item : flow.graph.blocks[b].items) {
      if (flow.tree.text(item) == "work()") work = b;
      if (flow.tree.text(item) == "after()") after = b;
    }
  const auto is = [](uint32_t wanted) { return [wanted](uint32_t block) { return block == wanted; }; };
  const auto anywhere = [](uint32_t) { return true; };
  const auto in_loop = [&](uint32_t block) { return flow.graph.blocks[block].loop != 0; };
  EXPECT_TRUE(Reaches(flow.graph, {work}, is(after), anywhere));
  EXPECT_TRUE(Reaches(flow.graph, flow.graph.blocks[work].next, is(work), in_loop));
  EXPECT_FALSE(Reaches(flow.graph, {after}, is(work), anywhere));
}

}  // namespace
}  // namespace seep::goscan
