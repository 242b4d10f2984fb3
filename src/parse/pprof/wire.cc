#include "parse/pprof/wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <protozero/varint.hpp>

#include "base/hash.h"

namespace seep::parse::pprof {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr const char* kTakeAgain =
    "take the profile again; if it came through another tool, give seep the original";

std::unexpected<Error> Malformed(std::string detail) {
  return Fail(ErrorCode::kBadInput, "malformed profile: " + detail, "", kTakeAgain);
}

std::string_view View(pbf_reader& in) {
  const auto view = in.get_view();
  return {view.data(), view.size()};
}

// The wire type is checked here once for all scalar fields: protozero itself only asserts it.
int64_t Int(pbf_reader& in) {
  if (!in.has_wire_type(pbf_wire_type::varint)) throw protozero::unknown_pbf_wire_type_exception{};
  return in.get_int64();
}
uint64_t Uint(pbf_reader& in) {
  return static_cast<uint64_t>(Int(in));
}

std::string_view Message(pbf_reader& in) {
  if (!in.has_wire_type(pbf_wire_type::length_delimited)) throw protozero::unknown_pbf_wire_type_exception{};
  return View(in);
}

pbf_reader Reader(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}

ValueType ReadValueType(std::string_view bytes) {
  ValueType out;
  for (pbf_reader in = Reader(bytes); in.next();) {
    switch (in.tag()) {
      case 1:
        out.type = Int(in);
        break;
      case 2:
        out.unit = Int(in);
        break;
      default:
        in.skip();
    }
  }
  return out;
}

Mapping ReadMapping(std::string_view bytes) {
  Mapping out;
  for (pbf_reader in = Reader(bytes); in.next();) {
    switch (in.tag()) {
      case 1:
        out.id = Uint(in);
        break;
      case 2:
        out.start = Uint(in);
        break;
      case 3:
        out.limit = Uint(in);
        break;
      case 4:
        out.offset = Uint(in);
        break;
      case 5:
        out.filename = Int(in);
        break;
      case 6:
        out.build_id = Int(in);
        break;
      case 7:
        out.has_functions = Int(in) != 0;
        break;
      case 8:
        out.has_filenames = Int(in) != 0;
        break;
      case 9:
        out.has_line_numbers = Int(in) != 0;
        break;
      case 10:
        out.has_inline_frames = Int(in) != 0;
        break;
      default:
        in.skip();
    }
  }
  return out;
}

Line ReadLine(std::string_view bytes) {
  Line out;
  for (pbf_reader in = Reader(bytes); in.next();) {
    switch (in.tag()) {
      case 1:
        out.function_id = Uint(in);
        break;
      case 2:
        out.line = Int(in);
        break;
      case 3:
        out.column = Int(in);
        break;
      default:
        in.skip();
    }
  }
  return out;
}

Location ReadLocation(std::string_view bytes, std::vector<Line>& lines) {
  Location out;
  out.first_line = static_cast<uint32_t>(lines.size());
  for (pbf_reader in = Reader(bytes); in.next();) {
    switch (in.tag()) {
      case 1:
        out.id = Uint(in);
        break;
      case 2:
        out.mapping_id = Uint(in);
        break;
      case 3:
        out.address = Uint(in);
        break;
      case 4:
        lines.push_back(ReadLine(Message(in)));
        break;
      case 5:
        out.folded = Int(in) != 0;
        break;
      default:
        in.skip();
    }
  }
  out.line_count = static_cast<uint32_t>(lines.size()) - out.first_line;
  return out;
}

Function ReadFunction(std::string_view bytes) {
  Function out;
  for (pbf_reader in = Reader(bytes); in.next();) {
    switch (in.tag()) {
      case 1:
        out.id = Uint(in);
        break;
      case 2:
        out.name = Int(in);
        break;
      case 3:
        out.system_name = Int(in);
        break;
      case 4:
        out.filename = Int(in);
        break;
      case 5:
        out.start_line = Int(in);
        break;
      default:
        in.skip();
    }
  }
  return out;
}

// Bytes of packed numbers that end one: as many numbers as these.
size_t CountPacked(std::string_view packed) {
  return static_cast<size_t>(std::ranges::count_if(packed, [](char c) { return (c & 0x80) == 0; }));
}

void ReadNumbers(pbf_reader& in, std::vector<int64_t>& out) {
  if (!in.has_wire_type(pbf_wire_type::length_delimited)) {
    out.push_back(Int(in));
    return;
  }
  const std::string_view packed = View(in);
  if (const size_t needed = out.size() + CountPacked(packed); needed > out.capacity())
    out.reserve(std::max(needed, out.capacity() * 3 / 2));
  const char* p = packed.data();
  const char* const end = p + packed.size();
  while (p != end) out.push_back(static_cast<int64_t>(protozero::decode_varint(&p, end)));
}

// One field of Profile; its error if it has one of its own.
Status ReadField(pbf_reader& in, Profile& out) {
  switch (in.tag()) {
    case 1:
      out.sample_types.push_back(ReadValueType(Message(in)));
      break;
    case 2:
      out.samples.push_back(Message(in));
      break;
    case 3:
      out.mappings.push_back(ReadMapping(Message(in)));
      break;
    case 4:
      out.locations.push_back(ReadLocation(Message(in), out.lines));
      break;
    case 5:
      out.functions.push_back(ReadFunction(Message(in)));
      break;
    case 6:
      out.strings.push_back(Message(in));
      if (out.strings.size() == 1 && !out.strings[0].empty()) return Malformed("string_table[0] must be ''");
      break;
    case 7:
      out.drop_frames = Int(in);
      break;
    case 8:
      out.keep_frames = Int(in);
      break;
    case 9:
      if (out.time_nanos != 0)
        return Fail(ErrorCode::kBadInput, "concatenated profiles detected", "",
                    "split them: one profile a file (each begins where a gzip member does)");
      out.time_nanos = Int(in);
      break;
    case 10:
      out.duration_nanos = Int(in);
      break;
    case 11:
      out.period_type = ReadValueType(Message(in));
      break;
    case 12:
      out.period = Int(in);
      break;
    case 13:
      ReadNumbers(in, out.comments);
      break;
    case 14:
      out.default_sample_type = Int(in);
      break;
    case 15:
      out.doc_url = Int(in);
      break;
    default:
      in.skip();
  }
  return {};
}

// Whether the field that begins at `rest` is whole as far as the bytes go but runs past their end: a cut, not
// damage.
bool RunsPastTheEnd(std::string_view rest) {
  try {
    pbf_reader in = Reader(rest);
    if (in.next()) in.skip();
    return false;
  } catch (const protozero::end_of_buffer_exception&) {
    return true;
  } catch (const protozero::exception&) {
    return false;
  }
}

Status CheckTexts(const Profile& p) {
  const auto missing = [&](int64_t index) {
    return index < 0 || static_cast<uint64_t>(index) >= p.strings.size();
  };
  const auto no_text = [&](std::string_view what, int64_t index) {
    return Malformed(fmt::format("{} names string {} of a table of {}", what, index, p.strings.size()));
  };
  for (const ValueType& v : p.sample_types) {
    if (missing(v.type)) return no_text("sample type", v.type);
    if (missing(v.unit)) return no_text("sample type", v.unit);
  }
  if (missing(p.period_type.type)) return no_text("period type", p.period_type.type);
  if (missing(p.period_type.unit)) return no_text("period type", p.period_type.unit);
  for (const Mapping& m : p.mappings) {
    if (missing(m.filename)) return no_text(fmt::format("mapping {}", m.id), m.filename);
    if (missing(m.build_id)) return no_text(fmt::format("mapping {}", m.id), m.build_id);
  }
  for (const Function& f : p.functions) {
    for (int64_t index : {f.name, f.system_name, f.filename})
      if (missing(index)) return no_text(fmt::format("function {}", f.id), index);
  }
  for (int64_t index : p.comments)
    if (missing(index)) return no_text("comment", index);
  for (int64_t index : {p.default_sample_type, p.doc_url, p.drop_frames, p.keep_frames})
    if (missing(index)) return no_text("header", index);
  return {};
}

Status ReadFields(std::string_view bytes, Profile& out) {
  pbf_reader in = Reader(bytes);
  size_t at = 0;
  try {
    while (true) {
      at = bytes.size() - in.length();
      if (!in.next()) break;
      SEEP_TRY_VOID(ReadField(in, out));
    }
  } catch (const protozero::exception& e) {
    if (!RunsPastTheEnd(bytes.substr(at)))
      return Malformed(fmt::format("byte {} is not the protobuf of a profile ({})", at, e.what()));
    out.cut_at = at;
  }
  return {};
}

}  // namespace

