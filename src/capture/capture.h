// The only folder that touches the world: HTTP, files, /proc. Brings artifacts (raw bytes with names);
// interprets nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "model/artifact.h"
#include "model/snapshot.h"
#include "model/target.h"

namespace seep::capture {

struct HttpOptions {
  std::vector<std::string> headers;  // "Name: value"
  std::string bearer_token;
  std::string user_password;                                // "user:password": basic authentication
  std::string client_certificate, client_key, authorities;  // PEM files
  bool insecure = false;                                    // accept any certificate
  Duration timeout = std::chrono::seconds(60);              // of one whole request, slow-loris included
  bool patient_body = false;  // once it has begun, an answer may take as long as it keeps coming
  Duration connect_timeout = std::chrono::seconds(10);
  uint64_t max_body = uint64_t{2} << 30;  // bytes of one answer
};

class Round;

// What is to be read of a Go program's own memory, with the rest of a round.
struct InsideRequest {
  std::string target;      // a pid, or the path of a core file
  bool goroutines = true;  // false: the endpoint has said it
  bool heap = true;
  bool alone = true;         // false: there is an endpoint, and nothing is missing where this cannot be had
  bool memory_only = false;  // only where the memory is: no goroutine is looked at
};

struct CaptureOptions {
  HttpOptions http;
  bool stop_the_world = true;     // false: --no-stw, never ask for debug=2
  uint64_t dump_budget = 20'000;  // goroutines above which debug=2 is not asked for
  std::optional<uint64_t> pid;    // --pid: read /proc of this process too
  bool local_process = true;      // look for the pid behind a loopback URL
  bool memory_only = false;       // what seep memory needs, and nothing else
  int samples = 2;                // rounds
  Duration interval = std::chrono::seconds(30);
  std::string proc_root = "/proc";
  // Reads the memory of a Go program and adds what it finds to the round, as the artifacts that an endpoint
  // would give. Knows the runtime of Go, which this folder does not: set by pipeline/. May be empty.
  std::function<void(const InsideRequest&, Round&)> look_inside;
  uint64_t max_file = uint64_t{16} << 30;   // bytes of one evidence file
  uint64_t max_files = 10'000;              // in a folder or bundle
  uint64_t max_folder = uint64_t{4} << 30;  // bytes of all files of a folder together
};

// Time and sleep come from outside, so that tests need neither.
struct Clock {
  std::function<Time()> now;
  std::function<void(Duration)> sleep;
};
Clock SystemClock();

struct Captured {
  std::vector<model::Artifact> artifacts;
  std::vector<model::Gap> gaps;  // what could not be asked for at all
};

// Recognises what `text` is: "http://…", "host:6060", ":6060", "unix:/run/x.sock", "4711" (a pid), a path.
Result<model::TargetSpec> RecogniseTarget(const std::string& text);

// Everything the targets have to give, live ones in `samples` rounds `interval` apart (all targets of a round
// together). An Error only when nothing at all could be had; otherwise artifacts carry their own errors.
Result<Captured> Capture(const std::vector<model::TargetSpec>& targets, const CaptureOptions& options,
                         const Clock& clock, const Log& log);

}  // namespace seep::capture
