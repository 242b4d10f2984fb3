// How loose files find their place.
//
// People hand over what they have: heap_cur.txt, goroutine_5min.txt, a dump out of a log. Three questions
// decide:
//   whose?  Profiles name their build id and binary. Texts name nobody and belong to the only process there
//   is; where several
//           processes are in the heap of files, a text goes with the process whose files lie in the same
//           folder.
//   when?   proto profiles carry their own time; that time makes the moments. Others come by file time where
//   it falls near a
//           moment, else by their order: the second dump without a time belongs to the second moment.
//   same?   Cumulative counters that fall back, another pid or another start time mean that the process was
//   restarted (or that
//           these are two processes): what came before is set aside and said.
#include "assemble/assemble.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "assemble/merge.h"

namespace seep::assemble {
namespace {

using model::Gap;
using model::Series;
using model::Snapshot;

constexpr Duration kOneMoment = std::chrono::seconds(90);  // evidence further apart is another moment
constexpr Duration kNearMoment =
    std::chrono::minutes(10);  // a file time this near to a profile's own time is believed

// What a piece is, so that the second of its kind begins a new moment.
std::string KindOf(const Piece& piece) {
  std::string kind = piece.fragment.sources.empty() ? piece.name : piece.fragment.sources.front().kind;
  const Snapshot& s = piece.fragment;
  kind += s.dump ? "/dump" : s.goroutines ? "/goroutines" : s.heap ? "/heap" : s.leaked ? "/leaked" : "";
  // v4 and v6 tables are one kind of evidence in two files.
  if (s.sockets) kind += piece.name.ends_with("6") ? "/tcp6" : "/tcp";
  return kind;
}

std::string FolderOf(const Piece& piece) {
  const std::string& origin =
      piece.fragment.sources.empty() ? piece.name : piece.fragment.sources.front().origin;
  const size_t slash = origin.rfind('/');
  return slash == std::string::npos ? "" : origin.substr(0, slash);
}

std::string IdentityOf(const Snapshot& s) {
  if (!s.process.build_id.empty()) return "build " + s.process.build_id;
  if (!s.process.main_binary.empty()) return "binary " + s.process.main_binary;
  return {};
}

// Start times are known to the second, and two sources of one may round differently.
bool StartedApart(Time a, Time b) {
  return std::chrono::abs(a - b) > std::chrono::seconds(2);
}

// What the pieces of one target in one bundle say of their process together.
struct Presence {
  std::string build_id;
  std::optional<uint64_t> pid, start_ticks;
  std::optional<Time> started, seen;  // seen: last

  void Add(const Snapshot& s) {
    if (build_id.empty()) build_id = s.process.build_id;
    if (!pid) pid = s.process.pid;
    if (!start_ticks) start_ticks = s.start_ticks;
    if (!started) started = s.process.started;
    if (s.at && (!seen || *s.at > *seen)) seen = s.at;
  }
};

// Two processes that lived side by side, or two programs. What ended before the other began may be one
// service, restarted: that is for RestartedBetween to say.
bool AreTwo(const Presence& a, const Presence& b) {
  if (!a.build_id.empty() && !b.build_id.empty() && a.build_id != b.build_id) return true;
  if (!a.started || !b.started || !StartedApart(*a.started, *b.started)) return false;
  if (a.pid && a.pid == b.pid && a.start_ticks && a.start_ticks == b.start_ticks) return false;  // clock set
  const auto& [older, newer] = *a.started < *b.started ? std::tie(a, b) : std::tie(b, a);
  return older.seen && *newer.started < *older.seen;
}

// Bundles of two hosts may name their targets alike (127.0.0.1:6060): target and bundle -> which process.
class Targets {
 public:
  explicit Targets(const std::vector<Piece>& pieces) {
    std::map<std::pair<std::string, int>, Presence> presences;
    for (const Piece& p : pieces)
      if (!p.target.empty()) presences[{p.target, p.package}].Add(p.fragment);
    std::map<std::string, std::vector<Presence>> processes;
    for (const auto& [place, presence] : presences) {
      std::vector<Presence>& known = processes[place.first];
      auto same = std::ranges::find_if(known, [&](const Presence& p) { return !AreTwo(p, presence); });
      if (same == known.end()) same = known.insert(known.end(), presence);
      number_[place] = static_cast<size_t>(same - known.begin());
    }
  }

