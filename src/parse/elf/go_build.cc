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

std::string_view Search(std::string_view data) {
  for (size_t at = data.find(kMagic); at != data.npos; at = data.find(kMagic, at + 1))
    if (at % kAlignment == 0) return data.substr(at);
  return {};
}

// From its header on. Programs linked by a C linker may have it anywhere in their first writable data.
std::string_view Find(const File& file) {
  if (const Section* section = file.FindSection(".go.buildinfo"))
    if (const std::string_view found = Search(file.Raw(*section)); !found.empty()) return found;
  for (const Segment& s : file.segments())
    if (s.type == kLoad && (s.flags & (kWritable | kExecutable)) == kWritable)
      if (const std::string_view found = Search(PartAt(file.bytes(), s.offset, s.file_size)); !found.empty())
        return found;
  return {};
}

// Pieces of `range` in which the header begins, with what follows it; "" if there is none.
std::string FindIn(const model::ProcessImage& image, const model::MemoryRange& range) {
  constexpr uint64_t kPiece = 1 << 20, kMostSearched = uint64_t{256} << 20, kMostText = 1 << 20;
  std::string piece, found;
  for (uint64_t done = 0; done < std::min(range.size(), kMostSearched); done += kPiece) {
    piece.resize(std::min(kPiece, range.size() - done));
    if (!image.ReadInto(range.begin + done, piece)) continue;
    const std::string_view at = Search(piece);
    if (at.empty()) continue;
    found = at;
    for (uint64_t next = done + piece.size(); next < range.size() && found.size() < kMostText; next += 4096) {
      char page[4096];
      const std::span<char> to(page, std::min<uint64_t>(sizeof page, range.size() - next));
      if (!image.ReadInto(range.begin + next, to)) break;
      found.append(to.data(), to.size());
    }
    return found;
  }
  return {};
}

// It is in data, which the loader may have made read-only.
std::string Find(const model::ProcessImage& image) {
  const bool named =
      std::ranges::any_of(image.ranges(), [](const auto& r) { return r.path.starts_with('/'); });
  for (const bool writable : {true, false}) {
    for (const model::MemoryRange& range : image.ranges()) {
      if (!range.readable || range.executable || range.writable != writable) continue;
      if (named && !range.path.starts_with('/')) continue;
      if (std::string found = FindIn(image, range); !found.empty()) return found;
    }
  }
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

std::optional<GoBuild> Read(std::string_view bytes) {
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

}  // namespace

std::string_view GoBuild::Setting(std::string_view key) const {
  const auto found = std::ranges::find(settings, key, &std::pair<std::string, std::string>::first);
  return found == settings.end() ? std::string_view() : found->second;
}

std::optional<GoBuild> ReadGoBuild(const File& file) {
  return Read(Find(file));
}

std::optional<GoBuild> ReadGoBuild(const model::ProcessImage& image) {
  return Read(Find(image));
}

}  // namespace seep::parse::elf
