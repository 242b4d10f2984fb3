#include "pprof/encode.h"

#include <zlib.h>

#include <algorithm>

#include "base/result.h"

namespace seep::pprof {
namespace {

using profile::FunctionId;
using profile::LocationId;
using profile::MappingId;

void Varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}
void Number(std::string& out, uint32_t field, uint64_t value) {
  Varint(out, field << 3);
  Varint(out, value);
}
void Optional(std::string& out, uint32_t field, uint64_t value) {
  if (value != 0) Number(out, field, value);
}
void Text(std::string& out, uint32_t field, std::string_view text) {
  Varint(out, field << 3 | 2);
  Varint(out, text.size());
  out += text;
}

// Up to two numbers stand alone, more are packed.
class Numbers {
 public:
  void Write(std::string& out, uint32_t field, std::span<const uint64_t> values) {
    if (values.size() <= 2) {
      for (uint64_t value : values) Number(out, field, value);
      return;
    }
    packed_.clear();
    for (uint64_t value : values) Varint(packed_, value);
    Text(out, field, packed_);
  }

 private:
  std::string packed_;
};

class Encoder {
 public:
  explicit Encoder(const profile::Profile& profile) : p_(profile), index_(profile.strings.size(), -1) {
    index_[0] = 0;
    texts_.emplace_back();
  }

  std::string Run() {
    NumberStrings();
    std::string out;
    for (const profile::ValueType& type : p_.sample_types) ValueType(out, 1, type);
    for (size_t i = 0; i < p_.samples.size(); ++i) Sample(out, i);
    for (uint32_t i = 1; i < p_.mappings.size(); ++i) Mapping(out, {i});
    for (uint32_t i = 1; i < p_.locations.size(); ++i) Location(out, {i});
    for (uint32_t i = 1; i < p_.functions.size(); ++i) Function(out, {i});
    for (std::string_view text : texts_) Text(out, 6, text);
    Optional(out, 7, Index(p_.drop_frames));
    Optional(out, 8, Index(p_.keep_frames));
    Optional(out, 9, static_cast<uint64_t>(p_.time_nanos));
    Optional(out, 10, static_cast<uint64_t>(p_.duration_nanos));
    if (p_.period_type.type || p_.period_type.unit) ValueType(out, 11, p_.period_type);
    Optional(out, 12, static_cast<uint64_t>(p_.period));
    std::vector<uint64_t> comments;
    for (StringId comment : p_.comments) comments.push_back(Index(comment));
    numbers_.Write(out, 13, comments);
    Number(out, 14, Index(p_.default_sample_type));
    Optional(out, 15, Index(p_.doc_url));
    return out;
  }

 private:
  uint64_t Index(StringId id) {
    int64_t& index = index_[id.value];
    if (index < 0) {
      index = static_cast<int64_t>(texts_.size());
      texts_.push_back(p_.text(id));
    }
    return static_cast<uint64_t>(index);
  }

  // Every string that is written, in the order in which pprof comes across it.
  void NumberStrings() {
    for (const profile::ValueType& type : p_.sample_types) Index(type.type), Index(type.unit);
    std::vector<char> seen(p_.label_sets.size());
    for (profile::LabelSetId set : p_.samples.labels) {
      if (seen[set.value] != 0) continue;
      seen[set.value] = 1;
      for (const profile::Label& l : p_.label_sets.labels(set)) Index(l.key), Index(l.text), Index(l.unit);
    }
    for (const profile::Mapping& m : p_.mappings) Index(m.file), Index(m.build_id);
    for (const profile::Function& f : p_.functions) Index(f.name), Index(f.system_name), Index(f.file);
    Index(p_.drop_frames), Index(p_.keep_frames);
    Index(p_.period_type.type), Index(p_.period_type.unit);
    for (StringId comment : p_.comments) Index(comment);
    Index(p_.default_sample_type), Index(p_.doc_url);
  }

  void ValueType(std::string& out, uint32_t field, const profile::ValueType& type) {
    message_.clear();
    Optional(message_, 1, Index(type.type));
    Optional(message_, 2, Index(type.unit));
    Text(out, field, message_);
  }

