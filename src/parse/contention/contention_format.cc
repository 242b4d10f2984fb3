// block?debug=1 and mutex?debug=1 (runtime/pprof writeProfileInternal):
//
//   --- contention:                          or "--- mutex:"
//   cycles/second=2099999778
//   sampling period=1                        mutex only
//   65160574 3 @ 0x51b7ce 0x51b7cd ...       cycles, count
//   #<TAB>0x51b7cd<TAB>sync.(*Mutex).Lock+0x2d<TAB>/usr/local/go/src/sync/mutex.go:46
//
// As in pprof (parseContention) counts and delays are multiplied by the period and cycles become nanoseconds.
#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/legacy_heap/text_stacks.h"

namespace seep::parse {
namespace {

bool IsMutex(std::string_view text) {
  return text.starts_with("--- mutex:");
}

bool SniffContention(const Sample& sample) {
  const std::string_view text = Trim(sample.head);
  return IsMutex(text) || text.starts_with("--- contention:") || text.starts_with("--- contentionz ");
}

struct Scale {
  int64_t period = 1;
  int64_t cycles_per_second = 0;  // 0: not said, values stay as they are

  int64_t Nanoseconds(int64_t cycles) const {
    const double period_factor = period > 0 ? static_cast<double>(period) : 1;
    const double value = cycles_per_second > 0 ? static_cast<double>(cycles) * period_factor /
                                                     (static_cast<double>(cycles_per_second) / 1e9)
                                               : static_cast<double>(cycles);
    return value < 9.2e18 && value > -9.2e18 ? static_cast<int64_t>(value) : INT64_MAX;
  }
  int64_t Count(int64_t count) const {
    int64_t product = 0;
    if (period <= 0) return count;
    return __builtin_mul_overflow(count, period, &product) ? INT64_MAX : product;
  }
};

struct Record {
  int64_t cycles = 0, count = 0;
  std::string_view addresses;
};

std::optional<Record> ReadRecord(std::string_view line) {
  Cursor in(line);
  const auto cycles = in.SignedDecimal();
  in.SkipSpaces();
  const auto count = in.SignedDecimal();
  in.SkipSpaces();
  if (!cycles || !count || !in.Skip('@')) return std::nullopt;
  return Record{*cycles, *count, in.Rest()};
}

// "cycles/second=2099999778"; true if the line is such a setting at all.
bool ReadSetting(std::string_view line, Scale& scale) {
  const size_t equals = line.find('=');
  if (equals == line.npos || line.find('@') != line.npos) return false;
  const std::string_view key = Trim(line.substr(0, equals));
  Cursor in(Trim(line.substr(equals + 1)));
  const int64_t value = in.SignedDecimal().value_or(0);
  if (key == "cycles/second") scale.cycles_per_second = value;
  if (key == "sampling period") scale.period = value;
  return true;
}

Result<std::vector<model::Snapshot>> ParseContention(const model::Artifact& artifact, std::string_view bytes,
                                                     Context& context) {
  Cursor in(bytes);
  std::string_view first;
  while (!in.AtEnd() && first.empty()) first = Trim(in.Line());
  if (!SniffContention({"", first}))
    return Fail(ErrorCode::kBadInput,
                "not a text block or mutex profile: no '--- contention:' or '--- mutex:' line");
  StringTable& strings = context.stacks.strings();
  model::Profile profile;
  profile.types = {{strings.Intern("contentions"), strings.Intern("count")},
                   {strings.Intern("delay"), strings.Intern("nanoseconds")}};
  profile.period_type = profile.types[0];
  Scale scale;
  uint64_t unreadable = 0;
  std::vector<model::FrameId> frames;
  while (!in.AtEnd()) {
    const std::string_view line = Trim(in.Line());
    if (line.starts_with("---")) break;
    if (line.empty() || line.starts_with('#') || ReadSetting(line, scale)) continue;
    const auto record = ReadRecord(line);
    if (!record || !ReadTextStack(record->addresses, in, context.stacks, frames)) {
      ++unreadable;
      continue;
    }
    profile.samples.push_back({context.stacks.AddStack(frames), {}});
    profile.values.push_back(scale.Count(record->count));
    profile.values.push_back(scale.Nanoseconds(record->cycles));
  }
  profile.period = scale.period;
  model::Snapshot out;
  if (unreadable != 0)
    out.gaps.push_back({IsMutex(first) ? "mutex" : "block",
                        Plural(unreadable, "line") + " of the text profile could not be read",
                        "take it again"});
  (IsMutex(first) ? out.mutex : out.block) = std::move(profile);
  out.sources.push_back(
      {IsMutex(first) ? "mutex debug=1" : "block debug=1", artifact.source, {}, artifact.bytes.size()});
  std::vector<model::Snapshot> snapshots;
  snapshots.push_back(std::move(out));
  return snapshots;
}

}  // namespace

extern const Format format_contention;
constinit const Format format_contention = {
    .name = "contention-text", .priority = 100, .sniff = SniffContention, .parse = ParseContention};

}  // namespace seep::parse
