// The report as one page: no network, no framework, works from a file and on paper. Everything is drawn here;
// the script (html/page.js, html/flame.js) only adds sorting, searching, copying, keys and the flame graphs.
// The page's policy allows that script and that style by their hashes and nothing else.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/html.h"
#include "base/text.h"
#include "report/chart.h"
#include "report/layout.h"
#include "report/markup.h"
#include "report/report.h"
#include "report/reporter.h"
#include "seep_report_assets.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;
using model::Finding;
using model::Report;
using model::StackTable;
using model::TargetReport;

constexpr size_t kFramesShown = 60;
constexpr size_t kGroupsShown = 500;   // rows of the table of groups
constexpr size_t kFlameStacks = 2000;  // of one finding

// A finding with its place on the page: "f1", "f2", ...
struct Placed {
  const Finding* finding;
  const TargetReport* target;
  std::string anchor;
};

std::vector<Placed> Place(const std::vector<TargetGroup>& groups) {
  std::vector<Placed> placed;
  for (const TargetGroup& group : groups) {
    for (const Finding* f : group.findings)
      placed.push_back({f, group.target, fmt::format("f{}", placed.size() + 1)});
  }
  return placed;
}

// Class of a severity: the colour, and never the only carrier of it.
std::string SeverityClass(const Finding& f) {
  return f.verdict == model::Verdict::kWatch ? "medium" : std::string(Name(f.severity));
}

std::string Badge(const Finding& f) {
  return fmt::format("<span class=\"badge {}\">{} {}</span>", SeverityClass(f), Marker(f), Label(f.verdict));
}

std::string Card(const Placed& p, bool several) {
  const Finding& f = *p.finding;
  std::vector<std::string> parts = ImpactParts(f, p.target);
  for (std::string& part : GrowthParts(f)) parts.push_back(std::move(part));
  const std::string name = several && p.target != nullptr
                               ? fmt::format("<span class=\"of\">{}</span>", Html(OneLine(p.target->name)))
                               : "";
  return fmt::format(
      "<a class=\"card {}\" href=\"#{}\">{}{}<strong>{}</strong><span class=\"impact\">{}</span>"
      "<span class=\"confidence\">confidence: {}</span></a>",
      SeverityClass(f), p.anchor, Badge(f), name, Html(OneLine(f.title)), Html(Join(parts)),
      Name(f.confidence));
}

std::string HealthyCard(const TargetReport& target, bool several) {
  const std::string line = HealthyLine(target);
  const bool judged = line.starts_with("No leak");
  return fmt::format("<div class=\"card {}\"><span class=\"badge {}\">{}</span>{}<strong>{}</strong></div>",
                     judged ? "ok" : "medium", judged ? "ok" : "medium",
                     judged ? "no leak" : "! nothing seen",
                     several ? fmt::format("<span class=\"of\">{}</span>", Html(OneLine(target.name))) : "",
                     Html(judged ? Trim(std::string_view(line).substr(8)) : line));
}

std::string Header(const Report& report, const std::vector<TargetGroup>& groups,
                   const std::vector<Placed>& placed, const Style& style) {
  std::string out = "<header><p class=\"brand\">seep " + Html(style.version) + "</p>";
  if (report.targets.size() == 1) {
    out += fmt::format("<h1>{}</h1><p class=\"taken\">{}</p>", Html(Who(report.targets[0])),
                       Html(Taken(report.targets[0])));
  } else {
    out += fmt::format("<h1>{}</h1>",
                       report.targets.empty() ? "No target" : Plural(report.targets.size(), "target"));
  }
  const bool several = report.targets.size() > 1;
  out += "<nav class=\"cards\" aria-label=\"verdicts\">";
  for (const Placed& p : placed) out += Card(p, several);
  for (const TargetGroup& group : groups) {
    if (group.findings.empty() && group.target != nullptr) out += HealthyCard(*group.target, several);
  }
  return out + "</nav></header>";
}

