// Regular expressions as Go's regexp package understands them: RE2's syntax, unanchored, over UTF-8. Bytes
// that are no UTF-8 match as U+FFFD does, one by one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/profile.h"

namespace re2 {
class RE2;
}

namespace seep::profile {

class Pattern {
 public:
  // The error is Go's: "error parsing regexp: missing closing ): `(`".
  static Result<Pattern> Compile(std::string_view text);

  bool Matches(std::string_view subject) const;
  const std::string& text() const { return text_; }

 private:
  Pattern(std::string text, std::shared_ptr<const re2::RE2> compiled);

  std::string text_;
  std::shared_ptr<const re2::RE2> compiled_;
};

// Asks a pattern once for each string of a table.
class StringMatcher {
 public:
  StringMatcher(const StringTable& strings, const Pattern& pattern)
      : strings_(&strings), pattern_(&pattern) {}
  bool operator()(StringId id);

 private:
  const StringTable* strings_;
  const Pattern* pattern_;
  std::vector<uint8_t> known_;  // by string: 0 not asked, 1 no, 2 yes
};

}  // namespace seep::profile
