#include "report/report_json.h"

#include <cmath>

#include "report/layout.h"
#include "report/report.h"

namespace seep::report {
namespace {
using Json = nlohmann::ordered_json;

Json FramesOf(model::StackId id, const model::StackTable& stacks) {
  Json frames = Json::array();
  for (const model::FrameId frame : stacks.frames(id)) {
    const std::string_view function = stacks.function(frame);
    const std::string_view file = stacks.file(frame);
    Json one = {{"function", Printable(function)}};
    if (!file.empty()) one["file"] = Printable(file);
    if (stacks.line(frame) != 0) one["line"] = stacks.line(frame);
    one["library"] = IsLibrary(function, file);
    frames.push_back(std::move(one));
  }
  return frames;
}
}  // namespace

Json CurvesJson(const std::vector<model::Curve>& curves) {
  Json list = Json::array();
  for (const model::Curve& curve : curves) {
    Json points = Json::array();
    for (const auto& [at, value] : curve.points)
      if (std::isfinite(at) && std::isfinite(value)) points.push_back(Json::array({at, value}));
    list.push_back(
        {{"name", Printable(curve.name)}, {"unit", Printable(curve.unit)}, {"points", std::move(points)}});
  }
  return list;
}

Json HistogramJson(const model::Histogram& histogram) {
  Json bins = Json::array();
  for (const auto& [edge, count] : histogram.bins) {
    bins.push_back(Json::array({std::isfinite(edge) ? Json(edge) : Json(nullptr), count}));
  }
  return {{"name", Printable(histogram.name)}, {"bins", std::move(bins)}};
}

Json StacksJson(const model::Finding& finding, const model::StackTable& stacks, size_t most) {
  Json list = Json::array();
  for (const auto& [id, count] : finding.stacks) {
    if (list.size() == most) break;
    if (id.value >= stacks.stack_count()) continue;  // of another table: cannot be resolved
    list.push_back({{PileIsBytes(finding) ? "bytes" : "count", count}, {"frames", FramesOf(id, stacks)}});
  }
  return list;
}

nlohmann::ordered_json GapsJson(const std::vector<model::Gap>& gaps) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const model::Gap& gap : gaps)
    out.push_back({{"what", Printable(gap.what)}, {"why", Printable(gap.why)}, {"how", Printable(gap.how)}});
  return out;
}

nlohmann::ordered_json FrameJson(std::string_view function, std::string_view file, int64_t line) {
  nlohmann::ordered_json out = {{"function", Printable(function)}};
  if (!file.empty()) out["file"] = Printable(file);
  if (line > 0) out["line"] = line;
  return out;
}

std::string TargetsDocument(std::string_view schema, std::string_view version,
                            nlohmann::ordered_json targets) {
  const nlohmann::ordered_json out = {{"schema", schema}, {"seep", version}, {"targets", std::move(targets)}};
  return out.dump(2) + "\n";
}

}  // namespace seep::report
