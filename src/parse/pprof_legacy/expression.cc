#include "parse/pprof_legacy/expression.h"

#include <array>

#include "base/result.h"

namespace seep::parse::pprof_legacy {

Expression::Expression(const char* pattern) : compiled_(pattern, RE2::Latin1) {
  SEEP_CHECK(compiled_.ok());
}

bool Expression::Find(std::string_view text, std::span<std::string_view> groups) const {
  std::array<re2::StringPiece, 8> found;
  SEEP_CHECK(groups.size() <= found.size());
  if (!compiled_.Match({text.data(), text.size()}, 0, text.size(), RE2::UNANCHORED, found.data(),
                       static_cast<int>(groups.size())))
    return false;
  for (size_t i = 0; i < groups.size(); ++i) groups[i] = {found[i].data(), found[i].size()};
  return true;
}

}  // namespace seep::parse::pprof_legacy
