// Regular expressions for the lines of a profile that are few: headers, memory maps, names of Java methods.
// Bytes are Latin-1, which for expressions that name only ASCII finds what Go finds in UTF-8.
#pragma once

#include <re2/re2.h>

#include <span>
#include <string_view>

namespace seep::parse::pprof_legacy {

class Expression {
 public:
  explicit Expression(const char* pattern);
  // The leftmost match: groups[0] is the whole, a group that took no part is empty. Not all groups need be
  // asked for.
  bool Find(std::string_view text, std::span<std::string_view> groups = {}) const;

 private:
  RE2 compiled_;
};

}  // namespace seep::parse::pprof_legacy
