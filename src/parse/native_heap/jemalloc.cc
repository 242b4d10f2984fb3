#include "parse/native_heap/jemalloc.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/pprof_legacy/builder.h"
#include "parse/pprof_legacy/drop_frames.h"
#include "parse/pprof_legacy/memory_map.h"
#include "parse/pprof_legacy/unsample.h"

namespace seep::parse {
namespace {

using pprof_legacy::HeapCounts;

constexpr std::string_view kStart = "heap_v2/";

struct Counts {
  HeapCounts in_use, allocated;
};

std::optional<HeapCounts> ReadPair(Cursor& in) {
  in.SkipSpaces();
  const auto objects = in.SignedDecimal();
  if (!objects || !in.Skip(':')) return std::nullopt;
  in.SkipSpaces();
  const auto bytes = in.SignedDecimal();
  if (!bytes || *objects < 0 || *bytes < 0) return std::nullopt;
  in.SkipSpaces();
  return HeapCounts{*objects, *bytes};
}

// "t*: 1: 2 [3: 4]"
std::optional<Counts> ReadTotals(std::string_view line) {
  Cursor in(line);
  if (!in.Skip("t*:")) return std::nullopt;
  const auto in_use = ReadPair(in);
  if (!in_use || !in.Skip('[')) return std::nullopt;
  const auto allocated = ReadPair(in);
  if (!allocated || !in.Skip(']')) return std::nullopt;
  return Counts{*in_use, *allocated};
}

// Moved back by one, onto the call.
bool ReadAddresses(std::string_view text, std::vector<uint64_t>& out) {
  out.clear();
  Cursor in(text);
  for (in.SkipSpaces(); !in.AtEnd(); in.SkipSpaces()) {
    const auto address = in.Hex();
    if (!address || *address == 0) return false;
    out.push_back(*address - 1);
  }
  return true;
}

HeapCounts Whole(HeapCounts sampled, int64_t rate) {
  if (sampled.objects == 0 || sampled.bytes == 0) return {};
  return pprof_legacy::Unsample(sampled, rate);
}

// The allocator's own calls, which begin every stack, say nothing: they have no names where it is a library.
void DropOwnFrames(profile::Profile& p) {
  const auto own = [&](profile::LocationId id) {
    const std::string_view file = p.text(p.mappings[p.locations[id.value].mapping.value].file);
    return file.substr(file.rfind('/') + 1).starts_with("libjemalloc");
  };
  for (size_t i = 0; i < p.samples.size(); ++i)
    while (p.samples.depth[i] > 1 && own(p.samples.stack(i)[0])) {
      ++p.samples.first[i];
      --p.samples.depth[i];
    }
}

struct Record {
  std::string_view addresses;
  Counts counts;
};

}  // namespace

bool IsJemallocHeap(std::string_view head) {
  return head.starts_with(kStart);
}

Result<profile::Profile> ReadJemallocHeap(std::string_view bytes) {
  Cursor in(bytes);
  if (!in.Skip(kStart))
    return Fail(ErrorCode::kNoEvidence, "not a heap dump of jemalloc: no 'heap_v2/' at its beginning");
  const auto rate = in.SignedDecimal();
  if (!rate || *rate < 1)
    return Fail(
        ErrorCode::kBadInput,
        fmt::format("jemalloc heap dump: expected the distance of samples behind 'heap_v2/', found '{}'",
                    Printable(in.Line().substr(0, 40))));
  in.Line();

  std::vector<Record> records;
  std::optional<std::string_view> addresses;  // of the stack whose totals come next
  bool accumulated = false, mapped = false;
  while (!in.AtEnd() && !mapped) {
    const std::string_view rest = in.Rest();
    const std::string_view line = Trim(in.Line());
    if (line.starts_with('@')) {
      addresses = line.substr(1);
    } else if (const auto counts = ReadTotals(line); counts && addresses) {
      records.push_back({*addresses, *counts});
      accumulated = accumulated || counts->allocated.objects != 0;
      addresses.reset();
    } else if (pprof_legacy::BeginsMemoryMap(line)) {
      in = Cursor(rest);
      mapped = true;
    }
  }

  pprof_legacy::Builder out;
  out.SetPeriod({"native_space", "bytes"}, *rate);
  if (accumulated)
    out.SetSampleTypes({{"alloc_objects", "count"},
                        {"alloc_space", "bytes"},
                        {"inuse_objects", "count"},
                        {"inuse_space", "bytes"}});
  else
    out.SetSampleTypes({{"inuse_objects", "count"}, {"inuse_space", "bytes"}});
  std::vector<uint64_t> stack;
  std::vector<int64_t> values;
  for (const Record& record : records) {
    if (!ReadAddresses(record.addresses, stack))
      return Fail(ErrorCode::kBadInput,
                  fmt::format("jemalloc heap dump: expected addresses behind '@', found '{}'",
                              Printable(record.addresses.substr(0, 60))));
    const HeapCounts in_use = Whole(record.counts.in_use, *rate);
    values.clear();
    if (accumulated) {
      const HeapCounts allocated = Whole(record.counts.allocated, *rate);
      values = {allocated.objects, allocated.bytes};
    }
    values.insert(values.end(), {in_use.objects, in_use.bytes});
    out.AddSample(stack, values);
  }
  pprof_legacy::Lines lines(in.Rest());
  SEEP_TRY_VOID(pprof_legacy::ReadToMemoryMap(lines, out.profile));
  pprof_legacy::SetDropFrames(out.profile);
  DropOwnFrames(out.profile);
  return std::move(out.profile);
}

}  // namespace seep::parse
