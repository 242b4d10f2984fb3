// `seep sockets` against its schema, and what a person reads.
#include "report/sockets.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/schema_for_test.h"
#include "report/golden_for_test.h"

namespace seep::report {
namespace {

model::OwnedSocket Silent() {
  model::OwnedSocket s;
  s.fd = 37;
  s.socket.local = {"10.0.0.5", 43210};
  s.socket.remote = {"10.0.3.7", 22};
  s.socket.state = model::TcpState::kEstablished;
  s.socket.inode = 66201;
  s.socket.info.emplace();
  s.socket.info->last_received_ms = s.socket.info->last_sent_ms = 41 * 3600 * 1000;
  s.socket.info->data_segments_in = 3;
  s.keepalive.emplace();
  s.poll = model::PollDescriptor{};
  s.poll->fd = 37;
  s.poll->reader = s.goid = 1523;
  s.minutes = 41 * 60;
  return s;
}

struct Listed {
  model::StackTable stacks;
  model::SocketList list;

  Listed() {
    list.process.name = "runner";
    list.process.pid = 4711;
    list.total = 310;
    list.listed = 303;
    list.fds = 330;
    list.listening = {8080, 9090};
    list.time_wait = 12;
    list.polled = true;
    list.unpolled = 2;
    list.source = "sock_diag";
    list.gaps = {{"net/keepalive", "not permitted", "sudo"}};
    model::ListedSockets stuck;
    stuck.peer = "10.0.3.7:22";
    stuck.state = model::TcpState::kEstablished;
    stuck.site = stacks.AddFrame("main.(*Runner).dial\x1b[31m", "/srv/runner/dial.go", 41);
    stuck.count = stuck.goroutines = stuck.for_ever = stuck.keepalive_off = 300;
    stuck.unanswered = 4;
    stuck.quietest = Silent();
    model::ListedSockets forgotten;
    forgotten.peer = "clients of port 8080";
    forgotten.state = model::TcpState::kCloseWait;
    forgotten.count = 3;
    forgotten.quietest = Silent();
    forgotten.quietest.accepted = true;
    forgotten.quietest.goid = forgotten.quietest.poll->reader = 0;
    forgotten.quietest.socket.state = model::TcpState::kCloseWait;
    list.groups = {stuck, forgotten};
    list.sockets = {stuck.quietest, forgotten.quietest};
  }
};

TEST(Sockets, AsAPersonReadsThem) {
  const Listed l;
  ExpectGolden("sockets_list.txt", SocketsText(l.list, l.stacks, PlainStyle(), 20));
}

TEST(Sockets, TheRestIsCounted) {
  const Listed l;
  const std::string text = SocketsText(l.list, l.stacks, PlainStyle(), 1);
  EXPECT_NE(text.find("and 1 group with 3 connections (--top 0 shows all)"), std::string::npos) << text;
}

TEST(Sockets, NothingOfATargetMovesTheCursor) {
  const Listed l;
  EXPECT_EQ(SocketsText(l.list, l.stacks, PlainStyle(), 20).find('\x1b'), std::string::npos);
}

TEST(Sockets, JsonFollowsTheSchema) {
  const auto schema = nlohmann::json::parse(ReadSource("docs/sockets.schema.json"), nullptr, false);
  const Listed l;
  const model::SocketList empty;
  const SocketTarget targets[] = {{&l.list, &l.stacks}, {&empty, &l.stacks}};
  const auto json = nlohmann::json::parse(SocketsJson(targets, PlainStyle()));
  EXPECT_EQ(SchemaErrors(schema, json), std::vector<std::string>{}) << json.dump(2);
  EXPECT_EQ(json["targets"][0]["sockets"][0]["goroutine"]["deadline"], "none");
  EXPECT_EQ(json["targets"][0]["sockets"][1]["state"], "CLOSE_WAIT");
}

}  // namespace
}  // namespace seep::report
