// The part of RFC 3986 that people type: scheme://[user:password@]host[:port][/path][?query].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace seep::capture {

struct Url {
  std::string scheme;         // "http" or "https", lower case
  std::string user_password;  // never part of Text(): it must not reach a report
  std::string host;           // without the brackets of an IPv6 address
  uint16_t port = 0;          // always set
  std::string path = "/";     // begins with '/'
  std::string query;          // without the '?'

  std::string HostPort() const;  // "10.0.0.5:6060", "[::1]:6060"
  std::string Origin() const;    // "http://10.0.0.5:6060"
  std::string Text() const;      // the whole, without credentials and without a default port
  std::string Request() const;   // path and query, as in the request line
};

// Without a scheme http is meant; ":6060" is 127.0.0.1:6060.
Result<Url> ParseUrl(std::string_view text);

// True for "10.0.0.5:6060", ":6060/debug/pprof", "[::1]:6060", "host/debug/pprof": what may be meant as a URL
// without scheme.
bool LooksLikeHostPort(std::string_view text);

// The Location of a redirect, which may be relative to `from`.
Result<Url> Resolve(const Url& from, std::string_view location);

}  // namespace seep::capture
