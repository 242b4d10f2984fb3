#include "capture/http_errors.h"

#include <fmt/format.h>

#include <cctype>

#include "base/text.h"

namespace seep::capture {
namespace {

constexpr size_t kLine = 200;

// Beginnings that GoText knows again.
constexpr std::string_view kNoConnection = "no connection to ";
constexpr std::string_view kWithin = " within ";
constexpr std::string_view kNoAddress = "no address for the host \"";

std::string_view StatusName(unsigned status) {
  switch (status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return "redirect";
    case 400:
      return "bad request";
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not found";
    case 405:
      return "method not allowed";
    case 407:
      return "proxy authentication required";
    case 429:
      return "too many requests";
    case 500:
      return "internal server error";
    case 502:
      return "bad gateway";
    case 503:
      return "service unavailable";
    case 504:
      return "gateway timeout";
    default:
      return "";
  }
}

std::string StatusHint(const Url& url, unsigned status) {
  switch (status) {
    case 400:
      return url.scheme == "http" ? "does this port speak TLS? then write https://" : "";
    case 401:
    case 403:
    case 407:
      return "give credentials: --bearer TOKEN, --user NAME:PASSWORD, --cert FILE, or --header 'Name: value'";
    case 404:
      if (url.path.find("/debug/pprof") != std::string::npos) {
        return "the service serves no pprof here: add import _ \"net/http/pprof\" and serve "
               "http.DefaultServeMux, "
               "or give the URL under which it is mounted";
      }
      return "is the path right?";
    case 429:
    case 502:
    case 503:
    case 504:
      return "something before the service answered; ask the instance itself, not a balancer or a mesh";
    default:
      return "";
  }
}

}  // namespace

std::string FirstLine(std::string_view content_type, std::string_view body) {
  if (content_type == "text/html") {
    const size_t begin = body.find("<title>");
    const size_t end = body.find("</title>");
    body = begin != std::string_view::npos && end != std::string_view::npos && begin + 7 <= end
               ? body.substr(begin + 7, end - begin - 7)
               : std::string_view("an HTML page");
  } else if (!content_type.empty() && !content_type.starts_with("text/") &&
             content_type != "application/json") {
    return {};
  }
  body = Trim(body);
  body = Trim(body.substr(0, body.find('\n')));
  return Printable(body.substr(0, kLine));
}

Error StatusError(const Url& url, unsigned status, std::string_view content_type, std::string_view body) {
  ErrorCode code = ErrorCode::kUnavailable;
  if (status == 404) code = ErrorCode::kNotFound;
  if (status == 401 || status == 403 || status == 407) code = ErrorCode::kPermission;
  std::string what = fmt::format("expected status 200, found {}", status);
  if (const std::string_view name = StatusName(status); !name.empty()) what += fmt::format(" ({})", name);
  if (const std::string line = FirstLine(content_type, body); !line.empty()) what += ": " + line;
  return {code, std::move(what), url.Text(), StatusHint(url, status)};
}

Error ConnectError(const Url& url, const std::string& peer, const std::error_code& error) {
  Error result{
      ErrorCode::kUnavailable, fmt::format("{}{}: {}", kNoConnection, peer, error.message()), url.Text(), {}};
  if (error == std::errc::connection_refused) {
    result.hint =
        "is the service running, and is the port right? a pprof listener on 127.0.0.1 is reached from its "
        "own host only";
  } else if (error == std::errc::no_such_file_or_directory) {
    result.code = ErrorCode::kNotFound;
    result.hint = "is the service running, and is the path of its socket right?";
  } else if (error == std::errc::permission_denied) {
    result.code = ErrorCode::kPermission;
    result.hint = "connecting needs write permission on the socket: run as its owner or as root";
  } else if (error == std::errc::network_unreachable || error == std::errc::host_unreachable) {
    result.hint = "is this host on the right network (VPN, pod network)? seep uses no proxy";
  }
  return result;
}

Error ConnectTimeout(const Url& url, const std::string& peer, Duration timeout) {
  return {ErrorCode::kTimeout, fmt::format("{}{}{}{}", kNoConnection, peer, kWithin, FormatDuration(timeout)),
          url.Text(), "a firewall may drop the packets; --connect-timeout waits longer"};
}

Error ResolveError(const Url& url, const std::string& why) {
  return {ErrorCode::kUnavailable, fmt::format("{}{}\": {}", kNoAddress, Printable(url.host), why),
          url.Text(), "is the name spelt right, and does this host resolve it?"};
}

Error DeadlineError(const Url& url, Duration timeout, uint64_t received) {
  return {ErrorCode::kTimeout,
          fmt::format("no whole answer within {}: {} had come", FormatDuration(timeout),
                      received == 0 ? "nothing" : FormatBytes(static_cast<double>(received))),
          url.Text(),
          url.query.find("debug=2") != std::string::npos
              ? "--timeout waits longer; --no-stw leaves this dump out"
              : "--timeout waits longer"};
}

Error BodyTooLarge(const Url& url, uint64_t limit) {
  return {ErrorCode::kTooLarge,
          fmt::format("the answer is longer than {}", FormatBytes(static_cast<double>(limit))), url.Text(),
          "--max-body raises the limit; is this a profile at all?"};
}

std::string GoText(const Error& error) {
  std::string_view text = error.what;
  if (error.code == ErrorCode::kTimeout && !text.starts_with(kNoConnection))
    return "net/http: timeout awaiting response headers";
  if (text.starts_with(kNoAddress)) {
    text.remove_prefix(kNoAddress.size());
    return fmt::format("dial tcp: lookup {}: no such host", text.substr(0, text.find('"')));
  }
  if (!text.starts_with(kNoConnection)) return error.what;
  text.remove_prefix(kNoConnection.size());
  if (const size_t within = text.find(kWithin); error.code == ErrorCode::kTimeout && within != text.npos)
    return fmt::format("dial tcp {}: i/o timeout", text.substr(0, within));
  const size_t colon = text.rfind(": ");
  std::string why(text.substr(colon + 2));
  why[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(why[0])));
  const std::string_view network = text.starts_with('/') ? "unix" : "tcp";
  return fmt::format("dial {} {}: connect: {}", network, text.substr(0, colon), why);
}

}  // namespace seep::capture
