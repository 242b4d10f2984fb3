// Reports made by hand for the tests: the incidents as a detector would describe them, and what hostile
// targets can send.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "model/finding.h"
#include "model/stack_table.h"

namespace seep::report {

struct TestReport {
  model::Report report;
  model::StackTable stacks;
};

inline Time At(int64_t seconds) {
  return FromUnixNanos((1'793'000'000 + seconds) * 1'000'000'000);
}

inline model::TargetReport OrdersTarget() {
  model::TargetReport t;
  t.name = "orders";
  t.process.name = "orders";
  t.process.pid = 4711;
  t.process.go_version = "go1.26.8";
  t.process.started = At(30 - (3 * 3600 + 12 * 60));
  for (int i = 0; i < 2; ++i) {
    model::TargetReport::Taken taken;
    taken.at = At(30 * i);
    const std::string base = "http://127.0.0.1:6060/debug/pprof/";
    taken.sources = {{"heap", base + "heap", At(30 * i), 91'234},
                     {"goroutine debug=2", base + "goroutine?debug=2", At(30 * i), 11'000'000}};
    t.snapshots.push_back(std::move(taken));
  }
  t.looked.goroutines = 27'838;
  t.looked.groups = 11;
  t.looked.heap_bytes = 279ull << 20;
  t.looked.curves = {{"goroutines", "goroutines", {{0, 27'731}, {30, 27'838}}},
                     {"heap", "bytes", {{0, 278.0 * 1048576}, {30, 279.0 * 1048576}}}};
  return t;
}

inline model::StackId ReadLoopStack(model::StackTable& stacks) {
  const std::string go = "/usr/local/go/src/";
  const model::FrameId frames[] = {
      stacks.AddFrame("internal/poll.runtime_pollWait", go + "runtime/netpoll.go", 351),
      stacks.AddFrame("internal/poll.(*FD).Read", go + "internal/poll/fd_unix.go", 165),
      stacks.AddFrame("net.(*conn).Read", go + "net/net.go", 196),
      stacks.AddFrame("net/http.(*persistConn).Read", go + "net/http/transport.go", 2122),
      stacks.AddFrame("bufio.(*Reader).Peek", go + "bufio/bufio.go", 148),
      stacks.AddFrame("net/http.(*persistConn).readLoop", go + "net/http/transport.go", 2275),
  };
  return stacks.AddStack(frames);
}

inline model::StackId WriteLoopStack(model::StackTable& stacks) {
  const std::string go = "/usr/local/go/src/";
  const model::FrameId frames[] = {
      stacks.AddFrame("net/http.(*persistConn).writeLoop", go + "net/http/transport.go", 2600),
      stacks.AddFrame("net/http.(*Transport).dialConn.gowrap3", go + "net/http/transport.go", 1945),
  };
  return stacks.AddStack(frames);
}

// The example of the product's report: a client per call, held by the idle timeout.
inline model::Finding PerCallFinding(model::StackTable& stacks) {
  model::Finding f;
  f.id = "http-client-per-call";
  f.verdict = model::Verdict::kBounded;
  f.confidence = model::Confidence::kStrong;
  f.severity = model::Severity::kHigh;
  f.title = "A new HTTP client is built for every call";
  f.impact.goroutines = 27'690;
  f.impact.sockets = 13'845;
  f.impact.heap_bytes = 172ull << 20;
  f.impact.per_hour = {{"goroutines", 12'840}};
  f.shape = model::Shape::kBounded;
  f.bound = {"IdleConnTimeout", 60};
  f.where = {{model::Role::kCulprit, "httpwithmetric.DefaultHttpClientWithMetric", "httpwithmetric/client.go",
              31, "13,845 live http.Transport were allocated here: one per open socket"}};
  f.evidence = {{"goroutines", "13,845 in readLoop and 13,845 in writeLoop",
                 "http://127.0.0.1:6060/debug/pprof/goroutine?debug=2", 1},
                {"heap", "172 MiB are held by http.Transport", "http://127.0.0.1:6060/debug/pprof/heap", 1},
                {"law", "2 x rate x idle timeout predicts 27,720", "", -1}};
  f.cause =
      "Each call makes its own http.Transport. Its idle connection and the two goroutines that serve it "
      "(readLoop, "
      "writeLoop) live on for the idle timeout, 60 s, after the call has returned.";
  f.size =
      "2 x 231 calls/s x 60 s = 27,720 goroutines expected, 27,690 seen. It falls only when traffic does "
      "(below 1 "
      "call a minute: to zero), so adding instances moves the pile, it does not remove it.";
  f.excludes = "Unclosed bodies: 0 of 13,845 readLoops wait for a body.";
  f.fix =
      "Build one http.Client at start-up and share it:\n\n  var client = &http.Client{Timeout: 5 * "
      "time.Second}\n";
  f.verify = "seep compare before.seep http://127.0.0.1:6060";
  f.see = {"http-body-not-closed", "docs/findings/http-client-per-call.md"};
  model::Curve curve{"goroutines", "goroutines", {}};
  for (int i = 0; i <= 12; ++i)
    curve.points.emplace_back(i * 10.0, 27'690 * (1 - std::exp(-i / 3.0)) + (i * 37 % 11) * 40.0);
  f.curves = {curve,
              {"heap", "bytes", {{0, 170.0 * 1048576}, {60, 171.0 * 1048576}, {120, 172.0 * 1048576}}}};
  f.ages = {"age of the goroutines", {{15, 6'900}, {30, 6'950}, {45, 6'920}, {60, 6'880}, {120, 40}}};
  f.stacks = {{ReadLoopStack(stacks), 13'845}, {WriteLoopStack(stacks), 13'845}};
  return f;
}

inline TestReport S0Report() {
  TestReport t;
  t.report.targets = {OrdersTarget()};
  t.report.findings = {PerCallFinding(t.stacks)};
  t.report.notes = {{"The profile listener 127.0.0.1:6060 has no idle timeout.", "server-idle-connections"}};
  t.report.gaps = {{"native memory", "no pid given", "seep diagnose --pid 4711"},
                   {"socket states", "no pid given", "seep diagnose --pid 4711"}};
  return t;
}

// Goroutines joined to their sockets, for months.
inline model::Finding SshFinding(model::StackTable& stacks) {
  model::Finding f;
  f.id = "ssh-handshake-no-deadline";
  f.verdict = model::Verdict::kLeak;
  f.confidence = model::Confidence::kProved;
  f.severity = model::Severity::kCritical;
  f.title = "SSH handshakes wait for ever: no deadline after the TCP dial, and the peers are gone";
  f.impact.goroutines = 1'422;
  f.impact.sockets = 711;
  f.impact.fds = 711;
  f.impact.rss_bytes = 38ull << 20;
  f.impact.per_hour = {{"goroutines", 0.5}, {"sockets", 0.25}};
  f.impact.limit_in_seconds = 1156 * 3600.0;
  f.shape = model::Shape::kUnbounded;
  f.where = {{model::Role::kCulprit, "corp.example/ops/runner/internal/sshexec.(*Pool).connect",
              "/home/build/agent/work/a81b3f/src/corp.example/ops/runner/internal/sshexec/pool.go", 212,
              "calls ssh.Dial with ClientConfig.Timeout only"},
             {model::Role::kBlocked, "golang.org/x/crypto/ssh.readVersion",
              "/home/u/go/pkg/mod/golang.org/x/crypto@v0.17.0/ssh/transport.go", 345,
              "711 stand here, the oldest for 204,113 min"},
             {model::Role::kCreator, "golang.org/x/crypto/ssh.NewClientConn", "", 0, ""}};
  f.evidence = {{"sockets", "10.0.0.5:41022 -> 10.1.7.9:22 ESTABLISHED, keepalive off, last byte 141 d ago",
                 "/proc/812/net/tcp", 0},
                {"sockets", "10.0.0.5:41377 -> 10.1.7.14:22 ESTABLISHED, keepalive off, last byte 139 d ago",
                 "/proc/812/net/tcp", 0}};
  f.cause =
      "Timeout covers the TCP dial and nothing after it. The peer vanished without a FIN, keepalive is off, "
      "so the read "
      "of the version line never ends.";
  f.excludes = "Slow peers: 711 of 711 sockets received no byte at all.";
  f.fix =
      "Set a deadline around the handshake:\n\n  conn, err := net.DialTimeout(\"tcp\", addr, "
      "10*time.Second)\n"
      "  conn.SetDeadline(time.Now().Add(30 * time.Second))\n  c, chans, reqs, err := "
      "ssh.NewClientConn(conn, addr, config)"
      " // this comment is longer than the line\n\n  conn.SetDeadline(time.Time{})\n\nKeep keepalive on as "
      "well.";
  f.verify = "seep goroutines 812";
  const model::FrameId frames[] = {
      stacks.AddFrame("golang.org/x/crypto/ssh.readVersion",
                      "/home/u/go/pkg/mod/golang.org/x/crypto@v0.17.0/ssh/transport.go", 345),
      stacks.AddFrame("corp.example/ops/runner/internal/sshexec.(*Pool).connect",
                      "/home/build/agent/work/a81b3f/src/corp.example/ops/runner/internal/sshexec/pool.go",
                      212)};
  f.stacks = {{stacks.AddStack(frames), 711}};
  return f;
}

inline TestReport SocketsReport() {
  TestReport t;
  model::TargetReport target;
  target.name = "runner";
  target.process.pid = 812;
  target.process.host = "ops-3";
  target.snapshots.resize(1);
  target.snapshots[0].at = At(0);
  target.snapshots[0].gaps = {
      {"heap profile", "connection refused", "curl -o heap.pb.gz http://HOST:6060/debug/pprof/heap"}};
  target.looked.goroutines = 1'498;
  target.looked.sockets = 733;
  target.looked.rss_bytes = 96ull << 20;
  t.report.targets = {target};
  t.report.findings = {SshFinding(t.stacks)};
  t.report.findings[0].bound = std::nullopt;
  return t;
}

inline model::Finding WatchFinding(int target) {
  model::Finding f;
  f.id = "goroutine-growth";
  f.target = target;
  f.verdict = model::Verdict::kWatch;
  f.confidence = model::Confidence::kPossible;
  f.severity = model::Severity::kMedium;
  f.title = "Goroutines of one stack grow";
  f.impact.goroutines = 312;
  f.impact.per_hour = {{"goroutines", 1440}, {"heap_bytes", 3.2 * 1048576}};
  f.where = {{model::Role::kCandidate, "main.(*Hub).run.func1", "/app/hub.go", 77, ""}};
  f.cause = "The pile grew by 12 in 30 s and lost none.";
  f.lift = "A third snapshot ten minutes later separates a leak from a burst.";
  f.verify = "Take another snapshot after the peak and compare: the pile of a burst shrinks.";
  return f;
}

inline TestReport WatchReport() {
  TestReport t;
  t.report.targets = {OrdersTarget()};
  t.report.targets[0].looked.goroutines = 902;
  t.report.findings = {WatchFinding(0)};
  return t;
}

// Three processes: one healthy, one with a watch, one with two findings; given in the wrong order.
inline TestReport FleetReport() {
  TestReport t;
  t.report.targets = {OrdersTarget(), OrdersTarget(), OrdersTarget()};
  t.report.targets[0].name = "billing";
  t.report.targets[1].name = "hub";
  const char* names[] = {"billing", "hub", "orders"};
  for (size_t i = 0; i < 3; ++i) {
    t.report.targets[i].name = names[i];
    t.report.targets[i].process.pid = 100 + i;
  }
  t.report.targets[0].looked.goroutines = 424;
  t.report.targets[0].looked.heap_bytes = 18ull << 20;
  t.report.targets[0].looked.curves = {{"goroutines", "", {{0, 424}, {30, 424}}}};
  t.report.targets[1].snapshots[1].gaps = {
      {"heap profile", "it took longer than 1 m", "seep diagnose --timeout 5m"}};
  model::Finding second = WatchFinding(2);
  second.id = "tcp-no-keepalive";
  second.verdict = model::Verdict::kFault;
  second.severity = model::Severity::kLow;
  second.confidence = model::Confidence::kProved;
  second.title = "Keepalive is off on 12 outgoing connections";
  second.lift = "never shown: it is proved";
  model::Finding first = PerCallFinding(t.stacks);
  first.target = 2;
  t.report.findings = {WatchFinding(1), second, first};
  return t;
}

inline TestReport HealthyReport() {
  TestReport t;
  model::TargetReport target = OrdersTarget();
  target.looked = {};
  target.looked.goroutines = 424;
  target.looked.groups = 11;
  target.looked.heap_bytes = 18ull << 20;
  target.looked.rss_bytes = 61ull << 20;
  target.looked.sockets = 37;
  target.looked.curves = {{"goroutines", "", {{0, 421}, {30, 424}}},
                          {"heap", "bytes", {{0, 18.2 * 1048576}, {30, 18.0 * 1048576}}},
                          {"RSS", "bytes", {{0, 71.0 * 1048576}, {30, 61.0 * 1048576}}}};
  t.report.targets = {target};
  return t;
}

// Memory alone: the stacks of the finding are bytes.
inline TestReport HeapReport() {
  TestReport t;
  t.report.targets = {OrdersTarget()};
  model::Finding f;
  f.id = "heap-growth";
  f.verdict = model::Verdict::kLeak;
  f.confidence = model::Confidence::kLikely;
  f.severity = model::Severity::kHigh;
  f.title = "A map that is never emptied holds the sessions";
  f.impact.heap_bytes = 96ull << 20;
  f.impact.per_hour = {{"heap_bytes", 12.0 * 1048576}};
  f.impact.limit_in_seconds = 15 * 3600.0;
  f.shape = model::Shape::kUnbounded;
  f.where = {{model::Role::kAllocator, "corp.example/orders/session.(*Store).Put",
              "/src/orders/session/store.go", 44, "96 MiB live"}};
  f.curves = {{"live bytes", "bytes", {{0, 95.9 * 1048576}, {15, 95.95 * 1048576}, {30, 96.0 * 1048576}}}};
  const model::FrameId frames[] = {
      t.stacks.AddFrame("corp.example/orders/session.(*Store).Put", "/src/orders/session/store.go", 44),
      t.stacks.AddFrame("net/http.HandlerFunc.ServeHTTP", "/usr/local/go/src/net/http/server.go", 2220)};
  f.stacks = {{t.stacks.AddStack(frames), 96ull << 20}};
  t.report.findings = {f};
  return t;
}

// Evidence that shows nothing: no verdict may be claimed.
inline TestReport GapsReport() {
  TestReport t;
  model::TargetReport target;
  target.name = "10.0.0.9:6060";
  target.snapshots.resize(2);
  t.report.targets = {target};
  t.report.gaps = {{"goroutines", "404: no pprof handler at /debug/pprof/",
                    "import _ \"net/http/pprof\" and listen on a port of your own"},
                   {"heap", "404: no pprof handler at /debug/pprof/",
                    "import _ \"net/http/pprof\" and listen on a port of your own"},
                   {"sockets", "", "seep diagnose --pid PID on that machine"},
                   {"memory", "the process belongs to another user", "sudo seep diagnose --pid 99"}};
  return t;
}

// What a target, a label or a file name may hold.
inline TestReport HostileReport() {
  TestReport t;
  const std::string evil =
      "</script><script>alert(1)</script>\"'&<b>\x1b[2J\xff\xfe\xc2\x9b"
      "31m\xe2\x80\xae|`*_[x](y)\u2028";
  model::TargetReport target = OrdersTarget();
  target.name = evil + "\nsecond line";
  target.process.go_version = evil;
  target.process.host = evil;
  model::Finding f = PerCallFinding(t.stacks);
  f.id = evil;
  f.title = evil + "\n\n# a heading\ttabbed";
  f.library = evil;
  f.where = {{model::Role::kCulprit, "main." + evil, "/a/" + evil + ".go", 1, evil},
             {model::Role::kCandidate, "", "", 0, ""}};
  f.cause = evil;
  f.fix = evil + ":\n\n  ```\n  " + evil;
  f.verify = evil;
  f.lift = evil;
  f.see = {evil, "javascript:alert(1)"};
  f.evidence = {{evil, evil, evil, 0}};
  f.curves = {
      {evil, evil, {{0, 1}, {1, std::nan("")}, {std::numeric_limits<double>::infinity(), 2}, {3, -1e300}}}};
  f.ages = {evil, {{1, 0}, {std::numeric_limits<double>::infinity(), ~uint64_t{0}}}};
  f.impact.per_hour = {{evil, std::nan("")}, {"z" + evil, 1e300}};
  f.impact.limit_in_seconds = std::numeric_limits<double>::infinity();
  const model::FrameId frames[] = {t.stacks.AddFrame("main." + evil, evil, 7)};
  f.stacks = {{t.stacks.AddStack(frames), 3}, {model::StackId{999'999}, 1}};
  t.report.targets = {target};
  model::Finding lost = f;
  lost.target = -7;
  t.report.findings = {f, lost};
  t.report.notes = {{evil, evil}};
  t.report.gaps = {{evil, evil, evil}};
  return t;
}

inline TestReport LongPathReport() {
  TestReport t = SocketsReport();
  std::string deep;
  for (int i = 0; i < 20; ++i) deep += fmt::format("/directory-{}", i);
  model::Finding& f = t.report.findings[0];
  f.where[0].file = deep + "/pool.go";
  f.where[0].function =
      "corp.example/x/pool.(*VeryLongTypeNameForAPool[...]).connectAndAuthenticateWithEverything.func1.2";
  f.where[1].file =
      deep +
      "/a_file_name_that_is_by_itself_longer_than_a_terminal_line_and_still_must_not_be_cut_anywhere.go";
  f.where[2].file = "handler.go";
  f.where[2].line = 9;
  return t;
}

}  // namespace seep::report
