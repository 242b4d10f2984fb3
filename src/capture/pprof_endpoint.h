// The HTTP side of a running service: where its pprof handlers are, and what is asked of them in which order.
//
// Costs the order is made for (docs/capture.md has them measured): goroutine?debug=0 and 1 stop the world for
// a constant time since Go 1.19 (golang commit 52bd1c4d6c); debug=2 stops it for the whole dump. So debug=1
// is asked first and its "goroutine profile: total N" decides whether debug=2 is affordable. goroutineleak
// forces a GC and makes later debug=2 dumps lose the minutes of leaked goroutines (runtime/traceback.go
// goroutineheader): it comes last.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "capture/http.h"
#include "capture/round.h"
#include "capture/url.h"

namespace seep::capture {

using Fetch = std::function<Result<HttpAnswer>(const std::string& url, uint64_t max_body)>;

struct PprofEndpoint {
  std::string base;  // "http://h:6060/debug/pprof/"; empty: only `single` is there
  std::string root;  // "http://h:6060": below it are /metrics and /debug/vars
  std::string
      single;  // a URL of one piece of evidence that is not pprof's: a stored profile, a /metrics page
  bool has_leak_profile = false;
  std::set<std::string> absent;  // optional kinds that answered 404: not asked again in later rounds

  struct Probe {
    Time at;
    HttpAnswer answer;
  };
  std::optional<Probe> probe;  // goroutine?debug=1 from the search, used by the first round
};

// What `text` means, whichever form it has: the host alone, .../debug/pprof with or without slash, another
// prefix, one profile's URL. Asks as given, then with /debug/pprof/ behind, then at the host's root.
Result<PprofEndpoint> FindPprof(const std::string& text, const Fetch& fetch, const Clock& clock);

struct Asking {
  const CaptureOptions& options;
  const Fetch& fetch;
  std::function<void(const std::string& what)> progress;
};

void TakeGoroutines(PprofEndpoint& endpoint, const Asking& asking, Round& round);
void TakeHeap(PprofEndpoint& endpoint, const Asking& asking, Round& round);
void TakeOthers(PprofEndpoint& endpoint, const Asking& asking, Round& round);
void TakeLeakProfile(PprofEndpoint& endpoint, const Asking& asking, Round& round);

// Base URLs the handlers may be under, most likely first, each with the root below which /metrics and
// /debug/vars are.
struct PprofPlace {
  std::string base, root;
};
std::vector<PprofPlace> PprofPlaces(const Url& url);

// N of "goroutine profile: total N"; nothing if the text is something else.
std::optional<uint64_t> GoroutineTotal(std::string_view debug1);

}  // namespace seep::capture
