// One blocking GET. Every request has its own connection and says "Connection: close", so that seep leaves no
// idle connection (and no goroutines serving it) behind in the process it looks at. Proxies of the
// environment are not used.
#pragma once

#include <string>

#include "base/bytes.h"
#include "capture/capture.h"

namespace seep::capture {

struct HttpRequest {
  std::string url;
  std::string unix_socket;  // connect here instead of to the URL's host; empty = TCP
};

struct HttpAnswer {
  std::string url;           // the one that answered, after redirects
  std::string content_type;  // lower case, without parameters
  Bytes body;                // as sent: a Content-Encoding is not undone
};

// The body of a 200. Anything else is an Error that names the URL, what was expected, what was found, and
// what to do:
//   kNotFound    status 404
//   kPermission  status 401, 403, 407; a certificate that is not trusted
//   kTooLarge    the body is longer than options.max_body (--max-body)
//   kTimeout     options.timeout passed before the answer was whole, however busily it trickled
//   kUnavailable no such host, refused, reset, cut short, any other status
//   kBadInput    no HTTP
// Up to 3 redirects are followed, on the same host only (http -> https of it included): credentials go
// nowhere else.
Result<HttpAnswer> Get(const HttpRequest& request, const HttpOptions& options);

}  // namespace seep::capture
