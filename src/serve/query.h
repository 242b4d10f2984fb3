// The query of a URL: "f=main%2Ework&si=alloc_space" (application/x-www-form-urlencoded).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seep::serve {

using QueryFields = std::vector<std::pair<std::string, std::string>>;

// What is no valid escape stays as it is. At most 1,000 fields.
QueryFields ParseQuery(std::string_view query);
std::string PercentDecoded(std::string_view text, bool plus_is_space);
std::string PercentEncoded(std::string_view text);
// The first of this name.
std::optional<std::string> FieldOf(const QueryFields& fields, std::string_view name);

}  // namespace seep::serve
