// heap?debug=1 and allocs?debug=1: the text form of a heap profile (runtime/pprof writeHeapInternal, after
// gperftools).
//
//   heap profile: 312: 1306160 [362: 5036336] @ heap/8192       in use [allocated] objects: bytes @ kind/rate
//   23: 94208 [27: 110592] @ 0x51aa72 0x51ab5b ...              the same four for one stack, as sampled
//   #<TAB>0x51aa71<TAB>main.store+0x51<TAB>/tmp/main.go:19
//   ...
//   # runtime.MemStats
//   # Alloc = 3548000
//
// Kinds: "heap" (Go and gperftools; the rate is TWICE the sampling interval), "heap_v2" and "heapz_v2" (the
// interval itself), "heapprofile" (not sampled). Counts are unsampled as pprof does it (scaleHeapSample): a
// block of size s is seen with probability 1-exp(-s/interval).
//
// Go writes the first kind only, and never a memory map: everything else is a C allocator's (gperftools,
// jemalloc 3), and so native memory.
#include <fmt/format.h>

#include <cmath>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/legacy_heap/text_stacks.h"
#include "parse/mem_stats/mem_stats.h"

namespace seep::parse {
namespace {

constexpr std::string_view kStart = "heap profile:";

struct Counts {
  int64_t objects = 0;
  int64_t bytes = 0;
};

struct Record {
  Counts in_use, allocated;
  std::string_view after_at;  // what follows "@"
};

bool SniffLegacyHeap(const Sample& sample) {
  return Trim(sample.head).starts_with(kStart);
}

std::optional<Counts> ReadCounts(Cursor& in) {
  in.SkipSpaces();
  const auto objects = in.SignedDecimal();
  if (!objects || !in.Skip(':')) return std::nullopt;
  in.SkipSpaces();
  const auto bytes = in.SignedDecimal();
  if (!bytes) return std::nullopt;
  in.SkipSpaces();
  return Counts{*objects, *bytes};
}

// "a: b [c: d] @ rest"
std::optional<Record> ReadRecord(std::string_view line) {
  Cursor in(line);
  const auto in_use = ReadCounts(in);
  if (!in_use || !in.Skip('[')) return std::nullopt;
  const auto allocated = ReadCounts(in);
  if (!allocated || !in.Skip(']')) return std::nullopt;
  in.SkipSpaces();
  if (!in.Skip('@')) return std::nullopt;
  in.SkipSpaces();
  return Record{*in_use, *allocated, in.Rest()};
}

// A double beyond the range of int64 would be undefined to convert.
int64_t Rounded(double value) {
  constexpr double kLimit = 9.2e18;
  return static_cast<int64_t>(value > kLimit ? kLimit : value < -kLimit ? -kLimit : value);
}

Counts Unsample(Counts counts, int64_t interval) {
  if (counts.objects == 0 || counts.bytes == 0) return {};
  if (interval <= 1) return counts;  // 1: everything was recorded; less: not known
  const double average = static_cast<double>(counts.bytes) / static_cast<double>(counts.objects);
  const double scale = 1 / (1 - std::exp(-average / static_cast<double>(interval)));
  return {Rounded(static_cast<double>(counts.objects) * scale),
          Rounded(static_cast<double>(counts.bytes) * scale)};
}

struct Kind {
  int64_t interval = 0;
  bool native = false;
};

Result<Kind> ReadKind(std::string_view kind_and_rate) {
  Cursor in(kind_and_rate);
  const std::string_view kind = in.Until("/ \t");
  int64_t rate = 0;
  if (in.Skip('/')) {
    const auto value = in.SignedDecimal();
    if (!value)
      return Fail(ErrorCode::kBadInput,
                  "heap profile: no sampling rate in '" + Printable(kind_and_rate) + "'");
    rate = *value;
  }
  if (kind == "heap") return Kind{rate / 2, false};
  if (kind == "heap_v2" || kind == "heapz_v2") return Kind{rate, true};
  if (kind == "heapprofile") return Kind{1, true};
  return Fail(ErrorCode::kUnsupported,
              fmt::format("heap profile of kind '{}'; known are heap, heap_v2, heapz_v2 and heapprofile",
                          Printable(kind.substr(0, 40))));
}

class Reader {
 public:
  Reader(model::StackTable& stacks, int64_t interval) : stacks_(stacks), interval_(interval) {
    StringTable& strings = stacks.strings();
    for (const char* type : {"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}) {
      const bool space = std::string_view(type).ends_with("space");
      profile.types.push_back({strings.Intern(type), strings.Intern(space ? "bytes" : "count")});
    }
    profile.period_type = {strings.Intern("space"), strings.Intern("bytes")};
    profile.period = interval;
  }

  // False if the record's addresses cannot be read.
  bool Add(const Record& record, Cursor& in) {
    if (!ReadTextStack(record.after_at, in, stacks_, frames_)) return false;
    const Counts allocated = Unsample(record.allocated, interval_);
    const Counts in_use = Unsample(record.in_use, interval_);
    StringId labels;
    if (record.allocated.objects > 0)  // the proto form carries the same label: size of one block
      labels = stacks_.strings().Intern(
          fmt::format("bytes={}", record.allocated.bytes / record.allocated.objects));
    profile.samples.push_back({stacks_.AddStack(frames_), labels});
    for (int64_t v : {allocated.objects, allocated.bytes, in_use.objects, in_use.bytes})
      profile.values.push_back(v);
    return true;
  }

  model::Profile profile;

 private:
  model::StackTable& stacks_;
  int64_t interval_;
  std::vector<model::FrameId> frames_;
};

Result<std::vector<model::Snapshot>> ParseLegacyHeap(const model::Artifact& artifact, std::string_view bytes,
                                                     Context& context) {
  Cursor in(bytes);
  std::string_view first;
  while (!in.AtEnd() && first.empty()) first = Trim(in.Line());
  if (!first.starts_with(kStart))
    return Fail(ErrorCode::kBadInput, "not a text heap profile: no 'heap profile:' line");
  const auto header = ReadRecord(first.substr(kStart.size()));
  if (!header)
    return Fail(ErrorCode::kBadInput,
                "heap profile: expected 'heap profile: 1: 2 [3: 4] @ heap/1048576', found: " +
                    Printable(first.substr(0, 80)));
  SEEP_TRY(const Kind kind, ReadKind(header->after_at));
  Reader reader(context.stacks, kind.interval);
  model::Snapshot out;
  uint64_t unreadable = 0;
  bool ended = false;  // "MAPPED_LIBRARIES:" of gperftools: addresses of files follow
  while (!in.AtEnd() && !ended) {
    const std::string_view line = Trim(in.Line());
    if (line == "# runtime.MemStats") {
      out.mem_stats.emplace();
    } else if (line.starts_with('#')) {
      if (out.mem_stats) ReadMemStatsLine(line, *out.mem_stats);
    } else if (line == "MAPPED_LIBRARIES:" || line.starts_with("--- Memory map:")) {
      ended = true;
    } else if (!line.empty()) {
      const auto record = ReadRecord(line);
      if (!record || !reader.Add(*record, in)) ++unreadable;
    }
  }
  const bool native = kind.native || ended;
  const std::string what = native ? "native memory" : "heap";
  if (native) {
    reader.profile.period_type.type = context.stacks.strings().Intern("native_space");
    out.native = std::move(reader.profile);
  } else {
    out.heap = std::move(reader.profile);
  }
  if (unreadable != 0)
    out.gaps.push_back(
        {what, Plural(unreadable, "line") + " of the text profile could not be read", "take it again"});
  // Go always ends the text with the block, so without it the tail is missing; other writers never had it.
  if (!out.mem_stats && out.heap && !out.heap->samples.empty() && header->after_at.starts_with("heap/"))
    out.gaps.push_back({"heap",
                        "the text profile ends before its runtime.MemStats block: stacks may be missing",
                        "take it again, whole"});
  out.sources.push_back(
      {native ? "gperftools heap" : "heap debug=1", artifact.source, {}, artifact.bytes.size()});
  std::vector<model::Snapshot> snapshots;
  snapshots.push_back(std::move(out));
  return snapshots;
}

}  // namespace

extern const Format format_legacy_heap;
constinit const Format format_legacy_heap = {
    .name = "heap-text", .priority = 100, .sniff = SniffLegacyHeap, .parse = ParseLegacyHeap};

}  // namespace seep::parse
