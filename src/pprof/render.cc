#include <string>
#include <utility>

#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/writer.h"

namespace seep::pprof {

Status Render(profile::Profile profile, const Query& query, const Surroundings& outside, const Sink& sink) {
  const Report* report = nullptr;
  for (const Report* r : AllReports())
    if (r->name == query.report) report = r;
  if (report == nullptr) return Fail(ErrorCode::kUsage, "unrecognized command: \"" + query.report + "\"");
  SEEP_TRY(Prepared prepared, Prepare(std::move(profile), *report, query, outside));
  Writer out(sink);
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
