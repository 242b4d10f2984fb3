// The pprof wire format (google/pprof proto/profile.proto), read in place and with nothing thrown away:
// mappings, addresses and labels are all here for whoever wants more than convert.h keeps.
//
//   Profile   1 sample_type ValueType*   2 sample Sample*       3 mapping Mapping*    4 location Location*
//             5 function Function*       6 string_table*        7 drop_frames         8 keep_frames
//             9 time_nanos              10 duration_nanos      11 period_type        12 period
//            13 comment int64*          14 default_sample_type 15 doc_url
//   ValueType 1 type  2 unit
//   Sample    1 location_id uint64*  2 value int64*  3 label Label*   (both lists of numbers packed or not)
//   Label     1 key  2 str  3 num  4 num_unit
//   Mapping   1 id  2 memory_start  3 memory_limit  4 file_offset  5 filename  6 build_id  7..10 has_* flags
//   Location  1 id  2 mapping_id  3 address  4 line Line*  5 is_folded
//   Line      1 function_id  2 line  3 column   (the first line is the innermost inlined call)
//   Function  1 id  2 name  3 system_name  4 filename  5 start_line
//
// Texts are indices of string_table, whose element 0 is "". Go (runtime/pprof/proto.go) writes samples first
// and the string table last, so a profile that is cut off has usually lost every name.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seep::parse::pprof {

struct ValueType {
  int64_t type = 0;
  int64_t unit = 0;
};

struct Mapping {
  uint64_t id = 0, start = 0, limit = 0, offset = 0;
  int64_t filename = 0, build_id = 0;
  bool has_functions = false, has_filenames = false, has_line_numbers = false, has_inline_frames = false;
};

struct Line {
  uint64_t function_id = 0;
  int64_t line = 0;
  int64_t column = 0;
};

struct Location {
  uint64_t id = 0, mapping_id = 0, address = 0;
  uint32_t first_line = 0, line_count = 0;  // in Profile::lines
  bool folded = false;
};

struct Function {
  uint64_t id = 0;
  int64_t name = 0, system_name = 0, filename = 0, start_line = 0;
};

struct Label {
  int64_t key = 0, str = 0, num = 0, num_unit = 0;
};

// Views point into the bytes given to ReadProfile.
struct Profile {
  std::vector<ValueType> sample_types;
  std::vector<std::string_view> samples;  // undecoded: SampleReader takes them one at a time
  std::vector<Mapping> mappings;
  std::vector<Location> locations;
  std::vector<Line> lines;
  std::vector<Function> functions;
  std::vector<std::string_view> strings;
  std::vector<int64_t> comments;
  ValueType period_type;
  int64_t period = 0, time_nanos = 0, duration_nanos = 0;
  int64_t default_sample_type = 0, doc_url = 0, drop_frames = 0, keep_frames = 0;
  std::optional<size_t> cut_at;  // byte of the message the end of the bytes falls into

  // "" for an index that does not exist: only a profile that was cut off can have one, ReadProfile checks the
  // others.
  std::string_view Text(int64_t index) const {
    return index >= 0 && static_cast<uint64_t>(index) < strings.size() ? strings[static_cast<size_t>(index)]
                                                                       : std::string_view();
  }
  std::span<const Line> LinesOf(const Location& location) const {
    return std::span(lines).subspan(location.first_line, location.line_count);
  }
};

// How many of each there are, told without decoding them, so that room is made once and exactly. Of bytes
// that are no profile, less.
struct FieldCounts {
  size_t sample_types = 0, samples = 0, mappings = 0, locations = 0, lines = 0, functions = 0, strings = 0;
  size_t frames = 0;  // of all samples: location ids
};
FieldCounts CountFields(std::string_view bytes);

// Errors are worded as pprof words them ("malformed profile: ..."). Ids and sample values are not yet checked
// against each other: whoever decodes the samples does that. `expected` makes room.
Result<Profile> ReadProfile(std::string_view bytes, const FieldCounts& expected = {});

// An error if a mapping, function or location has the id 0, which means none.
Status CheckIds(const Profile& profile);

// Decodes samples into buffers it keeps, so that a million of them cost no allocation.
class SampleReader {
 public:
  // False for a message that is no Sample.
  bool Read(std::string_view message);

  std::span<const uint64_t> locations() const { return {locations_.data(), location_count_}; }
  std::span<const int64_t> values() const { return values_; }
  // The bytes from the first label to the end of the last; empty without labels. Equal bytes are equal
  // labels.
  std::string_view raw_labels() const { return raw_labels_; }

 private:
  void AppendPacked(std::string_view packed);

  std::vector<uint64_t> locations_;  // only ever grows; location_count_ of them are valid
  size_t location_count_ = 0;
  std::vector<int64_t> values_;
  std::string_view raw_labels_;
};

// The labels within SampleReader::raw_labels(); false if they are malformed.
bool ReadLabels(std::string_view raw_labels, std::vector<Label>& labels);

}  // namespace seep::parse::pprof
