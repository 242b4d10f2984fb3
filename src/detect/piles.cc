#include "detect/piles.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace seep::detect {
namespace {

using model::FrameId;
using model::Goroutine;
using model::Pattern;
using model::StackId;
using model::Wait;

struct GroupKey {
  StackId stack;
  FrameId creator;
  Wait wait;
  bool operator==(const GroupKey&) const = default;
};
struct GroupHash {
  size_t operator()(const GroupKey& k) const {
    return Mix(Mix(Hash128{5, 7}, (uint64_t{k.stack.value} << 32) | k.creator.value),
               static_cast<uint64_t>(k.wait))
        .low;
  }
};

struct Group {
  GroupKey key;
  std::vector<uint64_t> counts;  // by snapshot
  uint32_t pile = 0;
};

// Groups of all snapshots, found again by key.
class Groups {
 public:
  explicit Groups(size_t snapshots) : snapshots_(snapshots) {}

  uint32_t Add(const GroupKey& key, size_t snapshot, uint64_t count) {
    const auto [it, inserted] = index_.try_emplace(key, static_cast<uint32_t>(groups.size()));
    if (inserted) groups.push_back({key, std::vector<uint64_t>(snapshots_, 0), 0});
    groups[it->second].counts[snapshot] += count;
    return it->second;
  }

  std::vector<Group> groups;

 private:
  size_t snapshots_;
  std::unordered_map<GroupKey, uint32_t, GroupHash> index_;
};

bool HasGoroutines(const model::Snapshot& s) {
  return s.dump.has_value() || s.goroutines.has_value();
}
bool HasWholeDump(const model::Snapshot& s) {
  return s.dump.has_value() && !s.dump->truncated;
}

// What the counted profile of the same moment knows better than the dump: its runtime frames tell `range ch`
// from `<-ch`.
using Refined = std::unordered_map<uint32_t, Wait>;

Refined Refine(const model::Snapshot& s) {
  Refined refined;
  if (!s.goroutines) return refined;
  for (const model::GoroutineGroup& g : s.goroutines->groups) {
    if (g.wait != Wait::kChanRange && g.wait != Wait::kChanReceive) continue;
    const auto [it, inserted] = refined.try_emplace(g.stack.value, g.wait);
    if (!inserted && it->second != g.wait) it->second = Wait::kChanReceive;  // both forms on one line
  }
  return refined;
}

GroupKey KeyOf(const Goroutine& g, const Refined& refined) {
  GroupKey key{g.stack, g.creator, g.wait};
  if (g.wait == Wait::kChanReceive)
    if (const auto it = refined.find(g.stack.value); it != refined.end()) key.wait = it->second;
  return key;
}

// Members of the piles in one dump: goid and pile, by goid.
using Members = std::vector<std::pair<uint64_t, uint32_t>>;

Members Collect(const model::GoroutineDump& dump, const Refined& refined, size_t snapshot, Groups& groups) {
  Members members;
  members.reserve(dump.goroutines.size());
  for (const Goroutine& g : dump.goroutines)
    members.emplace_back(g.goid, groups.Add(KeyOf(g, refined), snapshot, 1));
  std::ranges::sort(members);
  return members;
}

void Collect(const model::GoroutineProfile& profile, size_t snapshot, Groups& groups) {
  for (const model::GoroutineGroup& g : profile.groups) groups.Add({g.stack, {}, g.wait}, snapshot, g.count);
}

// The user's line a group belongs to: where it stands in user code, else where user code started it.
FrameId Site(const Frames& frames, const GroupKey& key) {
  if (const FrameId user = frames.User(key.stack)) return user;
  if (key.creator && frames.IsUser(key.creator)) return key.creator;
  return {};
}

class Builder {
 public:
  Builder(const Frames& frames, const Matcher& matcher, Piles& out)
      : frames_(frames), matcher_(matcher), out_(out) {}

