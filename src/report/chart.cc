#include "report/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/time.h"
#include "report/markup.h"
#include "report/report.h"

namespace seep::report {
namespace {

using Points = std::vector<std::pair<double, double>>;

// Drawing area in user units; the page scales the whole.
constexpr double kWidth = 460, kHeight = 210, kLeft = 62, kRight = 12, kTop = 14, kBottom = 30;
constexpr size_t kDotsUpTo = 60;
constexpr double kLargest = 1e30;  // beyond: not a measurement

struct Axis {
  double low = 0, high = 1;
  double from = 0, to = 1;  // where they lie in the drawing
  double operator()(double v) const { return from + (v - low) / (high - low) * (to - from); }
};

std::string Num(double v) {
  return fmt::format("{:.1f}", v);
}

std::string Seconds(double s) {
  return s == 0 ? "0" : FormatSpan(FromSeconds(std::clamp(std::round(s * 1000) / 1000, -9e9, 9e9)));
}

Points Finite(const Points& points) {
  Points out;
  for (const auto& [at, value] : points) {
    if (std::isfinite(at) && std::isfinite(value) && std::abs(at) < kLargest && std::abs(value) < kLargest) {
      out.emplace_back(at, value);
    }
  }
  std::ranges::stable_sort(out, {}, &std::pair<double, double>::first);
  return out;
}

std::string Text(double x, double y, std::string_view anchor, std::string_view kind, std::string_view text) {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>", kind, Num(x),
                     Num(y), anchor, Html(text));
}

std::string Segment(std::string_view kind, double x1, double y1, double x2, double y2) {
  return fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>", kind, Num(x1), Num(y1),
                     Num(x2), Num(y2));
}

std::string Open(std::string_view label) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, kHeight,
                     Html(label));
}

std::string Axes(const Axis& x, const Axis& y, std::string_view unit) {
  std::string out;
  for (const double v : Ticks(y.low, y.high, 4, unit)) {
    out += Segment("grid", kLeft, y(v), kWidth - kRight, y(v));
    out += Text(kLeft - 6, y(v) + 4, "end", "tick", FormatValue(v, unit));
  }
  const bool minutes = x.high > 120;  // one unit along one axis: "2 m, 4 m", not "120 s, 4 m"
  for (const double v : TimeTicks(x.low, x.high, 5)) {
    out += Text(x(v), kHeight - kBottom + 17, "middle", "tick",
                minutes && v >= 60 ? FormatDuration(FromSeconds(v)) : Seconds(v));
  }
  return out + Segment("axis", kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom);
}

// The bound, when it lies within the drawing.
std::string BoundLine(const Axis& x, const std::optional<model::Bound>& bound) {
  if (!bound || !(bound->seconds > x.low) || !(bound->seconds <= x.high)) return "";
  const double at = x(bound->seconds);
  const bool left = at > kWidth * 0.6;
  return Segment("bound", at, kTop, at, kHeight - kBottom) +
         Text(left ? at - 5 : at + 5, kTop + 9, left ? "end" : "start", "boundlabel",
              (bound->by.empty() ? "bound" : bound->by) + ", " + Seconds(bound->seconds));
}

std::string FitShapes(const Fit& fit, const Axis& x, const Axis& y) {
  std::string out;
  if (fit.error) {
    constexpr int kSteps = 16;
    std::string upper, lower;
    for (int i = 0; i <= kSteps; ++i) {
      const double t = x.low + (x.high - x.low) * i / kSteps;
      const auto at = [&](double v) {
        return fmt::format("{},{} ", Num(x(t)), Num(y(std::clamp(v, y.low, y.high))));
      };
      upper += at(fit.At(t) + fit.Band(t));
      lower.insert(0, at(fit.At(t) - fit.Band(t)));
    }
    out += fmt::format("<polygon class=\"band\" points=\"{}{}\"/>", upper, lower);
  }
  const auto clamped = [&](double t) { return y(std::clamp(fit.At(t), y.low, y.high)); };
  return out + Segment("fit", x(x.low), clamped(x.low), x(x.high), clamped(x.high));
}

