// The pictures graphviz draws, made ones that a browser can drag about and zoom.
#pragma once

#include <string>

namespace seep::pprof {

// Changes what pprof changes in an SVG of dot's (internal/driver/svg.go, 2025-11): it fills the window
// instead of having its own size, the graph stands in a group "viewport" at half size, and a script (ours,
// not the svgpan library pprof carries) moves that group: drag to move, turn the wheel to zoom at the
// pointer. What dot does not draw that way is left as it is.
std::string MakePannable(std::string svg);

}  // namespace seep::pprof
