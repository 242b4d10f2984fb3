// What a log puts in front of every line: "2026-01-02T03:04:05Z app[12]: ", "app-1  | ", four spaces of a
// quotation. Learnt from the header line of a goroutine and recognised by its shape: digits may differ in
// value and number, and so may inner runs of spaces; everything else must be the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace seep::parse {

class LogPrefix {
 public:
  LogPrefix() = default;
  explicit LogPrefix(std::string_view sample) : sample_(sample) {}

  bool empty() const { return sample_.empty(); }
  // Length of the prefix of this shape at the start of `line`. A line that is nothing but the prefix may lack
  // its last spaces, which many collectors trim.
  std::optional<size_t> Match(std::string_view line) const;
  // The first word that is a moment with a time zone: "2026-01-02T03:04:05.123Z".
  std::optional<Time> At() const;

 private:
  std::string sample_;
};

}  // namespace seep::parse