std::string Line(const Points& points, const Axis& x, const Axis& y, std::string_view unit) {
  std::string path, dots;
  for (const auto& [at, value] : points) {
    path += fmt::format("{},{} ", Num(x(at)), Num(y(value)));
    if (points.size() > kDotsUpTo) continue;
    dots += fmt::format("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"3\"><title>{}: {}</title></circle>",
                        Num(x(at)), Num(y(value)), Html(Seconds(at)), Html(FormatValue(value, unit)));
  }
  return fmt::format("<polyline class=\"curve\" points=\"{}\"/>{}", path, dots);
}

// The value axis begins at 0; where growth is the point (`may_cut`) and 0 would flatten it to a line, it does
// not.
Axis ValueAxis(const Points& points, std::string_view unit, bool may_cut, bool& cut) {
  double low = points[0].second, high = low;
  for (const auto& [at, value] : points) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  cut = may_cut && low > 0 && high - low < 0.25 * high && high > low;
  if (!cut) low = std::min(low, 0.0);
  if (high <= low) high = low + 1;
  const double pad = (high - low) * (cut ? 0.15 : 0.06);
  Axis axis{cut ? std::max(0.0, low - pad) : low, high + pad, kHeight - kBottom, kTop};
  // Up to the next tick, if it is near: the highest point then has a line above it.
  const std::vector<double> ticks = Ticks(axis.low, axis.high + (high - low) * 0.2, 4, unit);
  if (!ticks.empty() && ticks.back() > axis.high) axis.high = ticks.back();
  return axis;
}

std::string Slope(const Fit& fit, std::string_view unit) {
  const double per_hour = fit.slope * 3600;
  if (!std::isfinite(per_hour) || std::abs(per_hour) > 1e15) return "";
  return fmt::format("{}{}/h", per_hour < 0 ? "" : "+",
                     FormatValue(per_hour, unit == "bytes" ? "bytes" : ""));
}

struct Bar {
  double edge = 0;
  uint64_t count = 0;
};

// At most 24 bars: neighbours are joined by equal numbers of bins.
std::vector<Bar> Bars(const model::Histogram& ages) {
  std::vector<Bar> bars;
  for (const auto& [edge, count] : ages.bins) {
    if (!std::isnan(edge)) bars.push_back({edge, count});
  }
  std::ranges::stable_sort(bars, {}, &Bar::edge);
  constexpr size_t kMost = 24;
  if (bars.size() <= kMost) return bars;
  const size_t group = (bars.size() + kMost - 1) / kMost;
  std::vector<Bar> joined;
  for (size_t i = 0; i < bars.size(); i += group) {
    Bar bar;
    for (size_t k = i; k < std::min(bars.size(), i + group); ++k) {
      bar.edge = bars[k].edge;
      bar.count += bars[k].count;
    }
    joined.push_back(bar);
  }
  return joined;
}

std::string Age(double edge) {
  return !std::isfinite(edge) || edge > 9e9 ? "older" : Seconds(edge);
}

}  // namespace

double Fit::Band(double seconds) const {
  if (!error || spread <= 0) return 0;
  const double away = seconds - mean_time;
  return 2 * *error * std::sqrt(1.0 / static_cast<double>(points) + away * away / spread);
}

