// One blocking request. Every request has its own connection and says "Connection: close", so that seep
// leaves no idle connection (and no goroutines serving it) behind in the process it looks at. Proxies of the
// environment are not used.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "capture/capture.h"

namespace seep::capture {

struct HttpRequest {
  std::string url;
  std::string unix_socket;               // connect here instead of to the URL's host; empty = TCP
  std::optional<std::string> post = {};  // POST this (application/octet-stream) instead of a GET
};

struct HttpReply {
  std::string url;  // the one that answered, after redirects
  unsigned status = 0;
  std::string reason;        // "Not Found", as the server says it
  std::string content_type;  // lower case, without parameters
  bool by_go_pprof = false;  // it has a header X-Go-Pprof: the body says what is wrong
  Bytes body;                // as sent: a Content-Encoding is not undone; of another status than 200 cut
};

struct HttpAnswer {
  std::string url;           // the one that answered, after redirects
  std::string content_type;  // lower case, without parameters
  Bytes body;                // as sent: a Content-Encoding is not undone
};

// Whatever the answer's status is, but for redirects that may be followed; Errors as Get has them.
Result<HttpReply> Ask(const HttpRequest& request, const HttpOptions& options);

// The body of a 200. Anything else is an Error that names the URL, what was expected, what was found, and
// what to do:
//   kNotFound    status 404
//   kPermission  status 401, 403, 407; a certificate that is not trusted
//   kTooLarge    the body is longer than options.max_body (--max-body)
//   kTimeout     options.timeout passed before the answer was whole, however busily it trickled (with
//                patient_body: before it began, or again between two pieces of it)
//   kUnavailable no such host, refused, reset, cut short, any other status
//   kBadInput    no HTTP
// Up to 3 redirects are followed, on the same host only (http -> https of it included): credentials go
// nowhere else.
Result<HttpAnswer> Get(const HttpRequest& request, const HttpOptions& options);

}  // namespace seep::capture
