#include "profile/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "base/hash.h"
#include "profile/measurement.h"

namespace seep::profile {
namespace {

struct HashOfHash {
  size_t operator()(const Hash128& h) const { return h.low; }
};
template <class T>
using HashMap = std::unordered_map<Hash128, T, HashOfHash>;

bool IsZero(std::span<const int64_t> values) {
  return std::ranges::all_of(values, [](int64_t v) { return v == 0; });
}

// Sample numbers by the hash of their stack and labels.
class SampleIndex {
 public:
  // The number known for `hash`; otherwise `number` becomes it and comes back.
  uint32_t FindOrAdd(const Hash128& hash, uint32_t number) {
    if ((hashes_.size() + 1) * 2 > slots_.size()) Grow();
    const size_t mask = slots_.size() - 1;
    size_t i = hash.low & mask;
    for (; slots_[i] != 0; i = (i + 1) & mask)
      if (hashes_[slots_[i] - 1] == hash) return slots_[i] - 1;
    hashes_.push_back(hash);
    slots_[i] = number + 1;
    return number;
  }

 private:
  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    const size_t mask = slots_.size() - 1;
    for (uint32_t n = 0; n < hashes_.size(); ++n) {
      size_t i = hashes_[n].low & mask;
      while (slots_[i] != 0) i = (i + 1) & mask;
      slots_[i] = n + 1;
    }
  }

  std::vector<Hash128> hashes_;  // by sample number
  std::vector<uint32_t> slots_ = std::vector<uint32_t>(1024, 0);
};

class Merger {
 public:
  explicit Merger(Profile header) : out_(std::move(header)) {}

  void Add(const Profile& source) {
    source_ = &source;
    texts_.assign(source.strings.size(), {});
    functions_.assign(source.functions.size(), {});
    locations_.assign(source.locations.size(), {});
    mappings_.assign(source.mappings.size(), {});
    label_sets_.assign(source.label_sets.size(), {});
    // The first mapping is the main binary and has to stay the first.
    if (out_.mappings.size() == 1 && source.mappings.size() > 1) MapMapping({1});
    for (size_t i = 0; i < source.samples.size(); ++i)
      if (!IsZero(source.samples.value(i))) AddSample(i);
  }

  Profile Take() { return std::move(out_); }

 private:
  struct MappingHere {
    MappingId id;
    uint64_t shift = 0;  // what addresses move by
  };

  StringId Text(StringId id) {
    if (id && !texts_[id.value]) texts_[id.value] = out_.strings.Intern(source_->text(id));
    return texts_[id.value];
  }

  void AddSample(size_t number) {
    const Samples& from = source_->samples;
    Samples& to = out_.samples;
    stack_.clear();
    Hash128 hash = Mix(kHashSeed, from.stack(number).size());
    for (LocationId id : from.stack(number)) {
      stack_.push_back(MapLocation(id));
      hash = Mix(hash, stack_.back().value);
    }
    const LabelSetId labels = MapLabels(from.labels[number]);
    hash = Mix(hash, labels.value);
    const auto next = static_cast<uint32_t>(to.size());
    if (const uint32_t known = index_.FindOrAdd(hash, next); known != next) {
      std::span<int64_t> sum = to.value(known);
      for (size_t c = 0; c < sum.size(); ++c)
        sum[c] = static_cast<int64_t>(static_cast<uint64_t>(sum[c]) +
                                      static_cast<uint64_t>(from.value(number)[c]));
      return;
    }
    to.first.push_back(static_cast<uint32_t>(to.pool.size()));
    to.depth.push_back(static_cast<uint32_t>(stack_.size()));
    to.pool.insert(to.pool.end(), stack_.begin(), stack_.end());
    to.labels.push_back(labels);
    to.values.insert(to.values.end(), from.value(number).begin(), from.value(number).end());
  }

  LabelSetId MapLabels(LabelSetId id) {
    if (!id || label_sets_[id.value]) return label_sets_[id.value];
    std::vector<Label> labels;
    for (const Label& l : source_->label_sets.labels(id))
      labels.push_back({Text(l.key), Text(l.text), l.number, Text(l.unit)});
    return label_sets_[id.value] = out_.label_sets.Intern(labels);
  }

