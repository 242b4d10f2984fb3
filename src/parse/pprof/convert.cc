#include "parse/pprof/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"
#include "parse/pprof/stacks.h"

namespace seep::parse::pprof {
namespace {

enum class Kind { kGoroutine, kGoroutineLeak, kHeap, kNative, kThreadCreate, kContention, kCpu, kOther };

Kind KindOf(const Profile& p) {
  for (const ValueType& v : p.sample_types) {
    const std::string_view type = p.Text(v.type);
    if (type == "goroutine") return Kind::kGoroutine;
    if (type == "goroutineleak") return Kind::kGoroutineLeak;
    if (type == "threadcreate") return Kind::kThreadCreate;
    if (type == "contentions" || type == "delay") return Kind::kContention;
    if (type == "cpu" || type == "samples") return Kind::kCpu;
    if (type.starts_with("inuse_") || type.starts_with("alloc_") || type == "objects" || type == "space")
      return p.Text(p.period_type.type) == "native_space" ? Kind::kNative : Kind::kHeap;
  }
  return Kind::kOther;
}

std::string TypeNames(const Profile& p) {
  std::string names;
  for (const ValueType& v : p.sample_types) {
    if (!names.empty()) names += ", ";
    names += Printable(p.Text(v.type));
  }
  return names.empty() ? "no sample types" : names;
}

// The goroutines of one group as they come out of the samples; equal groups are added up, because stacks that
// differ in runtime frames only are one stack without them.
class GroupCollector {
 public:
  explicit GroupCollector(model::StackTable& table) : table_(table) {}

  void Add(std::span<const model::FrameId> frames, StringId labels, int64_t count) {
    names_.clear();
    for (model::FrameId frame : frames) names_.push_back(table_.function(frame));
    const model::LeafWait leaf = model::WaitFromFrames(names_);
    if (!frames.empty() && names_.back() == "runtime.goexit") frames = frames.first(frames.size() - 1);
    frames = frames.subspan(std::min(leaf.runtime_frames, frames.size()));
    const model::GoroutineGroup group{table_.AddStack(frames), labels, leaf.wait,
                                      static_cast<uint64_t>(count)};
    const Hash128 key = Mix(Mix(Hash128{}, (uint64_t{group.stack.value} << 32) | group.labels.value),
                            static_cast<uint64_t>(group.wait));
    const auto [at, is_new] = index_.try_emplace(key.low ^ key.high, profile.groups.size());
    if (is_new)
      profile.groups.push_back(group);
    else
      profile.groups[at->second].count += group.count;
    profile.total += group.count;
  }

  model::GoroutineProfile profile;

