// The report as data: schema "seep.report/1", docs/report.schema.json. Lists are always there, in a fixed
// order; a value nobody knows is left out, never null and never 0.
#include <nlohmann/json.hpp>

#include <cmath>

#include "report/layout.h"
#include "report/report.h"
#include "report/report_json.h"
#include "report/reporter.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kStacksKept = 100;  // of one finding; stacks_left_out says how many more there were

std::string Text(std::string_view bytes) {
  return Printable(bytes);
}

void PutText(Json& into, const char* key, std::string_view text) {
  if (!text.empty()) into[key] = Text(text);
}

template <class T>
void PutNumber(Json& into, const char* key, const std::optional<T>& value) {
  if (value) into[key] = *value;
}

// JSON has no infinity and no NaN.
void PutFinite(Json& into, const char* key, double value) {
  if (std::isfinite(value)) into[key] = value;
}

Json TextsOf(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(Text(text));
  return list;
}

Json GapsOf(const std::vector<model::Gap>& gaps) {
  Json list = Json::array();
  for (const model::Gap& gap : gaps) {
    list.push_back({{"what", Text(gap.what)}, {"why", Text(gap.why)}, {"how", Text(gap.how)}});
  }
  return list;
}

// What all origins begin with: "http://127.0.0.1:6060/debug/pprof/" of the endpoints below it.
std::string CommonOrigin(const std::vector<model::Source>& sources) {
  if (sources.empty()) return "";
  std::string common = sources[0].origin;
  for (const model::Source& source : sources) {
    if (source.origin == common) continue;
    size_t same = 0;
    while (same < common.size() && same < source.origin.size() && common[same] == source.origin[same]) ++same;
    common.resize(same);
    const size_t slash = common.rfind('/');
    common.resize(slash == std::string::npos ? 0 : slash + 1);
  }
  // "http://" alone names nothing.
  return common.size() < 2 || common.ends_with("://") ? sources[0].origin : common;
}

Json TakenOf(const model::TargetReport::Taken& taken) {
  Json out = Json::object();
  if (taken.at) out["at"] = FormatTime(*taken.at);
  out["source"] = Text(CommonOrigin(taken.sources));
  Json sources = Json::array();
  for (const model::Source& source : taken.sources) {
    Json one = {{"kind", Text(source.kind)}, {"origin", Text(source.origin)}};
    if (source.at) one["at"] = FormatTime(*source.at);
    one["bytes"] = source.bytes;
    sources.push_back(std::move(one));
  }
  out["sources"] = std::move(sources);
  out["gaps"] = GapsOf(taken.gaps);
  return out;
}

Json LookedOf(const model::Looked& looked) {
  Json out = Json::object();
  PutNumber(out, "goroutines", looked.goroutines);
  PutNumber(out, "groups", looked.groups);
  PutNumber(out, "heap_bytes", looked.heap_bytes);
  PutNumber(out, "rss_bytes", looked.rss_bytes);
  PutNumber(out, "sockets", looked.sockets);
  PutNumber(out, "fds", looked.fds);
  out["curves"] = CurvesJson(looked.curves);
  return out;
}

Json TargetOf(const model::TargetReport& target) {
  const model::Process& p = target.process;
  Json out = {{"name", Text(target.name)}};
  PutNumber(out, "pid", p.pid);
  PutText(out, "go_version", p.go_version);
  PutText(out, "build_id", p.build_id);
  PutText(out, "host", p.host);
  if (p.started) out["started"] = FormatTime(*p.started);
  Json snapshots = Json::array();
  for (const auto& taken : target.snapshots) snapshots.push_back(TakenOf(taken));
  out["snapshots"] = std::move(snapshots);
  out["looked"] = LookedOf(target.looked);
  return out;
}

