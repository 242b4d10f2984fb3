// Moments and spans. Libraries never read the clock: the caller hands them a Time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace seep {

using Duration = std::chrono::nanoseconds;
using Time = std::chrono::sys_time<Duration>;

constexpr Time FromUnixNanos(int64_t ns) {
  return Time(Duration(ns));
}
constexpr int64_t UnixNanos(Time t) {
  return t.time_since_epoch().count();
}
constexpr double Seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
constexpr Duration FromSeconds(double s) {
  return Duration(static_cast<int64_t>(s * 1e9));
}

// "2026-11-21T18:30:05Z" (with ".123" when there are milliseconds). UTC always.
std::string FormatTime(Time t);
// The same form back, fraction and offset ("+02:00") allowed.
std::optional<Time> ParseTime(std::string_view text);

// "41 h", "3 h 12 m", "4 m 5 s", "12.3 s", "250 ms": two units at most, for people.
std::string FormatDuration(Duration d);
// "30s", "5m", "1h30m", "250ms", "10" (seconds): what a flag takes.
std::optional<Duration> ParseDuration(std::string_view text);

}  // namespace seep
