#include "detect/goroutine_groups.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace seep::detect {
namespace {

constexpr size_t kNamed = 5;  // goids of a group

// Whether a text of the tables matches, asked once for each.
class Asked {
 public:
  template <class Ask>
  bool operator()(uint32_t id, Ask ask) {
    if (id >= known_.size()) known_.resize(id + 1, 0);
    if (known_[id] == 0) known_[id] = ask() ? 2 : 1;
    return known_[id] == 2;
  }

 private:
  std::vector<uint8_t> known_;
};

class Filter {
 public:
  Filter(const model::StackTable& stacks, const GroupOptions& options) : stacks_(stacks), options_(options) {}

  bool Passes(model::StackId stack, model::FrameId creator, StringId state, StringId labels,
              int32_t minutes) {
    if (minutes < options_.min_minutes) return false;
    if (!options_.state.empty() && !states_(state.value, [&] {
          return stacks_.text(state).find(options_.state) != std::string_view::npos;
        }))
      return false;
    if (options_.label && !labels_(labels.value, [&] { return LabelMatches(stacks_.text(labels)); }))
      return false;
    if (options_.created_by && !creators_(creator.value, [&] {
          return creator && options_.created_by->Matches(stacks_.function(creator));
        }))
      return false;
    return !options_.function || functions_(stack.value, [&] { return StackMatches(stack); });
  }

 private:
  bool StackMatches(model::StackId stack) const {
    return std::ranges::any_of(stacks_.frames(stack), [&](model::FrameId frame) {
      return options_.function->Matches(stacks_.function(frame));
    });
  }
  bool LabelMatches(std::string_view labels) const {
    return !labels.empty() && std::ranges::any_of(Split(labels, '\n'), [&](std::string_view label) {
      return options_.label->Matches(label);
    });
  }

  const model::StackTable& stacks_;
  const GroupOptions& options_;
  Asked states_, labels_, creators_, functions_;
};

struct Key {
  uint32_t stack = 0, creator = 0, state = 0, labels = 0;
  bool operator==(const Key&) const = default;
};
struct KeyHash {
  size_t operator()(const Key& k) const {
    return MultiplyFold(uint64_t{k.stack} << 32 | k.creator, 0x9E3779B97F4A7C15ull) ^
           MultiplyFold(uint64_t{k.state} << 32 | k.labels, 0xA0761D6478BD642Full);
  }
};

class Groups {
 public:
  explicit Groups(model::GroupBy by) : by_(by) {}

  model::ListedGroup& Of(const model::ListedGroup& like) {
    const auto [found, added] = places_.try_emplace(KeyOf(like), groups_.size());
    if (added) groups_.push_back(like);
    return groups_[found->second];
  }
  // Largest first; equal ones in the order they came.
  std::vector<model::ListedGroup> Take() {
    std::vector<size_t> order(groups_.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, [&](size_t a, size_t b) {
      return std::pair(groups_[b].count, a) < std::pair(groups_[a].count, b);
    });
    std::vector<model::ListedGroup> out;
    for (const size_t i : order) out.push_back(std::move(groups_[i]));
    return out;
  }

 private:
  Key KeyOf(const model::ListedGroup& g) const {
    switch (by_) {
      case model::GroupBy::kStack:
        return {g.stack.value, g.creator.value, g.state.value, g.labels.value};
      case model::GroupBy::kState:
        return {.state = g.state.value};
      case model::GroupBy::kCreator:
        return {.creator = g.creator.value};
      case model::GroupBy::kLabels:
        return {.labels = g.labels.value};
    }
    return {};
  }

  model::GroupBy by_;
  std::unordered_map<Key, size_t, KeyHash> places_;
  std::vector<model::ListedGroup> groups_;
};

void AddMinutes(int32_t minutes, model::ListedGroup& group) {
  if (minutes < 0) return;
  group.fewest_minutes = std::min(group.fewest_minutes.value_or(minutes), minutes);
  group.most_minutes = std::max(group.most_minutes.value_or(minutes), minutes);
}

}  // namespace

model::GoroutineList GroupGoroutines(const model::GoroutineDump& dump, std::span<const double> still,
                                     const model::StackTable& stacks, const GroupOptions& options) {
  model::GoroutineList list;
  list.by = options.by;
  list.total = dump.goroutines.size();
  Filter filter(stacks, options);
  Groups groups(options.by);
  for (size_t i = 0; i < dump.goroutines.size(); ++i) {
    const model::Goroutine& g = dump.goroutines[i];
    if (!filter.Passes(g.stack, g.creator, g.state, g.labels, std::max(g.minutes, 0))) continue;
    ++list.listed;
    model::ListedGroup& group =
        groups.Of({.stack = g.stack, .creator = g.creator, .state = g.state, .labels = g.labels});
    ++group.count;
    if (group.goids.size() < kNamed) group.goids.push_back(g.goid);
    AddMinutes(g.minutes, group);
    if (i < still.size() && still[i] > 0) {
      group.still_seconds = group.still == 0 ? still[i] : std::min(group.still_seconds, still[i]);
      ++group.still;
    }
  }
  list.groups = groups.Take();
  for (model::ListedGroup& group : list.groups) std::ranges::sort(group.goids);
  return list;
}

model::GoroutineList GroupGoroutines(const model::GoroutineProfile& profile, model::StackTable& stacks,
                                     const GroupOptions& options) {
  model::GoroutineList list;
  list.by = options.by;
  list.total = profile.total;
  Groups groups(options.by);
  std::vector<StringId> states;  // interned first: the filter looks at a table that does not change
  for (const model::GoroutineGroup& g : profile.groups)
    states.push_back(stacks.strings().Intern(model::WaitName(g.wait)));
  Filter filter(stacks, options);
  for (size_t i = 0; i < profile.groups.size(); ++i) {
    const model::GoroutineGroup& g = profile.groups[i];
    if (!filter.Passes(g.stack, {}, states[i], g.labels, 0)) continue;
    list.listed += g.count;
    groups.Of({.stack = g.stack, .state = states[i], .labels = g.labels}).count += g.count;
  }
  list.groups = groups.Take();
  return list;
}

}  // namespace seep::detect