void Row(std::string& out, std::string_view label, const std::string& html) {
  if (!html.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>", label, html);
}

std::string Where(const Finding& f) {
  std::string out;
  for (const model::Location& at : f.where) {
    out += "<div class=\"place " + std::string(Name(at.role)) + "\">" + HtmlPlace(at);
    const std::string role(RoleWord(at.role));
    std::string why = Html(OneLine(at.why));
    if (!role.empty()) why = why.empty() ? role : role + ": " + why;
    if (!why.empty()) out += "<p>" + why + "</p>";
    out += "</div>";
  }
  return out;
}

// The first curve and the ages stand beside the texts, further curves and the memory account below.
struct Drawn {
  std::string beside, below;
};
Drawn Charts(const Finding& f) {
  const bool straight = f.shape != model::Shape::kBounded && f.shape != model::Shape::kPlateau;
  std::vector<std::string> charts;
  for (const model::Curve& curve : f.curves) {
    std::string chart = IsMemoryPart(curve) ? "" : CurveChart(curve, straight, f.bound);
    if (!chart.empty()) charts.push_back(std::move(chart));
  }
  if (f.ages) {
    std::string ages = AgesChart(*f.ages, f.bound);
    if (!ages.empty())
      charts.insert(charts.begin() + std::min<ptrdiff_t>(1, std::ssize(charts)), std::move(ages));
  }
  Drawn drawn;
  for (size_t i = 0; i < charts.size(); ++i) (i < 2 ? drawn.beside : drawn.below) += charts[i];
  for (std::string* part : {&drawn.beside, &drawn.below}) {
    if (!part->empty()) *part = "<div class=\"charts\">" + *part + "</div>";
  }
  drawn.below += MemoryBar(f.curves);
  return drawn;
}

// Evidence as a table; sockets in one of their own, because there may be one row a connection.
std::string Evidence(const Finding& f, bool sockets) {
  std::string rows;
  for (const model::EvidenceItem& item : f.evidence) {
    if ((item.kind == "sockets") != sockets) continue;
    std::string source = Html(OneLine(item.source));
    if (item.snapshot >= 0)
      source += fmt::format("{}snapshot {}", source.empty() ? "" : ", ", item.snapshot + 1);
    rows += fmt::format("<tr>{}<td>{}</td><td class=\"source\">{}</td></tr>",
                        sockets ? "" : "<td class=\"kind\">" + Html(OneLine(item.kind)) + "</td>",
                        Html(OneLine(item.text)), source);
  }
  if (rows.empty()) return "";
  return fmt::format(
      "<h4>{}</h4><div "
      "class=\"scroll\"><table><thead><tr>{}<th>{}</th><th>source</th></tr></thead><tbody>{}</tbody>"
      "</table></div>",
      sockets ? "Sockets" : "Evidence", sockets ? "" : "<th>kind</th>", sockets ? "socket" : "what was seen",
      rows);
}

std::string Stack(const Finding& f, const StackTable& stacks, const std::string& anchor) {
  if (f.stacks.empty() || f.stacks.front().first.value >= stacks.stack_count()) return "";
  const auto& [id, count] = f.stacks.front();
  std::string title = PileSize(f, count) + " with this stack";
  if (f.stacks.size() > 1) title += fmt::format(", the largest of {}", FormatCount(f.stacks.size()));
  return fmt::format("<h4>{}</h4>{}<div class=\"flame\" data-finding=\"{}\"></div>", title,
                     HtmlStack(id, stacks, kFramesShown), anchor);
}

std::string FindingSection(const Placed& p, const StackTable& stacks, bool several) {
  const Finding& f = *p.finding;
  std::string out =
      fmt::format("<section class=\"finding {}\" id=\"{}\" tabindex=\"-1\">", SeverityClass(f), p.anchor);
  out += fmt::format("<p class=\"verdict\">{}<span class=\"confidence\">confidence: {}</span>", Badge(f),
                     Name(f.confidence));
  if (several && p.target != nullptr)
    out += "<span class=\"of\">" + Html(OneLine(p.target->name)) + "</span>";
  out += fmt::format("<code class=\"id\">{}</code></p><h2>{}</h2><ul class=\"numbers\">", Html(OneLine(f.id)),
                     Html(OneLine(f.title)));
  std::vector<std::string> parts = ImpactParts(f, p.target);
  for (std::string& part : GrowthParts(f)) parts.push_back(std::move(part));
  for (const std::string& part : parts) out += "<li>" + Html(part) + "</li>";
  out += "</ul><div class=\"body\"><dl>";
  Row(out, "where", Where(f));
  Row(out, "why", HtmlProse(f.cause));
  Row(out, "size", HtmlProse(f.size));
  Row(out, "not", HtmlProse(f.excludes));
  Row(out, "fix", HtmlProse(f.fix));
  Row(out, "verify", HtmlProse(f.verify));
  Row(out, "surer", f.confidence == model::Confidence::kProved ? "" : HtmlProse(f.lift));
  std::vector<std::string> see;
  for (const std::string& s : f.see) see.push_back("<code>" + Html(OneLine(s)) + "</code>");
  Row(out, "see", Join(see, " "));
  const Drawn charts = Charts(f);
  return out + "</dl>" + charts.beside + "</div>" + charts.below + Evidence(f, true) +
         Stack(f, stacks, p.anchor) + Evidence(f, false) + "</section>";
}

// What a group is called: the innermost frame of the user's own, else the goroutine's own function.
std::string GroupName(model::StackId id, const StackTable& stacks) {
  const auto frames = stacks.frames(id);
  if (frames.empty()) return "no stack";
  model::FrameId best = frames.back();
  for (const model::FrameId frame : frames) {
    if (IsLibrary(stacks.function(frame), stacks.file(frame))) continue;
    best = frame;
    break;
  }
  return OneLine(stacks.function(best));
}

std::string Groups(const std::vector<Placed>& placed, const StackTable& stacks) {
  struct Group {
    model::StackId id;
    uint64_t count;
    const Placed* of;
  };
  std::vector<Group> groups;
  for (const Placed& p : placed) {
    if (PileIsBytes(*p.finding)) continue;
    for (const auto& [id, count] : p.finding->stacks)
      if (id.value < stacks.stack_count()) groups.push_back({id, count, &p});
  }
  if (groups.empty()) return "";
  std::ranges::stable_sort(groups, std::ranges::greater(), &Group::count);
  std::string rows;
  for (size_t i = 0; i < std::min(groups.size(), kGroupsShown); ++i) {
    const Group& g = groups[i];
    rows += fmt::format(
        "<tr><td class=\"number\" data-sort=\"{}\">{}</td><td><details><summary>{}</summary>{}</details></td>"
        "<td><a href=\"#{}\">{}</a></td></tr>",
        g.count, FormatCount(g.count), Html(GroupName(g.id, stacks)), HtmlStack(g.id, stacks, kFramesShown),
        g.of->anchor, Html(OneLine(g.of->finding->id)));
  }
  const std::string left_out = groups.size() > kGroupsShown
                                   ? fmt::format("<p class=\"legend\">and {} smaller ones</p>",
                                                 FormatCount(groups.size() - kGroupsShown))
                                   : "";
  return "<section id=\"groups\"><h2>Goroutine groups of the findings</h2><div class=\"scroll\"><table "
         "class=\"sortable\"><thead><tr>"
         "<th data-kind=\"number\">count</th><th>stack</th><th>finding</th></tr></thead><tbody>" +
         rows + "</tbody></table></div>" + left_out + "</section>";
}

// What was looked at: totals over time, the memory account, the sources.
std::string TargetSection(const TargetReport& target) {
  std::string charts;
  for (const model::Curve& curve : target.looked.curves) {
    if (!IsMemoryPart(curve)) charts += CurveChart(curve, false, std::nullopt);
  }
  std::string rows;
  for (size_t i = 0; i < target.snapshots.size(); ++i) {
    const TargetReport::Taken& taken = target.snapshots[i];
    for (const model::Source& source : taken.sources) {
      rows += fmt::format(
          "<tr><td class=\"number\">{}</td><td>{}</td><td>{}</td><td class=\"source\">{}</td><td "
          "class=\"number\">{}</td></tr>",
          i + 1,
          source.at  ? FormatTime(*source.at)
          : taken.at ? FormatTime(*taken.at)
                     : "",
          Html(OneLine(source.kind)), Html(OneLine(source.origin)),
          FormatBytes(static_cast<double>(source.bytes)));
    }
  }
  std::string out = MemoryBar(target.looked.curves);
  if (!charts.empty()) out += "<div class=\"charts\">" + charts + "</div>";
  if (!rows.empty()) {
    out +=
        "<details class=\"sources\"><summary>Evidence taken</summary><div "
        "class=\"scroll\"><table><thead><tr><th>snapshot</th><th>at"
        "</th><th>kind</th><th>source</th><th>size</th></tr></thead><tbody>" +
        rows + "</tbody></table></div></details>";
  }
  if (out.empty()) return "";
  return "<section class=\"target\"><h2>" + Html(Who(target)) + "</h2><p class=\"taken\">" +
         Html(Taken(target)) + "</p>" + out + "</section>";
}

std::string Tail(const Report& report, const Style& style) {
  std::string out;
  for (const model::Note& note : report.notes) {
    out += "<li>" + Html(OneLine(note.text));
    if (!note.explain.empty()) out += " <code>seep explain " + Html(OneLine(note.explain)) + "</code>";
    out += "</li>";
  }
  if (!out.empty()) out = "<section><h2>Notes</h2><ul>" + out + "</ul></section>";
  std::string gaps;
  for (const GapGroup& gap : GapGroups(report)) {
    gaps += "<li>" + Html(gap.text) + ".";
    if (!gap.how.empty()) gaps += IsCommand(gap.how) ? HtmlProse(gap.how) : " " + Html(gap.how);
    gaps += "</li>";
  }
  if (!gaps.empty()) out += "<section><h2>Not seen</h2><ul>" + gaps + "</ul></section>";
  if (!style.saved_as.empty() || !style.next.empty()) out += "<section><h2>Next</h2>";
  if (!style.saved_as.empty())
    out += "<p>The evidence is saved in <code>" + Html(OneLine(style.saved_as)) + "</code>.</p>";
  if (!style.next.empty())
    out += "<pre class=\"code command\"><code>" + Html(OneLine(style.next)) + "</code></pre>";
  if (!style.saved_as.empty() || !style.next.empty()) out += "</section>";
  return out;
}

// {"frames":[[function, place, library]], "piles":{"f1":{"bytes":false,"stacks":[[count,[frame, ...]],
// ...]}}}: frames innermost first, each written once.
std::string FlameData(const std::vector<Placed>& placed, const StackTable& stacks) {
  Json frames = Json::array();
  Json piles = Json::object();
  std::map<uint32_t, size_t> index;
  for (const Placed& p : placed) {
    Json pile = Json::array();
    for (const auto& [id, count] : p.finding->stacks) {
      if (id.value >= stacks.stack_count() || pile.size() == kFlameStacks) continue;
      Json list = Json::array();
      for (const model::FrameId frame : stacks.frames(id)) {
        const auto [it, fresh] = index.try_emplace(frame.value, frames.size());
        if (fresh) {
          const std::string_view function = stacks.function(frame);
          std::string place = OneLine(ShortFile(stacks.file(frame), function));
          if (stacks.line(frame) != 0) place += fmt::format(":{}", stacks.line(frame));
          frames.push_back(Json::array({OneLine(function), place, IsLibrary(function, stacks.file(frame))}));
        }
        list.push_back(it->second);
      }
      pile.push_back(Json::array({count, std::move(list)}));
    }
    piles[p.anchor] = {{"bytes", PileIsBytes(*p.finding)}, {"stacks", std::move(pile)}};
  }
  return JsonForScript(Json{{"frames", std::move(frames)}, {"piles", std::move(piles)}}.dump());
}

std::string_view Asset(std::string_view name) {
  for (const EmbeddedFile& file : seep_report_assets_files())
    if (file.name == name) return file.bytes;
  return {};
}

std::string Write(const Report& report, const StackTable& stacks, const Style& style) {
  const std::vector<TargetGroup> groups = ByTarget(report);
  const std::vector<Placed> placed = Place(groups);
  const std::string css(Asset("page.css"));
  const std::string script = std::string(Asset("flame.js")) + std::string(Asset("page.js"));
  const bool several = report.targets.size() > 1;
  std::string title =
      report.targets.size() == 1 ? OneLine(report.targets[0].name) : Plural(report.targets.size(), "target");
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '{}'; style-src "
      "'{}'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" "
      "content=\"light dark\">\n"
      "<title>seep: {}</title>\n<style>{}</style></head>\n<body>\n",
      CspHash(script), CspHash(css), Html(title), css);
  out += "<main>\n" + Header(report, groups, placed, style) + "\n<div id=\"tools\"></div>\n";
  for (const Placed& p : placed) out += FindingSection(p, stacks, several) + "\n";
  for (const TargetReport& target : report.targets) out += TargetSection(target) + "\n";
  out += Groups(placed, stacks) + "\n" + Tail(report, style) + "\n</main>\n";
  out += "<script type=\"application/json\" id=\"seep-data\">" + FlameData(placed, stacks) + "</script>\n";
  return out + "<script>" + script + "</script>\n</body></html>\n";
}

}  // namespace

extern const Reporter reporter_html;
const Reporter reporter_html = {"html", "text/html; charset=utf-8", &Write};

}  // namespace seep::report
