// Charts as SVG, drawn here so that the page shows them without a script and on paper. Colours come from the
// page's classes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/finding.h"

namespace seep::report {

// A straight line through points by least squares. `error` is the standard deviation of the points around it;
// it needs three.
struct Fit {
  double intercept = 0, slope = 0;   // value = intercept + slope * seconds
  double mean_time = 0, spread = 0;  // of the times: for the width of the band
  std::optional<double> error;
  size_t points = 0;

  double At(double seconds) const { return intercept + slope * seconds; }
  double Band(double seconds) const;  // two standard errors of the line at this time; 0 where it is not known
};
std::optional<Fit> FitLine(const std::vector<std::pair<double, double>>& points);

// The curve with its fitted line and band, and the bound as a vertical line: after it a bounded pile stops
// growing. Empty for fewer than two finite points.
std::string CurveChart(const model::Curve& curve, bool fitted, const std::optional<model::Bound>& bound);

// Ages as bars. More than 24 bins are joined. Empty without a count.
std::string AgesChart(const model::Histogram& ages, const std::optional<model::Bound>& bound);

// Curves named "memory: <part>" (bytes) are parts of one whole, "memory: RSS" is the whole: one stacked bar
// of their newest values; what the parts do not cover is drawn as "not accounted for". Empty when there are
// none.
std::string MemoryBar(const std::vector<model::Curve>& curves);
bool IsMemoryPart(const model::Curve& curve);

// About `count` round positions that cover [low, high]; `unit` "bytes" makes them round in KiB, MiB, ...
std::vector<double> Ticks(double low, double high, int count, std::string_view unit);
std::vector<double> TimeTicks(double low, double high, int count);

}  // namespace seep::report
