// Counted goroutines, leaked goroutines and created threads as text (debug=1). The layout is drawn in
// count_text.h.
#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/goroutine_count/count_text.h"

namespace seep::parse {
namespace {

bool Sniff(const Sample& sample) {
  if (sample.head.find('\0') != std::string_view::npos) return false;
  Cursor in(sample.head);
  while (!in.AtEnd())
    if (ParseCountTitle(in.Line())) return true;
  return false;
}

bool Holds(const model::Snapshot& fragment, CountKind kind) {
  switch (kind) {
    case CountKind::kGoroutine:
      return fragment.goroutines.has_value();
    case CountKind::kGoroutineLeak:
      return fragment.leaked.has_value();
    case CountKind::kThreadCreate:
      return fragment.threads_created.has_value();
  }
  return false;
}

void Put(CountText text, const model::Artifact& artifact, model::Snapshot& fragment) {
  // Threads the runtime did not create have no stack but are counted; of goroutines every one stands in a
  // group.
  if (text.title.kind != CountKind::kThreadCreate && text.counted < text.title.total) {
    fragment.gaps.push_back({"goroutines",
                             fmt::format("{}: {} announced, {} found in the groups: the text ends early",
                                         artifact.source, text.title.total, text.counted),
                             "take it again"});
  }
  switch (text.title.kind) {
    case CountKind::kGoroutine:
      fragment.goroutines = std::move(text.profile);
      break;
    case CountKind::kGoroutineLeak:
      fragment.leaked = std::move(text.profile);
      break;
    case CountKind::kThreadCreate:
      fragment.threads_created = text.title.total;
      break;
  }
}

Result<std::vector<model::Snapshot>> Parse(const model::Artifact& artifact, std::string_view bytes,
                                           Context& context) {
  constexpr size_t kMostFragments = 4096;
  std::vector<model::Snapshot> fragments;
  std::string_view rest = bytes;
  while (auto text = ReadCounts(rest, context.stacks, rest)) {
    // Profiles of different kinds in one file are one moment; the same kind again is another.
    if (fragments.empty() || Holds(fragments.back(), text->title.kind)) {
      if (fragments.size() == kMostFragments) {
        fragments.back().gaps.push_back(
            {"goroutines",
             fmt::format("{}: only the first {} profiles were read", artifact.source, kMostFragments),
             "split the file"});
        break;
      }
      fragments.emplace_back();
    }
    Put(*std::move(text), artifact, fragments.back());
  }
  if (fragments.empty()) {
    return Fail(ErrorCode::kBadInput, "expected a line 'goroutine profile: total N', found none",
                artifact.source, "take /debug/pprof/goroutine?debug=1 again");
  }
  return fragments;
}

}  // namespace

// The usual priority: no other format has such a title. (Heap profiles begin "heap profile: ".)
extern const Format format_goroutine_count;
const Format format_goroutine_count = {
    .name = "goroutine-count", .priority = 100, .sniff = &Sniff, .parse = &Parse};

}  // namespace seep::parse
