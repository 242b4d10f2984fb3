#include "pipeline/symbolize.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "capture/files.h"
#include "parse/symbols/program.h"
#include "profile/function_names.h"

namespace seep::pipeline {
namespace {

constexpr uint64_t kLargestBinary = uint64_t{4} << 30;

struct Mode {
  bool none = false, local = true, remote = true, force = false;
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
      mode.remote = false;
      continue;
    }
    if (option == "remote") {
      mode.local = false;
      mode.remote = true;
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

uint32_t Number(std::string_view bytes, size_t at, size_t size, bool big_endian = false) {
  uint32_t value = 0;
  for (size_t i = 0; i < size && at + i < bytes.size(); ++i)
    value |= uint32_t{static_cast<uint8_t>(bytes[at + i])} << 8 * (big_endian ? size - 1 - i : i);
  return value;
}

constexpr uint32_t kMagics[] = {0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe,  // Mach-O
                                0x000001eb, 0x00008a97, 0x00000647};             // Plan 9
// Of Windows (COFF). The first of them is "unknown".
constexpr uint32_t kMachines[] = {0, 0x14c, 0x1c4, 0x8664, 0xaa64, 0x6232, 0x6264, 0x5032, 0x5064, 0x5128};

// Windows PE, or the COFF object it consists of (debug/pe/file.go, NewFile).
bool IsPortableExecutable(std::string_view bytes) {
  constexpr size_t kDosHeader = 96;
  if (bytes.size() < kDosHeader) return false;
  size_t header = 0;
  if (bytes.starts_with("MZ")) {
    header = Number(bytes, 0x3c, 4);
    if (bytes.size() < header + 24 || bytes.substr(header, 4) != std::string_view("PE\0\0", 4)) return false;
    header += 4;
  }
  const uint32_t machine = Number(bytes, header, 2), sections = Number(bytes, header + 2, 2),
                 symbols = Number(bytes, header + 8, 4), count = Number(bytes, header + 12, 4),
                 optional = Number(bytes, header + 16, 2);
  if (std::ranges::find(kMachines, machine) == std::end(kMachines)) return false;
  const uint64_t strings = symbols + uint64_t{18} * count;  // behind the symbols
  if (symbols != 0 && strings + 4 > bytes.size()) return false;
  if (symbols != 0 && strings + Number(bytes, strings, 4) > bytes.size()) return false;
  return header + 20 + optional + uint64_t{40} * sections <= bytes.size();
}

// By its first bytes alone, for which a profile of gigabytes need not be read: no is sure, yes is not.
bool MayBeObject(std::string_view head) {
  if (head.starts_with("\x7f"
                       "ELF") ||
      head.starts_with("MZ"))
    return true;
  const uint32_t magic = Number(head, 0, 4, true), two = magic >> 16;
  return std::ranges::find(kMagics, magic) != std::end(kMagics) || two == 0x1df || two == 0x1f7 ||
         std::ranges::find(kMachines, Number(head, 0, 2)) != std::end(kMachines);
}

bool IsObject(const Bytes& file) {
  const std::string_view bytes = file.view();
  if (bytes.starts_with("\x7f"
                        "ELF")) {
    const auto elf = parse::elf::File::Parse(file);
    return elf || elf.error().code == ErrorCode::kUnsupported;
  }
  const uint32_t magic = Number(bytes, 0, 4, true);
  if (bytes.size() >= 32 && std::ranges::find(kMagics, magic) != std::end(kMagics)) return true;
  const uint32_t xcoff = Number(bytes, 0, 2, true);
  if (bytes.size() >= 20 && (xcoff == 0x1df || xcoff == 0x1f7)) return true;
  return IsPortableExecutable(bytes);
}

// A file that Go's debug packages know; the error says why it is none, as Go's objfile words it.
Result<Bytes> OpenObject(const std::string& path) {
  auto bytes = capture::ReadFile(path, kLargestBinary);
  if (bytes && IsObject(*bytes)) return bytes;
  std::string why = "unrecognized object file";
  if (!bytes && bytes.error().code == ErrorCode::kNotFound) why = "no such file or directory";
  if (!bytes && bytes.error().code == ErrorCode::kPermission) why = "permission denied";
  return Fail(bytes ? ErrorCode::kBadInput : bytes.error().code, fmt::format("open {}: {}", path, why));
}

// Functions that were added, each once however many locations of the profile are in it.
class AddedFunctions {
 public:
  explicit AddedFunctions(profile::Profile& p) : profile_(p) {}

  profile::FunctionId Add(const parse::symbols::Answer& answer) {
    profile::Function function;
    function.name = function.system_name = profile_.strings.Intern(answer.function);
    function.file = profile_.strings.Intern(answer.file);
    const auto [found, is_new] = ids_.try_emplace({function.name.value, function.file.value});
    if (!is_new) return found->second;
    found->second = {static_cast<uint32_t>(profile_.functions.size())};
    // pprof numbers it behind as many as there are, whatever numbers those have.
    if (!profile_.function_ids.empty()) profile_.function_ids.push_back(profile_.functions.size());
    profile_.functions.push_back(function);
    return found->second;
  }

 private:
  profile::Profile& profile_;
  std::map<std::pair<uint32_t, uint32_t>, profile::FunctionId> ids_;  // by name and file
};

void SymbolizeMapping(profile::Profile& p, profile::MappingId id, Bytes file, AddedFunctions& added) {
  auto program = parse::symbols::Program::Open(std::move(file));
  if (!program) return;  // Mach-O, PE and the like, and big-endian ELF: their names are not read
  profile::Mapping& mapping = p.mappings[id.value];
  const uint64_t bias = program->Bias(mapping.start);
  for (size_t i = 1; i < p.locations.size(); ++i) {
    profile::Location& location = p.locations[i];
    if (location.mapping != id) continue;
    const auto answer = program->Find(location.address - bias);
    if (!answer) continue;
    mapping.has_functions = mapping.has_functions || !answer->function.empty();
    mapping.has_filenames = mapping.has_filenames || !answer->file.empty();
    mapping.has_line_numbers = mapping.has_line_numbers || answer->line != 0;
    mapping.has_inline_frames = true;  // says pprof of whatever has a name
    location.folded = false;
    location.first_line = static_cast<uint32_t>(p.lines.size());
    location.line_count = 1;
    p.lines.push_back({added.Add(*answer), answer->line, 0});
  }
}

void SymbolizeLocally(profile::Profile& p, bool force, const Log& log) {
  AddedFunctions added(p);
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
    auto file = OpenObject(path);
    if (!file) {
      log.Warn(fmt::format("Local symbolization failed for {}: {}", name, file.error().what));
      missing = true;
      continue;
    }
    SymbolizeMapping(p, {static_cast<uint32_t>(i)}, std::move(*file), added);
  }
  if (missing)
    log.Warn(
        "Some binary filenames not available. Symbolization may be incomplete.\n"
        "Try setting PPROF_BINARY_PATH to the search path for local binaries.");
}

}  // namespace

bool IsObjectFile(const std::string& path) {
  constexpr size_t kHead = 16;
  const auto head = capture::ReadHead(path, kHead);
  return head && MayBeObject(*head) && OpenObject(path).has_value();
}

Status Symbolize(profile::Profile& profile, std::string_view text, const RemoteNames& remote,
                 const Log& log) {
  const Mode mode = ParseMode(text, log);
  if (mode.none) return {};
  if (mode.local) SymbolizeLocally(profile, mode.force, log);
  if (mode.remote) SEEP_TRY_VOID(SymbolizeRemotely(profile, mode.force, remote));
  profile::NameFunctions(profile, mode.demangling, mode.force);
  return {};
}

}  // namespace seep::pipeline