 private:
  model::StackTable& table_;
  std::vector<std::string_view> names_;
  std::unordered_map<uint64_t, size_t> index_;
};

void AddLossGaps(const Profile& p, const Stacks& stacks, std::string_view what, model::Snapshot& out) {
  if (!p.cut_at) return;
  out.gaps.push_back(
      {std::string(what),
       fmt::format("the profile is cut off at byte {}: {} of the {} that came before it can be told",
                   *p.cut_at, FormatCount(p.samples.size() - stacks.dropped()),
                   Plural(p.samples.size(), "sample")),
       "take the profile again"});
}

Result<model::GoroutineProfile> ReadGoroutines(const Profile& p, model::StackTable& table,
                                               std::string_view what, model::Snapshot& out) {
  SEEP_TRY(Stacks stacks, Stacks::Make(p, table));
  GroupCollector groups(table);
  uint64_t gone = 0;
  while (true) {
    SEEP_TRY(const bool more, stacks.Next());
    if (!more) break;
    const int64_t count = stacks.values()[0];
    if (count < 0) ++gone;
    if (count <= 0) continue;
    SEEP_TRY(const StringId labels, stacks.Labels());
    groups.Add(stacks.frames(), labels, count);
  }
  AddLossGaps(p, stacks, what, out);
  if (gone != 0)
    out.gaps.push_back({std::string(what),
                        fmt::format("a profile of differences (taken with ?seconds=): {} that became fewer "
                                    "cannot be shown as goroutines",
                                    Plural(gone, "stack")),
                        "take two profiles without ?seconds= instead"});
  return std::move(groups.profile);
}

Result<model::Profile> ReadSamples(const Profile& p, model::StackTable& table, std::string_view what,
                                   model::Snapshot& out) {
  SEEP_TRY(Stacks stacks, Stacks::Make(p, table));
  model::Profile profile;
  StringTable& strings = table.strings();
  for (const ValueType& v : p.sample_types)
    profile.types.push_back({strings.Intern(p.Text(v.type)), strings.Intern(p.Text(v.unit))});
  uint64_t sample_bytes = 0;
  for (std::string_view sample : p.samples) sample_bytes += sample.size();
  table.ReserveStacks(p.samples.size(), sample_bytes / 2);  // a frame takes two bytes or three
  profile.samples.reserve(p.samples.size());
  profile.values.reserve(p.samples.size() * profile.types.size());
  // Each stack is entered while the next one is decoded: its place in the table is far away in memory.
  std::vector<model::FrameId> waiting;
  uint64_t prepared = 0;
  const auto enter_waiting = [&] {
    if (!profile.samples.empty()) profile.samples.back().stack = table.AddStack(waiting, prepared);
  };
  while (true) {
    SEEP_TRY(const bool more, stacks.Next());
    enter_waiting();
    if (!more) break;
    SEEP_TRY(const StringId labels, stacks.Labels());
    waiting.assign(stacks.frames().begin(), stacks.frames().end());
    prepared = table.Prepare(waiting);
    profile.samples.push_back({{}, labels});
    profile.values.insert(profile.values.end(), stacks.values().begin(), stacks.values().end());
  }
  profile.period_type = {strings.Intern(p.Text(p.period_type.type)),
                         strings.Intern(p.Text(p.period_type.unit))};
  profile.period = p.period;
  if (p.time_nanos != 0) profile.at = FromUnixNanos(p.time_nanos);
  profile.duration = Duration(p.duration_nanos);
  for (int64_t comment : p.comments) profile.comments.emplace_back(p.Text(comment));
  if (!p.mappings.empty()) {
    profile.main_binary = p.Text(p.mappings[0].filename);
    profile.build_id = p.Text(p.mappings[0].build_id);
  }
  AddLossGaps(p, stacks, what, out);
  return profile;
}

bool IsMutex(const model::Profile& profile, std::string_view name, const model::StackTable& table) {
  int64_t balance = 0;
  for (const model::Sample& sample : profile.samples) {
    const auto frames = table.frames(sample.stack);
    if (!frames.empty()) balance += IsUnlock(table.function(frames[0])) ? 1 : -1;
  }
  if (balance != 0) return balance > 0;
  return name.find("mutex") != name.npos;
}

Result<uint64_t> SumOfFirstValues(const Profile& p, model::StackTable& table, model::Snapshot& out) {
  SEEP_TRY(Stacks stacks, Stacks::Make(p, table));
  uint64_t total = 0;
  while (true) {
    SEEP_TRY(const bool more, stacks.Next());
    if (!more) break;
    total += static_cast<uint64_t>(std::max<int64_t>(stacks.values()[0], 0));
  }
  AddLossGaps(p, stacks, "threads created", out);
  return total;
}

}  // namespace

bool IsUnlock(std::string_view function) {
  // "sync.(*Mutex).Unlock", "sync.(*RWMutex).RUnlock", "internal/sync.(*Mutex).unlockSlow"; "runtime.unlock",
  // "runtime.unlock2" for the runtime's own locks, and the name it gives to those it lost track of.
  const size_t dot = function.rfind('.');
  const std::string_view base = dot == function.npos ? function : function.substr(dot + 1);
  return base.starts_with("Unlock") || base.starts_with("RUnlock") || base.starts_with("unlock") ||
         base.starts_with("rUnlock") || base == "_LostContendedRuntimeLock";
}

std::string KindName(const Profile& p, const model::Snapshot& s) {
  switch (KindOf(p)) {
    case Kind::kGoroutine:
      return "goroutine";
    case Kind::kGoroutineLeak:
      return "goroutineleak";
    // The two endpoints give the same samples; only the column shown first differs.
    case Kind::kHeap:
      return p.Text(p.default_sample_type) == "alloc_space" ? "allocs" : "heap";
    case Kind::kNative:
      return "native";
    case Kind::kThreadCreate:
      return "threadcreate";
    case Kind::kContention:
      return s.mutex ? "mutex" : "block";
    case Kind::kCpu:
      return "cpu";
    case Kind::kOther:
      break;
  }
  return "pprof";
}

Result<model::Snapshot> ToSnapshot(const Profile& p, std::string_view name, model::StackTable& table) {
  model::Snapshot out;
  if (p.time_nanos != 0) out.at = FromUnixNanos(p.time_nanos);
  if (!p.mappings.empty()) {
    out.process.main_binary = p.Text(p.mappings[0].filename);
    out.process.build_id = p.Text(p.mappings[0].build_id);
  }
  switch (KindOf(p)) {
    case Kind::kGoroutine: {
      SEEP_TRY(out.goroutines, ReadGoroutines(p, table, "goroutines", out));
      break;
    }
    case Kind::kGoroutineLeak: {
      SEEP_TRY(out.leaked, ReadGoroutines(p, table, "leaked goroutines", out));
      break;
    }
    case Kind::kThreadCreate: {
      SEEP_TRY(out.threads_created, SumOfFirstValues(p, table, out));
      break;
    }
    case Kind::kHeap: {
      SEEP_TRY(out.heap, ReadSamples(p, table, "heap", out));
      break;
    }
    case Kind::kNative: {
      SEEP_TRY(out.native, ReadSamples(p, table, "native", out));
      break;
    }
    case Kind::kCpu: {
      SEEP_TRY(out.cpu, ReadSamples(p, table, "cpu", out));
      break;
    }
    case Kind::kContention: {
      SEEP_TRY(model::Profile profile, ReadSamples(p, table, "contention", out));
      (IsMutex(profile, name, table) ? out.mutex : out.block) = std::move(profile);
      break;
    }
    case Kind::kOther:
      return Fail(
          ErrorCode::kUnsupported,
          fmt::format(
              "a pprof profile of {}; seep reads goroutine, goroutineleak, heap, allocs, native, block, "
              "mutex, threadcreate and cpu profiles",
              TypeNames(p)));
  }
  return out;
}

}  // namespace seep::parse::pprof
