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
#include <map>
#include <vector>

#include "base/text.h"
#include "pprof/json.h"
#include "pprof/prepared.h"
#include "pprof/writer.h"
#include "profile/measurement.h"

namespace seep::pprof {
extern const Report report_list;

namespace {

constexpr int64_t kMargin = 5;  // lines before the first and behind the last sample

struct Weights {
  int64_t flat = 0, cum = 0;
};
// What a function has in one file.
struct Part {
  Weights all;
  int64_t first = 0, last = 0;  // lines to show
  std::map<int64_t, Weights> lines;
};

void Add(Weights& to, const profile::Node& node) {
  to.flat += node.flat;
  to.cum += node.cum;
}

class Listing {
 public:
  explicit Listing(Prepared& prepared) : p_(prepared) {
    search_ = p_.settings.source_path.empty() ? p_.outside->working_folder : p_.settings.source_path;
  }

  Status Print(Writer& out) {
    SEEP_TRY(const Functions functions, Gather());
    out << "Total: " << p_.Format(p_.total) << "\n";
    for (const auto& [name, files] : functions) {
      if (files.empty()) out << "No source information for " << name << "\n";
      for (const auto& [file, part] : files) PrintPart(name, file, part, out);
    }
    return {};
  }

  Status PrintJson(Json& json) {
    SEEP_TRY(const Functions functions, Gather());
    json.Key("rows").Begin('[');
    for (const auto& [name, files] : functions) {
      for (const auto& [file, part] : files) WritePart(name, file, part, json);
      if (files.empty()) json.BeginRow().Member("function", name).Key("lines").Begin('[').End(']').End('}');
    }
    json.End(']');
    return {};
  }

 private:
  // Function, then file: both in the order of their names.
  using Functions = std::map<std::string_view, std::map<std::string_view, Part>>;

  Result<Functions> Gather() {
    Functions functions;
    const profile::Graph graph = MakeWholeGraph(p_, true);
    for (const profile::Node& node : graph.Shown()) {
      const std::string_view name = p_.profile.text(node.info.name);
      if (!p_.symbol->Matches(name)) continue;
      auto& files = functions[name];
      if (node.info.file) AddNode(files[p_.profile.text(node.info.file)], node);
    }
    if (functions.empty())
      return Fail(ErrorCode::kNoEvidence, fmt::format("no matches found for regexp: {}", p_.symbol->text()));
    return functions;
  }

  // Lines with a value, and their text where the source is at hand.
  void WritePart(std::string_view name, std::string_view file, const Part& part, Json& json) {
    json.BeginRow().Member("function", name).Member("file", file);
    json.Member("flat", part.all.flat).Member("cum", part.all.cum);
    const auto source = Source(file);
    const std::vector<std::string_view> lines =
        source ? Split(*source, '\n') : std::vector<std::string_view>();
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

  static void AddNode(Part& part, const profile::Node& node) {
    const int64_t line = node.info.line;
    const int64_t first = node.info.start_line != 0 ? node.info.start_line : line - kMargin;
    part.first = part.lines.empty() ? first : std::min(part.first, first);
    part.last = part.lines.empty() ? line + kMargin : std::max(part.last, line + kMargin);
    Add(part.lines[line], node);
    Add(part.all, node);
  }

  void PrintPart(std::string_view name, std::string_view file, const Part& part, Writer& out) {
    out << fmt::format("ROUTINE ======================== {} in {}\n", name, file);
    out << fmt::format("{:>10} {:>10} (flat, cum) {} of Total\n", p_.Format(part.all.flat),
                       p_.Format(part.all.cum), profile::Percentage(part.all.cum, p_.total));
    const auto source = Source(file);
    if (!source) {
      out << " Error: " << source.error().what << "\n";
      return;
    }
    std::vector<std::string_view> lines = Split(*source, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    const auto weight = [&](int64_t value) { return value == 0 ? std::string(".") : p_.Format(value); };
    for (int64_t number = std::max<int64_t>(part.first, 1); number <= part.last; ++number) {
      if (static_cast<uint64_t>(number) > lines.size()) break;
      std::string_view text = lines[static_cast<size_t>(number - 1)];
      if (text.ends_with('\r')) text.remove_suffix(1);
      const auto found = part.lines.find(number);
      const Weights here = found == part.lines.end() ? Weights() : found->second;
      out << fmt::format("{:>10} {:>10} {:>6}:{}\n", weight(here.flat), weight(here.cum), number, text);
    }
  }

  // A relative path is looked for in every folder of the search path and in all folders above it.
  Result<std::string> Source(std::string_view file) const {
    const std::string path(profile::TrimmedPath(file, p_.settings.trim_path, search_));
    const auto missing = [&](std::string what) { return Fail(ErrorCode::kNotFound, std::move(what)); };
    if (!p_.outside->read_source) return missing("no source files can be read here");
    if (path.starts_with('/')) {
      auto source = p_.outside->read_source(path);
      return source ? source : missing(fmt::format("open {}: no such file or directory", path));
    }
    for (std::string_view folder : Split(search_, ':')) {
      // Up to "/" or, from a relative folder, to the working folder itself.
      for (std::string at = folder.empty() ? "." : profile::CleanPath(folder);;) {
        if (auto source = p_.outside->read_source(profile::CleanPath(at + "/" + path))) return source;
        if (at == "/" || at == ".") break;
        const size_t slash = at.rfind('/');
        at = slash == std::string::npos ? "." : slash == 0 ? "/" : at.substr(0, slash);
      }
    }
    return missing(fmt::format("could not find file {} on path {}", path, search_));
  }

  Prepared& p_;
  std::string search_;
};

Status Print(Prepared& prepared, Writer& out) {
  return Listing(prepared).Print(out);
}

Status PrintJson(Prepared& prepared, Json& json) {
  return Listing(prepared).PrintJson(json);
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
