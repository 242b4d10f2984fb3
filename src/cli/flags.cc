#include "cli/flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/cursor.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "pipeline/goroutines.h"

namespace seep::cli {

void SharedFlags::AddTargets(CLI::App& app, bool required) {
  auto* option = app.add_option(
      "TARGET", targets,
      "pprof URL, host:port, unix:/path, pid, evidence files, folders, .seep bundles, - for stdin");
  if (required) option->required();
}

void SharedFlags::AddCapture(CLI::App& app) {
  auto& c = options.capture;
  app.add_option("--interval", interval, "Time between rounds of a live target")
      ->group("Capture")
      ->capture_default_str();
  app.add_option("--samples", c.samples, "Rounds to take of a live target")
      ->group("Capture")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--pid", pid, "Read this process' /proc files too")->group("Capture");
  app.add_option("--binary", options.binary, "The executable of a core file, where it is no longer what ran")
      ->group("Capture");
  app.add_flag("--no-local", no_local, "Do not look for the process behind a loopback URL")->group("Capture");
  app.add_flag("--no-stw", no_stw, "Never ask for goroutine?debug=2, which stops the target's world")
      ->group("Capture");
  app.add_option("--dump-budget", c.dump_budget, "Goroutines above which debug=2 is not asked for")
      ->group("Capture")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--timeout", timeout, "Longest wait for one answer")->group("HTTP")->capture_default_str();
  app.add_option("--connect-timeout", connect_timeout, "Longest wait for a connection")
      ->group("HTTP")
      ->capture_default_str();
  app.add_option("--header", c.http.headers, "Extra request header, 'Name: value' (repeatable)")
      ->group("HTTP");
  app.add_option("--bearer", c.http.bearer_token, "Bearer token")->group("HTTP")->envname("SEEP_BEARER");
  app.add_option("--user", c.http.user_password, "user:password for basic authentication")->group("HTTP");
  app.add_option("--cert", c.http.client_certificate, "Client certificate (PEM)")->group("HTTP");
  app.add_option("--key", c.http.client_key, "Key of the client certificate (PEM)")->group("HTTP");
  app.add_option("--ca,--cacert", c.http.authorities, "Certificate authorities to trust (PEM)")
      ->group("HTTP");
  app.add_flag("--insecure", c.http.insecure, "Accept any server certificate")->group("HTTP");
}

void SharedFlags::AddLimits(CLI::App& app) {
  app.add_option("--max-file", max_file, "Largest evidence file to read")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--max-inflated", max_inflated, "Largest size a compressed file may unpack to")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--max-body", max_body, "Largest HTTP answer to take")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--max-folder", max_folder, "Most bytes to take from the files of a folder")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--max-files", options.capture.max_files, "Most files to take from a folder or bundle")
      ->group("Limits")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--knowledge", options.knowledge_folders, "Folder with more knowledge *.yaml (repeatable)")
      ->group("Knowledge");
}

Status SharedFlags::Read() {
  const auto duration = [](const std::string& text, std::string_view flag) -> Result<Duration> {
    const auto parsed = ParseDuration(text);
    if (!parsed || parsed->count() <= 0) {
      return Fail(ErrorCode::kUsage, fmt::format("expected a time such as 30s, 5m or 1h, found '{}'", text),
                  std::string(flag));
    }
    return *parsed;
  };
  SEEP_TRY(options.capture.interval, duration(interval, "--interval"));
  SEEP_TRY(options.capture.http.timeout, duration(timeout, "--timeout"));
  SEEP_TRY(options.capture.http.connect_timeout, duration(connect_timeout, "--connect-timeout"));
  for (const std::string& header : options.capture.http.headers) {
    if (const size_t colon = header.find(':'); colon != 0 && colon != header.npos) continue;
    return Fail(ErrorCode::kUsage, fmt::format("expected 'Name: value', found '{}'", Printable(header)),
                "--header");
  }
  SEEP_TRY(options.capture.max_file, ParseSize(max_file, "--max-file"));
  SEEP_TRY(options.capture.max_folder, ParseSize(max_folder, "--max-folder"));
  SEEP_TRY(options.parse.inflated_bytes, ParseSize(max_inflated, "--max-inflated"));
  SEEP_TRY(options.capture.http.max_body, ParseSize(max_body, "--max-body"));
  options.capture.stop_the_world = !no_stw;
  options.capture.local_process = !no_local;
  if (pid && *pid <= 0) {
    return Fail(ErrorCode::kUsage, fmt::format("expected a process id, a positive number, found {}", *pid),
                "--pid", "pgrep -a NAME lists them");
  }
  if (pid) options.capture.pid = static_cast<uint64_t>(*pid);
  return {};
}

