// A /metrics page: exposition.h has the format, known_metrics.h what is read out of it besides the samples
// themselves.
#include <algorithm>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/metrics/exposition.h"
#include "parse/metrics/known_metrics.h"

namespace seep::parse {
namespace {

// Comments of the format, or three samples in a row: a line like "name 1" alone is anything.
bool SniffMetrics(const Sample& sample) {
  Cursor in(sample.head);
  ExpositionLine line;
  int samples = 0;
  while (!in.AtEnd()) {
    const std::string_view text = in.Line();
    if (text.starts_with("# HELP ") || text.starts_with("# TYPE ") || text.starts_with("# UNIT ") ||
        text == "# EOF")
      return true;
    if (Trim(text).empty() || text.starts_with('#')) continue;
    if (in.AtEnd() && sample.head.size() >= 4096) break;  // cut off by the end of the head
    if (!ReadExpositionLine(text, line)) return false;
    ++samples;
  }
  return samples >= 3 || (samples > 0 && sample.name == "metrics");
}

class Reader {
 public:
  explicit Reader(StringTable& strings) : strings_(strings) {}

  void Add(const ExpositionLine& line) {
    TakeKnownMetric(line, out);
    model::MetricSample sample;
    sample.name = strings_.Intern(line.name);
    sample.labels = Labels(line);
    sample.value = line.value;
    metrics.samples.push_back(sample);
  }

  model::Snapshot out;
  model::Metrics metrics;

 private:
  StringId Labels(const ExpositionLine& line) {
    if (line.labels.empty()) return {};
    texts_.clear();
    for (const auto& [key, value] : line.labels) {
      std::string text(key);
      text.append("=").append(value);
      std::ranges::replace(text, '\n', ' ');  // '\n' separates labels
      texts_.push_back(std::move(text));
    }
    std::ranges::sort(texts_);
    std::string joined;
    for (const std::string& text : texts_) joined.append(joined.empty() ? "" : "\n").append(text);
    return strings_.Intern(joined);
  }

  StringTable& strings_;
  std::vector<std::string> texts_;
};

Result<std::vector<model::Snapshot>> ParseMetrics(const model::Artifact&, std::string_view bytes,
                                                  Context& context) {
  Reader reader(context.stacks.strings());
  ExpositionLine line;
  uint64_t unreadable = 0;
  std::string example;
  bool complete = true;
  for (Cursor in(bytes); !in.AtEnd();) {
    const bool last = in.Rest().find('\n') == std::string_view::npos;
    const std::string_view text = in.Line();
    if (text == "# EOF") break;
    if (Trim(text).empty() || text.starts_with('#')) continue;
    // Every line ends with a newline. Without one the number may have lost digits, and a wrong value is worse
    // than none.
    if (last && !reader.metrics.samples.empty()) {
      complete = false;
    } else if (ReadExpositionLine(text, line)) {
      reader.Add(line);
    } else if (unreadable++ == 0) {
      example = Printable(text.substr(0, 60));
    }
  }
  if (reader.metrics.samples.empty())
    return Fail(ErrorCode::kBadInput, "expected a /metrics page ('go_goroutines 42'), found no sample in it" +
                                          (example.empty() ? std::string() : "; a line of it: " + example));
  model::Snapshot out = std::move(reader.out);
  out.metrics = std::move(reader.metrics);
  if (!complete)
    out.gaps.push_back({"metrics", "the page ends within a line: samples are missing", "take it again"});
  else if (unreadable != 0)
    out.gaps.push_back(
        {"metrics", Plural(unreadable, "line") + " could not be read, such as: " + example, "take it again"});
  std::vector<model::Snapshot> snapshots;
  snapshots.push_back(std::move(out));
  return snapshots;
}

}  // namespace

extern const Format format_metrics;
// 80: after the formats with a header of their own, since three samples in a row is all it may have to go by.
constinit const Format format_metrics = {
    .name = "metrics", .priority = 80, .sniff = SniffMetrics, .parse = ParseMetrics};

}  // namespace seep::parse