namespace {

// Calls visit(field, number or message) for the fields of a message until its end or the first that is no
// field.
template <class Visit>
void VisitFields(std::string_view message, Visit visit) {
  const char* p = message.data();
  const char* const end = p + message.size();
  try {
    while (p != end) {
      const uint64_t tag = protozero::decode_varint(&p, end);
      const uint64_t wire_type = tag & 7;
      if (wire_type == 0) {
        protozero::decode_varint(&p, end);
        visit(tag >> 3, std::string_view(), true);
      } else {
        const uint64_t size = wire_type == 2   ? protozero::decode_varint(&p, end)
                              : wire_type == 1 ? 8
                              : wire_type == 5 ? 4
                                               : ~uint64_t{0};
        if (size > static_cast<uint64_t>(end - p)) return;
        if (wire_type == 2) visit(tag >> 3, std::string_view(p, size), false);
        p += size;
      }
    }
  } catch (const protozero::exception&) {  // what it is, ReadProfile says
  }
}

}  // namespace

FieldCounts CountFields(std::string_view bytes) {
  FieldCounts out;
  VisitFields(bytes, [&](uint64_t field, std::string_view message, bool) {
    if (field == 2) {
      ++out.samples;
      VisitFields(message, [&](uint64_t inner, std::string_view packed, bool is_number) {
        if (inner == 1) out.frames += is_number ? 1 : CountPacked(packed);
      });
    } else if (field == 4) {
      ++out.locations;
      VisitFields(message, [&](uint64_t inner, std::string_view, bool) { out.lines += inner == 4; });
    }
    out.sample_types += field == 1;
    out.mappings += field == 3;
    out.functions += field == 5;
    out.strings += field == 6;
  });
  return out;
}

