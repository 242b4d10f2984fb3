// Goroutine dumps as text: /debug/pprof/goroutine?debug=2, SIGQUIT and panic output, alone or inside a log.
// The lines are described in dump_lines.h.
#include <fmt/format.h>

#include "base/text.h"
#include "parse/format.h"
#include "parse/goroutine_text/dump_text.h"

namespace seep::parse {
namespace {

constexpr const char* kCountsAll = "take goroutine?debug=1 as well: it counts every goroutine";

bool Sniff(const Sample& sample) {
  return sample.head.find('\0') == std::string_view::npos && HasGoroutineHeader(sample.head);
}

model::Gap Truncated(const model::Artifact& artifact, const model::GoroutineDump& dump) {
  return {"goroutines",
          fmt::format("{}: the text ends inside a goroutine, after {} (Go prints 64 MB at most)",
                      artifact.source, Plural(dump.goroutines.size(), "goroutine")),
          kCountsAll};
}

Result<std::vector<model::Snapshot>> Parse(const model::Artifact& artifact, std::string_view bytes,
                                           Context& context) {
  DumpText text = ReadDumps(bytes, context);
  if (text.dumps.empty()) {
    return Fail(ErrorCode::kBadInput,
                "expected goroutines, found no line like 'goroutine 1 [running]:' with a goroutine below it",
                artifact.source, "a whole dump comes from /debug/pprof/goroutine?debug=2 or from SIGQUIT");
  }
  std::vector<model::Snapshot> fragments;
  for (DumpBuilder::Dump& dump : text.dumps) {
    model::Snapshot& fragment = fragments.emplace_back();
    fragment.at = dump.at;
    fragment.process.go_version = text.go_version;
    if (dump.goroutines.truncated) fragment.gaps.push_back(Truncated(artifact, dump.goroutines));
    fragment.dump = std::move(dump.goroutines);
  }
  model::Snapshot& last = fragments.back();
  if (text.traces_left_out > 0) {
    last.gaps.push_back({"goroutines",
                         fmt::format("{}: {} of a single running goroutine (panics, logged stacks) left out",
                                     artifact.source, Plural(text.traces_left_out, "trace")),
                         ""});
  }
  if (text.too_many) {
    last.gaps.push_back(
        {"goroutines",
         fmt::format("{}: only the first {} dumps were read", artifact.source, fragments.size()),
         "split the file"});
  }
  return fragments;
}

}  // namespace

// The usual priority: no other format has such a line.
extern const Format format_goroutine_text;
const Format format_goroutine_text = {
    .name = "goroutine-text", .priority = 100, .sniff = &Sniff, .parse = &Parse};

}  // namespace seep::parse
