// What `seep scan` knows and says: the part of the knowledge about Go source, and the findings in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/snapshot.h"

namespace seep::model {

// Functions are named by import path and name, methods by the type's name without a star: "net/http.Get",
// "net/http.Client.Do"; a composite literal is "&net/http.Transport"; C's are "C.malloc".

// One rule of the catalogue. Its texts are for people: `title` names the fault, `fix` is what to do.
struct ScanRule {
  std::string id;        // "R103"
  std::string name;      // "body-never-closed"
  std::string severity;  // "critical" .. "low", "info"
  std::string title;
  std::string what;
  std::string fix;
  std::vector<std::string> aliases;   // peers' names that suppress it: "bodyclose"
  std::vector<std::string> findings;  // of `seep diagnose`: the leaks such a line can be the cause of
  std::vector<std::string> tags;      // "CWE-772"
  bool holder = false;  // who stands on the line does not leak: it has what those that do wait for
};

// Something a call gives that has to be given back.
struct ScanResource {
  std::string id;               // "http-body"
  std::string noun;             // "the response body"
  std::string rule;             // no path gives it back
  std::string path_rule;        // some paths do and some do not; empty: `rule`
  std::string again_rule;       // taken again while it is still held; empty: `path_rule`
  std::string defer_loop_rule;  // given back by a defer in a loop; empty: nothing is said
  std::vector<std::string> acquire;
  std::vector<std::string> types;  // "database/sql.Rows": what an unknown function that has this result gives
  std::string held_by;             // "result", "receiver", "argument": what has to be given back
  uint32_t index = 0;              // which result or argument
  std::string at;                  // field of it that is the resource itself: "Body"
  // Argument, as written without its package, of the call or of what made its argument, with which nothing is
  // taken: the answer to "HEAD" has no body, and its connection is free again at once (net/http/transport.go
  // readLoop).
  std::vector<std::string> none_for;
  std::vector<std::string> release;     // its methods: "Close"; "()": it is called
  std::vector<std::string> release_by;  // functions that take it: "C.free"
  std::vector<std::string> drained_by;  // methods that give it back once they answer false: "Next"
  // Made once and shared: what leaks is one for each call. Held by what it is put into: a client holds its
  // transport.
  bool shared = false;
  // Its methods give values that live by it, and parts of it are values of their own: it may live on in one.
  bool in_parts = false;
  // Taken of something that gives it back at its own end, a statement of a transaction: what leaks is one for
  // each round in the meantime.
  bool owned = false;
  // Those who are handed it and are not known do not give it back: the bytes of a mapping.
  bool lent = false;
  // Whoever is handed it may use it up, which is as good as giving it back: a pipe that is read to its end.
  bool used_up = false;
  // Functions of any package that make something which uses it and does not close it: "New*Client".
  std::vector<std::string> stubs;
  // What --fix defers, {} being the variable: "{}.Body.Close()"; empty: a person has to.
  std::string defer_call;
  std::string safe_from;  // Go version in go.mod from which nothing leaks: "1.23"
};

// What is known of functions whose source is not looked at.
struct ScanFunctions {
  std::vector<std::string> keeps;    // take over what they are given; others of the standard library do not
  std::vector<std::string> borrows;  // outside the standard library: functions, or packages with a final '.'
  std::vector<std::string> ends;     // do not return
};

// --- what is found ---

enum class ScanConfidence : uint8_t { kCertain, kLikely, kPossible };  // strongest first

inline std::string_view Name(ScanConfidence c) {
  constexpr std::string_view kNames[] = {"certain", "likely", "possible"};
  return kNames[static_cast<size_t>(c)];
}

struct SourceSpot {
  std::string file;   // below the scanned folder, with '/'
  uint32_t line = 0;  // all 1-based; a column counts bytes
  uint32_t column = 0;
  uint32_t end_line = 0;
  uint32_t end_column = 0;
  std::string note;  // "the body is taken here"

  auto operator<=>(const SourceSpot&) const = default;
};

struct SourceEdit {  // replaces bytes [begin, end) of the file
  std::string file;
  uint32_t begin = 0;
  uint32_t end = 0;
  std::string text;
};

struct ScanFinding {
  std::string rule;  // ScanRule::id
  ScanConfidence confidence = ScanConfidence::kPossible;
  std::string severity;  // of the rule, or less
  SourceSpot where;
  std::string function;           // as the Go runtime prints it: "demo/price.(*client).look"
  std::string message;            // one line, with what is the matter here
  std::vector<SourceSpot> path;   // from where it is taken to where it is lost
  std::vector<SourceEdit> edits;  // what --fix does; empty: a person has to
  // Other functions in whose stacks the leak would be seen (callers of the constructor, goroutines started).
  std::vector<std::string> also_functions;
  // Of the leaks that its rule can be the cause of, those that this place cannot.
  std::vector<std::string> rules_out;
};

// A function of the source, by the name that the runtime prints.
struct SourceFunction {
  std::string name;
  std::string file;
  uint32_t first_line = 0;
  uint32_t last_line = 0;
};

struct ScanReport {
  std::string folder;
  std::string module;                    // of its go.mod; empty: none, or several
  std::vector<std::string> modules;      // all of them, with those of folders below
  std::string go_version;                // "1.22"
  std::vector<ScanFinding> findings;     // by file, line, rule
  std::vector<SourceFunction> declared;  // where a process is to be held against it
  std::vector<Gap> gaps;
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t lines = 0;
  uint64_t functions = 0;
};

}  // namespace seep::model
