#include "serve/pprof_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "pprof/dot.h"
#include "pprof/encode.h"
#include "pprof/prepared.h"
#include "pprof/saved_configs.h"
#include "pprof/stacks.h"
#include "pprof/web_page.h"
#include "profile/setting_fields.h"
#include "serve/query.h"

namespace seep::serve {
namespace {

constexpr std::string_view kPages[] = {"flamegraph", "top", "graph", "peek", "source"};

const pprof::Report* ReportNamed(std::string_view name) {
  for (const pprof::Report* report : pprof::AllReports())
    if (report->name == name) return report;
  return nullptr;
}

Answer Redirect(unsigned status, std::string to, const std::string& query) {
  if (!query.empty()) to += "?" + query;
  return {.status = status, .body = "", .location = std::move(to)};
}

Answer Refuse(unsigned status, std::string why) {
  return {.status = status, .body = Printable(why) + "\n"};
}

// What stands in front of <svg> is for a file of its own.
std::string SvgElement(std::string svg) {
  const size_t at = svg.find("<svg");
  if (at != svg.npos) svg.erase(0, at);
  return svg;
}

}  // namespace

Result<profile::Settings> ApplyQuery(profile::Settings settings, std::string_view query) {
  const QueryFields given = ParseQuery(query);
  for (const profile::SettingField& field : profile::SettingFields()) {
    if (field.url.empty()) continue;
    const std::optional<std::string> value = FieldOf(given, field.url);
    if (!value || value->empty()) continue;
    if (const Status set = field.Set(settings, *value); !set)
      return Fail(ErrorCode::kUsage,
                  "error setting config field " + std::string(field.name) + ": " + set.error().what);
  }
  return settings;
}

std::string QueryOf(const profile::Settings& settings) {
  std::string query;
  for (const profile::SettingField& field : profile::SettingFields()) {
    const std::string value = field.Get(settings);
    if (field.url.empty() || value == field.Get({})) continue;
    query += fmt::format("{}{}={}", query.empty() ? "" : "&", field.url, PercentEncoded(value));
  }
  return query;
}

Answer PprofSite::Handle(const Request& request) {
  constexpr std::string_view kUi = "/ui/";
  const std::string_view path = request.path;
  if (!path.starts_with(kUi)) return Redirect(307, std::string(kUi), request.query);
  const std::string_view page = path.substr(kUi.size());
  if (page.empty() || page == "flamegraph2" || page == "flamegraphold")
    return Redirect(301, "flamegraph", request.query);
  if (std::ranges::find(kPages, page) != std::end(kPages))
    return {.type = "text/html; charset=utf-8", .body = pprof::ServedPage(Facts())};
  if (page == "download")
    return {.type = "application/vnd.google.protobuf+gzip",
            .body = pprof::EncodeGzip(sources_.profile),
            .download_as = "profile.pb.gz"};
  if (page == "api/configs") {
    const auto configs = Configs();
    return configs ? Answer{.type = "application/json", .body = *configs} : Refuse(400, configs.error().what);
  }
  constexpr std::string_view kApi = "api/";
  if (page.starts_with(kApi)) return Api(page.substr(kApi.size()), request.query);
  if (page == "saveconfig" || page == "deleteconfig") {
    if (!request.is_post) return Refuse(405, "named settings are changed by a POST");
    const Status changed = ChangeConfigs(page == "deleteconfig", request.query);
    return changed ? Answer{} : Refuse(400, changed.error().what);
  }
  if (page == "disasm") return Refuse(501, "there is no disassembly here; peek and source are");
  return Refuse(404, "there are: flamegraph, top, graph, peek, source, download");
}

Answer PprofSite::Api(std::string_view view, const std::string& text) {
  auto settings = ApplyQuery(sources_.settings, text);
  if (!settings) return Refuse(400, settings.error().what);
  pprof::Query query{"", FieldOf(ParseQuery(text), "symbol"), std::move(*settings)};
  query.settings.output.clear();
  const std::scoped_lock lock(one_at_a_time_);
  Result<std::string> body = Fail(ErrorCode::kUsage, "");
  std::string type = "text/plain; charset=utf-8";
  if (view == "stacks") {
    body = Stacks(query);
    type = "application/json";
  } else if (view == "graph") {
    body = Graph(query);
    type = "image/svg+xml";
  } else if (view == "peek" || view == "source") {
    if (!query.symbol || query.symbol->empty())
      return Refuse(400, "symbol: a regular expression of the functions to look for is missing");
    query.report = view == "peek" ? "peek" : "list";
    if (view == "peek") query.settings.granularity = "lines";
    body = pprof::RenderText(sources_.profile, query, sources_.surroundings);
  } else {
    return Refuse(404, "there are: api/stacks, api/graph, api/peek, api/source");
  }
  if (!body) return Refuse(body.error().code == ErrorCode::kUnavailable ? 501 : 400, body.error().what);
  // Names of a profile may be any bytes; JSON has them made safe already, graphviz had to read them.
  if (type.starts_with("text/")) body = Printable(*body);
  return {.type = std::move(type), .body = std::move(*body)};
}

Result<std::string> PprofSite::Configs() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  SEEP_TRY(const std::string bytes, sources_.read_configs());
  if (bytes.empty()) return list.dump();
  SEEP_TRY(const auto configs, pprof::ParseSavedConfigs(bytes, {}));
  for (const pprof::SavedConfig& config : configs)
    list.push_back({{"name", Printable(config.name)}, {"query", QueryOf(config.settings)}});
  return list.dump();
}

