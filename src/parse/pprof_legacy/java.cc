#include <fmt/format.h>

#include <optional>
#include <vector>

#include "parse/pprof_legacy/builder.h"
#include "parse/pprof_legacy/expression.h"
#include "parse/pprof_legacy/formats.h"
#include "parse/pprof_legacy/go_text.h"
#include "parse/pprof_legacy/java_names.h"
#include "parse/pprof_legacy/unsample.h"
#include "profile/measurement.h"

namespace seep::parse::pprof_legacy {
namespace {

constexpr int64_t kHeapSamplingRate = 512 * 1024;  // of Java's heapz, which does not say it

enum class JavaKind { kHeap, kContention };

// The next line without white space around it. Only lines that end count.
std::optional<std::string_view> PeekLine(std::string_view text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  return TrimSpace(text.substr(0, end));
}
void SkipLine(std::string_view& text) {
  text.remove_prefix(text.find('\n') + 1);
}

Result<int64_t> AttributeNumber(std::string_view line, std::string_view value) {
  const auto number = ParseInt(value, 0);
  if (!number)
    return Fail(ErrorCode::kBadInput,
                fmt::format("failed to parse attribute {}: {}", line, number.error().what));
  return *number;
}

Status ReadAttribute(JavaKind kind, std::string_view line, std::string_view name, std::string_view value,
                     Builder& out) {
  const bool contention = kind == JavaKind::kContention;
  if (name == "format") {
    if (value != "java") return NotMine();
  } else if (name == "resolution") {
    if (contention)
      out.SetSampleTypes({{"contentions", "count"}, {"delay", value}});
    else
      out.SetSampleTypes({{"inuse_objects", "count"}, {"inuse_space", value}});
  } else if (contention && name == "sampling period") {
    SEEP_TRY(const int64_t period, AttributeNumber(line, value));
    out.SetPeriod({"contentions", "count"}, period);
  } else if (contention && name == "ms since reset") {
    SEEP_TRY(const int64_t milliseconds, AttributeNumber(line, value));
    out.profile.duration_nanos = static_cast<int64_t>(static_cast<uint64_t>(milliseconds) * 1'000'000);
  } else {
    return NotMine();
  }
  return {};
}

Status ReadAttributes(JavaKind kind, std::string_view& text, Builder& out) {
  static const Expression attribute(R"(([\w ]+)=([\w ]+))");
  for (; const auto line = PeekLine(text); SkipLine(text)) {
    if (line->empty()) continue;
    std::string_view g[3];
    if (!attribute.Find(*line, g)) break;
    SEEP_TRY_VOID(ReadAttribute(kind, *line, TrimSpace(g[1]), TrimSpace(g[2]), out));
  }
  return {};
}

struct JavaSample {
  int64_t count = 0, amount = 0;
  profile::LabelSetId labels;
};

Result<JavaSample> Unsampled(JavaKind kind, std::string_view line, JavaSample sample, Builder& out) {
  if (kind == JavaKind::kContention) {
    if (const auto period = static_cast<uint64_t>(out.profile.period); period != 0) {
      sample.count = static_cast<int64_t>(static_cast<uint64_t>(sample.count) * period);
      sample.amount = static_cast<int64_t>(static_cast<uint64_t>(sample.amount) * period);
    }
    return sample;
  }
  if (sample.count == 0)
    return Fail(ErrorCode::kBadInput, fmt::format("parsing sample {}: second value must be non-zero", line));
  const HeapCounts whole = Unsample({sample.count, sample.amount}, kHeapSamplingRate);
  return JavaSample{whole.objects, whole.bytes, out.BytesLabel(sample.amount / sample.count)};
}

Status ReadSample(JavaKind kind, std::string_view line, std::span<const std::string_view> g,
                  std::vector<uint64_t>& addresses, Builder& out) {
  addresses.clear();
  if (const Status read = ReadAddresses(g[3], addresses); !read)
    return Fail(ErrorCode::kBadInput, fmt::format("malformed sample: {}: {}", line, read.error().what));
  // The amount comes first in the file, last in the profile.
  const auto count = ParseInt(g[2], 0), amount = ParseInt(g[1], 0);
  for (const auto* number : {&count, &amount})
    if (!*number)
      return Fail(ErrorCode::kBadInput, fmt::format("parsing sample {}: {}", line, number->error().what));
  SEEP_TRY(const JavaSample sample, Unsampled(kind, line, {*count, *amount, {}}, out));
  const int64_t values[] = {sample.count, sample.amount};
  // Without a resolution there is no sample type: an error in the end, whatever the values are.
  out.AddSample(addresses, std::span(values, out.profile.samples.columns), sample.labels);
  return {};
}

Status ReadSamples(JavaKind kind, std::string_view& text, Builder& out) {
  static const Expression sample(R"( *(\d+) +(\d+) +@ +([ x0-9a-f]*))");
  std::vector<uint64_t> addresses;
  for (; const auto line = PeekLine(text); SkipLine(text)) {
    if (line->empty()) continue;
    std::string_view g[4];
    if (!sample.Find(*line, g)) break;
    SEEP_TRY_VOID(ReadSample(kind, *line, g, addresses, out));
  }
  return {};
}

}  // namespace

Result<profile::Profile> ReadJava(std::string_view bytes) {
  const auto header = PeekLine(bytes);
  if (header != "--- heapz 1 ---" && header != "--- contentionz 1 ---") return NotMine();
  const JavaKind kind = header->starts_with("--- heapz") ? JavaKind::kHeap : JavaKind::kContention;
  SkipLine(bytes);
  Builder out;
  SEEP_TRY_VOID(ReadAttributes(kind, bytes, out));
  SEEP_TRY_VOID(ReadSamples(kind, bytes, out));
  SEEP_TRY_VOID(ReadJavaNames(bytes, out));
  return std::move(out.profile);
}

}  // namespace seep::parse::pprof_legacy
