#include "report/native.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/layout.h"
#include "report/page.h"

namespace seep::report {
namespace {

using Json = nlohmann::ordered_json;
using model::NativeAmount;
using model::NativeCall;
using model::NativeSite;

uint64_t Rounded(double value) {
  return static_cast<uint64_t>(std::llround(value));
}

std::string CallText(const NativeCall& call) {
  std::string text = call.function.empty() ? "?" : OneLine(call.function);
  if (!call.file.empty()) text += fmt::format(" {}:{}", OneLine(call.file), call.line);
  return text;
}

// What a site was given and has not given back, as far as samples can tell: of n of them, the relative error
// is 1/sqrt(n).
std::string ErrorText(uint64_t samples) {
  if (samples == 0) return "";
  return fmt::format("±{:.0f} %", 100 / std::sqrt(static_cast<double>(samples)));
}

void Site(Page& page, const NativeSite& site, const Style& style) {
  const double kept = site.allocated.bytes > 0 ? std::min(1.0, site.live.bytes / site.allocated.bytes) : 0;
  std::vector<std::string> parts = {
      page.Bold(FormatBytes(site.live.bytes) + " live"), Plural(Rounded(site.live.objects), "block"),
      fmt::format("{} allocated, {:.0f} % of it kept", FormatBytes(site.allocated.bytes), 100 * kept)};
  if (site.live_samples > 0) parts.push_back(ErrorText(site.live_samples));
  page.Parts(parts, 0);
  if (site.go.empty() && site.c.empty()) page.Wrapped("stacks for which there was no room", 4);
  size_t shown = 0;
  const size_t frames = style.verbosity > 0 ? SIZE_MAX : 6;
  for (const NativeCall& call : site.go) {
    if (shown++ == frames) break;
    page.Wrapped(CallText(call), 4);
  }
  if (!site.c.empty()) {
    std::string way;
    size_t count = 0;
    for (const NativeCall& call : site.c) {
      if (count++ == frames) {
        way += " ← …";
        break;
      }
      way +=
          fmt::format("{}{}", way.empty() ? "" : " ← ", call.function.empty() ? "?" : OneLine(call.function));
    }
    page.Wrapped(
        page.Faint(site.live.bytes > 0 ? fmt::format("in C, {:.0f} % by: {}", 100 * site.c_share, way)
                                       : "in C: " + way),
        4);
  }
  page.Blank();
}

Json ToJson(const NativeAmount& amount) {
  return {{"objects", Rounded(amount.objects)}, {"bytes", Rounded(amount.bytes)}};
}

Json ToJson(const std::vector<NativeCall>& calls) {
  Json out = Json::array();
  for (const NativeCall& call : calls)
    out.push_back(
        {{"function", Printable(call.function)}, {"file", Printable(call.file)}, {"line", call.line}});
  return out;
}

}  // namespace

std::string NativeText(const model::NativeReport& report, const Style& style, size_t top) {
  Page page(style);
  page.Line(fmt::format("seep {} native · {} · pid {}", style.version, OneLine(report.program), report.pid));
  page.Wrapped(
      fmt::format("{} live by malloc in {}, {} by mmap; {} allocated in all. Estimated from {}, one in {}",
                  FormatBytes(report.live.bytes), Plural(Rounded(report.live.objects), "block"),
                  FormatBytes(report.mapped.bytes), FormatBytes(report.allocated.bytes),
                  Plural(report.samples, "sample"), FormatBytes(static_cast<double>(report.rate))),
      0);
  if (report.lost > 0)
    page.Wrapped(
        fmt::format("{} found no room: live bytes are too low by as much; a larger --rate needs less",
                    Plural(report.lost, "sample")),
        0);
  page.Blank();
  size_t shown = 0;
  for (const NativeSite& site : report.sites) {
    if (top != 0 && shown == top) break;
    ++shown;
    Site(page, site, style);
  }
  if (shown < report.sites.size())
    page.Wrapped(fmt::format("and {} (--top 0 shows all)", Plural(report.sites.size() - shown, "site")), 0);
  return page.Take();
}

std::string NativeJson(const model::NativeReport& report, const Style& style) {
  Json sites = Json::array();
  for (const NativeSite& site : report.sites)
    sites.push_back({{"live", ToJson(site.live)},
                     {"allocated", ToJson(site.allocated)},
                     {"live_samples", site.live_samples},
                     {"go", ToJson(site.go)},
                     {"c", ToJson(site.c)},
                     {"c_share", site.c_share}});
  const Json out = {{"schema", "seep.native/1"},
                    {"seep", style.version},
                    {"pid", report.pid},
                    {"program", Printable(report.program)},
                    {"rate", report.rate},
                    {"samples", report.samples},
                    {"live_samples", report.live_samples},
                    {"lost", report.lost},
                    {"live", ToJson(report.live)},
                    {"mapped", ToJson(report.mapped)},
                    {"allocated", ToJson(report.allocated)},
                    {"sites", std::move(sites)}};
  return out.dump(2) + "\n";
}

}  // namespace seep::report
