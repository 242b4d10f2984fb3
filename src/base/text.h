// Words and numbers for people, and the few string operations parsing needs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace seep {

std::string FormatCount(uint64_t n);    // 27838 -> "27,838"
std::string FormatBytes(double bytes);  // 1024-based: "172 MiB", "9.1 MiB", "512 B"
std::string FormatRate(double per_second,
                       std::string_view unit);  // "231 calls/s", "14 calls/min", "3.1 calls/h"
std::string Plural(uint64_t n, std::string_view one,
                   std::string_view many = {});  // "1 goroutine", "2 goroutines"

std::string_view Trim(std::string_view text);
std::vector<std::string_view> Split(std::string_view text, char separator);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

// Columns a terminal needs (UTF-8 code points; none of our text is wide or combining).
size_t DisplayWidth(std::string_view text);
// Lines of at most `width` columns, broken at spaces; a longer word stands alone.
std::vector<std::string> Wrap(std::string_view text, size_t width);

// Whatever a target sent, made safe to print and to put into JSON: invalid UTF-8 becomes U+FFFD, control
// characters other than tab and newline become '?'.
std::string Printable(std::string_view bytes);

// What strerror says, as Go spells it: "no such file or directory".
std::string ErrnoText(int error);

// The nearest of `known` to `word` by edit distance, if near enough to be a slip; otherwise empty.
std::string_view DidYouMean(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace seep
