// SHA-256 (FIPS 180-4), for one purpose: the page's Content-Security-Policy names its own script and style by
// hash, so that nothing else in it can ever run.
#pragma once

#include <string>
#include <string_view>

namespace seep::report {

// "sha256-<base64>", a source of CSP level 2.
std::string CspHash(std::string_view bytes);

}  // namespace seep::report
