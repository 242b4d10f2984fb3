#include "parse/pprof/full.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <protozero/varint.hpp>

#include "base/hash.h"
#include "parse/pprof/id_table.h"
#include "parse/pprof/wire.h"

namespace seep::parse::pprof {
namespace {

using profile::FunctionId;
using profile::LabelSetId;
using profile::LocationId;
using profile::MappingId;

std::unexpected<Error> Malformed(std::string detail) {
  return Fail(ErrorCode::kBadInput, std::move(detail));
}

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

// Frames a sample's message names, counted without decoding them: bytes of packed numbers that end one.
size_t CountLocations(std::string_view message) {
  const char* p = message.data();
  const char* const end = p + message.size();
  size_t count = 0;
  try {
    while (p != end) {
      const uint64_t tag = protozero::decode_varint(&p, end);
      const uint64_t value = (tag & 7) == 0 || (tag & 7) == 2 ? protozero::decode_varint(&p, end) : 0;
      if ((tag & 7) == 0) {
        count += tag >> 3 == 1;
      } else if ((tag & 7) == 2 && value <= static_cast<uint64_t>(end - p)) {
        if (tag >> 3 == 1)
          count += static_cast<size_t>(std::count_if(p, p + value, [](char c) { return (c & 0x80) == 0; }));
        p += value;
      } else {
        break;  // whatever it is, SampleReader says what of it
      }
    }
  } catch (const protozero::exception&) {  // the same
  }
  return count;
}

class Reader {
 public:
  explicit Reader(const Profile& wire)
      : wire_(wire),
        texts_(wire.strings.size()),
        mappings_(wire.mappings.size(), LargestId(wire.mappings)),
        functions_(wire.functions.size(), LargestId(wire.functions)),
        locations_(wire.locations.size(), LargestId(wire.locations)),
        known_labels_(64) {}