Status PprofSite::ChangeConfigs(bool remove, std::string_view query) {
  const std::optional<std::string> name = FieldOf(ParseQuery(query), "config");
  if (!name || name->empty()) return Fail(ErrorCode::kUsage, "invalid config name");
  SEEP_TRY(profile::Settings settings, ApplyQuery(sources_.settings, query));
  const std::scoped_lock lock(configs_);
  SEEP_TRY(const std::string bytes, sources_.read_configs());
  std::vector<pprof::SavedConfig> configs;
  if (!bytes.empty()) {
    SEEP_TRY(configs, pprof::ParseSavedConfigs(bytes, {}));
  }
  if (remove)
    SEEP_TRY_VOID(pprof::RemoveConfig(configs, *name));
  else
    pprof::SaveConfig(configs, {*name, std::move(settings)});
  return sources_.write_configs(pprof::EncodeSavedConfigs(configs));
}

Result<std::string> PprofSite::Stacks(const pprof::Query& query) const {
  SEEP_TRY(pprof::Prepared prepared,
           pprof::Prepare(sources_.has_base ? sources_.both_sides : sources_.profile, *ReportNamed("flame"),
                          query, sources_.surroundings));
  const pprof::StackTree tree = pprof::MakeStackTree(prepared);
  return pprof::StackJson(prepared, tree);
}

Result<std::string> PprofSite::Graph(const pprof::Query& query) const {
  SEEP_TRY(pprof::Prepared prepared,
           pprof::Prepare(sources_.profile, *ReportNamed("dot"), query, sources_.surroundings));
  const profile::TrimmedGraph trimmed = pprof::MakeVisualGraph(prepared);
  std::string dot;
  pprof::ComposeDot(prepared, trimmed.graph, {}, dot);
  SEEP_TRY(std::string svg, sources_.draw(dot));
  return SvgElement(std::move(svg));
}

std::string PprofSite::Facts() const {
  const profile::Profile& profile = sources_.profile;
  nlohmann::ordered_json facts;
  facts["title"] = profile.mappings.size() > 1 && profile.mappings[1].file
                       ? Printable(profile.text(profile.mappings[1].file))
                       : "seep pprof";
  return facts.dump();
}

}  // namespace seep::serve
