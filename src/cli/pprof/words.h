// Words of a line typed into the shell, as Go's strings.Fields splits it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace seep::cli {

std::vector<std::string> Words(std::string_view line);

}  // namespace seep::cli
