#include "base/time.h"

#include <fmt/format.h>

#include <cmath>

#include "base/cursor.h"

namespace seep {

std::string FormatTime(Time t) {
  using std::chrono::days, std::chrono::floor, std::chrono::hh_mm_ss, std::chrono::milliseconds;
  using std::chrono::year_month_day;
  const auto day = floor<days>(t);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(t - day));
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  const auto ms = clock.subseconds().count();
  if (ms != 0) text += fmt::format(".{:03}", ms);
  return text + "Z";
}

std::optional<Time> ParseTime(std::string_view text) {
  using std::chrono::day, std::chrono::hours, std::chrono::minutes, std::chrono::month,
      std::chrono::nanoseconds;
  using std::chrono::seconds, std::chrono::sys_days, std::chrono::year, std::chrono::year_month_day;
  Cursor in(text);
  const auto y = in.Decimal();
  // Nanoseconds in 64 bits reach from 1677-09 to 2262-04.
  if (!y || *y < 1678 || *y > 2261 || !in.Skip('-')) return std::nullopt;
  const auto mo = in.Decimal();
  if (!mo || !in.Skip('-')) return std::nullopt;
  const auto d = in.Decimal();
  if (!d || !(in.Skip('T') || in.Skip(' '))) return std::nullopt;
  const auto h = in.Decimal();
  if (!h || !in.Skip(':')) return std::nullopt;
  const auto mi = in.Decimal();
  if (!mi || !in.Skip(':')) return std::nullopt;
  const auto s = in.Decimal();
  if (!s || *h > 23 || *mi > 59 || *s > 60 || *mo > 12 || *d > 31) return std::nullopt;
  const year_month_day date(year(static_cast<int>(*y)), month(static_cast<unsigned>(*mo)),
                            day(static_cast<unsigned>(*d)));
  if (!date.ok()) return std::nullopt;
  Time t = sys_days(date) + hours(*h) + minutes(*mi) + seconds(*s);
  if (in.Skip('.')) {
    int64_t unit = 100'000'000;
    while (!in.AtEnd() && in.Rest().front() >= '0' && in.Rest().front() <= '9') {
      t += nanoseconds((in.Rest().front() - '0') * unit);
      unit /= 10;
      in.Take(1);
    }
  }
  if (in.Skip('Z') || in.AtEnd()) return t;
  const bool west = in.Skip('-');
  if (!west && !in.Skip('+')) return std::nullopt;
  const auto oh = in.Decimal();
  in.Skip(':');
  const auto om = in.Decimal();
  if (!oh || !om || *oh > 23 || *om > 59) return std::nullopt;
  const auto offset = hours(*oh) + minutes(*om);
  return west ? t + offset : t - offset;
}

std::string FormatDuration(Duration d) {
  const double s = std::abs(Seconds(d));
  const std::string sign = d.count() < 0 ? "-" : "";
  if (s < 1) return fmt::format("{}{:.0f} ms", sign, s * 1e3);
  if (s < 60)
    return std::floor(s) == s ? fmt::format("{}{:.0f} s", sign, s) : fmt::format("{}{:.1f} s", sign, s);
  const auto whole = static_cast<int64_t>(s + 0.5);
  auto two = [&](int64_t unit, const char* name, int64_t small, const char* small_name) {
    const int64_t rest = whole % unit / small;
    return rest == 0 ? fmt::format("{}{} {}", sign, whole / unit, name)
                     : fmt::format("{}{} {} {} {}", sign, whole / unit, name, rest, small_name);
  };
  if (whole < 3600) return two(60, "m", 1, "s");
  if (whole < 48 * 3600) return two(3600, "h", 60, "m");
  return two(86400, "d", 3600, "h");
}

std::optional<Duration> ParseDuration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double total = 0;
  Cursor in(text);
  while (!in.AtEnd()) {
    const auto whole = in.Decimal();
    if (!whole || *whole > 1'000'000'000) return std::nullopt;
    double value = static_cast<double>(*whole);
    if (in.Skip('.')) {
      const size_t before = in.Left();
      const auto fraction = in.Decimal();
      if (!fraction) return std::nullopt;
      value += static_cast<double>(*fraction) / std::pow(10.0, static_cast<double>(before - in.Left()));
    }
    if (in.Skip("ms"))
      value /= 1000;
    else if (in.Skip('h'))
      value *= 3600;
    else if (in.Skip('m'))
      value *= 60;
    else if (in.Skip('d'))
      value *= 86400;
    else if (!in.Skip('s') && !in.AtEnd())
      return std::nullopt;
    total += value;
  }
  if (total > 9.2e9) return std::nullopt;  // beyond 290 years nanoseconds do not fit
  return FromSeconds(total);
}

}  // namespace seep
