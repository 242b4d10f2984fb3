// Any requests to the web view, over any file of named settings: no answer may crash it, be JSON that is none
// or carry a line end into a header, and what is written to that file must be read again. An input reads like
// this; the file is what stands behind the first empty line:
//
//   GET /ui/api/stacks?f=main
//   POST /ui/saveconfig?config=hot&f=main
//
//   {"configs": []}
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/text.h"
#include "pprof/saved_configs.h"
#include "profile/profile_for_test.h"
#include "serve/pprof_site.h"
#include "serve/query.h"

namespace {

using namespace seep;

constexpr size_t kMostRequests = 8;

void Check(bool holds) {
  if (!holds) std::abort();
}

// Names that no program has, inlined calls, labels, gains and losses.
serve::SiteSources Sources(std::string& file) {
  serve::SiteSources sources;
  profile::Profile& p = sources.profile;
  p = profile::MakeProfile({{"main.main;main.work;<b>\xff\"\\", {1, 100}},
                            {"main.main;main.work;main.work;leaf", {-3, -4}},
                            {"main.main;;vendor/a.(*B[...]).c", {1, INT64_MAX}},
                            {"main.rest", {0, 0}}});
  p.mappings.push_back({.start = 0x1000, .limit = 0x2000, .file = p.strings.Intern("/bin/\xfe</script>")});
  const auto label = [&](std::string_view key, std::string_view text, int64_t number) {
    return profile::Label{p.strings.Intern(key), p.strings.Intern(text), number, p.strings.Intern("bytes")};
  };
  const profile::Label labels[] = {label("state", "chan receive", 0), label("bytes", "", 4096)};
  p.samples.labels[0] = p.label_sets.Intern(labels);
  p.locations[1].line_count = 2;  // the second call was inlined into the first
  sources.both_sides = p;
  sources.has_base = file.size() % 2 == 0;
  sources.read_configs = [&file]() -> Result<std::string> { return file; };
  sources.write_configs = [&file](std::string_view bytes) -> Status {
    Check(pprof::ParseSavedConfigs(bytes, {}).has_value());
    file = bytes;
    return {};
  };
  sources.surroundings.read_source = [](std::string_view) -> Result<std::string> { return "one\ntwo\n"; };
  sources.draw = [](const std::string& dot) -> Result<std::string> {
    return "<?xml?><svg>" + dot + "</svg>";
  };
  return sources;
}

void CheckAnswer(const serve::Answer& answer) {
  for (const std::string* header : {&answer.type, &answer.location, &answer.download_as})
    Check(header->find_first_of("\r\n") == std::string::npos);
  Check(answer.status >= 200 && answer.status < 600);
  if (answer.type == "application/json") Check(nlohmann::json::accept(answer.body));
}

// What a query says of settings can be said again.
void CheckQuery(std::string_view query) {
  const auto settings = serve::ApplyQuery({}, query);
  if (!settings) return;
  const std::string said = serve::QueryOf(*settings);
  const auto again = serve::ApplyQuery({}, said);
  Check(again && serve::QueryOf(*again) == said);
}

// A request line as the HTTP server hands it on: its parser lets no control character and no space through.
void Handle(serve::PprofSite& site, std::string_view line) {
  const bool is_post = line.starts_with("POST ");
  const std::string_view target = line.substr(std::min(line.size(), line.find(' ') + 1));
  for (const char c : target)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') return;
  const size_t question = target.find('?');
  const std::string query(question == target.npos ? "" : target.substr(question + 1));
  CheckQuery(query);
  CheckAnswer(site.Handle({serve::PercentDecoded(target.substr(0, question), false), query, is_post}));
  serve::HostIsOurs(target, "build-box");
  serve::OriginIsOurs(target, "localhost:8080");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = input.find("\n\n");
  std::string file(end == input.npos ? "" : input.substr(end + 2));
  serve::PprofSite site(Sources(file));
  size_t count = 0;
  for (const std::string_view line : Split(input.substr(0, end), '\n'))
    if (++count <= kMostRequests) Handle(site, line);
  return 0;
}
