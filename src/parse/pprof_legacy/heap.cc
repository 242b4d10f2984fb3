#include <fmt/format.h>

#include <limits>
#include <optional>
#include <vector>

#include "parse/pprof_legacy/builder.h"
#include "parse/pprof_legacy/expression.h"
#include "parse/pprof_legacy/formats.h"
#include "parse/pprof_legacy/memory_map.h"
#include "parse/pprof_legacy/unsample.h"
#include "profile/measurement.h"

namespace seep::parse::pprof_legacy {
namespace {

struct HeapHeader {
  int64_t period = 1;
  bool sampled = false;
  bool has_allocated = false;  // the counts in brackets say something of their own
};

Result<HeapHeader> ReadSampledHeader(std::span<const std::string_view> g) {
  HeapHeader out;
  out.period = 0;
  if (!g[6].empty()) {
    const auto rate = ParseInt(g[6], 10);
    if (!rate) return NotMine();
    out.period = *rate;
  }
  out.has_allocated = (g[3] != g[1] && g[3] != "0") || (g[4] != g[2] && g[4] != "0");
  out.sampled = true;
  if (g[5] == "heapz_v2" || g[5] == "heap_v2") return out;
  if (g[5] == "heap") {
    out.period /= 2;
    return out;
  }
  if (g[5] != "heapprofile") return NotMine();
  out.period = 1;
  out.sampled = false;
  return out;
}

Result<HeapHeader> ReadHeader(std::string_view line) {
  static const Expression sampled(
      R"(heap profile: *(\d+): *(\d+) *\[ *(\d+): *(\d+) *\] *@ *(heap[_a-z0-9]*)/?(\d*))");
  static const Expression others(R"(heap profile: *\d+: *\d+ *\[ *\d+: *\d+ *\] @ (?:growth|fragmentation))");
  std::string_view groups[7];
  if (sampled.Find(line, groups)) return ReadSampledHeader(groups);
  if (others.Find(line)) return HeapHeader{};
  return NotMine();
}

// The texts of "1: 2 [3: 4] @ 0x5 0x6".
struct HeapLine {
  std::string_view objects, bytes, allocated_objects, allocated_bytes, addresses;
};

// Takes a line apart from the front. Nothing is taken twice, so no expression engine is needed: these are the
// many lines.
class Front {
 public:
  explicit Front(std::string_view rest) : rest_(rest) {}

  bool Skip(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void SkipBlanks() {
    while (Skip(' ')) {
    }
  }
  // Empty if there is none.
  std::string_view Number(bool may_be_negative) {
    size_t end = may_be_negative && rest_.starts_with('-') ? 1 : 0;
    const size_t first_digit = end;
    while (end < rest_.size() && rest_[end] >= '0' && rest_[end] <= '9') ++end;
    if (end == first_digit) return {};
    const std::string_view number = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return number;
  }
  // "1: 2 " with the blanks around it.
  bool Pair(bool may_be_negative, std::string_view& first, std::string_view& second) {
    first = Number(may_be_negative);
    if (first.empty() || !Skip(':')) return false;
    SkipBlanks();
    second = Number(may_be_negative);
    SkipBlanks();
    return !second.empty();
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::optional<HeapLine> ReadLineAt(std::string_view text) {
  Front in(text);
  HeapLine out;
  if (!in.Pair(true, out.objects, out.bytes) || !in.Skip('[')) return std::nullopt;
  in.SkipBlanks();
  if (!in.Pair(false, out.allocated_objects, out.allocated_bytes)) return std::nullopt;
  if (!in.Skip(']') || !in.Skip(' ') || !in.Skip('@')) return std::nullopt;
  out.addresses = AddressText(in.rest());
  return out;
}

// The leftmost place in the line where one begins.
std::optional<HeapLine> FindLine(std::string_view line) {
  constexpr std::string_view kDigits = "0123456789";
  while (true) {
    const size_t begin = line.find_first_of("-0123456789");
    if (begin == std::string_view::npos) return std::nullopt;
    line.remove_prefix(begin);
    if (auto found = ReadLineAt(line)) return found;
    // A number that begins none does not begin one further in either.
    const size_t number_end = line.find_first_not_of(kDigits, 1);
    if (number_end == std::string_view::npos) return std::nullopt;
    line.remove_prefix(number_end);
  }
}

class Reader {
 public:
  Reader(const HeapHeader& header, Builder& out) : header_(header), out_(out) {}

  Status Add(std::string_view line) {
    const auto found = FindLine(line);
    if (!found) return Fail(ErrorCode::kBadInput, "unexpected number of sample values: got 0, want 6");
    values_.clear();
    block_ = 0;
    if (header_.has_allocated)
      SEEP_TRY_VOID(AddCounts(line, found->allocated_objects, found->allocated_bytes, "allocation"));
    SEEP_TRY_VOID(AddCounts(line, found->objects, found->bytes, "inuse"));
    addresses_.clear();
    if (const Status read = ReadAddresses(found->addresses, addresses_); !read)
      return Malformed(line, read.error());
    for (uint64_t& address : addresses_) --address;
    out_.AddSample(addresses_, values_, out_.BytesLabel(block_));
    return {};
  }

 private:
  static std::unexpected<Error> Malformed(std::string_view line, const Error& error) {
    return Fail(ErrorCode::kBadInput, fmt::format("malformed sample: {}: {}", line, error.what));
  }

  Status AddCounts(std::string_view line, std::string_view objects_text, std::string_view bytes_text,
                   std::string_view kind) {
    const auto objects = ParseInt(objects_text, 10), bytes = ParseInt(bytes_text, 10);
    if (!objects) return Malformed(line, objects.error());
    if (!bytes) return Malformed(line, bytes.error());
    HeapCounts counts{*objects, *bytes};
    if (counts.objects == 0 && counts.bytes != 0)
      return Fail(ErrorCode::kBadInput,
                  fmt::format("{} count was 0 but {} bytes was {}", kind, kind, counts.bytes));
    if (counts.objects != 0) {
      block_ = profile::Quotient(counts.bytes, counts.objects);
      if (header_.sampled) counts = Unsample(counts, header_.period);
    }
    values_.push_back(counts.objects);
    values_.push_back(counts.bytes);
    return {};
  }

  const HeapHeader& header_;
  Builder& out_;
  std::vector<uint64_t> addresses_;
  std::vector<int64_t> values_;
  int64_t block_ = 0;
};

}  // namespace

Result<profile::Profile> ReadHeap(std::string_view bytes) {
  Lines lines(bytes);
  if (!lines.Next()) {
    SEEP_TRY_VOID(lines.status());
    return NotMine();
  }
  SEEP_TRY(const HeapHeader header, ReadHeader(lines.text()));
  Builder out;
  out.SetPeriod({"space", "bytes"}, header.period);
  // What is in use comes last, where a report looks first.
  if (header.has_allocated)
    out.SetSampleTypes({{"alloc_objects", "count"},
                        {"alloc_space", "bytes"},
                        {"inuse_objects", "count"},
                        {"inuse_space", "bytes"}});
  else
    out.SetSampleTypes({{"objects", "count"}, {"space", "bytes"}});
  Reader reader(header, out);
  while (lines.Next()) {
    const std::string_view line = TrimSpace(lines.text());
    if (IsSpaceOrComment(line)) continue;
    if (BeginsMemoryMap(line)) break;
    SEEP_TRY_VOID(reader.Add(line));
  }
  SEEP_TRY_VOID(lines.status());
  SEEP_TRY_VOID(ReadToMemoryMap(lines, out.profile));
  return std::move(out.profile);
}

}  // namespace seep::parse::pprof_legacy
