// seep pprof: the command line, the reports and the bytes of `go tool pprof`, from one binary and far faster.
#include <cstdlib>

#include "base/text.h"
#include "cli/command.h"
#include "cli/pprof/arguments.h"
#include "cli/pprof/deliver.h"
#include "cli/pprof/shell.h"
#include "cli/pprof/web.h"
#include "cli/terminal.h"
#include "pipeline/profiles.h"
#include "pipeline/symbolize.h"

namespace seep::cli {
extern const Command command_pprof;

namespace {

// PPROF_BINARY_PATH, or ~/pprof/binaries.
std::vector<std::string> BinaryFolders() {
  std::vector<std::string> folders;
  if (const char* path = std::getenv("PPROF_BINARY_PATH"); path != nullptr && *path != '\0') {
    for (std::string_view folder : Split(path, ':')) folders.emplace_back(folder);
    return folders;
  }
  const char* home = std::getenv("HOME");
  folders.push_back((home == nullptr || *home == '\0' ? "" : std::string(home) + "/") + "pprof/binaries");
  return folders;
}

pipeline::ProfileRequest RequestOf(const PprofArguments& arguments) {
  pipeline::ProfileRequest request;
  request.sources = arguments.sources;
  request.bases = arguments.bases;
  // A flame graph shows both sides of a difference, which only samples apart have.
  request.diff_base =
      arguments.diff_base || !arguments.http.empty() || (arguments.command && *arguments.command == "flame");
  if (arguments.command)
    for (const pprof::Report* report : pprof::AllReports())
      if (report->name == *arguments.command) request.over_time = report->over_time;
  request.normalize = arguments.settings.normalize;
  request.executable = arguments.executable;
  request.build_id = arguments.build_id;
  request.binary_folders = BinaryFolders();
  request.symbolize = arguments.symbolize;
  request.comment = arguments.comment;
  request.seconds = arguments.seconds;
  request.timeout = arguments.timeout;
  request.http.client_certificate = arguments.tls_cert;
  request.http.client_key = arguments.tls_key;
  request.http.authorities = arguments.tls_ca;
  return request;
}

Status RunPprof(const PprofArguments& arguments, const Console& console, int& exit) {
  SEEP_TRY(pipeline::FetchedProfile fetched, pipeline::FetchProfiles(RequestOf(arguments), console.log()));
  if (fetched.remote) SEEP_TRY_VOID(SaveProfile(fetched.profile, console));
  if (!arguments.http.empty())
    return ServeWeb(std::move(fetched),
                    {.address = arguments.http,
                     .no_browser = arguments.no_browser,
                     .has_base = !arguments.bases.empty(),
                     .diff_base = arguments.diff_base,
                     .settings = arguments.settings},
                    console);
  if (!arguments.command) {
    exit = RunShell(std::move(fetched.profile), arguments.settings);
    return {};
  }
  pprof::Query query{.report = *arguments.command,
                     .symbol = {},
                     .settings = arguments.settings,
                     .json = arguments.json,
                     .moments = fetched.moments};
  if (!arguments.symbol.empty()) query.symbol = arguments.symbol;
  Console reporting = console;
  Session session{reporting};
  return DeliverReport(std::move(fetched.profile), query, session);
}

int Run(int argc, const char* const* argv) {
  const Console console;
  ShowUsage show_usage = ShowUsage::kNo;
  const auto arguments = ParsePprofArguments({argv + 1, static_cast<size_t>(argc - 1)},
                                             &pipeline::IsObjectFile, console.log(), show_usage);
  if (!arguments) {
    if (show_usage == ShowUsage::kBefore) PrintError(PprofUsage());
    PrintError(arguments.error().what + "\n");
    if (show_usage == ShowUsage::kAfter) PrintError(PprofUsage());
    return kExitFailed;
  }
  if (arguments->help) {
    PrintOut(PprofUsage() + "\n" + std::string(command_pprof.examples));
    return kExitClean;
  }
  int exit = kExitClean;
  const Status done = RunPprof(*arguments, console, exit);
  if (done) return exit;
  PrintError(done.error().what + "\n");
  return kExitFailed;
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
  # CPU over ten seconds, as a picture
  seep pprof -svg -seconds 10 http://127.0.0.1:6060 > cpu.svg
  # an interactive shell
  seep pprof heap.pb.gz
)",
    .run = &Run,
};

}  // namespace seep::cli
