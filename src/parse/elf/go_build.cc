#include "parse/elf/go_build.h"

#include <algorithm>

#include "base/number_at.h"
#include "base/text.h"

namespace seep::parse::elf {
namespace {

constexpr std::string_view kMagic("\xff Go buildinf:", 14);
constexpr size_t kHeader = 32, kAlignment = 16;

std::optional<std::string_view> CountedText(std::string_view& bytes) {
  uint64_t length = 0;
  for (size_t i = 0; i < bytes.size() && i < 9; ++i) {
    const uint8_t byte = static_cast<uint8_t>(bytes[i]);
    length |= uint64_t{byte & 0x7fu} << (7 * i);
    if ((byte & 0x80) != 0) continue;
    bytes.remove_prefix(i + 1);
    if (length > bytes.size()) return std::nullopt;
    const std::string_view text = bytes.substr(0, length);
    bytes.remove_prefix(length);
    return text;
  }
  return std::nullopt;
}

// From its header on. Programs linked by a C linker may have it anywhere in their first writable data.
std::string_view Find(const File& file) {
  const auto search = [](std::string_view data) -> std::string_view {
    for (size_t at = data.find(kMagic); at != data.npos; at = data.find(kMagic, at + 1))
      if (at % kAlignment == 0) return data.substr(at);
    return {};
  };
  if (const Section* section = file.FindSection(".go.buildinfo"))
    if (const std::string_view found = search(file.Raw(*section)); !found.empty()) return found;
  for (const Segment& s : file.segments())
    if (s.type == kLoad && (s.flags & (kWritable | kExecutable)) == kWritable)
      if (const std::string_view found = search(PartAt(file.bytes(), s.offset, s.file_size)); !found.empty())
        return found;
  return {};
}

GoModule ModuleOf(const std::vector<std::string_view>& fields) {
  const auto field = [&](size_t i) { return i < fields.size() ? std::string(fields[i]) : std::string(); };
  return {field(1), field(2), field(3)};
}

void AddLine(std::string_view line, GoBuild& build) {
  const std::vector<std::string_view> fields = Split(line, '\t');
  if (fields.size() < 2) return;
  if (fields[0] == "path") build.package = fields[1];
  if (fields[0] == "mod") build.main = ModuleOf(fields);
  if (fields[0] == "dep") build.dependencies.push_back(ModuleOf(fields));
  if (fields[0] == "=>" && !build.dependencies.empty()) build.dependencies.back() = ModuleOf(fields);
  if (fields[0] != "build") return;
  const size_t equals = fields[1].find('=');
  if (equals == std::string_view::npos) return;
  build.settings.emplace_back(fields[1].substr(0, equals), fields[1].substr(equals + 1));
}

}  // namespace

std::string_view GoBuild::Setting(std::string_view key) const {
  const auto found = std::ranges::find(settings, key, &std::pair<std::string, std::string>::first);
  return found == settings.end() ? std::string_view() : found->second;
}

std::optional<GoBuild> ReadGoBuild(const File& file) {
  std::string_view bytes = Find(file);
  constexpr uint8_t kInline = 2;
  if (bytes.size() < kHeader || (static_cast<uint8_t>(bytes[15]) & kInline) == 0) return std::nullopt;
  bytes.remove_prefix(kHeader);
  const auto version = CountedText(bytes);
  if (!version || version->empty()) return std::nullopt;
  GoBuild build;
  build.go_version = *version;
  std::string_view modules = CountedText(bytes).value_or("");
  constexpr size_t kFraming = 16;
  if (modules.size() <= 2 * kFraming) return build;
  modules = modules.substr(kFraming, modules.size() - 2 * kFraming);
  for (const std::string_view line : Split(modules, '\n')) AddLine(line, build);
  return build;
}

}  // namespace seep::parse::elf
