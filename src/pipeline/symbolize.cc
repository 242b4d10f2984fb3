#include "pipeline/symbolize.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "capture/files.h"
#include "profile/function_names.h"

namespace seep::pipeline {
namespace {

constexpr uint64_t kLargestBinary = uint64_t{4} << 30;

struct Mode {
  bool none = false, local = true, force = false;
  profile::Demangling demangling = profile::Demangling::kDefault;
};

Mode ParseMode(std::string_view text, const Log& log) {
  Mode mode;
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (std::string_view option : Split(lower, ':')) {
    constexpr std::string_view kDemangle = "demangle=";
    if (option.empty()) continue;
    if (option == "none" || option == "no") {
      mode.none = true;
      return mode;
    }
    if (option == "local" || option == "fastlocal") {
      mode.local = true;
      continue;
    }
    if (option == "remote") {
      mode.local = false;
      continue;
    }
    if (option == "force") {
      mode.force = true;
      continue;
    }
    if (option.starts_with(kDemangle)) option.remove_prefix(kDemangle.size());
    if (option == "default") continue;
    mode.force = mode.force || option == "full" || option == "none" || option == "templates";
    if (option == "full")
      mode.demangling = profile::Demangling::kFull;
    else if (option == "none")
      mode.demangling = profile::Demangling::kNone;
    else if (option == "templates")
      mode.demangling = profile::Demangling::kTemplates;
    else {
      log.Warn(fmt::format("ignoring unrecognized symbolization option: {}", text));
      log.Warn(
          "expecting -symbolize=[local|fastlocal|remote|none][:force][:demangle=[none|full|templates|"
          "default]");
    }
  }
  return mode;
}

std::string_view BaseName(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

// Memory that is no file, and mappings named after the URL that a profile came from.
bool HasNoBinary(const profile::Profile& p, const profile::Mapping& m) {
  const std::string_view file = p.text(m.file), base = BaseName(file);
  if (base.starts_with('[') || base.starts_with("linux-vdso") || file.starts_with("/dev/dri/") ||
      file == "//anon" || file.starts_with("/memfd:"))
    return true;
  return !m.build_id && (file.starts_with("http://") || file.starts_with("https://"));
}

// Why the binary cannot be read, as Go's objfile words it; empty if it can.
std::string CannotOpen(const std::string& path) {
  const auto bytes = capture::ReadFile(path, kLargestBinary);
  if (bytes && bytes->view().starts_with("\x7f"
                                         "ELF"))
    return {};
  if (bytes || bytes.error().code != ErrorCode::kNotFound)
    return fmt::format("open {}: unrecognized object file", path);
  return fmt::format("open {}: no such file or directory", path);
}

void SymbolizeLocally(const profile::Profile& p, bool force, const Log& log) {
  std::vector<bool> used(p.mappings.size(), false);
  for (size_t i = 1; i < p.locations.size(); ++i) used[p.locations[i].mapping.value] = true;
  bool missing = false;
  for (size_t i = 1; i < p.mappings.size(); ++i) {
    const profile::Mapping& m = p.mappings[i];
    if (!used[i] || (!force && (m.has_functions || m.has_filenames || m.has_line_numbers))) continue;
    if (!m.file) {
      if (i == 1)
        log.Warn("Main binary filename not available.");
      else
        missing = true;
      continue;
    }
    if (HasNoBinary(p, m)) continue;
    const std::string path(p.text(m.file));
    std::string name(BaseName(path));
    if (m.build_id) name += fmt::format(" (build ID {})", p.text(m.build_id));
    if (const std::string why = CannotOpen(path); !why.empty()) {
      log.Warn(fmt::format("Local symbolization failed for {}: {}", name, why));
      missing = true;
    }
  }
  if (missing)
    log.Warn(
        "Some binary filenames not available. Symbolization may be incomplete.\n"
        "Try setting PPROF_BINARY_PATH to the search path for local binaries.");
}

}  // namespace

void Symbolize(profile::Profile& profile, std::string_view text, const Log& log) {
  const Mode mode = ParseMode(text, log);
  if (mode.none) return;
  if (mode.local) SymbolizeLocally(profile, mode.force, log);
  profile::NameFunctions(profile, mode.demangling, mode.force);
}

}  // namespace seep::pipeline
