// Text and numbers as Go's bufio, strings and strconv take them apart: the legacy formats are whatever
// pprof's use of these accepts, limits included.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seep::parse::pprof_legacy {

// bufio.Scanner over lines. A line of 64 KiB or more is an error there, and therefore here.
class Lines {
 public:
  explicit Lines(std::string_view bytes) : rest_(bytes) {}

  bool Next();                                     // false at the end and at an error
  std::string_view text() const { return text_; }  // the current line; "" behind the end
  Status status() const;

 private:
  std::string_view rest_;
  std::string_view text_;
  bool too_long_ = false;
};

// strings.TrimSpace: white space of Unicode.
std::string_view TrimSpace(std::string_view text);
// Empty but for white space, or beginning with '#'.
bool IsSpaceOrComment(std::string_view line);

// strconv.ParseInt and ParseUint for 64 bits. Base 0 is told by the prefix: 0x, 0b, 0o, 0; it allows
// underscores between digits. Errors are strconv's.
Result<int64_t> ParseInt(std::string_view text, int base);
Result<uint64_t> ParseUint(std::string_view text, int base);

// Everything in `text` that looks like "0x1f" (lower case), into `out`. An error if one is beyond 64 bits.
Status ReadAddresses(std::string_view text, std::vector<uint64_t>& out);

// The longest beginning that consists of blanks, 'x', digits and 'a' to 'f': what stands behind "@".
std::string_view AddressText(std::string_view text);

}  // namespace seep::parse::pprof_legacy
