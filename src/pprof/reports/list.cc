// The source lines of functions beside what their samples weigh (google/pprof internal/report/source.go
// printSource, 2025-11):
//
//   Total: 52.12MB
//   ROUTINE ======================== main.work in /src/main.go
//      1.50MB     2.50MB (flat, cum)  4.80% of Total
//           .          .     10:func work() {
//      1.50MB     2.50MB     11:  return grow()
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "pprof/json.h"
#include "pprof/listing.h"
#include "pprof/writer.h"
#include "profile/measurement.h"

namespace seep::pprof {
extern const Report report_list;

namespace {

// Lines with a value, and their text where the source is at hand.
void WritePart(const Listing& listing, std::string_view name, std::string_view file, const Part& part,
               Json& json) {
  json.BeginRow().Member("function", name).Member("file", file);
  json.Member("flat", part.all.flat).Member("cum", part.all.cum);
  const auto source = listing.Source(file);
  const std::vector<std::string_view> lines = source ? Split(*source, '\n') : std::vector<std::string_view>();
  if (!source) json.Member("error", source.error().what);
  json.Key("lines").Begin('[');
  for (const auto& [number, weights] : part.lines) {
    json.Begin('{').Member("line", number).Member("flat", weights.flat).Member("cum", weights.cum);
    if (number > 0 && std::cmp_less_equal(number, lines.size()))
      json.Member("source", lines[static_cast<size_t>(number - 1)]);
    json.End('}');
  }
  json.End(']').End('}');
}

void PrintPart(const Prepared& p, const Listing& listing, std::string_view name, std::string_view file,
               const Part& part, Writer& out) {
  out << fmt::format("ROUTINE ======================== {} in {}\n", name, file);
  out << fmt::format("{:>10} {:>10} (flat, cum) {} of Total\n", p.Format(part.all.flat),
                     p.Format(part.all.cum), profile::Percentage(part.all.cum, p.total));
  const auto source = listing.Source(file);
  if (!source) {
    out << " Error: " << source.error().what << "\n";
    return;
  }
  std::vector<std::string_view> lines = Split(*source, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  const auto weight = [&](int64_t value) { return value == 0 ? std::string(".") : p.Format(value); };
  for (int64_t number = std::max<int64_t>(part.first, 1); number <= part.last; ++number) {
    if (static_cast<uint64_t>(number) > lines.size()) break;
    std::string_view text = lines[static_cast<size_t>(number - 1)];
    if (text.ends_with('\r')) text.remove_suffix(1);
    const auto found = part.lines.find(number);
    const Weights here = found == part.lines.end() ? Weights() : found->second;
    out << fmt::format("{:>10} {:>10} {:>6}:{}\n", weight(here.flat), weight(here.cum), number, text);
  }
}

Status Print(Prepared& prepared, Writer& out) {
  Listing listing(prepared);
  SEEP_TRY(const ListedFunctions functions, listing.Gather());
  out << "Total: " << prepared.Format(prepared.total) << "\n";
  for (const auto& [name, files] : functions) {
    if (files.empty()) out << "No source information for " << name << "\n";
    for (const auto& [file, part] : files) PrintPart(prepared, listing, name, file, part, out);
  }
  return {};
}

Status PrintJson(Prepared& prepared, Json& json) {
  Listing listing(prepared);
  SEEP_TRY(const ListedFunctions functions, listing.Gather());
  json.Key("rows").Begin('[');
  for (const auto& [name, files] : functions) {
    for (const auto& [file, part] : files) WritePart(listing, name, file, part, json);
    if (files.empty()) json.BeginRow().Member("function", name).Key("lines").Begin('[').End(']').End('}');
  }
  json.End(']');
  return {};
}

}  // namespace

constinit const Report report_list = {
    .name = "list",
    .title = "Source lines of matching functions",
    .usage = "list FUNCTION_REGEX [FOCUS_REGEX]... [-IGNORE_REGEX]... [>FILE]",
    .takes_symbol = true,
    .untrimmed = true,
    .granularity = "lines",
    .print = &Print,
    .json = &PrintJson,
};

}  // namespace seep::pprof
