// Go's text/tabwriter, as far as pprof uses it: columns one space apart, aligned to the right.
#pragma once

#include <string>
#include <string_view>

namespace seep::pprof {

// Text with cells that end at a tab; what stands behind a line's last tab is in no column. Consecutive lines
// that have a cell in a column share its width. A vertical tab ends a cell too, a form feed a line and all
// columns; text between two bytes 0xFF is taken as it is.
std::string AlignedRight(std::string_view text);

}  // namespace seep::pprof
