// `seep goroutines` against its goldens and its schema.
#include "report/goroutines.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "report/golden_for_test.h"

namespace seep::report {
namespace {

struct Listed {
  model::StackTable stacks;
  model::GoroutineList list;

  Listed() {
    list.process.name = "orders";
    list.process.pid = 4711;
    list.process.go_version = "go1.26.8";
    list.total = 5160;
    list.listed = 5150;
    list.gaps = {{"3 goroutines", "running each time they were looked at, so their stacks were not read",
                  "look again"}};
    model::ListedGroup read;
    read.count = 3000;
    read.state = stacks.strings().Intern("IO wait");
    read.goids = {17, 18, 21, 22, 30};
    read.fewest_minutes = 3;
    read.most_minutes = 2465;
    read.still = 2990;
    read.still_seconds = 20;
    std::vector<model::FrameId> frames;
    for (const auto& [function, file, line] :
         {std::tuple("internal/poll.runtime_pollWait", "/usr/local/go/src/runtime/netpoll.go", 351U),
          std::tuple("net.(*conn).Read", "/usr/local/go/src/net/net.go", 196U),
          std::tuple("net/http.(*persistConn).readLoop", "/usr/local/go/src/net/http/transport.go", 2205U)})
      frames.push_back(stacks.AddFrame(function, file, line));
    read.stack = stacks.AddStack(frames);
    read.creator =
        stacks.AddFrame("net/http.(*Transport).dialConn", "/usr/local/go/src/net/http/transport.go", 1800);
    read.labels = stacks.strings().Intern("handler=/orders\nuser=\x1b[31mred");
    model::ListedGroup deep;
    deep.count = 1;
    deep.state = stacks.strings().Intern("chan receive");
    deep.goids = {99};
    frames.clear();
    for (uint32_t i = 0; i < 12; ++i)
      frames.push_back(
          stacks.AddFrame("example.com/company/division/group/orders/internal/handlers.(*Server).walk",
                          "/src/orders/walk.go", i + 1));
    deep.stack = stacks.AddStack(frames);
    list.groups = {read, deep};
  }
};

TEST(Goroutines, Text) {
  const Listed l;
  ExpectGolden("goroutines.txt", GoroutinesText(l.list, l.stacks, PlainStyle(), {}));
}

TEST(Goroutines, ByState) {
  Listed l;
  l.list.by = model::GroupBy::kState;
  ExpectGolden("goroutines_by_state.txt", GoroutinesText(l.list, l.stacks, PlainStyle(), {}));
}

TEST(Goroutines, WhatIsLeftOutIsCounted) {
  const Listed l;
  const std::string text = GoroutinesText(l.list, l.stacks, PlainStyle(), {.groups = 1});
  EXPECT_NE(text.find("and 1 group with 1 goroutine"), std::string::npos) << text;
}

TEST(Goroutines, NothingOfATargetMovesTheCursor) {
  const Listed l;
  EXPECT_EQ(GoroutinesText(l.list, l.stacks, PlainStyle(), {}).find('\x1b'), std::string::npos);
}

TEST(Goroutines, JsonFollowsTheSchema) {
  const auto schema = nlohmann::json::parse(ReadSource("docs/goroutines.schema.json"), nullptr, false);
  for (const auto by :
       {model::GroupBy::kStack, model::GroupBy::kState, model::GroupBy::kCreator, model::GroupBy::kLabels}) {
    Listed l;
    l.list.by = by;
    const model::GoroutineList lists[] = {l.list, {}};
    const std::string json = GoroutinesJson(lists, l.stacks, PlainStyle());
    EXPECT_EQ(SchemaErrors(schema, nlohmann::json::parse(json)), std::vector<std::string>{}) << json;
  }
}

}  // namespace
}  // namespace seep::report
