#include "capture/capture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "capture/bundle.h"
#include "capture/round.h"
#include "capture/test_service.h"

namespace seep::capture {
namespace {

using Kind = model::TargetSpec::Kind;

struct Watch {  // a clock that only moves when somebody sleeps
  Time now = *ParseTime("2026-11-21T18:30:05Z");
  std::vector<Duration> slept;
  Clock clock() {
    return {[this] { return now; },
            [this](Duration d) {
              slept.push_back(d);
              now += d;
            }};
  }
};

struct Lines {
  std::vector<std::string> progress, warnings;
  Log log() {
    return Log([this](std::string_view line) { progress.emplace_back(line); },
               [this](std::string_view line) { warnings.emplace_back(line); });
  }
  bool Has(const std::string& part) const {
    return std::ranges::any_of(progress,
                               [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }
};

CaptureOptions Options(int samples = 1) {
  CaptureOptions options;
  options.samples = samples;
  options.local_process = false;
  return options;
}

std::vector<std::string> Names(const Captured& captured, int round) {
  std::vector<std::string> names;
  for (const model::Artifact& a : captured.artifacts) {
    if (a.round == round) names.push_back(a.name + (a.error ? " !" : ""));
  }
  return names;
}

Result<Captured> CaptureTexts(const std::vector<std::string>& texts, const CaptureOptions& options,
                              Watch& watch, Lines& lines) {
  std::vector<model::TargetSpec> targets;
  for (const std::string& text : texts) {
    SEEP_TRY(model::TargetSpec spec, RecogniseTarget(text));
    targets.push_back(spec);
  }
  return Capture(targets, options, watch.clock(), lines.log());
}

TEST(RecogniseTarget, TellsTheKindsApart) {
  const TempFolder folder;
  const std::string file = folder.Write("heap.pb.gz", "x");
  const std::string bundle = folder.Write("any.name", WriteBundle({}));
  const std::string core = folder.Write("core", std::string("\x7f"
                                                            "ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0\x3e\0",
                                                            20));
  const std::string program = folder.Write("orders", std::string("\x7f"
                                                                 "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0",
                                                                 20));
  const std::pair<std::string, Kind> kExpected[] = {
      {"http://h:6060", Kind::kUrl}, {"https://h/x", Kind::kUrl}, {"h:6060", Kind::kUrl},
      {":6060", Kind::kUrl},         {"[::1]:6060", Kind::kUrl},  {"4711", Kind::kPid},
      {"unix:/run/x", Kind::kUnix},  {file, Kind::kFile},         {folder.path, Kind::kFolder},
      {bundle, Kind::kBundle},       {"-", Kind::kFile},          {"h/debug/pprof", Kind::kUrl},
      {core, Kind::kCore},           {program, Kind::kFile},
  };
  for (const auto& [text, kind] : kExpected) {
    const auto spec = RecogniseTarget(text);
    ASSERT_TRUE(spec.has_value()) << text << ": " << spec.error().Text();
    EXPECT_EQ(spec->kind, kind) << text;
    EXPECT_EQ(spec->text, text);
  }
  for (const char* text :
       {"", "0", "99999999999", "unix:", "ftp://h", "nonsense", "no/such/file", "h:99999"}) {
    EXPECT_FALSE(RecogniseTarget(text).has_value()) << text;
  }
}

TEST(Capture, TakesRoundsOfAService) {
  TestServer server(FakeService{});
  Watch watch;
  Lines lines;
  const auto captured = CaptureTexts({server.Url()}, Options(2), watch, lines);
  ASSERT_TRUE(captured.has_value()) << captured.error().Text();
  const std::vector<std::string> expected = {"goroutine?debug=1",
                                             "goroutine?debug=0",
                                             "goroutine?debug=2",
                                             "heap",
                                             "heap?debug=1",
                                             "threadcreate",
                                             "mutex",
                                             "cmdline",
                                             "metrics"};
  EXPECT_EQ(Names(*captured, 0), expected);
  EXPECT_EQ(Names(*captured, 1), expected);
  for (const model::Artifact& a : captured->artifacts)
    EXPECT_EQ(a.target, fmt::format("127.0.0.1:{}", server.port()));
  EXPECT_EQ(watch.slept, std::vector<Duration>{std::chrono::seconds(30)});
  EXPECT_TRUE(lines.Has(fmt::format("round 1 of 2: {} goroutines", server.Url())));
  EXPECT_TRUE(lines.Has("waiting 30 s for the second round"));
  EXPECT_EQ(captured->artifacts.back().at, *ParseTime("2026-11-21T18:30:35Z"));
}

TEST(Capture, SpeaksToAUnixSocketBelowAPath) {
  const TempFolder folder;
  FakeService service;
  service.prefix = "/admin/pprof/";
  TestServer server(service, folder.path + "/x.sock");
  Watch watch;
  Lines lines;
  const auto captured =
      CaptureTexts({"unix:" + folder.path + "/x.sock:/admin/pprof"}, Options(), watch, lines);
  ASSERT_TRUE(captured.has_value()) << captured.error().Text();
  EXPECT_EQ(captured->artifacts.front().target, "unix:" + folder.path + "/x.sock");
  EXPECT_EQ(captured->artifacts.size(), 9u);
}

TEST(Capture, SeveralTargetsShareARound) {
  std::vector<std::unique_ptr<TestServer>> servers;
  std::vector<std::string> urls;
  for (int i = 0; i < 12; ++i) {
    servers.push_back(std::make_unique<TestServer>(FakeService{}));
    urls.push_back(servers.back()->Url());
  }
  Watch watch;
  Lines lines;
  const auto captured = CaptureTexts(urls, Options(2), watch, lines);
  ASSERT_TRUE(captured.has_value());
  EXPECT_EQ(watch.slept.size(), 1u);
  EXPECT_EQ(captured->artifacts.size(), 12u * 9 * 2);
  std::vector<std::string> order;
  for (const model::Artifact& a : captured->artifacts) {
    if (order.empty() || order.back() != a.target) order.push_back(a.target);
  }
  ASSERT_EQ(order.size(), 12u) << "in the order given, whichever answered first";
  for (int i = 0; i < 12; ++i) EXPECT_EQ(order[i], fmt::format("127.0.0.1:{}", servers[i]->port()));
}

TEST(Capture, TwoApplicationsBehindOnePortStayTwo) {
  TestServer server([](TestConnection& c, const std::string& path) {
    FakeService service;
    service.prefix = path.starts_with("/b/") ? "/b/debug/pprof/" : "/a/debug/pprof/";
    service(c, path);
  });
  Watch watch;
  Lines lines;
  const auto captured =
      CaptureTexts({server.Url("/a"), server.Url("/b"), server.Url("/a")}, Options(), watch, lines);
  ASSERT_TRUE(captured.has_value());
  std::set<std::string> names;
  for (const model::Artifact& a : captured->artifacts) names.insert(a.target);
  EXPECT_EQ(names, (std::set<std::string>{server.Url("/a"), server.Url("/b")}));
}

TEST(Capture, FindsItsProcessAndJoinsIt) {
  FakeService service;
  std::ifstream own("/proc/self/cmdline", std::ios::binary);
  service.cmdline = std::string(std::istreambuf_iterator<char>(own), {});
  TestServer server(service);
  Watch watch;
  Lines lines;
  CaptureOptions options = Options();
  options.local_process = true;
  const auto captured = CaptureTexts({server.Url()}, options, watch, lines);
  ASSERT_TRUE(captured.has_value());
  const std::vector<std::string> names = Names(*captured, 0);
  const std::vector<std::string> begin = {"goroutine?debug=1", "goroutine?debug=0", "goroutine?debug=2",
                                          "proc/fd"};
  ASSERT_GT(names.size(), begin.size());
  EXPECT_TRUE(std::equal(begin.begin(), begin.end(), names.begin()))
      << "sockets right after the dump they are joined with";
  EXPECT_TRUE(names[begin.size()] == "net/sock_diag" || names[begin.size()] == "proc/net/tcp");
  EXPECT_TRUE(std::ranges::find(names, "proc/status") != names.end());
  EXPECT_TRUE(captured->gaps.empty());
  // The same pid given as a target of its own is this URL's process, not a second target.
  const auto joined = CaptureTexts({server.Url(), std::to_string(getpid())}, options, watch, lines);
  ASSERT_TRUE(joined.has_value());
  EXPECT_EQ(Names(*joined, 0), names);
}

TEST(Capture, DoesNotTakeAForwarderForTheService) {
  TestServer server(FakeService{});  // says it is ./orders
  Watch watch;
  Lines lines;
  CaptureOptions options = Options();
  options.local_process = true;
  const auto captured = CaptureTexts({server.Url()}, options, watch, lines);
  ASSERT_TRUE(captured.has_value());
  for (const std::string& name : Names(*captured, 0)) EXPECT_FALSE(name.starts_with("proc/")) << name;
  ASSERT_EQ(captured->gaps.size(), 1u);
  EXPECT_NE(captured->gaps[0].why.find("only forwards"), std::string::npos);
  EXPECT_NE(captured->gaps[0].how.find("--pid"), std::string::npos);
}

TEST(Capture, WhatTheEndpointIsNotAskedForIsReadInside) {
  TestServer server(FakeService{});
  Watch watch;
  Lines lines;
  CaptureOptions options = Options();
  options.pid = static_cast<uint64_t>(getpid());
  std::vector<bool> asked_for_goroutines;
  options.look_inside = [&](const InsideRequest& request, Round& round) {
    EXPECT_FALSE(request.alone);
    asked_for_goroutines.push_back(request.goroutines);
    if (request.goroutines) round.Add("goroutine?debug=2", "memory", round.Now(), Bytes(std::string("dump")));
  };
  const auto dumps = [&]() -> std::vector<std::string> {
    std::vector<std::string> out;
    const auto captured = CaptureTexts({server.Url()}, options, watch, lines);
    EXPECT_TRUE(captured.has_value());
    for (const model::Artifact& a : captured->artifacts)
      if (a.round == 0 && a.name == "goroutine?debug=2") out.push_back(a.error ? "refused" : a.source);
    return out;
  };
  EXPECT_EQ(dumps().size(), 1u);
  EXPECT_FALSE(asked_for_goroutines.at(0)) << "the endpoint gave it";
  asked_for_goroutines.clear();
  options.stop_the_world = false;
  EXPECT_EQ(dumps(), std::vector<std::string>{"memory"}) << "and the refusal is forgotten";
  EXPECT_TRUE(asked_for_goroutines.at(0));
}

TEST(Capture, TakesThePidThatIsGiven) {
  TestServer server(FakeService{});
  Watch watch;
  Lines lines;
  CaptureOptions options = Options();
  options.pid = static_cast<uint64_t>(getpid());
  const auto captured = CaptureTexts({server.Url()}, options, watch, lines);
  ASSERT_TRUE(captured.has_value());
  const std::vector<std::string> names = Names(*captured, 0);
  EXPECT_TRUE(std::ranges::find(names, "proc/status") != names.end());
  ASSERT_EQ(lines.warnings.size(), 1u) << "its command line differs from the service's";
  TestServer other(FakeService{});
  const auto two = CaptureTexts({server.Url(), other.Url()}, options, watch, lines);
  ASSERT_FALSE(two.has_value());
  EXPECT_EQ(two.error().code, ErrorCode::kUsage);
}

TEST(Capture, APidAloneSaysWhatAUrlWouldAdd) {
  Watch watch;
  Lines lines;
  const auto captured = CaptureTexts({std::to_string(getpid())}, Options(), watch, lines);
  ASSERT_TRUE(captured.has_value());
  EXPECT_EQ(captured->artifacts.front().target, fmt::format("pid {}", getpid()));
  ASSERT_EQ(captured->gaps.size(), 1u);
  EXPECT_NE(captured->gaps[0].how.find(fmt::format("--pid {}", getpid())), std::string::npos);
}

TEST(Capture, ADeadServiceIsAnErrorAtOnce) {
  std::string url;
  {
    url = TestServer([](TestConnection&, const std::string&) {}).Url();
  }
  Watch watch;
  Lines lines;
  const auto captured = CaptureTexts({url}, Options(2), watch, lines);
  ASSERT_FALSE(captured.has_value());
  EXPECT_EQ(captured.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(watch.slept.empty()) << "nobody waits for what is not there";
}

TEST(Capture, OneDeadTargetDoesNotSpoilTheOthers) {
  std::string dead;
  {
    dead = TestServer([](TestConnection&, const std::string&) {}).Url();
  }
  TestServer server(FakeService{});
  const TempFolder folder;
  Watch watch;
  Lines lines;
  const auto captured =
      CaptureTexts({dead, server.Url(), folder.Write("heap", "x")}, Options(2), watch, lines);
  ASSERT_TRUE(captured.has_value());
  EXPECT_EQ(Names(*captured, -1), std::vector<std::string>{"heap"});
  EXPECT_EQ(Names(*captured, 0).front(), "goroutine?debug=1 !");
  EXPECT_EQ(captured->artifacts.size(), 1u + 2 + 18);
}

TEST(Capture, AServiceThatComesBackIsFoundInTheNextRound) {
  std::atomic<bool> up = false;
  TestServer server([&](TestConnection& c, const std::string& path) {
    if (up) return FakeService{}(c, path);
    c.Answer("starting", "text/plain", 503);
  });
  const TempFolder folder;
  Watch watch;
  Lines lines;
  Clock clock = watch.clock();
  clock.sleep = [&](Duration) { up = true; };
  const auto captured = Capture({*RecogniseTarget(server.Url()), *RecogniseTarget(folder.Write("heap", "x"))},
                                Options(2), clock, lines.log());
  ASSERT_TRUE(captured.has_value());
  EXPECT_EQ(Names(*captured, 0), std::vector<std::string>{"goroutine?debug=1 !"});
  EXPECT_EQ(Names(*captured, 1).size(), 9u);
}

TEST(Capture, ABundleIsReadOnceWithoutWaiting) {
  const TempFolder folder;
  TestServer server(FakeService{});
  Watch watch;
  Lines lines;
  const auto live = CaptureTexts({server.Url()}, Options(2), watch, lines);
  ASSERT_TRUE(live.has_value());
  watch.slept.clear();
  const auto read = CaptureTexts({folder.Write("x.seep", WriteBundle(*live))}, Options(2), watch, lines);
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(watch.slept.empty());
  ASSERT_EQ(read->artifacts.size(), live->artifacts.size());
  for (size_t i = 0; i < read->artifacts.size(); ++i) {
    EXPECT_EQ(read->artifacts[i].name, live->artifacts[i].name);
    EXPECT_EQ(read->artifacts[i].round, live->artifacts[i].round);
    EXPECT_TRUE(read->artifacts[i].bytes.view() == live->artifacts[i].bytes.view());
  }
}

TEST(Capture, NothingIsAnError) {
  Watch watch;
  Lines lines;
  EXPECT_FALSE(Capture({}, Options(), watch.clock(), lines.log()).has_value());
  const auto missing = Capture({{Kind::kFile, "/no/such/file"}}, Options(), watch.clock(), lines.log());
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace seep::capture
