// The web view of a profile: requests to answers, no socket. Paths and parameters are those of pprof's own
// web view (google/pprof internal/driver/webui.go and config.go, 2025-11), so that links of the one open in
// the other:
//
//   /                      to /ui/, and that to /ui/flamegraph
//   /ui/flamegraph  top  graph  peek  source    one page, which asks
//   /ui/api/stacks  graph  peek  source         for its data: JSON, SVG, text
//   /ui/download           the profile
//   /ui/api/configs        named settings: [{"name": "hot", "query": "f=main&n=20"}]
//   /ui/saveconfig, deleteconfig?config=NAME    POST: remembers those of the other parameters, forgets them
//
// ?f= focus, i= ignore, h= hide, s= show, sf= show_from, si= sample_index, g= granularity, n= nodecount,
// trim=, ... are the settings for one answer; peek and source take the function to look for as `symbol`.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pprof/report.h"
#include "profile/profile.h"
#include "profile/settings.h"
#include "serve/http_server.h"

namespace seep::serve {

struct SiteSources {
  profile::Profile profile;  // as reports are to see it
  profile::Profile
      both_sides;  // with the base's samples apart, for the flame graph; without a base: not used
  bool has_base = false;
  profile::Settings settings;  // of the command line
  pprof::Surroundings surroundings;
  // The bytes of pprof's settings file ("" where there is none yet), and new ones for it.
  std::function<Result<std::string>()> read_configs;
  std::function<Status(std::string_view bytes)> write_configs;
  // Makes a picture of graphviz's language.
  std::function<Result<std::string>(const std::string& dot)> draw;
};

class PprofSite {
 public:
  explicit PprofSite(SiteSources sources) : sources_(std::move(sources)) {}
  Answer Handle(const Request& request);

 private:
  Answer Api(std::string_view view, const std::string& query);
  Result<std::string> Stacks(const pprof::Query& query) const;
  Result<std::string> Graph(const pprof::Query& query) const;
  std::string Facts() const;
  Result<std::string> Configs() const;
  Status ChangeConfigs(bool remove, std::string_view query);

  SiteSources sources_;
  std::mutex configs_;  // the file of named settings is read and written again
  // A report works on a copy of the profile: two at once would be twice the memory.
  std::mutex one_at_a_time_;
};

// What a query says of settings that are not the usual ones: "f=main&n=20".
std::string QueryOf(const profile::Settings& settings);
// The settings with what a query says of them; a parameter that is none of theirs is left alone.
Result<profile::Settings> ApplyQuery(profile::Settings settings, std::string_view query);

}  // namespace seep::serve
