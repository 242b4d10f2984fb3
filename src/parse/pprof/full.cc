#include "parse/pprof/full.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "parse/pprof/id_table.h"
#include "parse/pprof/wire.h"

namespace seep::parse::pprof {
namespace {

using profile::FunctionId;
using profile::LabelSetId;
using profile::LocationId;
using profile::MappingId;

template <class T>
uint64_t LargestId(const std::vector<T>& items) {
  uint64_t largest = 0;
  for (const T& item : items) largest = std::max(largest, item.id);
  return largest;
}

// The ids of `items` by index, as Profile::location_ids has them; empty where they are the indices.
template <class T>
std::vector<uint64_t> OwnIds(const std::vector<T>& items) {
  size_t expected = 0;
  if (std::ranges::all_of(items, [&](const T& item) { return item.id == ++expected; })) return {};
  std::vector<uint64_t> ids{0};
  for (const T& item : items) ids.push_back(item.id);
  return ids;
}

// The first thing that is wrong of one kind. Kinds are said in the order in which pprof checks them, which is
// not the order in which they are found.
class Fault {
 public:
  template <class... Args>
  void Note(fmt::format_string<Args...> format, Args&&... args) {
    if (text_.empty()) text_ = fmt::format(format, std::forward<Args>(args)...);
  }
  explicit operator bool() const { return !text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class Reader {
 public:
  Reader(Profile wire, size_t frames)
      : wire_(std::move(wire)),
        frames_(frames),
        texts_(wire_.strings.size()),
        mappings_(wire_.mappings.size(), LargestId(wire_.mappings)),
        functions_(wire_.functions.size(), LargestId(wire_.functions)),
        locations_(wire_.locations.size(), LargestId(wire_.locations)),
        known_labels_(64) {}

  Result<profile::Profile> Read() {
    ReadHeader();
    ReadMappings();
    ReadFunctions();
    ReadLocations();
    location_count_ = wire_.locations.size();
    out_.mapping_ids = OwnIds(wire_.mappings);
    out_.function_ids = OwnIds(wire_.functions);
    out_.location_ids = OwnIds(wire_.locations);
    wire_.mappings = {};
    wire_.functions = {};
    wire_.locations = {};
    wire_.lines = {};
    SEEP_TRY_VOID(ReadSamples());
    for (const Fault* fault : {&sample_fault_, &mapping_fault_, &function_fault_, &location_fault_})
      if (*fault) return Fail(ErrorCode::kBadInput, fault->text());
    return std::move(out_);
  }

 private:
  struct KnownLabels {
    std::string_view raw;
    LabelSetId id;
  };

  StringId Text(int64_t index) {
    if (index <= 0 || static_cast<uint64_t>(index) >= wire_.strings.size()) return {};
    const auto i = static_cast<size_t>(index);
    if (!texts_[i]) texts_[i] = out_.strings.Intern(wire_.strings[i]);
    return texts_[i];
  }
  profile::ValueType Type(const ValueType& v) { return {Text(v.type), Text(v.unit)}; }

  void ReadHeader() {
    for (const ValueType& v : wire_.sample_types) out_.sample_types.push_back(Type(v));
    out_.default_sample_type = Text(wire_.default_sample_type);
    for (int64_t comment : wire_.comments) out_.comments.push_back(Text(comment));
    out_.drop_frames = Text(wire_.drop_frames);
    out_.keep_frames = Text(wire_.keep_frames);
    out_.doc_url = Text(wire_.doc_url);
    out_.time_nanos = wire_.time_nanos;
    out_.duration_nanos = wire_.duration_nanos;
    out_.period_type = Type(wire_.period_type);
    out_.period = wire_.period;
  }

  void ReadMappings() {
    for (const Mapping& m : wire_.mappings) {
      if (m.id == 0)
        mapping_fault_.Note("found mapping with reserved ID=0");
      else if (!mappings_.Add(m.id, MappingId{static_cast<uint32_t>(out_.mappings.size())}))
        mapping_fault_.Note("multiple mappings with same id: {}", m.id);
      if (mapping_fault_) break;
      out_.mappings.push_back({m.start, m.limit, m.offset, Text(m.filename), Text(m.build_id),
                               m.has_functions, m.has_filenames, m.has_line_numbers, m.has_inline_frames});
    }
  }

  void ReadFunctions() {
    out_.functions.reserve(wire_.functions.size() + 1);
    for (const Function& f : wire_.functions) {
      if (f.id == 0)
        function_fault_.Note("found function with reserved ID=0");
      else if (!functions_.Add(f.id, FunctionId{static_cast<uint32_t>(out_.functions.size())}))
        function_fault_.Note("multiple functions with same id: {}", f.id);
      if (function_fault_) break;
      out_.functions.push_back({Text(f.name), Text(f.system_name), Text(f.filename), f.start_line});
    }
  }

  void ReadLocations() {
    out_.locations.reserve(wire_.locations.size() + 1);
    out_.lines.reserve(wire_.lines.size());
    for (const Location& l : wire_.locations) {
      if (l.id == 0)
        location_fault_.Note("found location with reserved id=0");
      else if (!locations_.Add(l.id, LocationId{static_cast<uint32_t>(out_.locations.size())}))
        location_fault_.Note("multiple locations with same id: {}", l.id);
      has_location_0_ |= l.id == 0;
      numbered_by_index_ &= l.id == out_.locations.size();
      const MappingId* mapping = l.mapping_id == 0 ? nullptr : mappings_.Find(l.mapping_id);
      out_.locations.push_back({l.address, mapping == nullptr ? MappingId{} : *mapping,
                                static_cast<uint32_t>(out_.lines.size()), l.line_count, l.folded});
      for (const Line& line : wire_.LinesOf(l)) {
        const FunctionId* function = functions_.Find(line.function_id);
        if (function == nullptr) location_fault_.Note("location id: {} has a line with nil function", l.id);
        if (location_fault_) break;
        out_.lines.push_back({*function, line.line, line.column});
      }
    }
  }

  // What cannot be decoded makes the bytes no profile at all, whatever else is wrong with them.
  Status ReadSamples() {
    const size_t count = wire_.samples.size();
    if (wire_.sample_types.empty() && count != 0) sample_fault_.Note("missing sample type information");
    if (frames_ > std::numeric_limits<uint32_t>::max())
      return Fail(ErrorCode::kTooLarge, fmt::format("profile with {} frames: more than 2^32", frames_));
    profile::Samples& s = out_.samples;
    s.columns = wire_.sample_types.size();
    s.pool.reserve(frames_);
    s.first.reserve(count);
    s.depth.reserve(count);
    s.labels.reserve(count);
    s.values.reserve(count * s.columns);
    SampleReader in;
    for (std::string_view message : wire_.samples) {
      if (!in.Read(message)) return Fail(ErrorCode::kNoEvidence, "a sample cannot be decoded");
      SEEP_TRY(const LabelSetId labels, Labels(in.raw_labels()));
      if (in.values().size() != s.columns)
        sample_fault_.Note("mismatch: sample has {} values vs. {} types", in.values().size(), s.columns);
      if (sample_fault_) continue;
      s.first.push_back(static_cast<uint32_t>(s.pool.size()));
      s.depth.push_back(static_cast<uint32_t>(in.locations().size()));
      if (!AppendStack(in.locations())) sample_fault_.Note("sample has nil location");
      s.values.insert(s.values.end(), in.values().begin(), in.values().end());
      s.labels.push_back(labels);
    }
    return {};
  }

  // False if an id names no location.
  bool AppendStack(std::span<const uint64_t> ids) {
    std::vector<LocationId>& pool = out_.samples.pool;
    const size_t begin = pool.size();
    pool.resize(begin + ids.size());
    bool found = true;
    if (numbered_by_index_) {
      for (size_t i = 0; i < ids.size(); ++i) {
        found &= ids[i] - 1 < location_count_;  // 0 wraps around
        pool[begin + i] = {static_cast<uint32_t>(ids[i])};
      }
      return found;
    }
    for (size_t i = 0; i < ids.size(); ++i) {
      const LocationId* location = locations_.Find(ids[i]);
      found &= location != nullptr || (ids[i] == 0 && has_location_0_);
      if (location != nullptr) pool[begin + i] = *location;
    }
    return found;
  }

  // Samples by the million share a handful of label sets: equal bytes are looked up once.
  Result<LabelSetId> Labels(std::string_view raw) {
    if (raw.empty()) return LabelSetId{};
    size_t i = Slot(raw);
    if (known_labels_[i].raw.data() != nullptr) return known_labels_[i].id;
    SEEP_TRY(const LabelSetId id, Decode(raw));
    known_labels_[i] = {raw, id};
    if (++known_label_count_ * 2 > known_labels_.size()) {
      std::vector<KnownLabels> old(known_labels_.size() * 2);
      old.swap(known_labels_);
      for (const KnownLabels& known : old)
        if (known.raw.data() != nullptr) known_labels_[Slot(known.raw)] = known;
    }
    return id;
  }

  size_t Slot(std::string_view raw) const {
    const size_t mask = known_labels_.size() - 1;
    size_t i = HashBytes(raw).low & mask;
    while (known_labels_[i].raw.data() != nullptr && known_labels_[i].raw != raw) i = (i + 1) & mask;
    return i;
  }

  Result<LabelSetId> Decode(std::string_view raw) {
    if (!ReadLabels(raw, wire_labels_)) return Fail(ErrorCode::kNoEvidence, "a label cannot be decoded");
    const auto missing = [&](int64_t index) {
      return index < 0 || static_cast<uint64_t>(index) >= wire_.strings.size();
    };
    labels_.clear();
    for (const Label& l : wire_labels_) {
      if (missing(l.key) || missing(l.str) || (l.str == 0 && missing(l.num_unit)))
        return Fail(ErrorCode::kNoEvidence, "a label names a string that is not there");
      if (l.str != 0 && Text(l.str))
        labels_.push_back({Text(l.key), Text(l.str), 0, {}});
      else if (l.str == 0 && (l.num != 0 || l.num_unit != 0))
        labels_.push_back({Text(l.key), {}, l.num, Text(l.num_unit)});
    }
    SortLabels();
    return out_.label_sets.Intern(labels_);
  }

  // Texts by key, then numbers by key; values of one key stay in their order. Not std::stable_sort:
  // libstdc++'s asks for a temporary buffer by a function that C++20 deprecates, which clang refuses.
  void SortLabels() {
    std::vector<std::pair<profile::Label, size_t>> ordered;
    for (const profile::Label& l : labels_) ordered.emplace_back(l, ordered.size());
    std::ranges::sort(ordered, [&](const auto& a, const auto& b) {
      const bool a_number = !a.first.text, b_number = !b.first.text;
      if (a_number != b_number) return b_number;
      const int keys = out_.text(a.first.key).compare(out_.text(b.first.key));
      return keys != 0 ? keys < 0 : a.second < b.second;
    });
    for (size_t i = 0; i < ordered.size(); ++i) labels_[i] = ordered[i].first;
  }

  Profile wire_;  // let go part by part, as it is turned into out_
  size_t frames_;
  profile::Profile out_;
  std::vector<StringId> texts_;  // by index in the string table; 0: not yet interned
  IdTable<MappingId> mappings_;
  IdTable<FunctionId> functions_;
  IdTable<LocationId> locations_;
  std::vector<KnownLabels> known_labels_;  // open addressing by raw bytes
  size_t known_label_count_ = 0;
  std::vector<Label> wire_labels_;
  std::vector<profile::Label> labels_;
  size_t location_count_ = 0;
  bool has_location_0_ = false;
  bool numbered_by_index_ = true;  // as Go does: the ids are 1, 2, 3, ...
  Fault sample_fault_, mapping_fault_, function_fault_, location_fault_;
};

}  // namespace

Result<profile::Profile> ReadFullProfile(std::string_view bytes) {
  const FieldCounts counts = CountFields(bytes);
  auto wire = ReadProfile(bytes, counts);
  if (!wire) {
    Error error = std::move(wire.error());
    if (error.code != ErrorCode::kTooLarge && !error.what.starts_with("concatenated"))
      error.code = ErrorCode::kNoEvidence;
    return std::unexpected(std::move(error));
  }
  if (wire->cut_at) return Fail(ErrorCode::kNoEvidence, fmt::format("cut off at byte {}", *wire->cut_at));
  return Reader(std::move(*wire), counts.frames).Read();
}

}  // namespace seep::parse::pprof
