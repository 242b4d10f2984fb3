// A graph in graphviz's DOT language, as pprof draws it (google/pprof internal/graph/dotgraph.go, 2025-11).
#pragma once

#include <string>
#include <vector>

#include "pprof/prepared.h"
#include "profile/graph.h"

namespace seep::pprof {

// The graph that dot is made from.
profile::TrimmedGraph MakeVisualGraph(Prepared& prepared);
// `legend`: lines of the box in the corner; none, no box. The graph's nodes are N1, N2, ... in their order.
void ComposeDot(const Prepared& prepared, const profile::Graph& graph, const std::vector<std::string>& legend,
                std::string& out);

// "#rrggbb" for a score from -1 (green) by 0 (grey) to 1 (red), light for backgrounds.
std::string DotColor(double score, bool background);

}  // namespace seep::pprof
