// Any profile, any report, any filter: nothing a profile holds may crash a report, make it run without end,
// or make JSON that is none. The first four bytes choose; the rest is the profile.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "parse/pprof/any.h"
#include "pprof/report.h"

namespace {

constexpr const char* kGranularities[] = {"", "functions", "filefunctions", "files", "lines", "addresses"};
constexpr const char* kPatterns[] = {"", "main", ".", "a|b", "^runtime\\.", "("};
constexpr const char* kTags[] = {"", "bytes=1kb:", "state", ":64", "a=b", "x:y"};

seep::profile::Settings SettingsOf(const uint8_t* choice) {
  seep::profile::Settings s;
  s.granularity = kGranularities[choice[1] % 6];
  s.call_tree = (choice[1] & 0x40) != 0;
  s.noinlines = (choice[1] & 0x80) != 0;
  std::string* const filters[] = {&s.focus, &s.ignore, &s.hide, &s.show, &s.show_from, &s.prune_from};
  *filters[choice[2] % 6] = kPatterns[(choice[2] >> 3) % 6];
  std::string* const tags[] = {&s.tagfocus, &s.tagignore, &s.tagshow, &s.taghide, &s.tagroot, &s.tagleaf};
  *tags[choice[3] % 6] = kTags[(choice[3] >> 3) % 6];
  s.relative_percentages = (choice[2] & 0x40) != 0;
  s.trim = (choice[2] & 0x80) == 0;
  s.mean = (choice[3] & 0x40) != 0;
  s.drop_negative = (choice[3] & 0x80) != 0;
  return s;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  seep::parse::ParseLimits limits;
  limits.inflated_bytes = 1 << 20;
  const std::string text(reinterpret_cast<const char*>(data) + 4, size - 4);
  auto profile = seep::parse::pprof::ReadAnyProfile(seep::Bytes(text), limits);
  if (!profile) return 0;
  const auto reports = seep::pprof::AllReports();
  const seep::pprof::Report& report = *reports[(data[0] & 0x7F) % reports.size()];
  seep::pprof::Query query{.report = std::string(report.name), .settings = SettingsOf(data)};
  if (report.takes_symbol) query.symbol = ".";
  query.json = (data[0] & 0x80) != 0;
  query.moments = {1, 2'000'000'000};
  seep::pprof::Surroundings outside;
  outside.is_users = [](std::string_view function, std::string_view) { return function.size() % 2 == 0; };
  outside.read_source = [](std::string_view) -> seep::Result<std::string> { return "one\ntwo\n"; };
  const auto text_out = seep::pprof::RenderText(std::move(*profile), query, outside);
  if (text_out && query.json && !nlohmann::json::accept(*text_out)) __builtin_trap();
  return 0;
}