std::optional<Fit> FitLine(const Points& points) {
  if (points.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(points.size());
  double sum_t = 0, sum_v = 0;
  for (const auto& [t, v] : points) {
    sum_t += t / n;
    sum_v += v / n;
  }
  Fit fit;
  fit.mean_time = sum_t;
  fit.points = points.size();
  double covariance = 0;
  for (const auto& [t, v] : points) {
    fit.spread += (t - sum_t) * (t - sum_t);
    covariance += (t - sum_t) * (v - sum_v);
  }
  if (!(fit.spread > 0) || !std::isfinite(covariance)) return std::nullopt;
  fit.slope = covariance / fit.spread;
  fit.intercept = sum_v - fit.slope * sum_t;
  if (points.size() < 3) return fit;
  double squares = 0;
  for (const auto& [t, v] : points) squares += (v - fit.At(t)) * (v - fit.At(t));
  const double error = std::sqrt(squares / (n - 2));
  if (std::isfinite(error)) fit.error = error;
  return fit;
}

std::vector<double> Ticks(double low, double high, int count, std::string_view unit) {
  if (!(high > low) || !std::isfinite(high - low)) return {};
  double scale = 1;
  if (unit == "bytes")
    while (high / scale >= 1024) scale *= 1024;
  const double raw = (high - low) / scale / count;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double ratio = raw / power;
  double step = power * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10) * scale;
  // Labels have to differ: counts are whole, bytes are printed whole from 10 of a unit on and with one digit
  // below.
  step = std::max(step, unit != "bytes" || scale == 1 || high / scale >= 9.95 ? scale : scale / 10);
  std::vector<double> ticks;
  for (double v = std::ceil(low / step) * step; v <= high * (1 + 1e-12) && ticks.size() < 12; v += step)
    ticks.push_back(v);
  return ticks;
}

std::vector<double> TimeTicks(double low, double high, int count) {
  static constexpr double kSteps[] = {0.1,   0.2,   0.5,   1,      2,      5,      10,      15,     30,
                                      60,    120,   300,   600,    900,    1800,   3600,    7200,   10800,
                                      21600, 43200, 86400, 172800, 432000, 864000, 2592000, 7776000};
  if (!(high > low) || high - low > 1e9) return {};
  const double raw = (high - low) / count;
  double step = kSteps[std::size(kSteps) - 1];
  for (const double s : kSteps) {
    if (s < raw) continue;
    step = s;
    break;
  }
  std::vector<double> ticks;
  for (double v = std::ceil(low / step) * step; v <= high * (1 + 1e-9) && ticks.size() < 20; v += step)
    ticks.push_back(v);
  return ticks;
}

std::string CurveChart(const model::Curve& curve, bool fitted, const std::optional<model::Bound>& bound) {
  const Points points = Finite(curve.points);
  if (points.size() < 2 || !(points.back().first > points.front().first)) return "";
  bool cut = false;
  const Axis y = ValueAxis(points, curve.unit, fitted, cut);
  Axis x{points.front().first, points.back().first, kLeft + 6, kWidth - kRight - 6};
  const std::optional<Fit> fit = fitted ? FitLine(points) : std::nullopt;
  std::string caption = Html(curve.name);
  if (fit) caption += " <span class=\"slope\">" + Html(Slope(*fit, curve.unit)) + "</span>";
  std::string out =
      "<figure class=\"chart\"><figcaption>" + caption + "</figcaption>" + Open(curve.name + " over time");
  out += Axes(x, y, curve.unit);
  if (fit && fit->error) out += FitShapes(*fit, x, y);
  out += Line(points, x, y, curve.unit) + BoundLine(x, bound) + "</svg>";
  std::vector<std::string> legend;
  if (fit && fit->error) legend.push_back("dashed: fitted line, with two standard errors");
  if (bound && bound->seconds > x.high)
    legend.push_back("the bound, " + Seconds(bound->seconds) + ", lies beyond this time");
  if (cut) legend.push_back("the axis does not begin at 0");
  if (!legend.empty()) out += "<p class=\"legend\">" + Html(Join(legend, "; ")) + "</p>";
  return out + "</figure>";
}

