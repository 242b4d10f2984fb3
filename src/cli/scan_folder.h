// How files below a scanned folder are named from where one stands.
#pragma once

#include <string>

namespace seep::cli {

// "" for the working folder, "svc/" for one below it, "/src/orders/" for one elsewhere.
std::string PrefixOf(const std::string& folder);

}  // namespace seep::cli
