// What a failed GET says to a person: what was expected, what was found, what to do.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "base/result.h"
#include "base/time.h"
#include "capture/url.h"

namespace seep::capture {

// Any status but 200; `body` is its (cut) text.
Error StatusError(const Url& url, unsigned status, std::string_view content_type, std::string_view body);
// `peer`: "127.0.0.1:6060" or the path of a unix socket.
Error ConnectError(const Url& url, const std::string& peer, const std::error_code& error);
Error ConnectTimeout(const Url& url, const std::string& peer, Duration timeout);
Error ResolveError(const Url& url, const std::string& why);
Error DeadlineError(const Url& url, Duration timeout, uint64_t received);
Error BodyTooLarge(const Url& url, uint64_t limit);

// The error as Go's net/http words it, for `seep pprof`: "dial tcp 127.0.0.1:6060: connect: connection
// refused". Of those it has no words for, ours.
std::string GoText(const Error& error);

// The first line of a text, the title of an HTML page, at most 200 bytes, printable.
std::string FirstLine(std::string_view content_type, std::string_view body);

}  // namespace seep::capture
