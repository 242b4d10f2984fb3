#include "pipeline/grab.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/text.h"
#include "capture/binaries.h"
#include "capture/files.h"
#include "capture/perf_data.h"
#include "capture/profile_url.h"
#include "parse/pprof/any.h"
#include "pipeline/ask_url.h"
#include "pipeline/symbolize.h"

namespace seep::pipeline {
namespace {

constexpr int64_t kSpareSeconds = 5;  // Go waits this much longer than it was told to

Result<Bytes> FetchProfile(const capture::ProfileUrl& from, const ProfileRequest& request) {
  capture::HttpOptions http = request.http;
  http.timeout = std::chrono::seconds(from.wait_seconds + kSpareSeconds);
  return AskUrl(from.text, std::nullopt, std::move(http));
}

// Why a file that is there cannot be read, as Go words it.
Error Unreadable(const std::string& path, const Error& error) {
  if (error.code == ErrorCode::kPermission)
    return {error.code, fmt::format("open {}: permission denied", path), path, error.hint};
  std::string why = error.what;
  if (!why.empty() && why[0] >= 'A' && why[0] <= 'Z') why[0] = static_cast<char>(why[0] - 'A' + 'a');
  return {error.code, fmt::format("read {}: {}", path, why), path, error.hint};
}

Result<Bytes> ReadSource(const std::string& path, const ProfileRequest& request) {
  if (capture::IsPerfData(path)) return capture::ConvertPerfData(path, request.max_file);
  if (path == "/dev/null") return Bytes();  // a person's empty profile
  auto bytes = capture::ReadFile(path, request.max_file);
  if (!bytes) return std::unexpected(Unreadable(path, bytes.error()));
  return bytes;
}

// Files of mappings become those found on this machine. Where the profile has a build id none is taken: Go's
// tools do not know one of a file, and so pprof refuses what lies there.
void LocateBinaries(profile::Profile& p, const ProfileRequest& request, std::vector<std::string>& warnings) {
  for (size_t i = 1; i < p.mappings.size(); ++i) {
    profile::Mapping& mapping = p.mappings[i];
    const std::string file(p.text(mapping.file)), build_id(p.text(mapping.build_id));
    for (const std::string& folder : request.binary_folders) {
      const std::vector<std::string> places = capture::BinaryPlaces(folder, file, build_id);
      const auto refused = [&](const std::string& place) {
        if (!IsObjectFile(place)) return true;
        if (build_id.empty()) return false;
        warnings.push_back(
            fmt::format("Ignoring local file {}: build-id mismatch ({} != )", place, build_id));
        return true;
      };
      const auto found = std::ranges::find_if_not(places, refused);
      if (found == places.end()) continue;
      mapping.file = p.strings.Intern(*found);
      break;
    }
  }
}

// A profile without mappings gets one, so that there is a main binary to name.
void NameBinary(profile::Profile& p, const ProfileRequest& request) {
  if (p.mappings.size() == 1) {
    p.mappings.emplace_back();
    for (profile::Location& l : p.locations) l.mapping = {1};
    p.locations[0].mapping = {};
  }
  profile::Mapping& main = p.mappings[1];
  if (!request.executable.empty()) main.file = p.strings.Intern(request.executable);
  if (!request.build_id.empty() && !main.build_id) main.build_id = p.strings.Intern(request.build_id);
}

struct Task {
  std::string source;
  std::optional<capture::ProfileUrl> url;
  Result<profile::Profile> profile = Fail(ErrorCode::kNotFound, "");
  std::vector<std::string> warnings;
};

void Do(Task& task, const ProfileRequest& request) {
  auto bytes = task.url ? FetchProfile(*task.url, request) : ReadSource(task.source, request);
  if (!bytes) {
    task.profile = std::unexpected(std::move(bytes.error()));
    return;
  }
  task.profile = parse::pprof::ReadAnyProfile(std::move(*bytes), request.limits);
  if (!task.profile) return;
  LocateBinaries(*task.profile, request, task.warnings);
  NameBinary(*task.profile, request);
}

// What is to be done for a source, or why nothing can be.
Task Plan(const std::string& source, const ProfileRequest& request, const Log& log) {
  Task task{source};
  struct stat info{};
  if (::stat(source.c_str(), &info) == 0) {
    if (capture::IsPerfData(source))
      log.Warn(fmt::format("Converting {} to a profile.proto... (May take a few minutes)", source));
    return task;
  }
  const int error = errno;
  task.url = capture::AdjustProfileUrl(source, request.seconds, request.timeout);
  if (task.url) {
    log.Warn(fmt::format("Fetching profile over HTTP from {}", task.url->text));
    if (request.seconds > 0) log.Warn(fmt::format("Please wait... ({})", GoDuration(request.seconds)));
  } else if (source != "-") {  // standard input, which pprof does not know
    task.profile = Fail(ErrorCode::kNotFound, fmt::format("stat {}: {}", source, ErrnoText(error)));
  }
  return task;
}

}  // namespace

std::string GoDuration(int64_t seconds) {
  std::string out;
  if (seconds >= 3600) out += fmt::format("{}h", seconds / 3600);
  if (seconds >= 60) out += fmt::format("{}m", seconds / 60 % 60);
  return out + fmt::format("{}s", seconds % 60);
}

std::vector<Grabbed> GrabProfiles(std::span<const std::string> sources, const ProfileRequest& request,
                                  const Log& log) {
  std::vector<Task> tasks;
  for (const std::string& source : sources) tasks.push_back(Plan(source, request, log));
  std::vector<Task*> files;
  std::vector<std::jthread> threads;
  for (Task& task : tasks) {
    if (task.url)
      threads.emplace_back([&task, &request] { Do(task, request); });
    else if (task.profile.error().what.empty())
      files.push_back(&task);
  }
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < files.size(); i = next++) Do(*files[i], request);
  };
  const size_t workers = std::min<size_t>(files.size(), std::max(1U, std::thread::hardware_concurrency()));
  for (size_t i = 1; i < workers; ++i) threads.emplace_back(work);
  work();
  threads.clear();  // joins
  std::vector<Grabbed> out;
  for (Task& task : tasks) {
    for (const std::string& warning : task.warnings) log.Warn(warning);
    out.push_back({std::move(task.profile), task.url ? task.url->text : ""});
  }
  return out;
}

}  // namespace seep::pipeline
