#include "detect/network.h"

#include "detect/scene_for_test.h"

namespace seep::detect {
namespace {

using model::Socket;
using model::TcpState;
using model::TcpTimer;

Socket Make(TcpState state, uint64_t inode, model::Endpoint local, model::Endpoint remote) {
  Socket s;
  s.state = state;
  s.inode = inode;
  s.local = std::move(local);
  s.remote = std::move(remote);
  s.timer = TcpTimer::kKeepalive;
  return s;
}

struct Host {
  Scene scene;
  model::Snapshot& s = scene.At(0);
  Host() {
    s.fds.emplace();
    s.sockets.emplace();
  }
  void Own(uint64_t inode) {
    s.fds->push_back({.number = static_cast<int32_t>(inode),
                      .kind = model::FdKind::kSocket,
                      .inode = inode,
                      .target = {}});
  }
  void Dialled(uint64_t inode, const std::string& peer, uint16_t port) {
    Own(inode);
    s.sockets->push_back(Make(TcpState::kEstablished, inode,
                              {"10.0.0.1", static_cast<uint16_t>(40000 + inode)}, {peer, port}));
  }
  NetworkView View() const { return GatherNetwork(scene.series).views.at(0); }
};

TEST(Network, OnlySocketsOfItsOwnDescriptorsAndWhoDialledThem) {
  Host host;
  host.Own(1);
  host.s.sockets->push_back(Make(TcpState::kListen, 1, {"0.0.0.0", 8080}, {}));
  host.Own(2);
  host.s.sockets->push_back(Make(TcpState::kEstablished, 2, {"10.0.0.1", 8080}, {"10.0.0.9", 50000}));
  host.Dialled(3, "10.0.0.2", 5432);
  host.s.sockets->push_back(
      Make(TcpState::kEstablished, 99, {"10.0.0.1", 7}, {"10.0.0.9", 1}));         // another process's
  host.s.sockets->push_back(Make(TcpState::kListen, 98, {"0.0.0.0", 40003}, {}));  // so is this port
  const NetworkView view = host.View();
  ASSERT_EQ(view.sockets.size(), 2u);
  EXPECT_TRUE(view.sockets[0].accepted);
  EXPECT_FALSE(view.sockets[1].accepted);
  EXPECT_EQ(view.sockets[1].fd, 3);
  EXPECT_EQ(view.listening, std::vector<uint16_t>{8080});
  EXPECT_EQ(view.Established(true), 1u);
  EXPECT_EQ(view.Established(false), 1u);
}

TEST(Network, TimeWaitHasNoOwnerAndIsCountedByPeer) {
  Host host;
  for (uint16_t i = 0; i < 3; ++i)
    host.s.sockets->push_back(Make(TcpState::kTimeWait, 0, {"10.0.0.1", i}, {"10.0.0.2", 80}));
  const NetworkView view = host.View();
  EXPECT_TRUE(view.sockets.empty());
  EXPECT_EQ(view.time_wait.at({"10.0.0.2", 80}), 3u);
}

TEST(Network, KeepaliveIsKnownToBeOffOnlyWhereNothingHidesTheTimer) {
  OwnSocket s;
  s.socket.state = TcpState::kEstablished;
  EXPECT_TRUE(KeepaliveOff(s));
  s.socket.send_queue = 1;
  EXPECT_FALSE(KeepaliveOff(s));
  s.keepalive = model::Keepalive{};
  EXPECT_TRUE(KeepaliveOff(s)) << "it was asked itself";
  s.keepalive->on = true;
  s.socket.send_queue = 0;
  EXPECT_FALSE(KeepaliveOff(s)) << "it was asked itself";
  s.keepalive.reset();
  s.socket.timer = TcpTimer::kKeepalive;
  EXPECT_FALSE(KeepaliveOff(s));
  s.socket.timer = TcpTimer::kOff;
  s.socket.state = TcpState::kCloseWait;
  EXPECT_FALSE(KeepaliveOff(s));
}

TEST(Network, AGoroutineIsJoinedToTheSocketItWaitsOn) {
  Host host;
  host.Dialled(7, "10.0.3.7", 22);
  host.Dialled(8, "10.0.3.7", 22);
  host.Own(9);  // C's
  const model::StackId stack = host.scene.Stack({"internal/poll.(*FD).Read", "main.handshake"});
  Scene::Add(host.s, stack, model::Wait::kIoWait, 1523, 1524);
  host.s.dump->goroutines[0].minutes = 2460;
  host.s.poll_descriptors = {{.fd = 7, .reader = 1523, .writer = 0}, {.fd = 8, .reader = 0, .writer = 0}};
  host.s.keepalives = {{.fd = 7, .inode = 7, .keepalive = {}}, {.fd = 8, .inode = 99, .keepalive = {}}};
  model::TcpInfo info;
  info.last_received_ms = info.last_sent_ms = 41 * 3600 * 1000;
  info.data_segments_in = 1;
  host.s.sockets->at(0).info = info;
  const NetworkView view = host.View();
  ASSERT_EQ(view.sockets.size(), 2u);
  const OwnSocket& waits = view.sockets[0];
  EXPECT_EQ(waits.goid, 1523u);
  EXPECT_EQ(waits.stack, stack);
  EXPECT_TRUE(WaitsForEver(waits));
  EXPECT_EQ(DescribeWait(waits), "blocked 41 h, read on fd 7 without a deadline");
  EXPECT_EQ(DescribeConnection(waits),
            "10.0.0.1:40007 -> 10.0.3.7:22 ESTABLISHED, keepalive off, last byte received 41 h ago");
  const OwnSocket& idle = view.sockets[1];
  EXPECT_FALSE(idle.keepalive) << "another socket had the number when it was asked";
  EXPECT_FALSE(WaitsForEver(idle));
  EXPECT_EQ(DescribeWait(idle), "no goroutine waits on fd 8");
  EXPECT_EQ(view.unpolled, std::vector<int32_t>{9});
}

TEST(Network, ADeadlineEndsTheWait) {
  OwnSocket s;
  s.fd = 5;
  s.poll = model::PollDescriptor{.fd = 5, .reader = 1, .writer = 0};
  EXPECT_TRUE(WaitsForEver(s));
  s.poll->read_deadline = model::PollDescriptor::Deadline::kArmed;
  s.poll->read_deadline_ms = 1500;
  EXPECT_FALSE(WaitsForEver(s));
  EXPECT_EQ(DescribeWait(s), "read on fd 5 for at most 1.5 s");
}

TEST(Network, WhatMovedBetweenTwoLooks) {
  Host host;
  host.Dialled(1, "10.0.0.2", 22);
  host.Dialled(2, "10.0.0.2", 22);
  for (size_t i = 0; i < 2; ++i) {
    host.s.sockets->at(i).cookie = 100 + i;
    host.s.sockets->at(i).info.emplace();
  }
  const NetworkView before = host.View();
  host.s.sockets->at(1).info->bytes_received = 1;
  EXPECT_EQ(MovedSince(before, host.View()), std::set<uint64_t>{101});
}

TEST(Network, UnansweredTakesThreeRetransmissionsOrTwoProbes) {
  Socket s;
  s.state = TcpState::kEstablished;
  const auto with = [&](TcpTimer timer, uint32_t n) {
    s.timer = timer;
    s.retransmits = n;
    return Unanswered(s);
  };
  EXPECT_FALSE(with(TcpTimer::kRetransmit, 2));
  EXPECT_TRUE(with(TcpTimer::kRetransmit, 3));
  EXPECT_FALSE(with(TcpTimer::kKeepalive, 1));
  EXPECT_TRUE(with(TcpTimer::kKeepalive, 2));
  EXPECT_TRUE(with(TcpTimer::kProbe, 2));
  EXPECT_FALSE(with(TcpTimer::kOff, 9));
  s.state = TcpState::kSynSent;
  EXPECT_FALSE(with(TcpTimer::kRetransmit, 9));
}

TEST(FindSockets, OnePeerIsABetterNameThanItsPort) {
  Host host;
  for (uint64_t i = 1; i <= 40; ++i) host.Dialled(i, "10.0.0.2", 22);
  const NetworkView view = host.View();
  const auto group = FindSockets(view, 40, false);
  ASSERT_TRUE(group);
  EXPECT_EQ(group->name, "10.0.0.2:22");
  EXPECT_EQ(group->sockets.size(), 40u);
  EXPECT_TRUE(FindSockets(view, 37, false)) << "within a tenth";
  EXPECT_FALSE(FindSockets(view, 36, false));
  EXPECT_FALSE(FindSockets(view, 40, true));
}

TEST(FindSockets, ManyPeersOnOnePort) {
  Host host;
  for (uint64_t i = 1; i <= 40; ++i) host.Dialled(i, "10.0.1." + std::to_string(i % 20), 22);
  const NetworkView view = host.View();
  const auto group = FindSockets(view, 40, false);
  ASSERT_TRUE(group);
  EXPECT_EQ(group->name, "port 22 of 20 peers");
}

}  // namespace
}  // namespace seep::detect
