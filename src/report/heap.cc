#include "report/heap.h"

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

std::string Bytes(uint64_t n) {
  return FormatBytes(static_cast<double>(n));
}

uint64_t Positive(int64_t n) {
  return n > 0 ? static_cast<uint64_t>(n) : 0;
}

class HeapPage {
 public:
  HeapPage(const Style& style, const HeapStyle& how) : page_(style), how_(how) {}

  void Head(const model::HeapView& view, const Style& style) {
    const model::TargetReport target{view.process.name, view.process, {}, {}};
    page_.Line(fmt::format("seep {} heap · {}", style.version, Who(target)));
    page_.Blank();
    if (view.totals) {
      const auto& t = *view.totals;
      page_.Row("in use", fmt::format("{} in {}, in pages of {}", page_.Bold(Bytes(t.live_bytes)),
                                      Plural(t.objects, "object"), Bytes(t.held_bytes)));
      page_.Row("stacks", Bytes(t.stack_bytes));
    }
    if (view.collections) page_.Row("GC", Collections(view));
    if (view.memory_limit) page_.Row("limit", fmt::format("{} (GOMEMLIMIT)", Bytes(*view.memory_limit)));
    page_.Blank();
  }

  void Classes(const model::HeapView& view) {
    if (!view.totals || view.totals->classes.empty()) return;
    const auto& all = view.totals->classes;
    const size_t shown = how_.classes == 0 ? all.size() : std::min(how_.classes, all.size());
    page_.Line(
        page_.Faint(fmt::format("  {:>10}  {:>12}  {:>10}  {:>10}", "object", "objects", "in use", "free")));
    for (size_t i = 0; i < shown; ++i) {
      const model::HeapSizeClass& c = all[i];
      page_.Line(fmt::format("  {:>10}  {:>12}  {:>10}  {:>10}{}",
                             c.object_bytes == 0 ? "large" : Bytes(c.object_bytes), FormatCount(c.objects),
                             Bytes(c.live_bytes), Bytes(c.held_bytes - std::min(c.held_bytes, c.live_bytes)),
                             c.has_pointers ? "" : "  no pointers"));
    }
    if (shown < all.size())
      page_.Line(fmt::format("  and {} (--classes 0 shows all)", Plural(all.size() - shown, "other size")));
    page_.Blank();
  }

  void Sites(const model::HeapView& view) {
    if (view.sites.empty()) return;
    int64_t total = 0;
    for (const model::HeapSite& s : view.sites) total += s.bytes;
    page_.Line(fmt::format("{} by where they were allocated, scaled up from one sample each {}",
                           Bytes(Positive(total)), Bytes(Positive(*view.rate))));
    page_.Blank();
    const size_t shown = how_.sites == 0 ? view.sites.size() : std::min(how_.sites, view.sites.size());
    for (size_t i = 0; i < shown && (how_.sites == 0 || view.sites[i].bytes > 0); ++i) Site(view.sites[i]);
    if (shown < view.sites.size())
      page_.Line(fmt::format("and {} (--top 0 shows all)", Plural(view.sites.size() - shown, "other site")));
    page_.Blank();
  }

  void Tail(const model::HeapView& view) {
    for (const model::Gap& gap : view.gaps)
      page_.TailRow(
          "Not seen:",
          OneLine(fmt::format("{}: {}{}{}", gap.what, gap.why, gap.how.empty() ? "" : "; ", gap.how)),
          {.mark = "· ", .indent = 2});
  }
  std::string Take() { return page_.Take(); }

 private:
  static std::string Collections(const model::HeapView& view) {
    std::string text = Plural(*view.collections, "collection");
    if (view.last_collection) text += fmt::format(", the last at {}", FormatTime(*view.last_collection));
    return text;
  }

  void Site(const model::HeapSite& site) {
    page_.Line(fmt::format("{} in {}", page_.Bold(Bytes(Positive(site.bytes))),
                           Plural(Positive(site.objects), "object")));
    const size_t shown = how_.calls == 0 ? site.stack.size() : std::min(how_.calls, site.stack.size());
    for (size_t i = 0; i < shown; ++i) {
      const model::HeapCall& call = site.stack[i];
      page_.Call("", call.function, call.file, call.line);
    }
    if (shown < site.stack.size())
      page_.Line(
          page_.Faint(fmt::format("    … {} (-v shows all)", Plural(site.stack.size() - shown, "call"))));
    page_.Blank();
  }

  Page page_;
  const HeapStyle& how_;
};

Json TotalsJson(const model::HeapView::Totals& t) {
  Json classes = Json::array();
  for (const model::HeapSizeClass& c : t.classes) {
    Json one = Json::object();
    if (c.object_bytes > 0) one["object_bytes"] = c.object_bytes;
    one["pointers"] = c.has_pointers;
    one["objects"] = c.objects;
    one["live_bytes"] = c.live_bytes;
    one["held_bytes"] = c.held_bytes;
    classes.push_back(std::move(one));
  }
  return {{"objects", t.objects},
          {"live_bytes", t.live_bytes},
          {"held_bytes", t.held_bytes},
          {"stack_bytes", t.stack_bytes},
          {"classes", std::move(classes)}};
}

Json SiteJson(const model::HeapSite& site) {
  Json stack = Json::array();
  for (const model::HeapCall& call : site.stack)
    stack.push_back(
        {{"function", Printable(call.function)}, {"file", Printable(call.file)}, {"line", call.line}});
  return {{"objects", site.objects},
          {"bytes", site.bytes},
          {"total_objects", site.total_objects},
          {"total_bytes", site.total_bytes},
          {"stack", std::move(stack)}};
}

}  // namespace

std::string HeapText(const model::HeapView& view, const Style& style, const HeapStyle& how) {
  HeapPage page(style, how);
  page.Head(view, style);
  page.Classes(view);
  page.Sites(view);
  page.Tail(view);
  return page.Take();
}

std::string HeapJson(const model::HeapView& view, const Style& style) {
  Json out = {{"schema", "seep.heap/1"}, {"seep", style.version}};
  out["name"] = Printable(view.process.name);
  if (view.process.pid) out["pid"] = *view.process.pid;
  out["go_version"] = Printable(view.process.go_version);
  if (view.totals) out["totals"] = TotalsJson(*view.totals);
  if (view.collections) out["collections"] = *view.collections;
  if (view.last_collection) out["last_collection"] = FormatTime(*view.last_collection);
  if (view.memory_limit) out["memory_limit_bytes"] = *view.memory_limit;
  if (view.rate) out["rate_bytes"] = *view.rate;
  Json sites = Json::array();
  for (const model::HeapSite& site : view.sites) sites.push_back(SiteJson(site));
  out["sites"] = std::move(sites);
  out["gaps"] = GapsJson(view.gaps);
  return out.dump(2) + "\n";
}

}  // namespace seep::report
