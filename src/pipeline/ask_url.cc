#include "pipeline/ask_url.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/text.h"
#include "capture/http.h"
#include "capture/http_errors.h"

namespace seep::pipeline {
namespace {

constexpr std::string_view kInsecure = "https+insecure://";

std::string_view SchemeOf(std::string_view url) {
  return url.starts_with("//") ? "" : url.substr(0, url.find(':'));
}

// "user:secret@" as Go shows it: "user:***@".
std::string WithoutPassword(const std::string& url) {
  const size_t begin = url.find("//") + 2;
  const size_t at = url.find('@'), slash = url.find('/', begin), colon = url.find(':', begin);
  if (at == url.npos || at > slash || colon > at) return url;
  return url.substr(0, colon + 1) + "***" + url.substr(at);
}

}  // namespace

Result<Bytes> AskUrl(std::string url, std::optional<std::string> post, capture::HttpOptions http) {
  http.patient_body = true;
  if (url.starts_with(kInsecure)) {
    http.insecure = true;
    url.replace(0, kInsecure.size(), "https://");
  }
  const auto failed = [&](const std::string& what) {
    return Fail(ErrorCode::kUnavailable,
                fmt::format("{} \"{}\": {}", post ? "Post" : "Get", WithoutPassword(url), what));
  };
  const std::string_view scheme = SchemeOf(url);
  if (scheme != "http" && scheme != "https")
    return failed(fmt::format("unsupported protocol scheme \"{}\"", scheme));
  auto reply = capture::Ask({url, "", post}, http);
  if (!reply) return failed(capture::GoText(reply.error()));
  if (reply->status == 200) return std::move(reply->body);
  std::string what = fmt::format("server response: {} {}", reply->status, reply->reason);
  if (reply->by_go_pprof && reply->content_type == "text/plain")
    what += fmt::format(" - {}", Printable(reply->body.view()));
  return Fail(ErrorCode::kUnavailable, std::move(what));
}

}  // namespace seep::pipeline
