#include "profile/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

namespace seep::profile {
namespace {

struct Unit {
  std::string_view name;
  std::array<std::string_view, 3> aliases;  // lower case, without a plural s; empty: none
  double factor;
};

struct Family {
  std::span<const Unit> units;
  Unit fallback;
};

constexpr double Power(int exponent) {
  return static_cast<double>(uint64_t{1} << exponent);
}

constexpr std::array<Unit, 6> kBytes{{{"B", {"b", "byte"}, 1},
                                      {"kB", {"kb", "kbyte", "kilobyte"}, Power(10)},
                                      {"MB", {"mb", "mbyte", "megabyte"}, Power(20)},
                                      {"GB", {"gb", "gbyte", "gigabyte"}, Power(30)},
                                      {"TB", {"tb", "tbyte", "terabyte"}, Power(40)},
                                      {"PB", {"pb", "pbyte", "petabyte"}, Power(50)}}};
constexpr std::array<Unit, 5> kTime{{{"ns", {"ns", "nanosecond"}, 1},
                                     {"us", {"μs", "us", "microsecond"}, 1e3},
                                     {"ms", {"ms", "millisecond"}, 1e6},
                                     {"s", {"s", "sec", "second"}, 1e9},
                                     {"hrs", {"hour", "hr"}, 3600e9}}};
constexpr std::array<Unit, 9> kCompute{{{"n*GCU", {"nanogcu"}, 1e-9},
                                        {"u*GCU", {"microgcu"}, 1e-6},
                                        {"m*GCU", {"milligcu"}, 1e-3},
                                        {"GCU", {"gcu"}, 1},
                                        {"k*GCU", {"kilogcu"}, 1e3},
                                        {"M*GCU", {"megagcu"}, 1e6},
                                        {"G*GCU", {"gigagcu"}, 1e9},
                                        {"T*GCU", {"teragcu"}, 1e12},
                                        {"P*GCU", {"petagcu"}, 1e15}}};
constexpr std::array<Family, 3> kFamilies{
    {{kBytes, kBytes[0]}, {kTime, {"s", {}, 1e9}}, {kCompute, {"GCU", {}, 1}}}};

// Go's strings.ToLower for what units consist of; only ASCII letters have another case among them.
std::string Simplified(std::string_view unit) {
  std::string out(unit);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  if (out.size() > 2 && out.back() == 's') out.pop_back();
  return out;
}

const Unit* Find(const Family& family, std::string_view unit) {
  const std::string name = Simplified(unit);
  if (name.empty()) return nullptr;
  for (const Unit& u : family.units)
    if (std::ranges::find(u.aliases, std::string_view(name)) != u.aliases.end()) return &u;
  return nullptr;
}

std::optional<Scaled> Convert(const Family& family, int64_t value, std::string_view from,
                              std::string_view to) {
  const Unit* source = Find(family, from);
  if (source == nullptr) return std::nullopt;
  const double base = static_cast<double>(value) * source->factor;
  if (to == "minimum" || to == "auto") {
    const Unit* best = nullptr;
    for (const Unit& u : family.units)
      if ((best == nullptr || u.factor >= best->factor) && base / u.factor >= 1) best = &u;
    if (best != nullptr) return Scaled{base / best->factor, std::string(best->name)};
  } else if (const Unit* target = Find(family, to); target != nullptr) {
    return Scaled{base / target->factor, std::string(target->name)};
  }
  return Scaled{base / family.fallback.factor, std::string(family.fallback.name)};
}

}  // namespace

Scaled Scale(int64_t value, std::string_view from, std::string_view to) {
  if (value < 0 && value != std::numeric_limits<int64_t>::min()) {
    Scaled scaled = Scale(-value, from, to);
    scaled.value = -scaled.value;
    return scaled;
  }
  for (const Family& family : kFamilies)
    if (auto scaled = Convert(family, value, from, to)) return *scaled;
  for (std::string_view dull : {"count", "sample", "unit", "minimum", "auto"})
    if (to == dull) return {static_cast<double>(value), ""};
  return {static_cast<double>(value), std::string(to)};
}

std::string ScaledLabel(int64_t value, std::string_view from, std::string_view to) {
  const Scaled scaled = Scale(value, from, to);
  std::string text = fmt::format("{:.2f}", scaled.value);
  if (text.ends_with(".00")) text.resize(text.size() - 3);
  if (text == "0" || text == "-0") return "0";
  return text + scaled.unit;
}

std::string Percentage(int64_t value, int64_t total) {
  double ratio = 0;
  if (total != 0) ratio = std::abs(static_cast<double>(value) / static_cast<double>(total)) * 100;
  if (ratio >= 99.95 && ratio <= 100.05) return "  100%";
  return ratio >= 1 ? fmt::format("{:5.2f}%", ratio) : fmt::format("{:5.2g}%", ratio);
}

bool SameFamily(std::string_view a, std::string_view b) {
  return std::ranges::any_of(kFamilies,
                             [&](const Family& f) { return Find(f, a) != nullptr && Find(f, b) != nullptr; });
}

int64_t ToInt64(double value) {
  if (value >= -0x1p63 && value < 0x1p63) return static_cast<int64_t>(value);
  return std::numeric_limits<int64_t>::min();
}

}  // namespace seep::profile
