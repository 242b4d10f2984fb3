// A pprof profile with nothing lost: what `seep pprof` merges, filters, reports and writes again. (What
// detection needs is less, and shared between snapshots: model/profile.h.) The fields and their meaning are
// those of google/pprof proto/profile.proto; the wire format is drawn in parse/pprof/wire.h.
//
// Everything is an array with ids as indices, samples are columns: a million samples of thirty frames take
// 4 bytes a frame and 52 a sample. Element 0 of mappings, functions and locations is empty and means "none".
// Nobody may count on ids having an order or no holes; only the samples say what is used.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/string_table.h"

namespace seep::profile {

struct MappingTag {};
struct FunctionTag {};
struct LocationTag {};
struct LabelSetTag {};
using MappingId = Id<MappingTag>;
using FunctionId = Id<FunctionTag>;
using LocationId = Id<LocationTag>;
using LabelSetId = Id<LabelSetTag>;

struct ValueType {
  StringId type;  // "inuse_space"
  StringId unit;  // "bytes"
  bool operator==(const ValueType&) const = default;
};

struct Mapping {
  uint64_t start = 0, limit = 0, offset = 0;  // limit is the first address behind it
  StringId file, build_id;
  bool has_functions = false, has_filenames = false, has_line_numbers = false, has_inline_frames = false;
};

struct Function {
  StringId name;         // for people, demangled
  StringId system_name;  // as the symbol table has it
  StringId file;
  int64_t start_line = 0;
  bool operator==(const Function&) const = default;
};

struct Line {
  FunctionId function;
  int64_t line = 0, column = 0;
  bool operator==(const Line&) const = default;
};

// Its lines are Profile::lines[first_line .. +line_count): the innermost inlined call first. None: not
// symbolised.
struct Location {
  uint64_t address = 0;
  MappingId mapping;
  uint32_t first_line = 0, line_count = 0;
  bool folded = false;
};

// A text label, or a number with a unit. `number` counts only where `text` is empty.
struct Label {
  StringId key, text;
  int64_t number = 0;
  StringId unit;
  bool operator==(const Label&) const = default;
};

// Sets of labels, interned: a sample names one by an id, equal sets (same labels in the same order) have
// equal ids.
class LabelSets {
 public:
  LabelSets();
  LabelSetId Intern(std::span<const Label> labels);  // the empty set is id 0
  std::span<const Label> labels(LabelSetId id) const {
    return {pool_.data() + begins_[id.value], begins_[id.value + 1] - begins_[id.value]};
  }
  size_t size() const { return begins_.size() - 1; }  // ids 0 .. size()-1

 private:
  void Grow();

  std::vector<Label> pool_;
  std::vector<uint32_t> begins_;  // one past the last as well
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> slots_;  // open addressing, 0 = free
};

// One entry a sample in `first`, `depth` and `labels`; `columns` in `values`. Filters shorten stacks and drop
// samples in place: what is left keeps its order, the pool may have holes.
struct Samples {
  std::vector<LocationId> pool;  // stacks, innermost frame first
  std::vector<uint32_t> first;   // index into pool
  std::vector<uint32_t> depth;
  std::vector<LabelSetId> labels;
  std::vector<int64_t> values;
  size_t columns = 0;

  size_t size() const { return first.size(); }
  std::span<const LocationId> stack(size_t i) const { return {pool.data() + first[i], depth[i]}; }
  std::span<LocationId> stack(size_t i) { return {pool.data() + first[i], depth[i]}; }
  std::span<const int64_t> value(size_t i) const { return {values.data() + i * columns, columns}; }
  std::span<int64_t> value(size_t i) { return {values.data() + i * columns, columns}; }

  // For filters: sample `from` takes the place of `to` (to <= from), and at the end only the first `count`
  // stay.
  void Move(size_t from, size_t to);
  void Truncate(size_t count);
};

// A copy is independent of its original: every report works on one of its own.
struct Profile {
  StringTable strings;
  std::vector<ValueType> sample_types;
  StringId default_sample_type;
  Samples samples;
  LabelSets label_sets;
  std::vector<Mapping> mappings;    // [0] unused; [1] is the main binary
  std::vector<Location> locations;  // [0] unused
  std::vector<Line> lines;
  std::vector<Function> functions;  // [0] unused
  std::vector<StringId> comments;
  StringId drop_frames, keep_frames;  // regular expressions
  StringId doc_url;
  int64_t time_nanos = 0, duration_nanos = 0;
  ValueType period_type;
  int64_t period = 0;
  // Numbers the source gave them, where those are not the indices: -raw and -proto of one profile show them.
  // Empty, or one for each; what is added later is numbered behind the largest.
  std::vector<uint64_t> mapping_ids, location_ids, function_ids;

  uint64_t NumberOf(MappingId id) const { return Number(mapping_ids, id.value); }
  uint64_t NumberOf(LocationId id) const { return Number(location_ids, id.value); }
  uint64_t NumberOf(FunctionId id) const { return Number(function_ids, id.value); }

  Profile();
  std::string_view text(StringId id) const { return strings.View(id); }
  std::span<const Line> LinesOf(LocationId id) const {
    const Location& l = locations[id.value];
    return {lines.data() + l.first_line, l.line_count};
  }
  std::span<Line> LinesOf(LocationId id) {
    const Location& l = locations[id.value];
    return {lines.data() + l.first_line, l.line_count};
  }

 private:
  static uint64_t Number(const std::vector<uint64_t>& ids, uint32_t index);
};

}  // namespace seep::profile