  LocationId MapLocation(LocationId id) {
    if (locations_[id.value]) return locations_[id.value];
    const Location& from = source_->locations[id.value];
    const MappingHere mapping = MapMapping(from.mapping);
    Location to{from.address + mapping.shift, mapping.id, static_cast<uint32_t>(out_.lines.size()),
                from.line_count, from.folded};
    Hash128 key = Mix(kHashSeed, to.address - out_.mappings[mapping.id.value].start);
    key = Mix(key, uint64_t{mapping.id.value} << 1 | to.folded);
    for (const Line& line : source_->LinesOf(id)) {
      out_.lines.push_back({MapFunction(line.function), line.line, line.column});
      key = Mix(Mix(key, out_.lines.back().function.value), static_cast<uint64_t>(line.line));
    }
    if (to.line_count != 0) key = Mix(key, static_cast<uint64_t>(out_.lines.back().column));
    const auto [known, is_new] =
        known_locations_.try_emplace(key, LocationId{static_cast<uint32_t>(out_.locations.size())});
    if (is_new)
      out_.locations.push_back(to);
    else
      out_.lines.resize(to.first_line);
    return locations_[id.value] = known->second;
  }

  FunctionId MapFunction(FunctionId id) {
    if (!id || functions_[id.value]) return functions_[id.value];
    const Function& from = source_->functions[id.value];
    const Function to{Text(from.name), Text(from.system_name), Text(from.file), from.start_line};
    Hash128 key = Mix(kHashSeed, uint64_t{to.name.value} << 32 | to.system_name.value);
    key = Mix(Mix(key, to.file.value), static_cast<uint64_t>(to.start_line));
    const auto [known, is_new] =
        known_functions_.try_emplace(key, FunctionId{static_cast<uint32_t>(out_.functions.size())});
    if (is_new) out_.functions.push_back(to);
    return functions_[id.value] = known->second;
  }

  MappingHere MapMapping(MappingId id) {
    if (!id || mappings_[id.value].id) return mappings_[id.value];
    const Mapping& from = source_->mappings[id.value];
    Mapping to = from;
    to.file = Text(from.file);
    to.build_id = Text(from.build_id);
    constexpr uint64_t kRounding = 0x1000;
    uint64_t size = from.limit - from.start + kRounding - 1;
    size -= size % kRounding;
    Hash128 key = Mix(Mix(kHashSeed, size), from.offset);
    key = Mix(key, to.build_id ? to.build_id.value : to.file.value);
    const auto [known, is_new] =
        known_mappings_.try_emplace(key, MappingId{static_cast<uint32_t>(out_.mappings.size())});
    if (is_new) out_.mappings.push_back(to);
    return mappings_[id.value] = {known->second, out_.mappings[known->second.value].start - from.start};
  }

