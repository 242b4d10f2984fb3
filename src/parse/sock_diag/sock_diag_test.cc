// tests/formats/proc/sock_diag: a dump of a namespace of its own, held against what `ss -tanoie` said there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "parse/fixtures.h"

namespace seep::parse {
namespace {

using model::Socket;
using model::TcpState;
using model::TcpTimer;

const Socket& ByInode(const model::Snapshot& s, uint64_t inode) {
  const auto at = std::ranges::find(*s.sockets, inode, &Socket::inode);
  EXPECT_NE(at, s.sockets->end()) << inode;
  return *at;
}

TEST(SockDiag, SaysWhatSsSays) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("proc/sock_diag"));
  EXPECT_TRUE(s.gaps.empty());
  ASSERT_TRUE(s.sockets);
  EXPECT_EQ(s.sockets->size(), 15u);
  EXPECT_EQ(s.sources.at(0).kind, "net/sock_diag");

  const Socket& silent = ByInode(s, 7693904);
  EXPECT_EQ(FormatEndpoint(silent.local), "10.0.0.5:36677");
  EXPECT_EQ(FormatEndpoint(silent.remote), "10.0.3.7:22");
  EXPECT_EQ(silent.state, TcpState::kEstablished);
  EXPECT_EQ(silent.timer, TcpTimer::kOff);
  EXPECT_EQ(silent.cookie, 0x2775u);
  ASSERT_TRUE(silent.info);
  EXPECT_NEAR(silent.info->last_received_ms, 1204, 5);
  EXPECT_EQ(silent.info->rtt_us, 31u);
  EXPECT_EQ(silent.info->data_segments_in, 0u);

  const Socket& kept = ByInode(s, 7693906);
  EXPECT_EQ(kept.timer, TcpTimer::kKeepalive);
  EXPECT_GT(kept.timer_ms, 119u * 60'000);

  const Socket& sender = ByInode(s, 7693908);
  EXPECT_EQ(sender.info->data_segments_out, 1u);
  EXPECT_EQ(sender.info->bytes_acknowledged, 101u);  // and the SYN
  const Socket& receiver = ByInode(s, 7693909);
  EXPECT_EQ(receiver.receive_queue, 100u);
  EXPECT_EQ(receiver.info->bytes_received, 100u);

  const Socket& left = ByInode(s, 7693910);
  EXPECT_EQ(left.state, TcpState::kCloseWait);
  EXPECT_EQ(left.receive_queue, 1u);
}

TEST(SockDiag, BothFamiliesAndWhatHasNoTcpInfo) {
  Parser parser;
  const model::Snapshot s = parser.One(ReadFixture("proc/sock_diag"));
  EXPECT_EQ(FormatEndpoint(ByInode(s, 7693915).remote), "[fd00::1]:8080");
  EXPECT_EQ(FormatEndpoint(ByInode(s, 7693918).local), "10.0.3.7:8080") << "mapped addresses are IPv4";
  const Socket& listener = ByInode(s, 7693903);
  EXPECT_EQ(listener.state, TcpState::kListen);
  EXPECT_FALSE(listener.info);
  const auto waits = std::ranges::find(*s.sockets, TcpState::kTimeWait, &Socket::state);
  ASSERT_NE(waits, s.sockets->end());
  EXPECT_EQ(waits->inode, 0u);
  EXPECT_EQ(waits->timer, TcpTimer::kTimeWait);
  EXPECT_FALSE(waits->info);
}

TEST(SockDiag, WhatEndsEarlySaysSoAtEveryLength) {
  Parser parser;
  const std::string whole = ReadFixture("proc/sock_diag");
  size_t last = 0;
  for (size_t n = 16; n < whole.size(); n += 4) {
    const model::Snapshot s = parser.One(whole.substr(0, n));
    EXPECT_EQ(s.gaps.size(), 1u) << n;
    EXPECT_GE(s.sockets->size(), last);
    last = s.sockets->size();
  }
  EXPECT_EQ(last, 15u);
}

TEST(SockDiag, AnErrorOfTheKernelIsNamed) {
  Parser parser;
  std::string bytes(20, '\0');
  const uint32_t header[] = {20, 2, model::kSockDiagSequence, 0, static_cast<uint32_t>(-12)};
  std::memcpy(bytes.data(), header, sizeof header);
  const model::Snapshot s = parser.One(bytes);
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_NE(s.gaps[0].why.find("cannot allocate memory"), std::string::npos) << s.gaps[0].why;
}

TEST(SockDiag, AnAttributeThatLiesAboutItsLengthCostsOneSocket) {
  Parser parser;
  std::string bytes = ReadFixture("proc/sock_diag");
  const uint16_t length = 0xFFFF;
  std::memcpy(bytes.data() + 16 + 72, &length, sizeof length);
  const model::Snapshot s = parser.One(bytes);
  EXPECT_EQ(s.sockets->size(), 14u);
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_EQ(s.gaps[0].why, "1 socket of the kernel's list could not be read");
}

}  // namespace
}  // namespace seep::parse
