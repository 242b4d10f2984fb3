#include "capture/profile_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>
#include <vector>

#include "base/text.h"

namespace seep::capture {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

std::optional<int> HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// Percent signs undone; nothing where one stands before no two digits.
std::optional<std::string> Unescape(std::string_view text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto high = HexDigit(text[i + 1]), low = HexDigit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  return out;
}

// All but letters, digits and `plain` as %XX; in a query a space is '+'.
std::string Escape(std::string_view text, std::string_view plain, bool space_is_plus) {
  std::string out;
  for (const char c : text) {
    if (IsDigit(c) || IsLetter(c) || plain.find(c) != plain.npos)
      out += c;
    else if (c == ' ' && space_is_plus)
      out += '+';
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

constexpr std::string_view kPlainInQuery = "-_.~";
constexpr std::string_view kPlainInPath = "-_.~$&+,/:;=@";
// What may stand in a path as it was typed, though Go itself would write it otherwise.
constexpr std::string_view kValidInPath = "-_.~$&+,/:;=@!'()*[]%";

struct Parsed {
  std::string scheme;
  std::string authority;  // with user and port
  std::string path;       // still escaped
  std::string query;
  std::string fragment;  // with its '#'
  bool opaque = false;
};

// The scheme before the first ':', if what stands there can be one; nothing if it is empty (":6060").
std::optional<std::string_view> SchemeOf(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsLetter(c)) continue;
    if (IsDigit(c) || c == '+' || c == '-' || c == '.') {
      if (i == 0) return "";
      continue;
    }
    if (c != ':') return "";
    if (i == 0) return std::nullopt;
    return text.substr(0, i);
  }
  return "";
}

bool ValidAuthority(std::string_view authority) {
  if (const size_t at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
  std::string_view port;
  if (authority.starts_with('[')) {
    const size_t close = authority.rfind(']');
    if (close == authority.npos) return false;
    port = authority.substr(close + 1);
  } else if (const size_t colon = authority.find(':'); colon != authority.npos) {
    port = authority.substr(colon);  // of two colons the second is no digit
  }
  if (!port.empty() && (port[0] != ':' || !std::ranges::all_of(port.substr(1), IsDigit))) return false;
  return authority.find_first_of(" \"<>\\^`{|}") == authority.npos;
}

std::optional<Parsed> Parse(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
  if (std::ranges::any_of(text, is_control)) return std::nullopt;
  Parsed out;
  if (const size_t hash = text.find('#'); hash != text.npos) {
    out.fragment = text.substr(hash);
    text = text.substr(0, hash);
  }
  const auto scheme = SchemeOf(text);
  if (!scheme) return std::nullopt;
  out.scheme = *scheme;
  std::ranges::transform(out.scheme, out.scheme.begin(), [](unsigned char c) { return std::tolower(c); });
  if (!scheme->empty()) text.remove_prefix(scheme->size() + 1);
  if (const size_t question = text.find('?'); question != text.npos) {
    out.query = text.substr(question + 1);
    text = text.substr(0, question);
  }
  if (!text.starts_with('/')) {
    out.opaque = !out.scheme.empty();
    if (out.opaque) return out;
    if (text.substr(0, text.find('/')).find(':') != text.npos) return std::nullopt;
  }
  if (text.starts_with("//") && (!out.scheme.empty() || !text.starts_with("///"))) {
    text.remove_prefix(2);
    const size_t slash = std::min(text.find('/'), text.size());
    out.authority = text.substr(0, slash);
    text.remove_prefix(slash);
    if (!ValidAuthority(out.authority)) return std::nullopt;
  }
  out.path = text;
  if (!Unescape(out.path, false)) return std::nullopt;
  return out;
}

bool HasHost(const Parsed& url) {
  return !url.authority.empty() && !url.authority.ends_with('@');
}

using Values = std::vector<std::pair<std::string, std::string>>;

Values ParseQuery(std::string_view query) {
  Values out;
  for (const std::string_view pair : Split(query, '&')) {
    if (pair.empty() || pair.find(';') != pair.npos) continue;
    const size_t equals = pair.find('=');
    const auto key = Unescape(pair.substr(0, equals), true);
    const auto value = Unescape(equals == pair.npos ? "" : pair.substr(equals + 1), true);
    if (key && value) out.emplace_back(*key, *value);
  }
  return out;
}

std::string EncodeQuery(const Values& values) {
  // By key, values of one key in their order. Not std::stable_sort, which clang refuses
  // (parse/pprof/full.cc).
  std::vector<std::pair<std::string_view, size_t>> order;
  for (const auto& [key, value] : values) order.emplace_back(key, order.size());
  std::ranges::sort(order);
  std::string out;
  for (const auto& [key, at] : order) {
    const std::string& value = values[at].second;
    if (!out.empty()) out += '&';
    out += Escape(key, kPlainInQuery, true) + "=" + Escape(value, kPlainInQuery, true);
  }
  return out;
}

std::string PathText(const std::string& path) {
  const auto valid = [](char c) {
    return IsDigit(c) || IsLetter(c) || kValidInPath.find(c) != kValidInPath.npos;
  };
  return std::ranges::all_of(path, valid) ? path : Escape(*Unescape(path, false), kPlainInPath, false);
}

// As Go's path.Clean: no empty or "." steps, ".." takes the step before it.
std::string CleanPath(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> steps;
  for (const std::string_view step : Split(path, '/')) {
    if (step.empty() || step == ".") continue;
    if (step != "..")
      steps.push_back(step);
    else if (!steps.empty() && steps.back() != "..")
      steps.pop_back();
    else if (!rooted)
      steps.push_back(step);
  }
  std::string out = rooted ? "/" : "";
  for (size_t i = 0; i < steps.size(); ++i) out += (i == 0 ? "" : "/") + std::string(steps[i]);
  return out.empty() ? "." : out;
}

// The first "seconds" of the query, if it is a number.
int64_t SecondsOf(const Values& values) {
  const auto found = std::ranges::find(values, "seconds", &Values::value_type::first);
  int32_t seconds = 0;
  if (found == values.end()) return 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size() ? seconds : 0;
}

}  // namespace

std::optional<ProfileUrl> AdjustProfileUrl(std::string_view source, int64_t seconds, int64_t timeout) {
  auto url = Parse(source);
  if (!url || (!HasHost(*url) && !url->scheme.empty() && url->scheme != "file"))
    url = Parse(fmt::format("http://{}", source));
  if (!url || !HasHost(*url)) return std::nullopt;
  if (url->path.empty() || url->path == "/") url->path = "/debug/pprof/profile";
  Values values = ParseQuery(url->query);
  if (seconds > 0) {
    std::erase_if(values, [](const auto& pair) { return pair.first == "seconds"; });
    values.emplace_back("seconds", std::to_string(seconds));
  } else {
    seconds = SecondsOf(values);
  }
  ProfileUrl out;
  out.wait_seconds = timeout > 0 ? timeout : seconds > 0 ? seconds + seconds / 2 : 60;
  if (!url->scheme.empty()) out.text = url->scheme + ":";
  out.text += "//" + url->authority + PathText(url->path);
  if (const std::string query = EncodeQuery(values); !query.empty()) out.text += "?" + query;
  out.text += url->fragment;
  return out;
}

std::string SymbolUrl(std::string_view profile_url) {
  const auto url = Parse(profile_url);
  if (!url || url->opaque || !HasHost(*url)) return "";
  const std::string path = *Unescape(url->path, false);
  // The first of net/http/pprof, the others of gperftools; what is neither answers at another name.
  constexpr std::string_view kEnds[] = {"/pprof/heap", "/pprof/growth", "/pprof/profile", "/pprof/pmuprofile",
                                        "/pprof/contention"};
  const bool is_pprof = path.find("/debug/pprof/") != path.npos ||
                        std::ranges::any_of(kEnds, [&](std::string_view end) { return path.ends_with(end); });
  const std::string cleaned = CleanPath(path + (is_pprof ? "/../symbol" : "/../symbolz"));
  std::string out = url->scheme.empty() ? "" : url->scheme + ":";
  out += "//" + url->authority;
  if (!cleaned.starts_with('/')) out += '/';
  return out + Escape(cleaned, kPlainInPath, false) + url->fragment;
}

bool IsAbsoluteUrl(std::string_view text) {
  const auto url = Parse(text);
  return url && !url->scheme.empty();
}

}  // namespace seep::capture