  std::string KeyOf(const Piece& piece) const {
    return fmt::format("target {} {}", piece.target, number_.at({piece.target, piece.package}));
  }

 private:
  std::map<std::pair<std::string, int>, size_t> number_;
};

// Pieces by process: capture's target, or what the content says.
std::vector<std::vector<Piece>> ByProcess(std::vector<Piece> pieces) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<Piece>> groups;
  const auto put = [&](const std::string& key, Piece piece) {
    if (!groups.contains(key)) order.push_back(key);
    groups[key].push_back(std::move(piece));
  };
  const Targets targets(pieces);
  std::vector<Piece> anonymous;
  std::map<std::string, std::string> folder_key;
  for (Piece& piece : pieces) {
    std::string key = piece.target.empty() ? IdentityOf(piece.fragment) : targets.KeyOf(piece);
    if (key.empty()) {
      anonymous.push_back(std::move(piece));
      continue;
    }
    if (piece.target.empty()) folder_key.try_emplace(FolderOf(piece), key);
    put(key, std::move(piece));
  }
  std::vector<std::string> loose;
  for (const std::string& key : order)
    if (!key.starts_with("target ")) loose.push_back(key);
  for (Piece& piece : anonymous) {
    const auto same_folder = folder_key.find(FolderOf(piece));
    std::string key = "nobody";
    if (loose.size() == 1)
      key = loose.front();
    else if (loose.empty() && order.size() == 1)
      key = order.front();
    else if (same_folder != folder_key.end())
      key = same_folder->second;
    put(key, std::move(piece));
  }
  std::vector<std::vector<Piece>> result;
  for (const std::string& key : order) result.push_back(std::move(groups[key]));
  return result;
}

// "goroutine_cur.txt" -> goroutine, cur, txt: people put the moment into the name.
std::set<std::string> Words(std::string_view name) {
  std::set<std::string> words;
  std::string word;
  for (char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      word += c;
    } else {
      if (!word.empty()) words.insert(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.insert(std::move(word));
  return words;
}

struct Moment {
  Snapshot snapshot;
  std::set<std::string> words;  // of the names of its pieces
  std::vector<std::string> kinds;
  std::optional<Time> from, to;
  int round = -1;

  bool Has(const std::string& kind) const { return std::ranges::find(kinds, kind) != kinds.end(); }
  void Add(Piece piece, std::optional<Time> at) {
    kinds.push_back(KindOf(piece));
    words.merge(Words(piece.name));
    if (at) {
      if (!from || *at < *from) from = at;
      if (!to || *at > *to) to = at;
    }
    Merge(snapshot, std::move(piece.fragment));
  }
};

// Pieces whose time is known, in time order.
void PlaceTimed(std::vector<std::pair<Time, Piece>> timed, std::vector<Moment>& moments) {
  std::ranges::stable_sort(timed, {}, &std::pair<Time, Piece>::first);
  for (auto& [at, piece] : timed) {
    const bool fits = !moments.empty() && moments.back().from && !moments.back().Has(KindOf(piece)) &&
                      at - *moments.back().from <= kOneMoment;
    if (!fits) moments.emplace_back();
    moments.back().Add(std::move(piece), at);
  }
}

// The moment whose names share a word with the piece that no other moment's names have; null if none or
// several do.
Moment* ByName(const Piece& piece, const std::string& kind, std::vector<Moment>& moments) {
  Moment* best = nullptr;
  for (const std::string& word : Words(piece.name)) {
    Moment* only = nullptr;
    int holders = 0;
    for (Moment& m : moments) {
      if (!m.words.contains(word)) continue;
      only = &m;
      ++holders;
    }
    if (holders != 1 || only->Has(kind)) continue;
    if (best != nullptr && best != only) return nullptr;
    best = only;
  }
  return best;
}

// A piece without a time of its own near any moment: the first moment that lacks its kind.
void PlaceByOrder(Piece piece, std::vector<Moment>& moments) {
  const std::string kind = KindOf(piece);
  auto free = std::ranges::find_if(moments, [&](const Moment& m) { return !m.Has(kind); });
  if (free == moments.end()) free = moments.emplace(moments.end());
  free->Add(std::move(piece), std::nullopt);
}

// By the name where it speaks of one moment; by file time where that lies near a moment that lacks this kind
// (a copy changes file times, not names); else by order.
void PlaceUntimed(Piece piece, std::vector<Moment>& moments) {
  const std::string kind = KindOf(piece);
  if (Moment* named = moments.size() > 1 ? ByName(piece, kind, moments) : nullptr) {
    named->Add(std::move(piece), std::nullopt);
    return;
  }
  Moment* best = nullptr;
  Duration best_distance = kNearMoment;
  for (Moment& m : moments) {
    if (!piece.modified || !m.from || m.Has(kind)) continue;
    const Duration distance = std::chrono::abs(*piece.modified - *m.from);
    if (distance < best_distance) {
      best = &m;
      best_distance = distance;
    }
  }
  if (best != nullptr)
    best->Add(std::move(piece), std::nullopt);
  else
    PlaceByOrder(std::move(piece), moments);
}

bool FileTimesTellThemApart(const std::vector<Piece>& pieces) {
  std::map<std::string, std::vector<Time>> by_kind;
  for (const Piece& p : pieces) {
    if (!p.modified) return false;
    by_kind[KindOf(p)].push_back(*p.modified);
  }
  for (auto& [kind, times] : by_kind) {
    std::ranges::sort(times);
    if (std::ranges::adjacent_find(times) != times.end()) return false;
  }
  return true;
}

uint64_t HighestGoid(const Snapshot& s) {
  uint64_t highest = 0;
  if (s.dump)
    for (const model::Goroutine& g : s.dump->goroutines) highest = std::max(highest, g.goid);
  return highest;
}

// Dumps without any time: goroutine ids only grow, so they tell which came first.
void OrderByGoid(std::vector<Moment>& moments) {
  const bool only_dumps =
      std::ranges::all_of(moments, [](const Moment& m) { return !m.from && m.round < 0 && m.snapshot.dump; });
  if (only_dumps)
    std::ranges::stable_sort(moments, {}, [](const Moment& m) { return HighestGoid(m.snapshot); });
}

std::vector<Moment> IntoMoments(std::vector<Piece> pieces) {
  std::vector<Moment> moments;
  std::vector<std::pair<Time, Piece>> timed;
  std::vector<Piece> untimed;
  std::map<int, size_t> rounds;
  for (Piece& piece : pieces) {
    if (piece.round >= 0) {
      const auto [it, inserted] = rounds.try_emplace(piece.round, moments.size());
      if (inserted) moments.emplace_back();
      moments[it->second].round = piece.round;
      const auto at = piece.fragment.at;
      moments[it->second].Add(std::move(piece), at);
    } else if (piece.fragment.at) {
      const Time at = *piece.fragment.at;
      timed.emplace_back(at, std::move(piece));
    } else {
      untimed.push_back(std::move(piece));
    }
  }
  std::ranges::stable_sort(untimed, {}, &Piece::order);
  if (timed.empty() && moments.empty() && FileTimesTellThemApart(untimed)) {
    for (Piece& piece : untimed) {
      const Time at = *piece.modified;
      piece.fragment.at = at;
      timed.emplace_back(at, std::move(piece));
    }
    untimed.clear();
  }
  PlaceTimed(std::move(timed), moments);
  for (Piece& piece : untimed) PlaceUntimed(std::move(piece), moments);
  for (Moment& m : moments)
    if (m.from) m.snapshot.at = m.from;
  std::ranges::stable_sort(moments, [](const Moment& a, const Moment& b) {
    if (a.round != b.round && a.round >= 0 && b.round >= 0) return a.round < b.round;
    return a.from && b.from && *a.from < *b.from;
  });
  OrderByGoid(moments);
  return moments;
}

// A goid names one goroutine for ever: where two dumps share ids and disagree about who started them, they
// are of two processes.
bool GoroutinesDisagree(const Snapshot& before, const Snapshot& after) {
  if (!before.dump || !after.dump) return false;
  std::unordered_map<uint64_t, const model::Goroutine*> first;
  for (const model::Goroutine& g : before.dump->goroutines) first.emplace(g.goid, &g);
  size_t shared = 0;
  size_t different = 0;
  for (const model::Goroutine& g : after.dump->goroutines) {
    const auto it = first.find(g.goid);
    if (it == first.end()) continue;
    ++shared;
    different += it->second->creator != g.creator || it->second->parent != g.parent;
  }
  return shared >= 5 && different * 20 > shared;
}

// Why `after` cannot be the same run of the process as `before`; empty if it can.
std::string RestartedBetween(const Snapshot& before, const Snapshot& after) {
  const auto differs = [](const auto& a, const auto& b) { return a && b && *a != *b; };
  const auto fell = [](const auto& a, const auto& b) { return a && b && *b < *a; };
  if (differs(before.start_ticks, after.start_ticks)) return "its start time changed";
  // Live rounds: what /proc told of the process in one round and not in the next was another process, or is
  // gone.
  if (before.start_ticks && !after.start_ticks && (after.dump || after.goroutines || after.heap))
    return "its /proc entry is gone";
  if (GoroutinesDisagree(before, after)) return "the same goroutine ids belong to other goroutines";
  if (before.status && after.status && differs(before.status->pid, after.status->pid))
    return "its pid changed";
  // The kernel's own count, equal here, outweighs the wall clock: that may have been set in between.
  const bool same_ticks = before.start_ticks && after.start_ticks;
  if (!same_ticks && before.process.started && after.process.started &&
      StartedApart(*before.process.started, *after.process.started))
    return "its start time changed";
  if (!before.process.build_id.empty() && !after.process.build_id.empty() &&
      before.process.build_id != after.process.build_id)
    return "its build id changed";
  if (before.mem_stats && after.mem_stats &&
      (fell(before.mem_stats->total_alloc, after.mem_stats->total_alloc) ||
       fell(before.mem_stats->num_gc, after.mem_stats->num_gc)))
    return "counters that only grow (TotalAlloc, NumGC) fell";
  const uint64_t goid_before = HighestGoid(before);
  const uint64_t goid_after = HighestGoid(after);
  // The newest goroutines may have ended; but goids of a living process never fall to a fraction.
  if (goid_before > 0 && goid_after > 0 && goid_after < goid_before / 2) return "goroutine ids began anew";
  return {};
}

Series IntoSeries(std::vector<Piece> pieces) {
  Series series;
  const std::string target = pieces.front().target;
  const std::string first_name = pieces.front().name;
  for (Moment& m : IntoMoments(std::move(pieces))) {
    if (IsEmpty(m.snapshot)) {  // a round that got nothing: its gaps still belong to the series
      for (Gap& gap : m.snapshot.gaps) series.gaps.push_back(std::move(gap));
      continue;
    }
    if (!series.snapshots.empty()) {
      const std::string why = RestartedBetween(series.snapshots.back(), m.snapshot);
      if (!why.empty()) {
        series.gaps.push_back(
            {"earlier snapshots",
             fmt::format("the process was restarted before snapshot {}: {}; only what came after is compared",
                         series.snapshots.size() + 1, why),
             "take two snapshots of one run"});
        series.snapshots.clear();
        series.process = {};
      }
    }
    MergeProcess(series.process, m.snapshot.process);
    if (m.snapshot.status && !series.process.pid) series.process.pid = m.snapshot.status->pid;
    series.snapshots.push_back(std::move(m.snapshot));
  }
  std::string& name = series.process.name;
  if (name.empty() && !series.process.main_binary.empty())
    name = series.process.main_binary.substr(series.process.main_binary.rfind('/') + 1);
  for (const Snapshot& s : series.snapshots)
    if (name.empty() && s.status) name = s.status->name;
  if (name.empty()) name = target.empty() ? first_name : target;
  return series;
}

}  // namespace

Assembled Assemble(std::vector<Piece> pieces) {
  Assembled out;
  for (std::vector<Piece>& group : ByProcess(std::move(pieces))) {
    Series series = IntoSeries(std::move(group));
    if (series.snapshots.empty()) {
      for (Gap& gap : series.gaps) out.gaps.push_back(std::move(gap));
    } else {
      out.series.push_back(std::move(series));
    }
  }
  return out;
}

}  // namespace seep::assemble