Result<uint64_t> ParseSize(const std::string& text, std::string_view flag) {
  Cursor in(text);
  const auto number = in.Decimal();
  in.SkipSpaces();
  uint64_t unit = 1;
  std::string_view suffix = in.Rest();
  if (suffix.starts_with('K') || suffix.starts_with('k'))
    unit = uint64_t{1} << 10;
  else if (suffix.starts_with('M'))
    unit = uint64_t{1} << 20;
  else if (suffix.starts_with('G'))
    unit = uint64_t{1} << 30;
  else if (suffix.starts_with('T'))
    unit = uint64_t{1} << 40;
  if (unit != 1) suffix.remove_prefix(1);
  const bool known = suffix.empty() || suffix == "B" || (unit != 1 && suffix == "iB");
  if (!number || !known || *number > UINT64_MAX / unit)
    return Fail(ErrorCode::kUsage, fmt::format("expected a size such as 512MiB or 4GiB, found '{}'", text),
                std::string(flag));
  return *number * unit;
}

namespace {

// CLI11's words, and after a misspelt flag the nearest there is.
std::string UsageText(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) {
    std::string text = error.what();
    constexpr std::string_view kMissing = ": 1 required TEXT missing";
    if (text.ends_with(kMissing))
      text.replace(text.size() - kMissing.size(), kMissing.size(), ": expected a value after it, found none");
    return text;
  }
  std::vector<std::string> flags;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  const std::vector<std::string_view> known(flags.begin(), flags.end());
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = std::string_view(argv[i]).substr(0, std::string_view(argv[i]).find('='));
    if (!word.starts_with('-') || word == "-" || std::ranges::find(known, word) != known.end()) continue;
    if (word.size() == 2 && app.get_option_no_throw(std::string(word)) != nullptr) continue;
    const std::string_view near = DidYouMean(word, known);
    return fmt::format("there is no flag {}{}", Printable(word),
                       near.empty() ? "" : fmt::format("; did you mean {}?", near));
  }
  return error.what();
}

}  // namespace

int ParseFlags(CLI::App& app, const Command& command, int argc, const char* const* argv) {
  app.name("seep " + std::string(command.name));
  app.description(std::string(command.summary));
  app.footer("\nExamples:\n" + std::string(command.examples));
  app.get_formatter()->column_width(26);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    PrintOut(app.help());
    return kExitClean;
  } catch (const CLI::ParseError& error) {
    PrintError(fmt::format("seep {}: {}\nTry: seep {} --help\n", command.name,
                           UsageText(app, error, argc, argv), command.name));
    return kExitFailed;
  }
  return -1;
}

void AllFlag::Add(CLI::App& app) {
  app.add_flag("--all", all, "Every Go process of this machine that may be read");
}

Status AllFlag::Read(SharedFlags& flags) const {
  if (all) {
    SEEP_TRY(flags.targets, pipeline::GoProcesses(flags.options, ProgressLog(false)));
  }
  if (!flags.targets.empty()) return {};
  return Fail(ErrorCode::kUsage, "no target was given", "",
              "name a pid, or --all for every Go process of this machine");
}

}  // namespace seep::cli
