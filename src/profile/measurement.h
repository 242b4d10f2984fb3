// Numbers with units as pprof scales and prints them (google/pprof internal/measurement, 2025-11). Three
// families of units: bytes (powers of 1024: B kB MB GB TB PB), time (ns us ms s hrs) and Google compute
// units.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace seep::profile {

struct Scaled {
  double value = 0;
  std::string unit;  // empty: not worth printing ("count")
};

// `to` may be "minimum" or "auto": the largest unit in which the value is at least 1. A unit of another
// family gives the family's default (B, s, GCU); a unit nobody knows is handed on.
Scaled Scale(int64_t value, std::string_view from, std::string_view to);

// "1.50MB", "12", "0": two decimals, dropped where they are .00.
std::string ScaledLabel(int64_t value, std::string_view from, std::string_view to);
inline std::string AutoLabel(int64_t value, std::string_view unit) {
  return ScaledLabel(value, unit, "auto");
}

// Six columns: "  100%", "12.34%", "  1.2%", "5e-05%". Of nothing everything is 0.
std::string Percentage(int64_t value, int64_t total);

// Whether both units belong to one family.
bool SameFamily(std::string_view a, std::string_view b);

// A double as Go converts it to int64 on amd64: out of range gives the most negative number.
int64_t ToInt64(double value);
// |v|, where |most negative| stays negative, as in Go.
constexpr int64_t Abs(int64_t v) {
  return v < 0 ? static_cast<int64_t>(-static_cast<uint64_t>(v)) : v;
}
// a / b as Go divides, wrapping around; a itself where b is 0, which is to say that there is no divisor.
constexpr int64_t Quotient(int64_t a, int64_t b) {
  if (b == 0) return a;
  return b == -1 ? static_cast<int64_t>(-static_cast<uint64_t>(a)) : a / b;
}

}  // namespace seep::profile
