#include "report/goroutines.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/layout.h"
#include "report/page.h"
#include "report/report.h"
#include "report/report_json.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;
using model::GroupBy;
using model::ListedGroup;

std::string MinutesText(int32_t minutes) {
  return FormatDuration(std::chrono::minutes(minutes));
}

// "blocked 41 h", "blocked 2 to 41 h".
std::string AgeText(const ListedGroup& g) {
  if (!g.most_minutes) return "";
  if (*g.fewest_minutes == *g.most_minutes) return "blocked " + MinutesText(*g.most_minutes);
  return fmt::format("blocked {} to {}", MinutesText(*g.fewest_minutes), MinutesText(*g.most_minutes));
}

std::string StillText(const ListedGroup& g) {
  if (g.still == 0) return "";
  const std::string time = FormatDuration(FromSeconds(g.still_seconds));
  return g.still == g.count ? fmt::format("not moved for {}", time)
                            : fmt::format("{} of them not moved for {}", FormatCount(g.still), time);
}

std::string GoidsText(const ListedGroup& g) {
  std::string text;
  for (const uint64_t goid : g.goids) text += fmt::format("{}{}", text.empty() ? "" : ", ", goid);
  if (text.empty()) return "";
  return fmt::format("{} {}{}", g.count == 1 ? "goroutine" : "goroutines", text,
                     g.count > g.goids.size() ? ", …" : "");
}

class ListPage {
 public:
  ListPage(const model::StackTable& stacks, const Style& style, const ListStyle& how)
      : page_(style), stacks_(stacks), how_(how) {}

  void Head(const model::GoroutineList& list, const Style& style) {
    const model::TargetReport target{list.process.name, list.process, {}, {}};
    page_.Line(fmt::format("seep {} goroutines · {}", style.version, Who(target)));
    std::string count = Plural(list.listed, "goroutine");
    if (list.listed != list.total) count += fmt::format(" of {}", FormatCount(list.total));
    page_.Line(fmt::format("{} in {}", count, Plural(list.groups.size(), "group")));
    page_.Blank();
  }

  void Group(const ListedGroup& g, GroupBy by) {
    std::vector<std::string> parts = {page_.Bold(FormatCount(g.count))};
    if (by == GroupBy::kStack || by == GroupBy::kState) parts.emplace_back(OneLine(stacks_.text(g.state)));
    for (std::string text : {AgeText(g), StillText(g)})
      if (!text.empty()) parts.push_back(std::move(text));
    if (by != GroupBy::kState) parts.push_back(GoidsText(g));
    std::erase(parts, "");
    page_.Parts(parts, 0);
    if (by == GroupBy::kStack) Stack(g.stack);
    if ((by == GroupBy::kStack || by == GroupBy::kCreator) && g.creator) Place("created by ", g.creator);
    if (by == GroupBy::kCreator && !g.creator)
      page_.Wrapped("not created by a go statement that is known", 4);
    if (by == GroupBy::kStack || by == GroupBy::kLabels) Labels(g, by);
    if (by != GroupBy::kState) page_.Blank();
  }

  void Tail(const model::GoroutineList& list, size_t shown) {
    if (shown < list.groups.size()) {
      uint64_t rest = 0;
      for (size_t i = shown; i < list.groups.size(); ++i) rest += list.groups[i].count;
      page_.Wrapped(fmt::format("and {} with {} (--top 0 shows all)",
                                Plural(list.groups.size() - shown, "group"), Plural(rest, "goroutine")),
                    0);
      page_.Blank();
    }
    for (const model::Gap& gap : list.gaps)
      page_.TailRow("Not seen:", OneLine(gap.what + ": " + gap.why), {.mark = "· ", .indent = 2});
    if (list.process.pid)
      page_.TailRow("Next:", fmt::format("seep diagnose {}", *list.process.pid), {.verbatim = true});
  }
  std::string Take() { return page_.Take(); }

 private:
  void Stack(model::StackId stack) {
    const std::span<const model::FrameId> frames = stacks_.frames(stack);
    if (frames.empty()) page_.Wrapped("running: its stack cannot be read", 4);
    // What is left out of a long stack is its middle.
    const size_t limit = how_.frames == 0 || frames.size() <= how_.frames + 1 ? frames.size() : how_.frames;
    const size_t outer = limit == frames.size() ? 0 : limit / 2;
    for (size_t i = 0; i < limit - outer; ++i) Place("", frames[i]);
    if (limit < frames.size())
      page_.Line(page_.Faint(fmt::format("    … {} (-v shows all)", Plural(frames.size() - limit, "call"))));
    for (size_t i = frames.size() - outer; i < frames.size(); ++i) Place("", frames[i]);
  }

