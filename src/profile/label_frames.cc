// Labels as frames.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "profile/filter.h"
#include "profile/measurement.h"

namespace seep::profile {
namespace {

// Frames for a list of keys, the last key's first: toward the leaf.
struct Frames {
  std::vector<LocationId> locations;
  bool matched = false;
};

class LabelFrames {
 public:
  LabelFrames(Profile& profile, std::string_view unit) : profile_(profile), unit_(unit) {}

  Frames FramesOf(LabelSetId labels, const std::vector<std::string_view>& keys) {
    Frames frames;
    for (size_t i = keys.size(); i-- > 0;) {
      const std::vector<std::string> values = ValuesOf(labels, keys[i]);
      frames.matched = frames.matched || !values.empty();
      std::string joined;
      for (size_t k = 0; k < values.size(); ++k) joined += (k == 0 ? "" : ",") + values[k];
      frames.locations.push_back(LocationOf(joined, keys[i]));
    }
    return frames;
  }

 private:
  // Texts first, then numbers. Numbers have units only if one of the key's has.
  std::vector<std::string> ValuesOf(LabelSetId id, std::string_view key) const {
    std::vector<std::string> values;
    const std::span<const Label> labels = profile_.label_sets.labels(id);
    bool units = false;
    for (const Label& label : labels) {
      if (profile_.text(label.key) != key) continue;
      if (label.text) values.emplace_back(profile_.text(label.text));
      units = units || (!label.text && label.unit);
    }
    for (const Label& label : labels) {
      if (profile_.text(label.key) != key || label.text) continue;
      values.push_back(units ? ScaledLabel(label.number, profile_.text(label.unit), unit_)
                             : ScaledLabel(label.number, "", ""));
    }
    return values;
  }

  LocationId LocationOf(const std::string& name, std::string_view file) {
    const std::pair key{profile_.strings.Intern(name), profile_.strings.Intern(file)};
    const auto [at, is_new] = locations_.try_emplace(key);
    if (is_new) {
      profile_.functions.push_back({.name = key.first, .system_name = {}, .file = key.second});
      profile_.lines.push_back({.function = {static_cast<uint32_t>(profile_.functions.size() - 1)}});
      profile_.locations.push_back(
          {.mapping = {}, .first_line = static_cast<uint32_t>(profile_.lines.size() - 1), .line_count = 1});
      at->second = {static_cast<uint32_t>(profile_.locations.size() - 1)};
    }
    return at->second;
  }

  Profile& profile_;
  std::string_view unit_;
  std::map<std::pair<StringId, StringId>, LocationId> locations_;
};

std::vector<std::string_view> Keys(std::string_view list) {
  std::vector<std::string_view> keys;
  for (std::string_view key : Split(list, ','))
    if (!key.empty()) keys.push_back(key);
  return keys;
}

}  // namespace

void AddLabelFrames(Profile& profile, const Settings& settings, const Say& say) {
  const std::vector<std::string_view> root_keys = Keys(settings.tagroot), leaf_keys = Keys(settings.tagleaf);
  bool root_matched = false, leaf_matched = false;
  if (!root_keys.empty() || !leaf_keys.empty()) {
    LabelFrames frames(profile, settings.unit);
    struct Ends {
      Frames root, leaf;
    };
    std::vector<std::optional<Ends>> known(profile.label_sets.size());
    Samples& samples = profile.samples;
    std::vector<LocationId> pool;
    pool.reserve(samples.pool.size() + samples.size() * (root_keys.size() + leaf_keys.size()));
    for (size_t i = 0; i < samples.size(); ++i) {
      std::optional<Ends>& ends = known[samples.labels[i].value];
      if (!ends)
        ends = Ends{frames.FramesOf(samples.labels[i], root_keys),
                    frames.FramesOf(samples.labels[i], leaf_keys)};
      root_matched = root_matched || ends->root.matched;
      leaf_matched = leaf_matched || ends->leaf.matched;
      const std::span<const LocationId> stack = samples.stack(i);
      const size_t first = pool.size();
      pool.insert(pool.end(), ends->leaf.locations.begin(), ends->leaf.locations.end());
      pool.insert(pool.end(), stack.begin(), stack.end());
      pool.insert(pool.end(), ends->root.locations.begin(), ends->root.locations.end());
      samples.first[i] = static_cast<uint32_t>(first);
      samples.depth[i] = static_cast<uint32_t>(pool.size() - first);
    }
    samples.pool = std::move(pool);
  }
  if (!settings.tagroot.empty() && !root_matched) say("TagRoot expression matched no samples");
  if (!settings.tagleaf.empty() && !leaf_matched) say("TagLeaf expression matched no samples");
}

}  // namespace seep::profile
