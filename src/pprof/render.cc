#include <string>
#include <utility>

#include "pprof/json_layout.h"
#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/writer.h"

namespace seep::pprof {
namespace {

Status RenderJson(Prepared& prepared, Writer& out) {
  Json json(out);
  json.Begin('{');
  WriteJsonHead(prepared, json);
  SEEP_TRY_VOID(prepared.report->json(prepared, json));
  json.End('}');
  out << "\n";
  return out.Flush();
}

}  // namespace

Status Render(profile::Profile profile, const Query& query, const Surroundings& outside, const Sink& sink) {
  const Report* report = nullptr;
  for (const Report* r : AllReports())
    if (r->name == query.report) report = r;
  if (report == nullptr) return Fail(ErrorCode::kUsage, "unrecognized command: \"" + query.report + "\"");
  if (query.json && report->json == nullptr)
    return Fail(ErrorCode::kUsage,
                "-" + query.report + " has no JSON form: -raw -json has all of the profile");
  SEEP_TRY(Prepared prepared, Prepare(std::move(profile), *report, query, outside));
  Writer out(sink);
  if (query.json) return RenderJson(prepared, out);
  SEEP_TRY_VOID(report->print(prepared, out));
  return out.Flush();
}

Result<std::string> RenderText(profile::Profile profile, const Query& query, const Surroundings& outside) {
  std::string text;
  SEEP_TRY_VOID(Render(std::move(profile), query, outside, [&](std::string_view bytes) {
    text += bytes;
    return Status();
  }));
  return text;
}

}  // namespace seep::pprof