  Profile out_;
  HashMap<MappingId> known_mappings_;
  HashMap<FunctionId> known_functions_;
  HashMap<LocationId> known_locations_;
  SampleIndex index_;
  // From ids of the source being added to ids of the result; 0: not yet.
  const Profile* source_ = nullptr;
  std::vector<StringId> texts_;
  std::vector<FunctionId> functions_;
  std::vector<LocationId> locations_;
  std::vector<MappingHere> mappings_;
  std::vector<LabelSetId> label_sets_;
  std::vector<LocationId> stack_;
};

// "{cpu nanoseconds}", and of all sample types "[{...} {...}]".
std::string TypeText(const Profile& p, const ValueType& v) {
  return fmt::format("{{{} {}}}", p.text(v.type), p.text(v.unit));
}
std::string TypesText(const Profile& p) {
  std::string out;
  for (const ValueType& v : p.sample_types) out += (out.empty() ? "" : " ") + TypeText(p, v);
  return "[" + out + "]";
}
bool SameType(const Profile& a, const ValueType& x, const Profile& b, const ValueType& y) {
  return a.text(x.type) == b.text(y.type) && a.text(x.unit) == b.text(y.unit);
}

Status CheckCompatible(const Profile& a, const Profile& b) {
  if (!SameType(a, a.period_type, b, b.period_type))
    return Fail(ErrorCode::kBadInput, fmt::format("incompatible period types {} and {}",
                                                  TypeText(a, a.period_type), TypeText(b, b.period_type)));
  bool same = a.sample_types.size() == b.sample_types.size();
  for (size_t i = 0; same && i < a.sample_types.size(); ++i)
    same = SameType(a, a.sample_types[i], b, b.sample_types[i]);
  if (!same)
    return Fail(ErrorCode::kBadInput,
                fmt::format("incompatible sample types {} and {}", TypesText(a), TypesText(b)));
  return {};
}

// What is said once for all samples.
Profile MergedHeader(std::span<const Profile> profiles) {
  const Profile& first = profiles.front();
  Profile out;
  const auto text = [&](const Profile& p, StringId id) { return out.strings.Intern(p.text(id)); };
  const auto type = [&](const ValueType& v) { return ValueType{text(first, v.type), text(first, v.unit)}; };
  for (const ValueType& v : first.sample_types) out.sample_types.push_back(type(v));
  out.samples.columns = first.samples.columns;
  out.period_type = type(first.period_type);
  out.drop_frames = text(first, first.drop_frames);
  out.keep_frames = text(first, first.keep_frames);
  for (const Profile& p : profiles) {
    if (out.time_nanos == 0 || p.time_nanos < out.time_nanos) out.time_nanos = p.time_nanos;
    out.duration_nanos += p.duration_nanos;
    if (out.period == 0 || out.period < p.period) out.period = p.period;
    for (StringId comment : p.comments) {
      const StringId here = text(p, comment);
      if (std::ranges::find(out.comments, here) == out.comments.end()) out.comments.push_back(here);
    }
    if (!out.default_sample_type) out.default_sample_type = text(p, p.default_sample_type);
    if (!out.doc_url) out.doc_url = text(p, p.doc_url);
  }
  return out;
}

// Columns `order` of the profile's own become its columns.
void Reorder(Profile& p, std::span<const size_t> order) {
  std::vector<ValueType> types;
  for (size_t column : order) types.push_back(p.sample_types[column]);
  std::vector<int64_t> values;
  values.reserve(p.samples.size() * order.size());
  for (size_t i = 0; i < p.samples.size(); ++i)
    for (size_t column : order) values.push_back(p.samples.value(i)[column]);
  p.sample_types = std::move(types);
  p.samples.values = std::move(values);
  p.samples.columns = order.size();
}

size_t ColumnOf(const Profile& p, std::string_view type) {
  size_t i = 0;
  while (i < p.sample_types.size() && p.text(p.sample_types[i].type) != type) ++i;
  return i;
}

// Only the sample types all have. A type that one of them has twice counts twice, as in pprof.
Status IntersectSampleTypes(std::span<Profile> profiles) {
  std::vector<std::string> common;
  for (const ValueType& v : profiles.front().sample_types) {
    const std::string_view type = profiles.front().text(v.type);
    size_t seen = 0;
    for (const Profile& p : profiles)
      for (const ValueType& other : p.sample_types) seen += p.text(other.type) == type;
    if (seen == profiles.size()) common.emplace_back(type);
  }
  if (common.empty()) return Fail(ErrorCode::kBadInput, "profiles have empty common sample type list");
  for (Profile& p : profiles) {
    std::vector<size_t> order;
    bool has_default = false;
    for (const std::string& type : common) {
      order.push_back(ColumnOf(p, type));
      has_default |= p.text(p.default_sample_type) == type;
    }
    std::vector<size_t> as_it_is(p.sample_types.size());
    std::iota(as_it_is.begin(), as_it_is.end(), 0);
    if (order == as_it_is) continue;
    if (!has_default) p.default_sample_type = p.strings.Intern(common.front());
    Reorder(p, order);
  }
  return {};
}

bool CompatibleTypes(const Profile& a, const ValueType& x, const Profile& b, const ValueType& y) {
  const auto without_s = [](std::string_view t) { return t.ends_with('s') ? t.substr(0, t.size() - 1) : t; };
  if (without_s(a.text(x.type)) != without_s(b.text(y.type))) return false;
  return a.text(x.unit) == b.text(y.unit) || SameFamily(a.text(x.unit), b.text(y.unit));
}

// The finest unit of one column (or of the period: nothing) over all profiles.
template <class TypeOf>
Result<std::string> FinestUnit(std::span<const Profile> profiles, TypeOf type_of) {
  const Profile* best = &profiles.front();
  for (const Profile& p : profiles.subspan(1)) {
    if (!CompatibleTypes(*best, type_of(*best), p, type_of(p)))
      return Fail(
          ErrorCode::kBadInput,
          fmt::format("incompatible types: {} {}", TypeText(*best, type_of(*best)), TypeText(p, type_of(p))));
    if (Scale(1, p.text(type_of(p).unit), best->text(type_of(*best).unit)).value < 1) best = &p;
  }
  return std::string(best->text(type_of(*best).unit));
}

Status UnifyUnits(std::span<Profile> profiles) {
  if (profiles.size() < 2) return {};
  auto period_unit = FinestUnit(profiles, [](const Profile& p) { return p.period_type; });
  if (!period_unit) return Fail(ErrorCode::kBadInput, "period type: " + period_unit.error().what);
  const size_t columns = profiles.front().sample_types.size();
  std::vector<std::string> units;
  for (size_t c = 0; c < columns; ++c) {
    auto unit = FinestUnit(profiles, [c](const Profile& p) { return p.sample_types[c]; });
    if (!unit) return Fail(ErrorCode::kBadInput, "sample types: " + unit.error().what);
    units.push_back(std::move(*unit));
  }
  for (Profile& p : profiles) {
    p.period = ToInt64(Scale(p.period, p.text(p.period_type.unit), *period_unit).value);
    p.period_type.unit = p.strings.Intern(*period_unit);
    std::vector<double> ratios;
    for (size_t c = 0; c < columns; ++c) {
      ratios.push_back(Scale(1, p.text(p.sample_types[c].unit), units[c]).value);
      p.sample_types[c].unit = p.strings.Intern(units[c]);
    }
    Scale(p, ratios);
  }
  return {};
}

}  // namespace

