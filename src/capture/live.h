// A running process: its URL, its pid, or both, asked once per round.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "capture/owner.h"
#include "capture/pprof_endpoint.h"

namespace seep::capture {

struct Live {
  std::string text;  // as written
  std::string name;  // Artifact::target
  std::string url;   // empty: a pid alone
  std::string unix_socket;
  std::optional<uint64_t> pid;
  bool pid_given = false;  // by the user: not doubted
  Owner owner;             // candidates for `pid`, checked once the service has answered
  std::optional<PprofEndpoint> endpoint;
  std::vector<model::Artifact> artifacts;
  std::vector<model::Gap> gaps;
};

// The live target `spec` means (kUrl, kUnix, kPid).
Result<Live> MakeLive(const model::TargetSpec& spec);

// Who may be behind the URL on this host; says with a gap why nobody is known.
void FindOwner(Live& live, const CaptureOptions& options);

// Everything once, in the order whose reasons stand at pprof_endpoint.h: goroutines and sockets together,
// then memory and heap together, then the rest.
void TakeRound(Live& live, int number, const std::string& progress_prefix, const CaptureOptions& options,
               const Clock& clock, const Log& log);

}  // namespace seep::capture
