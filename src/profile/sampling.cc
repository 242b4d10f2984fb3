#include "profile/sampling.h"

#include <cmath>
#include <string_view>

namespace seep::profile {

double SampledShare(double size, double rate) {
  return rate <= 1 ? 1 : 1 - std::exp(-size / rate);
}

SampledError AllocationError(double objects, double bytes, double rate) {
  if (!(objects > 0) || !(bytes > 0)) return {};
  const double size = bytes / objects;
  const double share = SampledShare(size, rate);
  const double seen = objects * share;  // samples behind the figure
  const double weight = 1 / share;      // objects one sample stands for
  const double variance = seen * weight * weight * (1 - share);
  return {variance, variance * size * size};
}

Noise::Noise(const Profile& profile, size_t column) : column_(column) {
  const std::string_view wanted = profile.text(profile.sample_types[column].type);
  const size_t underscore = wanted.find('_');
  const std::string_view prefix = wanted.substr(0, underscore == wanted.npos ? 0 : underscore + 1);
  for (size_t i = 0; i < profile.sample_types.size(); ++i) {
    const std::string_view type = profile.text(profile.sample_types[i].type);
    if (!type.starts_with(prefix)) continue;
    if (type.substr(prefix.size()) == "objects") objects_ = i;
    if (type.substr(prefix.size()) == "space") bytes_ = i;
  }
  if (column != objects_ && column != bytes_) objects_ = bytes_ = std::nullopt;
  rate_ = static_cast<double>(profile.period > 0 ? profile.period : 512 * 1024);
}

double Noise::Variance(const Profile& profile, size_t sample) const {
  const auto values = profile.samples.value(sample);
  if (objects_ && bytes_) {
    const SampledError error = AllocationError(std::abs(static_cast<double>(values[*objects_])),
                                               std::abs(static_cast<double>(values[*bytes_])), rate_);
    return column_ == *objects_ ? error.objects : error.bytes;
  }
  const double count = std::abs(static_cast<double>(values[0]));
  const auto value = static_cast<double>(values[column_]);
  return count > 0 ? value * value / count : 0;
}

}  // namespace seep::profile
