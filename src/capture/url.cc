#include "capture/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/cursor.h"
#include "base/text.h"

namespace seep::capture {
namespace {

constexpr char kForms[] = "expected http://host:port, host:port, :port or https://host/path";

uint16_t DefaultPort(std::string_view scheme) {
  return scheme == "https" ? 443 : 80;
}

std::string Bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

Result<uint16_t> ParsePort(std::string_view digits, std::string_view whole) {
  Cursor in(digits);
  const auto port = in.Decimal();
  if (!port || !in.AtEnd() || *port == 0 || *port > 65535) {
    return Fail(ErrorCode::kUsage, fmt::format("\"{}\" is no port: expected 1 to 65535", Printable(digits)),
                Printable(whole), kForms);
  }
  return static_cast<uint16_t>(*port);
}

Status ParseAuthority(std::string_view authority, std::string_view whole, Url& url) {
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_password = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    if (close == std::string_view::npos) {
      return Fail(ErrorCode::kUsage, "an IPv6 address without its closing \"]\"", Printable(whole), kForms);
    }
    url.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (!port.empty() && !port.starts_with(':')) {
      return Fail(ErrorCode::kUsage, "expected \":port\" after \"]\"", Printable(whole), kForms);
    }
  } else {
    const size_t colon = authority.find(':');
    url.host = authority.substr(0, colon);
    if (colon != std::string_view::npos) port = authority.substr(colon);
  }
  if (!port.empty()) port.remove_prefix(1);
  url.port = DefaultPort(url.scheme);
  if (!port.empty()) {
    SEEP_TRY(url.port, ParsePort(port, whole));
  }
  if (url.host.empty() && port.empty())
    return Fail(ErrorCode::kUsage, "a URL without host and port", Printable(whole), kForms);
  if (url.host.empty()) url.host = "127.0.0.1";
  return {};
}

bool IsHostChar(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
}

}  // namespace

std::string Url::HostPort() const {
  return fmt::format("{}:{}", Bracketed(host), port);
}
std::string Url::Origin() const {
  return port == DefaultPort(scheme) ? fmt::format("{}://{}", scheme, Bracketed(host))
                                     : fmt::format("{}://{}", scheme, HostPort());
}
std::string Url::Request() const {
  return query.empty() ? path : path + "?" + query;
}
std::string Url::Text() const {
  return Origin() + Request();
}

Result<Url> ParseUrl(std::string_view text) {
  const std::string_view whole = text;
  for (const char c : text) {
    // A space or line break inside would end the request line early: header injection, or a slip.
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') {
      return Fail(ErrorCode::kUsage, "a URL holds no white space or control characters", Printable(whole),
                  "write a space as %20");
    }
  }
  Url url;
  url.scheme = "http";
  if (const size_t colon = text.find("://"); colon != std::string_view::npos) {
    url.scheme = text.substr(0, colon);
    std::ranges::transform(url.scheme, url.scheme.begin(), [](unsigned char c) { return std::tolower(c); });
    text.remove_prefix(colon + 3);
  }
  if (url.scheme != "http" && url.scheme != "https") {
    return Fail(ErrorCode::kUsage,
                fmt::format("scheme \"{}\": seep speaks http and https", Printable(url.scheme)),
                Printable(whole), kForms);
  }
  text = text.substr(0, text.find('#'));
  const size_t end = text.find_first_of("/?");
  SEEP_TRY_VOID(ParseAuthority(text.substr(0, end), whole, url));
  if (end == std::string_view::npos) return url;
  text.remove_prefix(end);
  const size_t query = text.find('?');
  url.path = text.substr(0, query);
  if (url.path.empty()) url.path = "/";
  if (query != std::string_view::npos) url.query = text.substr(query + 1);
  return url;
}

bool LooksLikeHostPort(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view path = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  std::string_view authority = text.substr(0, slash);
  size_t host_end = 0;
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    if (close == std::string_view::npos) return false;
    host_end = close + 1;
  } else {
    while (host_end < authority.size() && IsHostChar(authority[host_end])) ++host_end;
  }
  if (host_end == authority.size()) return !authority.empty() && path.starts_with("/debug/pprof");
  if (authority[host_end] != ':') return false;
  const std::string_view port = authority.substr(host_end + 1);
  return !port.empty() && port.size() <= 5 &&
         std::ranges::all_of(port, [](unsigned char c) { return std::isdigit(c) != 0; });
}

Result<Url> Resolve(const Url& from, std::string_view location) {
  if (location.find("://") != std::string_view::npos) return ParseUrl(location);
  if (location.starts_with("//")) return ParseUrl(from.scheme + ":" + std::string(location));
  std::string path(location);
  if (!location.starts_with('/')) path = from.path.substr(0, from.path.rfind('/') + 1) + path;
  return ParseUrl(from.Origin() + path);
}

}  // namespace seep::capture
