#include "cli/pprof/deliver.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "capture/files.h"
#include "capture/new_file.h"
#include "cli/pprof/commands.h"
#include "cli/terminal.h"
#include "pipeline/users_code.h"
#include "pprof/encode.h"
#include "pprof/svg_pan.h"
#include "profile/node.h"

namespace seep::cli {
namespace {

constexpr uint64_t kMaxSourceFile = uint64_t{64} << 20;

// Straight to stdout, piece by piece: traces of a million stacks are gigabytes.
Status Stream(profile::Profile profile, const pprof::Query& query, const pprof::Surroundings& surroundings) {
  return pprof::Render(std::move(profile), query, surroundings, [](std::string_view bytes) -> Status {
    PrintOut(bytes);
    return {};
  });
}

// The report, or the picture made of it.
Result<std::string> Make(profile::Profile profile, const PprofCommand& command, const pprof::Query& query,
                         const pprof::Surroundings& surroundings) {
  SEEP_TRY(std::string bytes, pprof::RenderText(std::move(profile), query, surroundings));
  if (!command.dot_format.empty()) {
    SEEP_TRY(bytes, DrawGraph(command.dot_format, bytes));
  }
  return command.pannable ? pprof::MakePannable(std::move(bytes)) : std::move(bytes);
}

std::vector<std::string> ViewersOf(const PprofCommand& command) {
  if (command.viewer == "browser") return Browsers();
  return {std::string(command.viewer)};
}

std::vector<std::string> FoldersToSaveIn() {
  std::vector<std::string> folders;
  if (const char* named = std::getenv("PPROF_TMPDIR"); named != nullptr && *named != '\0')
    folders.emplace_back(named);
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    folders.push_back(std::string(home) + "/pprof");
  folders.push_back(capture::TemporaryFolder());
  return folders;
}

}  // namespace

pprof::Surroundings LocalSurroundings(const Console& console) {
  pprof::Surroundings out;
  out.read_source = [](std::string_view path) -> Result<std::string> {
    // A folder can be opened, and has no lines.
    struct stat entry{};
    if (::stat(std::string(path).c_str(), &entry) == 0 && S_ISDIR(entry.st_mode)) return std::string();
    SEEP_TRY(const Bytes bytes, capture::ReadFile(std::string(path), kMaxSourceFile));
    return std::string(bytes.view());
  };
  if (char folder[4096]; ::getcwd(folder, sizeof folder) != nullptr) out.working_folder = folder;
  out.zone = [](int64_t unix_seconds) {
    const auto time = static_cast<time_t>(unix_seconds);
    tm local{};
    ::localtime_r(&time, &local);
    return pprof::Zone{static_cast<int>(local.tm_gmtoff), local.tm_zone == nullptr ? "UTC" : local.tm_zone};
  };
  out.is_users = pipeline::UsersCode();
  out.say = [&console](std::string_view line) { console.SayError(line); };
  return out;
}

Status DeliverReport(profile::Profile profile, const pprof::Query& query, Session& session) {
  const std::vector<PprofCommand> all = PprofCommands();
  const PprofCommand* command = FindCommand(all, query.report);
  if (command == nullptr)
    return Fail(ErrorCode::kUsage, fmt::format("unrecognized command: \"{}\"", query.report));
  pprof::Query report = query;
  report.report = command->report;
  const pprof::Surroundings surroundings = LocalSurroundings(session.console);
  const std::string& output = query.settings.output;
  const bool away = !command->ending.empty() && (session.in_shell || session.console.interactive());
  if (output.empty() && command->dot_format.empty() && command->viewer.empty() && !away)
    return Stream(std::move(profile), report, surroundings);
  SEEP_TRY(const std::string bytes, Make(std::move(profile), *command, report, surroundings));
  if (!output.empty()) {
    session.console.SayError("Generating report in " + output);
    return capture::WriteWholeFile(output, bytes);
  }
  if (!command->viewer.empty())
    return View(bytes, command->viewer_ending, ViewersOf(*command), session.in_shell, session.viewed);
  if (!away) {
    PrintOut(bytes);
    return {};
  }
  SEEP_TRY(const std::string path,
           capture::WriteNewFile("", "profile", fmt::format(".{}", command->ending), bytes));
  session.console.SayError("Generating report in " + path);
  return {};
}

Status SaveProfile(const profile::Profile& profile, const Console& console) {
  std::string prefix = "pprof.";
  if (profile.mappings.size() > 1) {
    const std::string_view file = profile.text(profile.mappings[1].file);
    if (!file.empty()) prefix += fmt::format("{}.", profile::BaseName(file));
  }
  for (const profile::ValueType& type : profile.sample_types)
    prefix += fmt::format("{}.", profile.text(type.type));
  for (const std::string& folder : FoldersToSaveIn()) {
    if (const Status made = capture::MakeFolders(folder, 0755); !made) {
      console.SayError(fmt::format("Could not use temp dir {}: {}", folder, made.error().what));
      continue;
    }
    const auto saved = capture::WriteNewFile(folder, prefix, ".pb.gz", pprof::EncodeGzip(profile));
    console.SayError(saved ? "Saved profile in " + *saved : "Could not save profile: " + saved.error().what);
    return {};
  }
  return Fail(ErrorCode::kPermission, "failed to identify temp dir");
}

}  // namespace seep::cli
