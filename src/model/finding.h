// What seep says: the values behind the report contract (schema seep.report/1, docs/report.schema.json).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/snapshot.h"

namespace seep::model {

enum class Verdict : uint8_t {
  kLeak,     // grows without bound
  kBounded,  // a cost held by a limit; the limit is named
  kWatch,    // growing, too little evidence
  kFault,    // wrong now, whether or not it grows
};
enum class Confidence : uint8_t { kProved, kStrong, kLikely, kPossible };  // strongest first
enum class Severity : uint8_t { kCritical, kHigh, kMedium, kLow };
enum class Shape : uint8_t { kUnbounded, kBounded, kPlateau, kUnknown };
enum class Role : uint8_t { kCulprit, kCreator, kBlocked, kAllocator, kCandidate };

std::string_view Name(Verdict v);
std::string_view Name(Confidence c);
std::string_view Name(Severity s);
std::string_view Name(Shape s);
std::string_view Name(Role r);

struct Impact {  // of the newest snapshot; empty = not known
  std::optional<uint64_t> goroutines, sockets, fds, heap_bytes, rss_bytes;
  std::map<std::string, double> per_hour;  // "goroutines", "sockets", "heap_bytes", "rss_bytes", ...
  std::optional<double> limit_in_seconds;  // until the memory or fd limit is reached at this rate
};

struct Bound {
  std::string by;      // "IdleConnTimeout"
  double seconds = 0;  // 0 = not a time
};

struct Location {
  Role role = Role::kCandidate;
  std::string function;
  std::string file;
  uint32_t line = 0;
  std::string why;
};

struct EvidenceItem {
  std::string kind;  // "goroutines", "heap", "sockets", "growth", "law", ...
  std::string text;
  std::string source;  // file or URL
  int snapshot = -1;   // index in the series; -1 = all
};

// Numbers a chart can draw: time since the first snapshot in seconds, and the value. Curves in bytes named
// "memory: <part>" are parts of one account, "memory: RSS" is their whole: the page draws them as one stacked
// bar.
struct Curve {
  std::string name;  // "goroutines"
  std::string unit;
  std::vector<std::pair<double, double>> points;
};

// For one histogram of ages: upper edge in seconds and count.
struct Histogram {
  std::string name;
  std::vector<std::pair<double, uint64_t>> bins;
};

struct Finding {
  std::string id;  // kebab-case, design ids
  int target = 0;  // index into Report::targets
  Verdict verdict = Verdict::kWatch;
  Confidence confidence = Confidence::kPossible;
  Severity severity = Severity::kMedium;
  std::string title;    // one line
  std::string library;  // of client-per-call and the like
  Impact impact;
  Shape shape = Shape::kUnknown;
  std::optional<Bound> bound;
  std::vector<Location> where;
  std::vector<EvidenceItem> evidence;
  std::string cause;     // "why" on the terminal
  std::string size;      // seen beside expected, wherever a law predicts it
  std::string excludes;  // "not": the nearest wrong explanation and the evidence against it
  std::string fix;       // prose; lines after an empty line that are indented by two spaces are code
  std::string verify;    // a command
  std::string lift;      // which evidence would lift the confidence; empty if none would
  std::vector<std::string> see;
  std::vector<Curve> curves;
  std::optional<Histogram> ages;
  std::vector<std::pair<StackId, uint64_t>>
      stacks;  // the pile, largest first, for -v and the flame graph:
               // goroutines, or bytes in a finding about heap bytes alone
};

struct Note {  // not a finding: worth a line
  std::string text;
  std::string explain;  // an id for `seep explain`, or empty
};

// What was looked at, for the one-line answer of a healthy service.
struct Looked {
  std::optional<uint64_t> goroutines, groups, heap_bytes, rss_bytes, sockets, fds;
  std::vector<Curve> curves;
};

struct TargetReport {
  std::string name;
  Process process;
  struct Taken {
    std::optional<Time> at;
    std::vector<Source> sources;
    std::vector<Gap> gaps;
  };
  std::vector<Taken> snapshots;
  Looked looked;
};

struct Report {
  std::vector<TargetReport> targets;
  std::vector<Finding> findings;  // most severe first
  std::vector<Note> notes;
  std::vector<Gap> gaps;
};

}  // namespace seep::model
