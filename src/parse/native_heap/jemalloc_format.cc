// jemalloc's heap dumps (jemalloc.h) as evidence of native memory.
#include "parse/format.h"
#include "parse/native_heap/jemalloc.h"
#include "parse/native_heap/to_snapshot.h"

namespace seep::parse {
namespace {

bool SniffJemalloc(const Sample& sample) {
  return IsJemallocHeap(sample.head);
}

Result<std::vector<model::Snapshot>> ParseJemalloc(const model::Artifact& artifact, std::string_view bytes,
                                                   Context& context) {
  SEEP_TRY(const profile::Profile profile, ReadJemallocHeap(bytes));
  model::Snapshot out;
  out.native = ToModelProfile(profile, context.stacks);
  out.gaps.push_back(
      {"names of functions in native memory", "jemalloc's dump has addresses only",
       "on the machine where it was taken: seep pprof -proto FILE > named.pb.gz, which is evidence, too"});
  out.sources.push_back({"jemalloc heap", artifact.source, {}, artifact.bytes.size()});
  std::vector<model::Snapshot> snapshots;
  snapshots.push_back(std::move(out));
  return snapshots;
}

}  // namespace

extern const Format format_jemalloc;
constinit const Format format_jemalloc = {
    .name = "jemalloc-heap", .priority = 100, .sniff = SniffJemalloc, .parse = ParseJemalloc};

}  // namespace seep::parse