std::string AgesChart(const model::Histogram& ages, const std::optional<model::Bound>& bound) {
  const std::vector<Bar> bars = Bars(ages);
  uint64_t most = 0;
  for (const Bar& bar : bars) most = std::max(most, bar.count);
  if (most == 0) return "";
  const Axis y{0, static_cast<double>(most) * 1.08, kHeight - kBottom, kTop};
  std::string out =
      "<figure class=\"chart\"><figcaption>" + Html(ages.name) + "</figcaption>" + Open(ages.name);
  for (const double v : Ticks(0, y.high, 4, "")) {
    out += Segment("grid", kLeft, y(v), kWidth - kRight, y(v)) +
           Text(kLeft - 6, y(v) + 4, "end", "tick", FormatValue(v, ""));
  }
  const double room = (kWidth - kLeft - kRight) / static_cast<double>(bars.size());
  const size_t every = (bars.size() + 5) / 6;
  double bound_at = 0;
  for (size_t i = 0; i < bars.size(); ++i) {
    const double left = kLeft + room * static_cast<double>(i);
    const double top = y(static_cast<double>(bars[i].count));
    out += fmt::format(
        "<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>up to {}: {}</title></rect>",
        Num(left + 1), Num(top), Num(std::max(1.0, room - 2)), Num(kHeight - kBottom - top),
        Html(Age(bars[i].edge)), FormatCount(bars[i].count));
    if (i % every == 0)
      out += Text(left + room / 2, kHeight - kBottom + 17, "middle", "tick", Age(bars[i].edge));
    if (bound && bound->seconds > 0 && bars[i].edge <= bound->seconds) bound_at = left + room;
  }
  out += Segment("axis", kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom);
  if (bound_at > 0 && bound_at < kWidth - kRight - 1) {
    out += Segment("bound", bound_at, kTop, bound_at, kHeight - kBottom);
    out += Text(bound_at + 5, kTop + 9, "start", "boundlabel", Seconds(bound->seconds));
  }
  return out + "</svg></figure>";
}

bool IsMemoryPart(const model::Curve& curve) {
  return curve.name.starts_with("memory: ") && curve.unit == "bytes";
}

std::string MemoryBar(const std::vector<model::Curve>& curves) {
  std::vector<std::pair<std::string, double>> parts;
  double sum = 0, whole = 0;
  for (const model::Curve& curve : curves) {
    const Points points = Finite(curve.points);
    if (!IsMemoryPart(curve) || points.empty() || !(points.back().second > 0)) continue;
    const std::string name = curve.name.substr(8);
    if (EqualsIgnoreCase(name, "RSS"))
      whole = points.back().second;
    else
      parts.emplace_back(name, points.back().second);
  }
  for (const auto& [name, value] : parts) sum += value;
  if (parts.empty()) return "";
  if (whole > sum * 1.001) parts.emplace_back("not accounted for", whole - sum);
  const double total = std::max(whole, sum);
  constexpr double kBarWidth = 960, kBarHeight = 34;
  std::string rects, legend;
  double left = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto& [name, value] = parts[i];
    const double width = value / total * kBarWidth;
    const std::string kind = name == "not accounted for" ? "partx" : fmt::format("part{}", i % 6);
    const std::string bytes = FormatBytes(value);
    rects += fmt::format(
        "<rect class=\"{}\" x=\"{}\" y=\"0\" width=\"{}\" height=\"{}\"><title>{}: {}</title></rect>", kind,
        Num(left), Num(std::max(0.5, width - 1)), kBarHeight, Html(name), bytes);
    legend += fmt::format(
        "<li><svg viewBox=\"0 0 10 10\" class=\"key\" aria-hidden=\"true\"><rect class=\"{}\" width=\"10\" "
        "height=\"10\"/></svg>{} <b>{}</b></li>",
        kind, Html(name), bytes);
    left += width;
  }
  return fmt::format(
      "<figure class=\"memory\"><figcaption>{} <b>{}</b></figcaption><svg viewBox=\"0 0 {} {}\" "
      "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"memory account\">{}</svg><ul>{}</ul></figure>",
      whole > 0 ? "Resident memory" : "Memory accounted for", FormatBytes(total), kBarWidth, kBarHeight,
      rects, legend);
}

}  // namespace seep::report
