// A log whose dump begins beyond the first 4 KiB: any longer text nobody else knows is searched for
// goroutines.
#include <algorithm>

#include "base/text.h"
#include "parse/format.h"

namespace seep::parse {

extern const Format format_goroutine_text;

namespace {

constexpr size_t kWholeHead = 4096;  // a shorter text was seen whole when format_goroutine_text looked at it

bool Sniff(const Sample& sample) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\x1b';
  };
  return sample.head.size() >= kWholeHead && !sample.head.starts_with('<') &&
         sample.head.find('\n') != sample.head.npos && std::ranges::none_of(sample.head, control);
}

Result<std::vector<model::Snapshot>> Parse(const model::Artifact& artifact, std::string_view bytes,
                                           Context& context) {
  auto fragments = format_goroutine_text.parse(artifact, bytes, context);
  if (fragments) return fragments;
  return Fail(ErrorCode::kBadInput,
              "expected a pprof profile, a goroutine dump, /metrics or a /proc file, found: " +
                  Printable(Trim(bytes.substr(0, kWholeHead)).substr(0, 40)) +
                  "... and no goroutine further on",
              artifact.source, "a goroutine dump holds lines like 'goroutine 1 [running]:'");
}

}  // namespace

// Asked last: it would take every text.
extern const Format format_goroutine_log;
const Format format_goroutine_log = {
    .name = "goroutine-text", .priority = 1, .sniff = &Sniff, .parse = &Parse};

}  // namespace seep::parse