Result<Profile> ReadProfile(std::string_view bytes, const FieldCounts& expected) {
  if (bytes.size() > std::numeric_limits<uint32_t>::max())
    return Fail(ErrorCode::kTooLarge, "a pprof profile of more than 4 GiB");
  Profile out;
  out.sample_types.reserve(expected.sample_types);
  out.samples.reserve(expected.samples);
  out.mappings.reserve(expected.mappings);
  out.locations.reserve(expected.locations);
  out.lines.reserve(expected.lines);
  out.functions.reserve(expected.functions);
  out.strings.reserve(expected.strings);
  SEEP_TRY_VOID(ReadFields(bytes, out));
  if (out.cut_at) {
    if (out.strings.size() < 2)
      return Fail(
          ErrorCode::kBadInput,
          fmt::format(
              "pprof profile cut off at byte {}, before the table of its names: none of its {} samples "
              "can be told",
              *out.cut_at, out.samples.size()),
          "", "the copy or download is incomplete; take it again");
    return out;
  }
  if (out.strings.empty()) {
    if (out.samples.empty() && out.sample_types.empty())
      return Malformed("it holds neither sample types nor names");
    return Malformed("it has no string table");
  }
  SEEP_TRY_VOID(CheckTexts(out));
  return out;
}

Status CheckIds(const Profile& profile) {
  const auto is_none = [](const auto& item) { return item.id == 0; };
  if (std::ranges::any_of(profile.mappings, is_none)) return Malformed("found mapping with reserved ID=0");
  if (std::ranges::any_of(profile.functions, is_none)) return Malformed("found function with reserved ID=0");
  if (std::ranges::any_of(profile.locations, is_none)) return Malformed("found location with reserved id=0");
  return {};
}

