// seep pprof: the command line, the reports and the bytes of `go tool pprof`, from one binary and far faster.
#include <fmt/format.h>

#include <cstdio>
#include <ctime>

#include "cli/command.h"
#include "cli/pprof/arguments.h"
#include "cli/pprof/deliver.h"
#include "cli/pprof/shell.h"
#include "cli/pprof/web.h"
#include "pipeline/profiles.h"

namespace seep::cli {
extern const Command command_pprof;

namespace {

int Failed(const Error& error) {
  std::fprintf(stderr, "%s\n", error.what.c_str());
  return kExitFailed;
}

int Run(int argc, const char* const* argv) {
  bool show_usage = false;
  const auto arguments = ParsePprofArguments({argv + 1, static_cast<size_t>(argc - 1)}, show_usage);
  if (!arguments) {
    if (!show_usage) return Failed(arguments.error());
    // Go says a wrong flag before the usage, and a missing source behind it.
    const bool last = arguments.error().what == kNoSource;
    std::fprintf(stderr, "%s%s\n%s", last ? PprofUsage().c_str() : "", arguments.error().what.c_str(),
                 last ? "" : PprofUsage().c_str());
    return kExitFailed;
  }
  if (arguments->help) {
    std::printf("%s\n%.*s", PprofUsage().c_str(), static_cast<int>(command_pprof.examples.size()),
                command_pprof.examples.data());
    return kExitClean;
  }
  const Log log({}, [](std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  });
  for (const std::string& warning : arguments->warnings) log.Warn(warning);
  pipeline::ProfileRequest request;
  request.sources = arguments->sources;
  request.bases = arguments->bases;
  // A flame graph shows both sides of a difference, which only samples apart have.
  request.diff_base = arguments->diff_base || !arguments->http.empty() ||
                      (arguments->command && *arguments->command == "flame");
  request.normalize = arguments->settings.normalize;
  request.build_id = arguments->build_id;
  request.symbolize = arguments->symbolize;
  request.comment = arguments->comment;
  request.seconds = arguments->seconds;
  request.timeout = arguments->timeout;
  request.http.client_certificate = arguments->tls_cert;
  request.http.client_key = arguments->tls_key;
  request.http.authorities = arguments->tls_ca;
  if (arguments->command)
    for (const pprof::Report* report : pprof::AllReports())
      if (report->name == *arguments->command) request.over_time = report->over_time;
  auto fetched = pipeline::FetchProfiles(request, log);
  if (!fetched) return Failed(fetched.error());
  if (fetched->remote) SaveProfile(fetched->profile, log);
  if (!arguments->http.empty()) {
    const Status served = ServeWeb(std::move(*fetched),
                                   {.address = arguments->http,
                                    .no_browser = arguments->no_browser,
                                    .has_base = !arguments->bases.empty(),
                                    .diff_base = arguments->diff_base,
                                    .settings = arguments->settings},
                                   log);
    return served ? kExitClean : Failed(served.error());
  }
  if (!arguments->command) return RunShell(std::move(fetched->profile), arguments->settings, log);
  const pprof::Query query{
      .report = *arguments->command,
      .symbol = arguments->symbol.empty() ? std::nullopt : std::optional(arguments->symbol),
      .settings = arguments->settings,
      .json = arguments->json,
      .moments = fetched->moments};
  const Status delivered = DeliverReport(std::move(fetched->profile), query, false, log);
  return delivered ? kExitClean : Failed(delivered.error());
}

}  // namespace

constinit const Command command_pprof = {
    .name = "pprof",
    .summary = "The reports of `go tool pprof`, a hundred times lighter",
    .examples = R"(Examples:
  # what holds memory
  seep pprof -top heap.pb.gz
  # what grew between two profiles
  seep pprof -top -base before.pb.gz after.pb.gz
  # callers and callees of a function, from a running service
  seep pprof -peek readLoop http://127.0.0.1:6060/debug/pprof/goroutine
  # a flame graph as a page that stands alone; with -base: red grew, blue shrank
  seep pprof -flame heap.pb.gz > heap.html
  # all views in a browser
  seep pprof -http=localhost: heap.pb.gz
  # an interactive shell
  seep pprof heap.pb.gz
)",
    .run = &Run,
};

}  // namespace seep::cli