  Result<profile::Profile> Read() {
    ReadHeader();
    SEEP_TRY_VOID(ReadMappings());
    SEEP_TRY_VOID(ReadFunctions());
    SEEP_TRY_VOID(ReadLocations());
    SEEP_TRY_VOID(ReadSamples());
    if (bad_location_) return std::unexpected(*bad_location_);
    out_.mapping_ids = OwnIds(wire_.mappings);
    out_.function_ids = OwnIds(wire_.functions);
    out_.location_ids = OwnIds(wire_.locations);
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

  Status ReadMappings() {
    for (const Mapping& m : wire_.mappings) {
      if (!mappings_.Add(m.id, MappingId{static_cast<uint32_t>(out_.mappings.size())}))
        return Malformed(fmt::format("multiple mappings with same id: {}", m.id));
      out_.mappings.push_back({m.start, m.limit, m.offset, Text(m.filename), Text(m.build_id),
                               m.has_functions, m.has_filenames, m.has_line_numbers, m.has_inline_frames});
    }
    return {};
  }

  Status ReadFunctions() {
    out_.functions.reserve(wire_.functions.size() + 1);
    for (const Function& f : wire_.functions) {
      if (!functions_.Add(f.id, FunctionId{static_cast<uint32_t>(out_.functions.size())}))
        return Malformed(fmt::format("multiple functions with same id: {}", f.id));
      out_.functions.push_back({Text(f.name), Text(f.system_name), Text(f.filename), f.start_line});
    }
    return {};
  }

  Status ReadLocations() {
    out_.locations.reserve(wire_.locations.size() + 1);
    out_.lines.reserve(wire_.lines.size());
    for (const Location& l : wire_.locations) {
      if (!locations_.Add(l.id, LocationId{static_cast<uint32_t>(out_.locations.size())}))
        return Malformed(fmt::format("multiple locations with same id: {}", l.id));
      const MappingId* mapping = l.mapping_id == 0 ? nullptr : mappings_.Find(l.mapping_id);
      out_.locations.push_back({l.address, mapping == nullptr ? MappingId{} : *mapping,
                                static_cast<uint32_t>(out_.lines.size()), l.line_count, l.folded});
      for (const Line& line : wire_.LinesOf(l)) {
        const FunctionId* function = functions_.Find(line.function_id);
        // Said only if no sample is wrong: pprof looks at those first.
        if (function == nullptr && !bad_location_)
          bad_location_ =
              Malformed(fmt::format("location id: {} has a line with nil function", l.id)).error();
        out_.lines.push_back({function == nullptr ? FunctionId{} : *function, line.line, line.column});
      }
    }
    return {};
  }

  Status ReadSamples() {
    const size_t count = wire_.samples.size();
    if (wire_.sample_types.empty() && count != 0) return Malformed("missing sample type information");
    size_t frames = 0;
    for (std::string_view message : wire_.samples) frames += CountLocations(message);
    if (frames > std::numeric_limits<uint32_t>::max())
      return Fail(ErrorCode::kTooLarge, fmt::format("profile with {} frames: more than 2^32", frames));
    profile::Samples& s = out_.samples;
    s.columns = wire_.sample_types.size();
    s.pool.resize(frames);
    s.first.reserve(count);
    s.depth.reserve(count);
    s.labels.reserve(count);
    s.values.reserve(count * s.columns);
    SampleReader in;
    size_t at = 0;
    for (std::string_view message : wire_.samples) {
      if (!in.Read(message)) return Fail(ErrorCode::kNoEvidence, "a sample cannot be decoded");
      if (in.values().size() != s.columns)
        return Malformed(
            fmt::format("mismatch: sample has {} values vs. {} types", in.values().size(), s.columns));
      s.first.push_back(static_cast<uint32_t>(at));
      s.depth.push_back(static_cast<uint32_t>(in.locations().size()));
      for (uint64_t id : in.locations()) {
        const LocationId* location = locations_.Find(id);
        if (location == nullptr || at == frames) return Malformed("sample has nil location");
        s.pool[at++] = *location;
      }
      s.values.insert(s.values.end(), in.values().begin(), in.values().end());
      SEEP_TRY(const LabelSetId labels, Labels(in.raw_labels()));
      s.labels.push_back(labels);
    }
    return {};
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
      if (missing(l.key) || missing(l.str) || missing(l.num_unit))
        return Fail(ErrorCode::kNoEvidence, "a label names a string that is not there");
      if (l.str != 0)
        labels_.push_back({Text(l.key), Text(l.str), 0, {}});
      else if (l.num != 0 || l.num_unit != 0)
        labels_.push_back({Text(l.key), {}, l.num, Text(l.num_unit)});
    }
    std::ranges::stable_sort(labels_, [&](const profile::Label& a, const profile::Label& b) {
      const bool a_number = !a.text, b_number = !b.text;
      if (a_number != b_number) return b_number;
      return out_.text(a.key) < out_.text(b.key);
    });
    return out_.label_sets.Intern(labels_);
  }

  const Profile& wire_;
  profile::Profile out_;
  std::vector<StringId> texts_;  // by index in the string table; 0: not yet interned
  IdTable<MappingId> mappings_;
  IdTable<FunctionId> functions_;
  IdTable<LocationId> locations_;
  std::vector<KnownLabels> known_labels_;  // open addressing by raw bytes
  size_t known_label_count_ = 0;
  std::vector<Label> wire_labels_;
  std::vector<profile::Label> labels_;
  std::optional<Error> bad_location_;
};

}  // namespace

Result<profile::Profile> ReadFullProfile(std::string_view bytes) {
  auto wire = ReadProfile(bytes);
  if (!wire) {
    // Ids of 0 are found while reading, but speak of a profile all the same.
    const bool reserved = wire.error().what.find("reserved") != std::string::npos;
    const bool concatenated = wire.error().what.starts_with("concatenated");
    if (!reserved && !concatenated) wire.error().code = ErrorCode::kNoEvidence;
    if (reserved) wire.error().what.erase(0, std::string_view("malformed profile: ").size());
    return std::unexpected(wire.error());
  }
  if (wire->cut_at) return Fail(ErrorCode::kNoEvidence, fmt::format("cut off at byte {}", *wire->cut_at));
  return Reader(*wire).Read();
}

}  // namespace seep::parse::pprof
