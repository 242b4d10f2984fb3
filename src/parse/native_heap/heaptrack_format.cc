// heaptrack's files (heaptrack.h) as evidence of native memory.
#include "base/text.h"
#include "parse/format.h"
#include "parse/native_heap/heaptrack.h"
#include "parse/native_heap/to_snapshot.h"

namespace seep::parse {
namespace {

bool SniffHeaptrack(const Sample& sample) {
  return IsHeaptrack(sample.head);
}

Result<std::vector<model::Snapshot>> ParseHeaptrack(const model::Artifact& artifact, std::string_view bytes,
                                                    Context& context) {
  SEEP_TRY(const HeaptrackFile file, ReadHeaptrack(bytes));
  model::Snapshot out;
  out.native = ToModelProfile(file.profile, context.stacks);
  if (file.unreadable != 0)
    out.gaps.push_back({"native memory",
                        Plural(file.unreadable, "line") + " of heaptrack's file could not be read",
                        "record it again"});
  out.sources.push_back({"heaptrack", artifact.source, {}, artifact.bytes.size()});
  std::vector<model::Snapshot> snapshots;
  snapshots.push_back(std::move(out));
  return snapshots;
}

}  // namespace

extern const Format format_heaptrack;
constinit const Format format_heaptrack = {
    .name = "heaptrack", .priority = 100, .sniff = SniffHeaptrack, .parse = ParseHeaptrack};

}  // namespace seep::parse
