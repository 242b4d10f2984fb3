#include "report/layout.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace seep::report {
namespace {

// Code points that are valid UTF-8 and still unfit for a terminal line: U+0080..U+009F (C1; U+009B is CSI),
// U+200E/F, U+2028..U+202E and U+2066..U+2069 (line separators, bidirectional controls), U+FEFF. Returns
// their length in bytes.
size_t UnfitLength(std::string_view s) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) <= 0x9F) return 2;
  if (byte(0) == 0xE2 && byte(1) == 0x80) {
    const unsigned c = byte(2);
    if (c == 0x8E || c == 0x8F || (c >= 0xA8 && c <= 0xAE)) return 3;
  }
  if (byte(0) == 0xE2 && byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9) return 3;
  if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return 3;
  return 0;
}

bool StartsParagraph(std::string_view line) {
  if (line.starts_with("- ") || line.starts_with("* ")) return true;
  const size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits != 0 && digits <= 2 && line.substr(digits).starts_with(". ");
}

// First elements of the import paths of the standard library (go list std, Go 1.27).
bool IsStandard(std::string_view package) {
  static constexpr std::array<std::string_view, 48> kRoots = {
      "archive", "bufio",    "bytes",   "cmd",     "cmp",      "compress", "container", "context",
      "crypto",  "database", "debug",   "embed",   "encoding", "errors",   "expvar",    "flag",
      "fmt",     "go",       "hash",    "html",    "image",    "index",    "internal",  "io",
      "iter",    "log",      "maps",    "math",    "mime",     "net",      "os",        "path",
      "plugin",  "reflect",  "regexp",  "runtime", "slices",   "sort",     "strconv",   "strings",
      "structs", "sync",     "syscall", "testing", "text",     "time",     "unicode",   "unique"};
  const std::string_view root = package.substr(0, package.find('/'));
  return std::ranges::find(kRoots, root) != kRoots.end() || root == "unsafe" || root == "weak" ||
         root == "vendor";
}

// "a.b/c/orders" of "a.b/c/orders.(*Server).Handle".
std::string_view PackageOf(std::string_view function) {
  // Type arguments may hold slashes: they begin at the first '['.
  const std::string_view head = function.substr(0, function.find('['));
  const size_t slash = head.rfind('/');
  const size_t dot = head.find('.', slash == std::string_view::npos ? 0 : slash);
  return head.substr(0, dot);
}

std::string_view LastElement(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::string Clean(std::string_view text) {
  const std::string safe = Printable(text);
  std::string out;
  out.reserve(safe.size());
  for (std::string_view rest = safe; !rest.empty();) {
    if (const size_t n = UnfitLength(rest); n != 0) {
      out += '?';
      rest.remove_prefix(n);
      continue;
    }
    out += rest.front();
    rest.remove_prefix(1);
  }
  return out;
}

std::string OneLine(std::string_view text) {
  std::string out;
  for (const char c : Clean(text)) {
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::vector<Block> Blocks(std::string_view text) {
  const std::string clean = Clean(text);
  std::vector<Block> blocks;
  bool blank = false;
  for (std::string_view line : Split(clean, '\n')) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    if (line.empty()) {
      blank = !blocks.empty();
      continue;
    }
    const bool indented = line.starts_with("  ") || line.starts_with('\t');
    const bool before_is_code = !blocks.empty() && blocks.back().code;
    const bool code =
        indented && (blocks.empty() || blank || before_is_code || blocks.back().text.ends_with(':'));
    if (code && before_is_code) {
      blocks.back().text += blank ? "\n\n" : "\n";
      blocks.back().text += line;
    } else if (code) {
      blocks.push_back({true, std::string(line), blank});
    } else if (blocks.empty() || blank || before_is_code || StartsParagraph(Trim(line))) {
      blocks.push_back({false, OneLine(line), blank});
    } else {
      blocks.back().text += ' ';
      blocks.back().text += OneLine(line);
    }
    blank = false;
  }
  return blocks;
}

bool IsCommand(std::string_view text) {
  if (text.find('\n') != std::string_view::npos) return false;
  static constexpr std::array<std::string_view, 8> kPrograms = {"seep ", "curl ", "kill ", "sudo ",
                                                                "go ",   "ss ",   "cat ",  "kubectl "};
  const bool known =
      std::ranges::any_of(kPrograms, [&](std::string_view program) { return text.starts_with(program); });
  // "go through the list." is a sentence.
  return known && !text.ends_with('.') && text.find(". ") == std::string_view::npos;
}

std::string ShortFile(std::string_view file, std::string_view function) {
  const std::string clean = OneLine(file);
  std::string_view rest = clean;
  if (const size_t mod = rest.rfind("/pkg/mod/"); mod != std::string_view::npos) {
    return std::string(rest.substr(mod + 9));
  }
  const std::string_view package = PackageOf(function);
  if (IsStandard(package)) {
    // A linkname'd function ("internal/poll.runtime_pollWait") lies in another package's folder.
    for (const std::string& below : {"/src/" + std::string(package) + "/", std::string("/src/runtime/")}) {
      if (const size_t at = rest.rfind(below); at != std::string_view::npos)
        return std::string(rest.substr(at + 5));
    }
  }
  return clean;
}

std::string FitFile(std::string_view file, size_t width) {
  if (DisplayWidth(file) <= width) return std::string(file);
  std::string_view rest = file;
  while (true) {
    const size_t slash = rest.find('/');
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
    if (DisplayWidth(rest) + 2 <= width) break;
  }
  return rest.size() == file.size() ? std::string(file) : "…/" + std::string(rest);
}

std::string ShortFunction(std::string_view function, std::string_view file) {
  const std::string clean = OneLine(function);
  const std::string_view package = PackageOf(clean);
  const std::string_view name = LastElement(package);
  const std::string_view local = std::string_view(clean).substr(package.size() - name.size());
  const size_t slash = file.rfind('/');
  if (slash == std::string_view::npos || name.empty() || local.size() <= name.size() + 1)
    return std::string(local);
  // "orders@v1.2.3/" holds the package "orders" too.
  std::string_view folder = LastElement(file.substr(0, slash));
  folder = folder.substr(0, folder.find('@'));
  return std::string(folder == name ? local.substr(name.size() + 1) : local);
}

std::vector<std::string> PlaceLines(const model::Location& at, size_t width) {
  const std::string function = ShortFunction(at.function, at.file);
  if (at.file.empty()) return {function.empty() ? "unknown place" : function};
  const std::string position = at.line != 0 ? ":" + std::to_string(at.line) : "";
  const std::string file = ShortFile(at.file, at.function);
  const auto fit = [&](size_t beside) { return FitFile(file, width > beside ? width - beside : 1); };
  if (function.empty()) return {fit(position.size()) + position};
  const size_t beside = position.size() + DisplayWidth(function) + 2;
  const std::string fitted = fit(beside);
  if (DisplayWidth(fitted) + beside <= width && (fitted == file || std::ranges::count(fitted, '/') >= 2)) {
    return {fitted + position + "  " + function};
  }
  return {fit(position.size()) + position, function};
}

bool IsLibrary(std::string_view function, std::string_view file) {
  if (file.find("@v") != std::string_view::npos || file.find("/vendor/") != std::string_view::npos)
    return true;
  if (file.find("/go/src/") != std::string_view::npos && IsStandard(PackageOf(function))) return true;
  const std::string_view package = PackageOf(function);
  return package != "main" && package.find('.') == std::string_view::npos && IsStandard(package);
}

std::string JoinWords(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i != 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace seep::report