Result<Profile> Merge(std::vector<Profile> profiles) {
  SEEP_CHECK(!profiles.empty());
  for (const Profile& p : std::span(profiles).subspan(1)) SEEP_TRY_VOID(CheckCompatible(profiles.front(), p));
  Merger merger(MergedHeader(profiles));
  for (Profile& p : profiles) {
    merger.Add(p);
    p = Profile();
  }
  Profile merged = merger.Take();
  for (size_t i = 0; i < merged.samples.size(); ++i) {
    if (!IsZero(merged.samples.value(i))) continue;
    // Values that cancelled each other out: what only they used has to go too.
    std::vector<Profile> again;
    again.push_back(std::move(merged));
    return Merge(std::move(again));
  }
  return merged;
}

Status MakeCompatible(std::span<Profile> profiles) {
  SEEP_TRY_VOID(IntersectSampleTypes(profiles));
  return UnifyUnits(profiles);
}

void Scale(Profile& profile, double ratio) {
  Scale(profile, std::vector<double>(profile.sample_types.size(), ratio));
}

void Scale(Profile& profile, std::span<const double> ratios) {
  if (std::ranges::all_of(ratios, [](double r) { return r == 1; })) return;
  Samples& s = profile.samples;
  size_t kept = 0;
  for (size_t i = 0; i < s.size(); ++i) {
    bool keep = false;  // for the sake of a scaled value only, as in pprof
    for (size_t c = 0; c < s.columns; ++c) {
      if (ratios[c] == 1) continue;
      int64_t& value = s.value(i)[c];
      value = ToInt64(std::round(static_cast<double>(value) * ratios[c]));
      keep |= value != 0;
    }
    if (keep) s.Move(i, kept++);
  }
  s.Truncate(kept);
}

Status Normalize(Profile& profile, const Profile& base) {
  SEEP_TRY_VOID(CheckCompatible(profile, base));
  const auto totals = [](const Profile& p) {
    std::vector<int64_t> sums(p.samples.columns, 0);
    for (size_t i = 0; i < p.samples.size(); ++i)
      for (size_t c = 0; c < sums.size(); ++c)
        sums[c] = static_cast<int64_t>(static_cast<uint64_t>(sums[c]) +
                                       static_cast<uint64_t>(p.samples.value(i)[c]));
    return sums;
  };
  const std::vector<int64_t> wanted = totals(base), have = totals(profile);
  std::vector<double> ratios;
  for (size_t c = 0; c < have.size(); ++c)
    ratios.push_back(have[c] == 0 ? 0 : static_cast<double>(wanted[c]) / static_cast<double>(have[c]));
  Scale(profile, ratios);
  return {};
}

namespace {

// Gives every sample another set of labels: what `change` makes of its own, asked once a set.
template <typename Change>
void ChangeLabels(Profile& profile, const Change& change) {
  std::vector<LabelSetId> changed(profile.label_sets.size());
  std::vector<bool> known(profile.label_sets.size(), false);
  std::vector<Label> labels;
  for (LabelSetId& id : profile.samples.labels) {
    if (!known[id.value]) {
      known[id.value] = true;
      labels.clear();
      change(profile.label_sets.labels(id), labels);
      changed[id.value] = profile.label_sets.Intern(labels);
    }
    id = changed[id.value];
  }
}

}  // namespace

void SetLabel(Profile& profile, std::string_view key, std::string_view text) {
  const StringId key_id = profile.strings.Intern(key), text_id = profile.strings.Intern(text);
  ChangeLabels(profile, [&](std::span<const Label> from, std::vector<Label>& to) {
    // Texts come before numbers, each sorted by key.
    bool placed = !text_id;
    for (const Label& l : from) {
      if (!placed && (!l.text || profile.text(l.key) >= key)) {
        to.push_back({key_id, text_id, 0, {}});
        placed = true;
      }
      if (!(l.text && l.key == key_id)) to.push_back(l);
    }
    if (!placed) to.push_back({key_id, text_id, 0, {}});
  });
}

void DropVoidLabels(Profile& profile) {
  ChangeLabels(profile, [](std::span<const Label> from, std::vector<Label>& to) {
    for (const Label& l : from)
      if (l.text || l.number != 0 || l.unit) to.push_back(l);
  });
}

}  // namespace seep::profile
