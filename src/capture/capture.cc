#include "capture/capture.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "capture/files.h"
#include "capture/live.h"
#include "capture/round.h"
#include "capture/script_output.h"
#include "capture/stored_file.h"
#include "capture/url.h"

namespace seep::capture {
namespace {

using Kind = model::TargetSpec::Kind;
constexpr size_t kMaxThreads = 8;

bool IsLive(Kind kind) {
  return kind == Kind::kUrl || kind == Kind::kUnix || kind == Kind::kPid;
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string Ordinal(int n) {
  constexpr const char* kWords[] = {"first", "second",  "third",  "fourth", "fifth",
                                    "sixth", "seventh", "eighth", "ninth",  "tenth"};
  return n >= 1 && n <= 10 ? fmt::format("{} round", kWords[n - 1]) : fmt::format("round {}", n);
}

// One line at a time, from whichever thread.
Log Serialised(const Log& log, std::mutex& mutex) {
  return Log(
      [&](std::string_view line) {
        const std::lock_guard lock(mutex);
        log.Progress(line);
      },
      [&](std::string_view line) {
        const std::lock_guard lock(mutex);
        log.Warn(line);
      });
}

void ForEachAtOnce(std::vector<Live>& lives, const std::function<void(Live&)>& run) {
  if (lives.size() == 1) return run(lives.front());
  std::atomic<size_t> next = 0;
  std::vector<std::jthread> threads;
  for (size_t t = 0; t < std::min(kMaxThreads, lives.size()); ++t) {
    threads.emplace_back([&] {
      for (size_t i = next++; i < lives.size(); i = next++) run(lives[i]);
    });
  }
}

// Two applications behind one ingress have one host:port and must not become one process.
void MakeNamesDistinct(std::vector<Live>& lives) {
  std::map<std::string, int> seen;
  for (const Live& live : lives) ++seen[live.name];
  for (Live& live : lives) {
    if (seen[live.name] > 1) live.name = live.text;
  }
}

// A pid given beside a URL is the URL's own process when it is the one listening there: one target, not two.
void JoinPids(std::vector<Live>& lives) {
  for (Live& live : lives) {
    if (live.url.empty() || live.pid) continue;
    const auto pid = std::ranges::find_if(lives, [&](const Live& other) {
      return other.url.empty() && std::ranges::find(live.owner.pids, *other.pid) != live.owner.pids.end();
    });
    if (pid == lives.end()) continue;
    live.pid = pid->pid;
    live.pid_given = true;
    pid->name.clear();
  }
  std::erase_if(lives, [](const Live& live) { return live.name.empty(); });
}

Status ApplyPid(std::vector<Live>& lives, const CaptureOptions& options) {
  if (!options.pid) return {};
  const auto urls = std::ranges::count_if(lives, [](const Live& live) { return !live.url.empty(); });
  if (urls > 1) {
    return Fail(ErrorCode::kUsage, fmt::format("a pid belongs to one URL, {} were given", urls), "--pid",
                "give each pid as a target of its own: seep diagnose URL URL PID PID");
  }
  for (Live& live : lives) {
    if (live.url.empty()) continue;
    live.pid = options.pid;
    live.pid_given = true;
    return {};
  }
  SEEP_TRY(Live alone, MakeLive({Kind::kPid, std::to_string(*options.pid)}));
  if (std::ranges::none_of(lives, [&](const Live& live) { return live.name == alone.name; }))
    lives.push_back(std::move(alone));
  return {};
}

Result<std::vector<Live>> MakeLives(const std::vector<model::TargetSpec>& targets,
                                    const CaptureOptions& options) {
  std::vector<Live> lives;
  for (const model::TargetSpec& spec : targets) {
    if (!IsLive(spec.kind)) continue;
    SEEP_TRY(Live live, MakeLive(spec));
    if (std::ranges::any_of(
            lives, [&](const Live& other) { return other.name == live.name && other.text == live.text; }))
      continue;
    lives.push_back(std::move(live));
  }
  SEEP_TRY_VOID(ApplyPid(lives, options));
  for (Live& live : lives) FindOwner(live, options);
  JoinPids(lives);
  MakeNamesDistinct(lives);
  for (Live& live : lives) {
    if (!live.url.empty() || options.look_inside) continue;  // what cannot be read inside says so itself
    live.gaps.push_back({"goroutines and heap", fmt::format("no URL of {} was given", live.name),
                         fmt::format("seep diagnose http://HOST:PORT --pid {}", *live.pid)});
  }
  return lives;
}

bool AnyGood(const std::vector<Live>& lives) {
  return std::ranges::any_of(lives, [](const Live& live) {
    return std::ranges::any_of(live.artifacts, [](const model::Artifact& a) { return !a.error; });
  });
}

void TakeRounds(std::vector<Live>& lives, int first, bool others, const CaptureOptions& options,
                const Clock& clock, const Log& log) {
  const int samples = std::max(options.samples, 1);
  for (int i = 0; i < samples; ++i) {
    const Time begin = clock.now();
    const std::string prefix = fmt::format("round {} of {}", i + 1, samples);
    ForEachAtOnce(lives, [&](Live& live) { TakeRound(live, first + i, prefix, options, clock, log); });
    if (i + 1 == samples || (!others && !AnyGood(lives))) return;
    // From beginning to beginning, so that rates have the interval that was asked for.
    const Duration left = options.interval - (clock.now() - begin);
    if (left <= Duration::zero()) continue;
    log.Progress(fmt::format("waiting {} for the {}",
                             FormatDuration(std::chrono::round<std::chrono::seconds>(left)), Ordinal(i + 2)));
    clock.sleep(left);
  }
}

// The memory of a process at the moment it ended: one round, by when the file was written.
void TakeCore(const std::string& path, const CaptureOptions& options, const Clock& clock, Captured& out) {
  Clock then = clock;
  if (const auto written = FileTime(path)) then.now = [written] { return *written; };
  Round round(path, 0, then, out.artifacts);
  options.look_inside({path, true, true, true, options.memory_only}, round);
}

Result<Captured> OrError(Captured captured) {
  const Error* first = nullptr;
  for (const model::Artifact& artifact : captured.artifacts) {
    if (!artifact.error) return captured;
    if (first == nullptr) first = &*artifact.error;
  }
  if (first != nullptr) return Fail(*first);
  if (!captured.gaps.empty()) {
    model::Gap& gap = captured.gaps.front();
    return Fail(ErrorCode::kBadInput, "no evidence: " + std::move(gap.why), std::move(gap.what),
                std::move(gap.how));
  }
  return Fail(ErrorCode::kNotFound, "the targets hold no evidence", {},
              "seep --help lists what a target can be");
}

bool IsFile(const std::string& text, bool& folder) {
  struct stat entry{};
  if (stat(text.c_str(), &entry) != 0) return false;
  folder = S_ISDIR(entry.st_mode);
  return true;
}

// Only regular files are looked into: from a pipe (`seep <(curl ...)`) the head would be gone.
bool IsBundleFile(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  std::ifstream in(path, std::ios::binary);
  std::string head(12, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  return in && (head == "seep-bundle " || IsScriptOutput(head));
}

}  // namespace

Result<model::TargetSpec> RecogniseTarget(const std::string& text) {
  constexpr char kForms[] =
      "a target is http://host:port, host:port, :port, unix:/path, a pid, a file, a folder, or - (standard "
      "input)";
  if (text.empty()) return Fail(ErrorCode::kUsage, "an empty target", {}, kForms);
  if (text == "-") return model::TargetSpec{Kind::kFile, text};
  if (text.find("://") != std::string::npos) {
    SEEP_TRY(const Url url, ParseUrl(text));
    return model::TargetSpec{Kind::kUrl, text};
  }
  if (text.starts_with("unix:")) {
    if (text.size() > 5 && text[5] != ':') return model::TargetSpec{Kind::kUnix, text};
    return Fail(ErrorCode::kUsage, "a unix target without a path", text,
                "expected unix:/path/to/socket[:/base/path]");
  }
  if (AllDigits(text)) {
    if (text.size() <= 10 && text.find_first_not_of('0') != std::string::npos)
      return model::TargetSpec{Kind::kPid, text};
    return Fail(ErrorCode::kUsage, "no process has this id", text,
                "a file of this name is ./" + text + ", a port :" + text);
  }
  bool folder = false;
  if (IsFile(text, folder)) {
    if (folder) return model::TargetSpec{Kind::kFolder, text};
    if (IsCoreFile(text)) return model::TargetSpec{Kind::kCore, text};
    return model::TargetSpec{IsBundleFile(text) ? Kind::kBundle : Kind::kFile, text};
  }
  if (LooksLikeHostPort(text)) {
    SEEP_TRY(const Url url, ParseUrl(text));
    return model::TargetSpec{Kind::kUrl, text};
  }
  const bool path = text.find('/') != std::string::npos || text.find('.') != std::string::npos;
  return Fail(ErrorCode::kNotFound, path ? "no such file or folder" : "neither a file nor a host with a port",
              text, kForms);
}

Result<Captured> Capture(const std::vector<model::TargetSpec>& targets, const CaptureOptions& options,
                         const Clock& clock, const Log& log) {
  std::mutex mutex;
  const Log safe_log = Serialised(log, mutex);
  // Usage errors of live targets come before the reading of large files.
  SEEP_TRY(std::vector<Live> lives, MakeLives(targets, options));
  Captured captured;
  for (const model::TargetSpec& spec : targets) {
    if (IsLive(spec.kind)) continue;
    if (spec.kind == Kind::kCore && options.look_inside) {
      TakeCore(spec.text, options, clock, captured);
      continue;
    }
    auto status = TakePath(spec.text, options, captured);
    if (status.has_value()) continue;
    model::Artifact artifact;
    artifact.name = spec.text;
    artifact.source = spec.text;
    artifact.error = std::move(status.error());
    captured.artifacts.push_back(std::move(artifact));
  }
  if (!lives.empty()) {
    int first = 0;
    for (const model::Artifact& a : captured.artifacts) first = std::max(first, a.round + 1);
    TakeRounds(lives, first, !captured.artifacts.empty(), options, clock, safe_log);
  }
  for (Live& live : lives) {
    std::ranges::move(live.artifacts, std::back_inserter(captured.artifacts));
    std::ranges::move(live.gaps, std::back_inserter(captured.gaps));
  }
  return OrError(std::move(captured));
}

}  // namespace seep::capture
