#include "goscan/module/build_tags.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace seep::goscan {
namespace {

using namespace std::string_view_literals;

constexpr std::array kSystems = {"aix"sv,    "android"sv, "darwin"sv,  "dragonfly"sv, "freebsd"sv,
                                 "hurd"sv,   "illumos"sv, "ios"sv,     "js"sv,        "linux"sv,
                                 "nacl"sv,   "netbsd"sv,  "openbsd"sv, "plan9"sv,     "solaris"sv,
                                 "wasip1"sv, "windows"sv, "zos"sv};
constexpr std::array kUnixSystems = {"aix"sv,     "android"sv, "darwin"sv,  "dragonfly"sv,
                                     "freebsd"sv, "hurd"sv,    "illumos"sv, "ios"sv,
                                     "linux"sv,   "netbsd"sv,  "openbsd"sv, "solaris"sv};
constexpr std::array kProcessors = {"386"sv,    "amd64"sv,    "amd64p32"sv,  "arm"sv,         "armbe"sv,
                                    "arm64"sv,  "arm64be"sv,  "loong64"sv,   "mips"sv,        "mipsle"sv,
                                    "mips64"sv, "mips64le"sv, "mips64p32"sv, "mips64p32le"sv, "ppc"sv,
                                    "ppc64"sv,  "ppc64le"sv,  "riscv"sv,     "riscv64"sv,     "s390"sv,
                                    "s390x"sv,  "sparc"sv,    "sparc64"sv,   "wasm"sv};

bool Holds(std::string_view tag, const BuildTarget& target) {
  if (tag == target.os || tag == target.arch || tag == "gc") return true;
  if (tag == "cgo") return target.cgo;
  if (tag == "unix") return std::ranges::find(kUnixSystems, target.os) != kUnixSystems.end();
  if (tag == "linux") return target.os == "android";
  if (tag == "darwin") return target.os == "ios";
  if (tag == "solaris") return target.os == "illumos";
  if (tag.starts_with("go1.")) {
    int minor = 0;
    const auto [end, error] = std::from_chars(tag.data() + 4, tag.data() + tag.size(), minor);
    return error == std::errc() && end == tag.data() + tag.size() && minor <= target.go_minor;
  }
  return std::ranges::find(target.tags, tag) != target.tags.end();
}

// `a && (b || !c)`: !, then &&, then ||.
class Expression {
 public:
  Expression(std::string_view text, const BuildTarget& target) : rest_(text), target_(target) {}

  bool Value() {
    const bool value = Either();
    return wrong_ || !Trim(rest_).empty() || value;
  }

 private:
  bool Take(std::string_view mark) {
    rest_ = Trim(rest_);
    if (!rest_.starts_with(mark)) return false;
    rest_.remove_prefix(mark.size());
    return true;
  }
  bool Either() {
    bool value = Both();
    while (Take("||")) value = Both() || value;
    return value;
  }
  bool Both() {
    bool value = One();
    while (Take("&&")) value = One() && value;
    return value;
  }
  bool One() {
    bool negated = false;
    while (Take("!")) negated = !negated;
    if (Take("(")) {
      constexpr int kMostNested = 100;
      if (++nested_ > kMostNested) {
        wrong_ = true;
        rest_ = {};
        return true;
      }
      const bool value = Either();
      if (!Take(")")) wrong_ = true;
      --nested_;
      return value != negated;
    }
    rest_ = Trim(rest_);
    const size_t end = std::min(rest_.find_first_of(" \t!&|()"), rest_.size());
    if (end == 0) wrong_ = true;
    const bool value = Holds(rest_.substr(0, end), target_);
    rest_.remove_prefix(end);
    return value != negated;
  }

  std::string_view rest_;
  const BuildTarget& target_;
  int nested_ = 0;
  bool wrong_ = false;
};

// `// +build a,!b c`, as before Go 1.17: words are alternatives, commas join.
bool OldConstraintHolds(std::string_view words, const BuildTarget& target) {
  bool any = false;
  for (std::string_view word : Split(words, ' ')) {
    if (word = Trim(word); word.empty()) continue;
    bool all = true;
    for (std::string_view tag : Split(word, ',')) {
      const bool negated = tag.starts_with('!');
      if (negated) tag.remove_prefix(1);
      all = all && Holds(tag, target) != negated;
    }
    any = any || all;
  }
  return any;
}

// file_linux_amd64.go, file_linux.go, file_amd64.go: what stands before the first '_' is a name, whatever it
// says.
bool NameFits(std::string_view name, const BuildTarget& target) {
  name = name.substr(0, name.find('.'));
  if (name.ends_with("_test")) name.remove_suffix(5);
  const size_t first = name.find('_');
  if (first == std::string_view::npos) return true;
  const auto parts = Split(name.substr(first + 1), '_');
  const std::string_view last = parts.back();
  const auto is_system = [&](std::string_view part) {
    return std::ranges::find(kSystems, part) != kSystems.end();
  };
  const auto os_fits = [&](std::string_view part) { return Holds(part, target); };
  if (std::ranges::find(kProcessors, last) != kProcessors.end()) {
    if (last != target.arch) return false;
    return parts.size() < 2 || !is_system(parts[parts.size() - 2]) || os_fits(parts[parts.size() - 2]);
  }
  return !is_system(last) || os_fits(last);
}

}  // namespace

bool IsBuilt(std::string_view name, std::string_view source, const BuildTarget& target) {
  if (!NameFits(name, target)) return false;
  // The constraint stands before the package clause, among comments and empty lines. The new form outdoes the
  // old.
  bool old_holds = true;
  bool in_block = false;
  while (!source.empty()) {
    const std::string_view whole = source.substr(0, source.find('\n'));
    source.remove_prefix(std::min(source.size(), whole.size() + 1));
    std::string_view line = Trim(whole);
    if (!in_block && line.starts_with("/*")) {
      in_block = true;
      line.remove_prefix(2);
    }
    if (in_block) {
      const size_t close = line.find("*/");
      if (close == std::string_view::npos) continue;
      in_block = false;
      line = Trim(line.substr(close + 2));
    }
    if (line.empty()) continue;
    if (!line.starts_with("//")) break;
    if (line.starts_with("//go:build ") || line.starts_with("//go:build\t")) {
      return Expression(line.substr(11), target).Value();
    }
    line = Trim(line.substr(2));
    if (line.starts_with("+build ")) old_holds = old_holds && OldConstraintHolds(line.substr(7), target);
  }
  return old_holds;
}

}  // namespace seep::goscan