  void Place(Group& group) {
    const auto [stack, creator, wait] = group.key;
    const Pattern* pattern = matcher_.Match(stack, creator, wait);
    const FrameId site = Site(frames_, group.key);
    // Unknown groups without user code stand for themselves: their whole stack is their identity.
    const StackId self = pattern == nullptr && !site ? stack : StackId{};
    const auto [it, inserted] = index_.try_emplace(std::tuple(pattern, site, self), out_.piles.size());
    if (inserted) {
      out_.piles.push_back({.pattern = pattern, .site = site});
      out_.piles.back().counts.assign(out_.snapshots.size(), 0);
    }
    group.pile = static_cast<uint32_t>(it->second);
    Pile& pile = out_.piles[it->second];
    for (size_t i = 0; i < group.counts.size(); ++i) pile.counts[i] += group.counts[i];
    const uint64_t newest = group.counts.back();
    if (newest != 0) AddStack(pile, stack, newest);
    uint64_t& most = largest_[group.pile];
    const uint64_t weight = std::ranges::max(group.counts);
    if (weight > most) {
      most = weight;
      pile.creator = creator;
      pile.wait = wait;
    }
    for (const Pattern* evidence : matcher_.MatchEvidence(stack, creator, wait))
      AddEvidence(evidence, group.counts);
  }

 private:
  static void AddStack(Pile& pile, StackId stack, uint64_t count) {
    const auto known = std::ranges::find(pile.stacks, stack, &std::pair<StackId, uint64_t>::first);
    if (known != pile.stacks.end())
      known->second += count;
    else
      pile.stacks.emplace_back(stack, count);
  }

  void AddEvidence(const Pattern* pattern, const std::vector<uint64_t>& counts) {
    auto known = std::ranges::find(out_.evidence, pattern, [](const auto& e) { return e.first; });
    if (known == out_.evidence.end()) {
      out_.evidence.emplace_back(pattern, std::vector<uint64_t>(counts.size(), 0));
      known = out_.evidence.end() - 1;
    }
    for (size_t i = 0; i < counts.size(); ++i) known->second[i] += counts[i];
  }

  const Frames& frames_;
  const Matcher& matcher_;
  Piles& out_;
  std::map<std::tuple<const Pattern*, FrameId, StackId>, size_t> index_;
  std::unordered_map<uint32_t, uint64_t> largest_;
};

// Adds to what `which` names in every pile. Both lists are sorted by goid; one walk over the two decides
// every goroutine's fate.
void CountLives(const Members& first, const Members& last, const std::vector<Group>& groups,
                std::vector<Pile>& piles, std::optional<Lives> Pile::* which) {
  for (Pile& pile : piles)
    if (!(pile.*which)) pile.*which = Lives{};
  const auto lives = [&](uint32_t pile) -> Lives& { return *(piles[pile].*which); };
  size_t i = 0;
  size_t j = 0;
  while (i < first.size() || j < last.size()) {
    if (j == last.size() || (i < first.size() && first[i].first < last[j].first)) {
      ++lives(groups[first[i++].second].pile).died;
    } else if (i == first.size() || last[j].first < first[i].first) {
      // Not seen before is born, whatever the goid: they are handed out in batches of 16 per P, so order is
      // not exact.
      ++lives(groups[last[j++].second].pile).born;
    } else {
      const uint32_t before = groups[first[i++].second].pile;
      const uint32_t after = groups[last[j++].second].pile;
      if (before == after) {
        ++lives(after).stayed;
      } else {
        ++lives(before).left;
        ++lives(after).entered;
      }
    }
  }
}

// `dumps`: the members of every dump, in time order.
void FollowGoroutines(const std::vector<Members>& dumps, const std::vector<Group>& groups,
                      std::vector<Pile>& piles) {
  CountLives(dumps.front(), dumps.back(), groups, piles, &Pile::lives);
  for (size_t k = 1; k < dumps.size() && dumps.size() > 2; ++k)
    CountLives(dumps[k - 1], dumps[k], groups, piles, &Pile::steps);
}

// What only a goroutine-by-goroutine dump tells: ages, marks, goid range, labels.
void Describe(const model::GoroutineDump& dump, const Refined& refined, Groups& groups,
              std::vector<Pile>& piles, size_t snapshot) {
  std::vector<std::map<int32_t, uint64_t>> minutes(piles.size());
  std::vector<std::map<StringId, uint64_t>> labels(piles.size());
  for (const Goroutine& g : dump.goroutines) {
    const uint32_t index = groups.groups[groups.Add(KeyOf(g, refined), snapshot, 0)].pile;
    Pile& pile = piles[index];
    if (g.minutes >= 0) ++minutes[index][g.minutes];
    if (g.leaked) ++pile.leaked;
    if (g.locked) ++pile.locked;
    if (g.labels) ++labels[index][g.labels];
    if (pile.lowest_goid == 0 || g.goid < pile.lowest_goid) pile.lowest_goid = g.goid;
    if (g.goid > pile.highest_goid) pile.highest_goid = g.goid;
  }
  for (size_t i = 0; i < piles.size(); ++i) {
    piles[i].minutes.assign(minutes[i].begin(), minutes[i].end());
    if (!labels[i].empty())
      piles[i].labels =
          std::ranges::max_element(labels[i], {}, [](const auto& l) { return l.second; })->first;
  }
}

// The runtime's own proof: the goroutineleak profile names stacks, not goroutines.
void MarkLeaked(const model::GoroutineProfile& leaked, const Groups& groups, std::vector<Pile>& piles) {
  std::vector<uint64_t> marked(piles.size(), 0);
  for (const model::GoroutineGroup& l : leaked.groups) {
    const auto same = std::ranges::find(groups.groups, l.stack, [](const Group& g) { return g.key.stack; });
    if (same != groups.groups.end()) marked[same->pile] += l.count;
  }
  for (size_t i = 0; i < piles.size(); ++i) piles[i].leaked = std::max(piles[i].leaked, marked[i]);
}

}  // namespace

