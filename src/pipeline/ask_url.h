// One request for `seep pprof`: schemes and errors are those of Go's net/http.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "capture/capture.h"

namespace seep::pipeline {

// The body of a 200. "https+insecure://" takes any certificate. A GET, or a POST of `post`.
Result<Bytes> AskUrl(std::string url, std::optional<std::string> post, capture::HttpOptions http);

}  // namespace seep::pipeline
