// What is known about Go programs, as data: knowledge/*.yaml, embedded at build time, extended with
// --knowledge DIR. parse/knowledge reads it; detect/ matches with it; `seep explain` prints it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/scan.h"

namespace seep::model {

// Function patterns are Go function names in which '*' stands for any run of characters except '/'... a
// leading "**" for anything at all. "net/http.(*persistConn).readLoop" matches that function and, because
// closure suffixes are unstable across versions (.func1, .gowrap1, -fm, -range1), "...readLoop.func1" too.
struct Signature {
  std::vector<std::string> wait;     // any of these wait names (WaitName); empty = any
  std::string top;                   // the innermost frame outside the runtime
  std::vector<std::string> stack;    // all of these, innermost first, gaps allowed
  std::string root;                  // the outermost frame (the goroutine's own function)
  std::string creator;               // the `created by` function; ignored where the evidence has no creators
  std::vector<std::string> without;  // none of these anywhere in the stack
  bool user_frame = false;  // at least one frame outside the standard library: for the generic patterns
  uint32_t max_frames = 0;  // no deeper than this, runtime frames not counted; 0 = any depth
};

// One row of the catalogue: how the goroutines of a leak look. A stack belongs to the matching pattern of the
// highest priority (then the smaller id); kEvidence patterns are counted for every stack they match,
// whichever pattern owns it. Priorities in use: 1000 housekeeping · 300 a defect by itself · 100 a library's
// own goroutine · 60 a known wait of the standard library inside anybody's stack (pool, lock, dial) · 20 a
// server's handler · 10 generic waits in user code.
struct Pattern {
  std::string id;              // kebab-case, unique
  std::string finding;         // finding id it speaks for; empty = benign by itself, or only counted
  std::vector<int> catalogue;  // rows of the pattern catalogue it covers
  std::string library;         // "sarama": named in the title of client-per-call and the like
  std::vector<Signature> any_of;
  int priority = 0;       // higher wins when several patterns match one stack
  std::string object;     // what leaks, one word for people: "HTTP connection"
  double per_object = 1;  // goroutines of this pattern per leaked object
  enum class Role : uint8_t {
    kPile,       // these goroutines are the leak
    kCompanion,  // they come along with a pile of the same `object` (writeLoop with readLoop): counted, not
                 // judged
    kEvidence,   // counted for detectors that ask by id, never a finding
    kBenign,     // known housekeeping: never a finding while its count is within `benign_up_to`
  } role = Role::kPile;
  uint64_t benign_up_to = 0;  // singletons and small fixed pools
  enum class Driver : uint8_t {
    kCode,     // lives until the program's own code ends it: growth without deaths is a leak
    kClients,  // one per connected peer: growth may only mean more clients
    kLoad,     // one per unit of work in flight: may drain
    kDefect,   // one alone is a defect (nil channel)
  } driver = Driver::kCode;
  std::string bound_by;                     // what ends it by itself: "IdleConnTimeout"; empty = nothing
  double bound_seconds = 0;                 // its default; 0 = not a fixed time
  std::string title, cause, excludes, fix;  // override the finding's texts; empty = the finding's
};

// Texts may hold placeholders, filled by the engine from the finding: {count} live goroutines or objects,
// with thousands · {object} Pattern::object · {library} Pattern::library · {function} and {file_line} of the
// best `where` · {rate} growth, "231 connections/s" · {bound} "90 s (IdleConnTimeout)". Any other {word} is
// an error of the file. Prose is one long line a paragraph (reports wrap it); in `fix`, lines after an empty
// line that are indented by two spaces are code.
inline constexpr std::string_view kPlaceholderNames[] = {"count",     "object", "library", "function",
                                                         "file_line", "rate",   "bound"};

// The text of a finding id: one source for reports, `seep explain` and the docs.
struct FindingText {
  std::string id;
  std::string title;     // one line, names the fault
  std::string severity;  // "critical" .. "low" at verdict leak
  std::string what;      // what it is, for somebody who never met it
  std::string decided;   // which evidence decides it and what keeps it silent
  std::string cause;     // the report's "why"
  std::string excludes;  // the report's "not"; may be empty
  std::string fix;
  std::string verify;
  std::string lift;              // evidence that would lift the confidence
  std::vector<std::string> see;  // finding ids and documents
};

// Objects whose allocation stack names the user code that a connection's goroutines do not (reference 3.4,
// 9).
struct Owner {
  std::string object;   // "http.Transport"
  std::string finding;  // whose culprit it names
  std::string library;  // and only of a pattern of this library; empty = of any ("client-per-call" is many)
  std::vector<std::string> functions;  // allocation sites below the user's frame: patterns as in Signature
  double bytes = 0;  // heap bytes of one object on that stack, to turn bytes into a count; 0 = use objects
  std::vector<double>
      literal_sizes;  // heap sizes (Go size classes) of the object itself by Go version: finds the line of a
                      // literal (&http.Transport{...}) that has no library frame on its stack
  std::string why;    // "live http.Transport were allocated here"
  // What grows along with the object and is larger, so that sampling finds it sooner: it names a place that
  // most of it comes from, and says nothing of a number.
  bool place_only = false;
};

struct Knowledge {
  std::vector<Pattern> patterns;
  std::vector<FindingText> findings;
  std::vector<Owner> owners;
  std::vector<std::string>
      standard_packages;  // "net/http", "database/sql", ... (first path elements suffice)
  std::vector<ScanRule> scan_rules;
  std::vector<ScanResource> scan_resources;
  ScanFunctions scan_functions;

  const FindingText* Find(const std::string& id) const {
    for (const FindingText& f : findings)
      if (f.id == id) return &f;
    return nullptr;
  }

  const Pattern* FindPattern(const std::string& id) const {
    for (const Pattern& p : patterns)
      if (p.id == id) return &p;
    return nullptr;
  }

  const ScanRule* FindScanRule(const std::string& id) const {
    for (const ScanRule& r : scan_rules)
      if (r.id == id) return &r;
    return nullptr;
  }
};

}  // namespace seep::model