std::vector<const Pile*> Piles::Of(std::string_view pattern_id) const {
  std::vector<const Pile*> found;
  for (const Pile& pile : piles)
    if (pile.pattern != nullptr && pile.pattern->id == pattern_id) found.push_back(&pile);
  return found;
}

std::vector<uint64_t> Piles::Counts(std::string_view pattern_id) const {
  std::vector<uint64_t> sum(snapshots.size(), 0);
  for (const Pile* pile : Of(pattern_id))
    for (size_t i = 0; i < sum.size(); ++i) sum[i] += pile->counts[i];
  for (const auto& [pattern, counts] : evidence)
    if (pattern->id == pattern_id)
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += counts[i];
  return sum;
}

Piles GatherPiles(const model::Series& series, const Frames& frames, const Matcher& matcher) {
  Piles out;
  for (size_t i = 0; i < series.snapshots.size(); ++i)
    if (HasGoroutines(series.snapshots[i])) out.snapshots.push_back(i);
  if (out.snapshots.empty()) return out;
  out.dumps = std::ranges::all_of(out.snapshots, [&](size_t i) { return HasWholeDump(series.snapshots[i]); });
  // Where only some snapshots are dumps, counts of all come from the counted form, so that equal things are
  // compared.
  const bool counted = !out.dumps && std::ranges::all_of(out.snapshots, [&](size_t i) {
    return series.snapshots[i].goroutines.has_value();
  });

  Groups groups(out.snapshots.size());
  std::vector<Members> members;
  for (size_t k = 0; k < out.snapshots.size(); ++k) {
    const model::Snapshot& s = series.snapshots[out.snapshots[k]];
    if (!counted && s.dump) {
      members.push_back(Collect(*s.dump, Refine(s), k, groups));
      out.totals.push_back(members.back().size());
    } else {
      Collect(*s.goroutines, k, groups);
      out.totals.push_back(s.goroutines->total);
    }
  }

  Builder builder(frames, matcher, out);
  for (Group& group : groups.groups) builder.Place(group);
  for (const Group& group : groups.groups) out.groups += group.counts.back() != 0;
  if (out.dumps && out.snapshots.size() > 1) FollowGoroutines(members, groups.groups, out.piles);
  const model::Snapshot& newest = series.snapshots[out.snapshots.back()];
  if (!counted && newest.dump)
    Describe(*newest.dump, Refine(newest), groups, out.piles, out.snapshots.size() - 1);
  if (newest.leaked) MarkLeaked(*newest.leaked, groups, out.piles);
  for (Pile& pile : out.piles) {
    std::ranges::sort(pile.stacks, [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
  }
  std::ranges::stable_sort(out.piles, std::ranges::greater{}, [](const Pile& p) { return p.newest(); });
  return out;
}

}  // namespace seep::detect