  void Sample(std::string& out, size_t number) {
    message_.clear();
    values_.clear();
    for (LocationId id : p_.samples.stack(number)) values_.push_back(p_.NumberOf(id));
    numbers_.Write(message_, 1, values_);
    values_.assign(p_.samples.value(number).begin(), p_.samples.value(number).end());
    numbers_.Write(message_, 2, values_);
    for (const profile::Label& l : p_.label_sets.labels(p_.samples.labels[number])) {
      inner_.clear();
      Optional(inner_, 1, Index(l.key));
      Optional(inner_, 2, Index(l.text));
      Optional(inner_, 3, static_cast<uint64_t>(l.number));
      Optional(inner_, 4, Index(l.unit));
      Text(message_, 3, inner_);
    }
    Text(out, 2, message_);
  }

  void Mapping(std::string& out, MappingId id) {
    const profile::Mapping& m = p_.mappings[id.value];
    message_.clear();
    Optional(message_, 1, p_.NumberOf(id));
    Optional(message_, 2, m.start);
    Optional(message_, 3, m.limit);
    Optional(message_, 4, m.offset);
    Optional(message_, 5, Index(m.file));
    Optional(message_, 6, Index(m.build_id));
    Optional(message_, 7, m.has_functions);
    Optional(message_, 8, m.has_filenames);
    Optional(message_, 9, m.has_line_numbers);
    Optional(message_, 10, m.has_inline_frames);
    Text(out, 3, message_);
  }

  void Location(std::string& out, LocationId id) {
    const profile::Location& l = p_.locations[id.value];
    message_.clear();
    Optional(message_, 1, p_.NumberOf(id));
    Optional(message_, 2, p_.NumberOf(l.mapping));
    Optional(message_, 3, l.address);
    for (const profile::Line& line : p_.LinesOf(id)) {
      inner_.clear();
      Optional(inner_, 1, p_.NumberOf(line.function));
      Optional(inner_, 2, static_cast<uint64_t>(line.line));
      Optional(inner_, 3, static_cast<uint64_t>(line.column));
      Text(message_, 4, inner_);
    }
    Optional(message_, 5, l.folded);
    Text(out, 4, message_);
  }

  void Function(std::string& out, FunctionId id) {
    const profile::Function& f = p_.functions[id.value];
    message_.clear();
    Optional(message_, 1, p_.NumberOf(id));
    Optional(message_, 2, Index(f.name));
    Optional(message_, 3, Index(f.system_name));
    Optional(message_, 4, Index(f.file));
    Optional(message_, 5, static_cast<uint64_t>(f.start_line));
    Text(out, 5, message_);
  }

  const profile::Profile& p_;
  std::vector<int64_t> index_;  // by string id; -1: not yet
  std::vector<std::string_view> texts_;
  Numbers numbers_;
  std::string message_, inner_;
  std::vector<uint64_t> values_;
};

}  // namespace

std::string Encode(const profile::Profile& profile) {
  return Encoder(profile).Run();
}

std::string EncodeGzip(const profile::Profile& profile) {
  const std::string plain = Encode(profile);
  z_stream stream{};
  constexpr int kGzip = 15 + 16;  // the largest window, with gzip's header and trailer (zlib.h deflateInit2)
  SEEP_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, plain.size()) + 32, '\0');
  // zlib counts in 32 bits: hand over pieces.
  size_t read = 0, written = 0;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    const size_t piece = std::min<size_t>(plain.size() - read, size_t{1} << 30);
    const size_t room = std::min<size_t>(out.size() - written, size_t{1} << 30);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data() + read));
    stream.avail_in = static_cast<uInt>(piece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
    stream.avail_out = static_cast<uInt>(room);
    status = deflate(&stream, read + piece == plain.size() ? Z_FINISH : Z_NO_FLUSH);
    SEEP_CHECK(status == Z_OK || status == Z_STREAM_END);
    read += piece - stream.avail_in;
    written += room - stream.avail_out;
  }
  deflateEnd(&stream);
  out.resize(written);
  return out;
}

}  // namespace seep::pprof