Json ImpactOf(const model::Impact& impact) {
  Json out = Json::object();
  PutNumber(out, "goroutines", impact.goroutines);
  PutNumber(out, "sockets", impact.sockets);
  PutNumber(out, "fds", impact.fds);
  PutNumber(out, "heap_bytes", impact.heap_bytes);
  PutNumber(out, "rss_bytes", impact.rss_bytes);
  Json rates = Json::object();
  for (const auto& [name, rate] : impact.per_hour) PutFinite(rates, Text(name).c_str(), rate);
  out["per_hour"] = std::move(rates);
  if (impact.limit_in_seconds) PutFinite(out, "limit_in_seconds", *impact.limit_in_seconds);
  return out;
}

Json WhereOf(const std::vector<model::Location>& where) {
  Json list = Json::array();
  for (const model::Location& at : where) {
    Json one = {{"role", std::string(Name(at.role))}, {"function", Text(at.function)}};
    PutText(one, "file", at.file);
    if (at.line != 0) one["line"] = at.line;
    one["why"] = Text(at.why);
    list.push_back(std::move(one));
  }
  return list;
}

Json EvidenceOf(const std::vector<model::EvidenceItem>& evidence) {
  Json list = Json::array();
  for (const model::EvidenceItem& item : evidence) {
    Json one = {{"kind", Text(item.kind)}, {"text", Text(item.text)}, {"source", Text(item.source)}};
    if (item.snapshot >= 0) one["snapshot"] = item.snapshot;
    list.push_back(std::move(one));
  }
  return list;
}

void PutFindingTexts(Json& out, const model::Finding& f) {
  out["cause"] = Text(f.cause);
  PutText(out, "size", f.size);
  PutText(out, "not", f.excludes);
  out["fix"] = Text(f.fix);
  out["verify"] = Text(f.verify);
  PutText(out, "lift", f.lift);
  out["see"] = TextsOf(f.see);
}

Json FindingOf(const model::Finding& f, const model::Report& report, const model::StackTable& stacks) {
  Json out = {{"id", Text(f.id)},
              {"verdict", std::string(Name(f.verdict))},
              {"confidence", std::string(Name(f.confidence))},
              {"severity", std::string(Name(f.severity))},
              {"title", Text(f.title)}};
  if (f.target >= 0 && static_cast<size_t>(f.target) < report.targets.size()) out["target"] = f.target;
  PutText(out, "library", f.library);
  out["impact"] = ImpactOf(f.impact);
  out["shape"] = std::string(Name(f.shape));
  if (f.bound) {
    Json bound = {{"by", Text(f.bound->by)}};
    if (f.bound->seconds > 0) PutFinite(bound, "seconds", f.bound->seconds);
    out["bound"] = std::move(bound);
  }
  out["where"] = WhereOf(f.where);
  out["evidence"] = EvidenceOf(f.evidence);
  PutFindingTexts(out, f);
  out["curves"] = CurvesJson(f.curves);
  if (f.ages) out["ages"] = HistogramJson(*f.ages);
  out["stacks"] = StacksJson(f, stacks, kStacksKept);
  if (f.stacks.size() > kStacksKept) out["stacks_left_out"] = f.stacks.size() - kStacksKept;
  return out;
}

std::string Write(const model::Report& report, const model::StackTable& stacks, const Style& style) {
  Json out = {{"schema", "seep.report/1"}, {"seep", Text(style.version)}};
  Json targets = Json::array();
  for (const model::TargetReport& target : report.targets) targets.push_back(TargetOf(target));
  out["targets"] = std::move(targets);
  Json findings = Json::array();
  for (const model::Finding* f : Ordered(report)) findings.push_back(FindingOf(*f, report, stacks));
  out["findings"] = std::move(findings);
  Json notes = Json::array();
  for (const model::Note& note : report.notes) {
    Json one = {{"text", Text(note.text)}};
    PutText(one, "explain", note.explain);
    notes.push_back(std::move(one));
  }
  out["notes"] = std::move(notes);
  out["gaps"] = GapsOf(report.gaps);
  return out.dump(2) + "\n";
}

}  // namespace

extern const Reporter reporter_json;
const Reporter reporter_json = {"json", "application/json", &Write};

}  // namespace seep::report