namespace {

constexpr uint64_t kContinues = 0x8080808080808080;  // the top bit of each byte: set where a number goes on

// Seven bits of each of the eight bytes, closed up: the value of a varint whose other bytes are zero.
uint64_t JoinSevens(uint64_t x) {
  x = (x & 0x007F007F007F007F) | ((x & 0x7F007F007F007F00) >> 1);
  x = (x & 0x00003FFF00003FFF) | ((x & 0x3FFF00003FFF0000) >> 2);
  return (x & 0x000000000FFFFFFF) | ((x & 0x0FFFFFFF00000000) >> 4);
}

// Decodes packed numbers eight bytes at a time. The lengths of ids alternate without a pattern a branch
// predictor could learn, which makes the usual byte-by-byte loop three times slower.
uint64_t* DecodePacked(const char*& p, const char* end, uint64_t* out) {
  static_assert(std::endian::native == std::endian::little);
  while (end - p >= 16) {
    uint64_t ends = ~LoadU64(p) & kContinues;  // the last byte of every number within these eight
    if (ends == 0) return out;                 // longer than eight bytes: rare, left to the caller
    unsigned begin = 0;                        // in bits
    do {
      const auto last = static_cast<unsigned>(std::countr_zero(ends));
      // The bytes from `begin` on are loaded afresh: eight can be read there, and nothing waits for the
      // number before.
      const uint64_t raw = LoadU64(p + begin / 8) & (~uint64_t{0} >> (63 - (last - begin)));
      *out++ = JoinSevens(raw & ~kContinues);
      begin = last + 1;
      ends &= ends - 1;
    } while (ends != 0);
    p += begin / 8;
  }
  return out;
}

}  // namespace

void SampleReader::AppendPacked(std::string_view packed) {
  // A number takes a byte at least, so this much room is enough.
  if (const size_t needed = location_count_ + packed.size(); needed > locations_.size())
    locations_.resize(std::max(needed, locations_.size() * 3 / 2));
  uint64_t* out = locations_.data() + location_count_;
  const char* p = packed.data();
  const char* const end = p + packed.size();
  while (p != end) {
    out = DecodePacked(p, end, out);
    if (p != end) *out++ = protozero::decode_varint(&p, end);
  }
  location_count_ = static_cast<size_t>(out - locations_.data());
}

bool SampleReader::Read(std::string_view message) {
  location_count_ = 0;
  values_.clear();
  raw_labels_ = {};
  try {
    pbf_reader in = Reader(message);
    while (true) {
      const char* const field = message.data() + (message.size() - in.length());
      if (!in.next()) return true;
      switch (in.tag()) {
        case 1:
          if (in.has_wire_type(pbf_wire_type::length_delimited)) {
            AppendPacked(View(in));
          } else {
            if (locations_.size() == location_count_) locations_.resize(location_count_ * 2 + 64);
            locations_[location_count_++] = Uint(in);
          }
          break;
        case 2:
          if (in.has_wire_type(pbf_wire_type::length_delimited))
            ReadNumbers(in, values_);
          else
            values_.push_back(Int(in));
          break;
        case 3: {
          const std::string_view label = Message(in);
          const char* const begin = raw_labels_.empty() ? field : raw_labels_.data();
          raw_labels_ = {begin, static_cast<size_t>(label.data() + label.size() - begin)};
          break;
        }
        default:
          in.skip();
      }
    }
  } catch (const protozero::exception&) {
    return false;
  }
}

bool ReadLabels(std::string_view raw_labels, std::vector<Label>& labels) {
  labels.clear();
  size_t count = 0;
  VisitFields(raw_labels, [&](uint64_t field, std::string_view, bool) { count += field == 3; });
  labels.reserve(count);
  try {
    for (pbf_reader in = Reader(raw_labels); in.next();) {
      if (in.tag() != 3) {
        in.skip();
        continue;
      }
      Label label;
      for (pbf_reader field = Reader(Message(in)); field.next();) {
        switch (field.tag()) {
          case 1:
            label.key = Int(field);
            break;
          case 2:
            label.str = Int(field);
            break;
          case 3:
            label.num = Int(field);
            break;
          case 4:
            label.num_unit = Int(field);
            break;
          default:
            field.skip();
        }
      }
      labels.push_back(label);
    }
    return true;
  } catch (const protozero::exception&) {
    return false;
  }
}

}  // namespace seep::parse::pprof
