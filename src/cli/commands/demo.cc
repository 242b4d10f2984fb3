// seep demo [NAME]: a leaky Go service, load, and its diagnosis, end to end. The service's sources are inside
// seep; where there is no Go to build them, the evidence of the same incident recorded earlier is diagnosed
// instead.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <thread>

#include "base/text.h"
#include "capture/files.h"
#include "cli/demo/service.h"
#include "cli/flags.h"
#include "cli/output.h"
#include "seep_demo_recorded.h"
#include "seep_demo_sources.h"

namespace seep::cli {
extern const Command command_demo;

namespace {

namespace fs = std::filesystem;

struct Story {
  std::string_view name;
  std::string_view service;  // subcommand of the test bed's program
  std::string_view flags;    // further flags, separated by spaces
  std::string_view peer;     // which of the peer's addresses the service talks to; empty = none
  int rate;                  // calls per second
  int seconds;               // of load before the first snapshot
  int samples, interval;
  std::string_view says;
};

constexpr auto kStories = std::to_array<Story>({
    {"s0", "s0-leaky", "-idle 20s", "http", 150, 26, 2, 10,
     "a web service that builds a new HTTP client for every call; idle timeout 20 s"},
    {"body", "body-leaky", "", "http", 100, 10, 2, 5, "a service that never closes response bodies"},
    {"worker", "worker-leaky", "-tick 200ms -size 60", "", 0, 6, 5, 1,
     "a worker that starts a goroutine for every row, without a limit"},
    {"send", "send-leaky", "", "", 50, 10, 2, 5,
     "callers that give up, and goroutines that still want to send them the answer"},
    {"mutex", "mutex-leaky", "", "silent", 50, 10, 2, 5,
     "a lock whose holder waits for a peer that never answers"},
    {"fixed", "s0-fixed", "", "http", 150, 10, 2, 5, "the first service, repaired: nothing to find"},
});

const Story* FindStory(std::string_view name) {
  for (const Story& s : kStories)
    if (s.name == name) return &s;
  return nullptr;
}

// A folder of our own below the temporary one; gone with the demo.
class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / "seep-demo-XXXXXX").string()) {
    made_ = mkdtemp(path_.data()) != nullptr;
  }
  ~Folder() {
    std::error_code ignored;
    if (made_) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  bool made() const { return made_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool made_ = false;
};

Status Unpack(const std::vector<EmbeddedFile>& files, const std::string& folder) {
  for (const EmbeddedFile& file : files) {
    const fs::path path = fs::path(folder) / file.name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    SEEP_TRY_VOID(WriteFile(path.string(), file.bytes));
  }
  return {};
}

// `go` of at least 1.19, by whether it runs at all; the build says the rest.
bool HaveGo(const Folder& folder) {
  return RunProgram({"go", "version"}, "", folder.path() + "/go.log").has_value();
}

void Say(std::string_view line) {
  PrintError(fmt::format("demo: {}\n", line));
}

std::string Program(const Folder& folder) {
  return folder.path() + "/testbed-std";
}

Status Build(const Folder& folder) {
  Say("building the service from the sources inside seep (go build) ...");
  const std::string sources = folder.path() + "/std";
  SEEP_TRY_VOID(Unpack(seep_demo_sources_files(), sources));
  return RunProgram({"go", "build", "-buildvcs=false", "-o", Program(folder), "./cmd/testbed-std"}, sources,
                    folder.path() + "/build.log");
}

Result<DemoService> StartService(const Story& story, const Folder& folder,
                                 const std::optional<DemoService>& peer) {
  std::vector<std::string> command = {Program(folder), std::string(story.service)};
  if (peer) {
    command.push_back("-peer");
    command.push_back(peer->Field(std::string(story.peer)));
  }
  for (std::string_view flag : Split(story.flags, ' '))
    if (!flag.empty()) command.emplace_back(flag);
  return DemoService::Start(command, folder.path() + "/service.log");
}

void Wait(int seconds, std::string_view what) {
  Say(fmt::format("{}, {} s ...", what, seconds));
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
}

Result<pipeline::Outcome> Live(const Story& story, const Folder& folder) {
  SEEP_TRY_VOID(Build(folder));
  std::optional<DemoService> peer;
  if (!story.peer.empty()) {
    SEEP_TRY(DemoService started, DemoService::Start({Program(folder), "peer"}, folder.path() + "/peer.log"));
    peer.emplace(std::move(started));
  }
  SEEP_TRY(const DemoService service, StartService(story, folder, peer));
  Say(fmt::format("pid {}: {}", service.Field("pid"), story.says));
  if (story.rate > 0) SEEP_TRY_VOID(service.Control(fmt::format("start?rate={}", story.rate)));
  Wait(story.seconds, story.rate > 0 ? fmt::format("{} calls a second", story.rate) : "letting it work");

  pipeline::Options options;
  options.capture.samples = story.samples;
  options.capture.interval = std::chrono::seconds(story.interval);
  options.capture.pid = std::strtoull(service.Field("pid").c_str(), nullptr, 10);
  const std::string url = service.Field("pprof");
  PrintError(fmt::format("demo: $ seep diagnose {} --pid {} --samples {} --interval {}s\n\n", url,
                         service.Field("pid"), story.samples, story.interval));
  return pipeline::Diagnose({url}, options, capture::SystemClock(), ProgressLog(false));
}

Result<pipeline::Outcome> Replay(const Folder& folder, bool asked) {
  if (!asked) Say("there is no Go here to build the service with (go not found in PATH)");
  Say("diagnosing evidence of a leaky service that was recorded earlier");
  SEEP_TRY_VOID(Unpack(seep_demo_recorded_files(), folder.path() + "/recorded"));
  return pipeline::Diagnose({folder.path() + "/recorded"}, {}, capture::SystemClock(), ProgressLog(false));
}

int Unknown(const std::string& name) {
  std::string list;
  for (const Story& s : kStories) list += fmt::format("\n  {:<8} {}", s.name, s.says);
  return PrintFailure(
      {ErrorCode::kUsage, fmt::format("there is no demo '{}'; these are:{}", name, list), "", ""});
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  std::string name = "s0";
  std::string html = "seep-demo.html";
  bool replay = false;
  OutputFlags output;
  app.add_option("NAME", name, "s0, body, worker, send, mutex or fixed")->capture_default_str();
  app.add_option("--html", html, "Where to write the report as a page")
      ->capture_default_str()
      ->group("Output");
  app.add_flag("--replay", replay, "Diagnose the recorded evidence even if there is a Go")->group("Output");
  app.add_flag("-v,--verbose", output.verbose, "Also every item of evidence with its source")
      ->group("Output");
  if (const int status = ParseFlags(app, command_demo, argc, argv); status >= 0) return status;
  const Story* story = FindStory(name);
  if (story == nullptr) return Unknown(name);
  const Folder folder;
  if (!folder.made())
    return PrintFailure({ErrorCode::kPermission, "no temporary folder could be made", "", "set TMPDIR"});
  auto outcome = replay || !HaveGo(folder) ? Replay(folder, replay) : Live(*story, folder);
  if (!outcome) return PrintFailure(outcome.error());
  output.files["html"] = html;
  const int status = Deliver(*outcome, output, TerminalStyle(output.verbosity()));
  if (status == kExitFailed) return status;
  PrintError(fmt::format("\ndemo: the same as a page: {}\n", html));
  return kExitClean;  // the demo did its job, whatever it found
}

}  // namespace

constinit const Command command_demo = {
    .name = "demo",
    .summary = "A leaky service, load, and its diagnosis, end to end",
    .examples = R"(  # an HTTP client per call, in under two minutes; leaves seep-demo.html
  seep demo
  # the same service repaired: nothing to find
  seep demo fixed
  # without Go: evidence of the same service recorded earlier
  seep demo --replay
)",
    .run = &Run,
};

}  // namespace seep::cli