  void Place(std::string_view lead, model::FrameId frame) {
    page_.Call(lead, stacks_.function(frame), stacks_.file(frame), stacks_.line(frame));
  }

  void Labels(const ListedGroup& g, GroupBy by) {
    const std::string_view labels = stacks_.text(g.labels);
    if (labels.empty() && by == GroupBy::kLabels) page_.Wrapped("no labels", 4);
    if (labels.empty()) return;
    std::vector<std::string> parts;
    for (const std::string_view label : Split(labels, '\n')) parts.push_back(OneLine(label));
    page_.Parts(parts, 4);
  }

  Page page_;
  const model::StackTable& stacks_;
  const ListStyle& how_;
};

Json FrameOf(const model::StackTable& stacks, model::FrameId frame) {
  return FrameJson(stacks.function(frame), stacks.file(frame), stacks.line(frame));
}

Json GroupJson(const ListedGroup& g, GroupBy by, const model::StackTable& stacks) {
  Json out = {{"count", g.count}};
  if (by == GroupBy::kStack || by == GroupBy::kState) out["state"] = Printable(stacks.text(g.state));
  if (!g.goids.empty()) out["goids"] = g.goids;
  if (g.most_minutes) out["minutes"] = {{"fewest", *g.fewest_minutes}, {"most", *g.most_minutes}};
  if (g.still > 0) out["still"] = {{"goroutines", g.still}, {"seconds", g.still_seconds}};
  if (by == GroupBy::kStack) {
    Json stack = Json::array();
    for (const model::FrameId frame : stacks.frames(g.stack)) stack.push_back(FrameOf(stacks, frame));
    out["stack"] = std::move(stack);
  }
  if ((by == GroupBy::kStack || by == GroupBy::kCreator) && g.creator)
    out["creator"] = FrameOf(stacks, g.creator);
  if (by == GroupBy::kStack || by == GroupBy::kLabels) {
    Json labels = Json::object();
    if (const std::string_view text = stacks.text(g.labels); !text.empty())
      for (const std::string_view label : Split(text, '\n')) {
        const size_t equals = label.find('=');
        labels[Printable(label.substr(0, equals))] =
            equals == std::string_view::npos ? "" : Printable(label.substr(equals + 1));
      }
    if (!labels.empty()) out["labels"] = std::move(labels);
  }
  return out;
}

Json ListJson(const model::GoroutineList& list, const model::StackTable& stacks) {
  Json out = Json::object();
  out["name"] = Printable(list.process.name);
  if (list.process.pid) out["pid"] = *list.process.pid;
  if (!list.process.go_version.empty()) out["go_version"] = Printable(list.process.go_version);
  out["goroutines"] = list.total;
  out["listed"] = list.listed;
  constexpr std::string_view kBy[] = {"stack", "state", "creator", "labels"};
  out["by"] = std::string(kBy[static_cast<size_t>(list.by)]);
  Json groups = Json::array();
  for (const ListedGroup& g : list.groups) groups.push_back(GroupJson(g, list.by, stacks));
  out["groups"] = std::move(groups);
  out["gaps"] = GapsJson(list.gaps);
  return out;
}

}  // namespace

std::string GoroutinesText(const model::GoroutineList& list, const model::StackTable& stacks,
                           const Style& style, const ListStyle& how) {
  ListPage page(stacks, style, how);
  page.Head(list, style);
  const size_t shown = how.groups == 0 ? list.groups.size() : std::min(how.groups, list.groups.size());
  for (size_t i = 0; i < shown; ++i) page.Group(list.groups[i], list.by);
  page.Tail(list, shown);
  return page.Take();
}

std::string GoroutinesJson(std::span<const model::GoroutineList> lists, const model::StackTable& stacks,
                           const Style& style) {
  Json targets = Json::array();
  for (const model::GoroutineList& list : lists) targets.push_back(ListJson(list, stacks));
  return TargetsDocument("seep.goroutines/1", style.version, std::move(targets));
}

}  // namespace seep::report
