// The lines of a goroutine dump, one by one: what debug=2, runtime.Stack, panics and SIGQUIT print.
//
//   goroutine 12 gp=0xc00 m=3 mp=0xc01 [select (leaked) (scan) (durable), 5 minutes]:       header
//   net/http.(*persistConn).writeLoop(0xc00015e000, {0x1, 0x2}, 0x3?, _, ...)               function
//           /usr/local/go/src/net/http/transport.go:2452 +0xf0 fp=0x1 sp=0x2 pc=0x3         file of the call
//   ...additional frames elided...   or   ...23 frames elided...
//   created by net/http.(*Transport).dialConn in goroutine 7
//           /usr/local/go/src/net/http/transport.go:1800 +0x1585
//   [originating from goroutine 7]:                                                         ancestors
//
// More in the header's brackets: ", locked to thread", ", synctest bubble 1", labels.
//
// Which Go prints which part:
//   1.22+  gp= and m=, fp= and more frames (crashes, SIGQUIT, GOTRACEBACK=system)
//   1.26+  (leaked)      1.25+  (durable), "synctest bubble 1"      1.24  "synctest group 1"
//   1.21+  "in goroutine 7", "23 frames elided"      1.18+  '?'      1.17+  braces
//   labels: `[running labels:{"k": "v"}]` 1.26 with GODEBUG=tracebacklabels=1, `[running] {k: "v"}` 1.27+
//   ancestors: GODEBUG=tracebackancestors=N, 1.11+
//
// Sources: runtime/traceback.go goroutineheader, traceback2, printcreatedby, printAncestorTraceback,
// printOneCgoTraceback in Go 1.9, 1.16, 1.19, 1.21, 1.26, 1.28-dev.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seep::parse {

struct GoroutineHeader {
  uint64_t goid = 0;
  std::string_view state;   // without "(leaked)" and "(scan)", which say nothing about what is waited for
  std::string_view labels;  // between the braces
  int32_t minutes = -1;
  bool leaked = false;
  bool locked = false;
};

// A whole header line, from "goroutine" to ":"; trailing spaces allowed.
std::optional<GoroutineHeader> ParseHeader(std::string_view line);
// Canonical form (model/goroutine.h: "key=value" lines, sorted) of `k: v, "k 2": "v\n"`.
std::string CanonicalLabels(std::string_view between_braces);

enum class DumpLine : uint8_t {
  kOther,
  kFunction,     // "pkg.Func(...)"
  kCreated,      // "created by ..."
  kElided,       // "...N frames elided...", "...additional frames elided..."
  kAncestor,     // "[originating from goroutine N]:"
  kUnavailable,  // "goroutine running on other thread; stack unavailable"
  kForeign,      // "non-Go function at pc=..."
  kMarker,       // "SIGQUIT: quit", "panic: ...", "exit status 2", "rax    0x0": a dump begins or ends here
  kContinues,    // "-----": another thread of the same crash follows (GOTRACEBACK=crash)
};
// Header, blank and file lines are told apart before this is asked.
DumpLine Classify(std::string_view line);

// Length of the name in front of the argument list: the last '(' of the line opens it.
size_t FunctionLength(std::string_view function_line);

struct CreatedBy {
  std::string_view function;
  uint64_t parent = 0;
};
CreatedBy ParseCreatedBy(std::string_view line);

struct FileLine {
  std::string_view file;
  uint32_t line = 0;
  size_t length = 0;   // of FILE:LINE in the text given
  bool whole = false;  // something follows LINE, so that a text cut short did not cut the number
};
// `text` begins at FILE; what follows "FILE:LINE" is the end or a space. The first such place counts: paths
// may hold spaces and colons ("C:/a b/x.go:12 +0x1").
std::optional<FileLine> ParseFileLine(std::string_view text);

// First word of an argument list, braces ignored ("{0x1, 0x2}" -> 1); 0 for "", "...", "_". A '?' after the
// word (Go 1.18+: the register may hold an older value) is ignored.
uint64_t FirstArgument(const char* begin, const char* end);

inline bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace seep::parse
