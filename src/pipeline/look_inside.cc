#include "pipeline/look_inside.h"

#include <fmt/format.h>

#include <optional>

#include "capture/round.h"
#include "capture/stored_file.h"
#include "pipeline/heap.h"
#include "pipeline/outside.h"
#include "pprof/encode.h"
#include "runtime/dump_text.h"
#include "runtime/goroutine_profile.h"
#include "runtime/http_transports.h"
#include "runtime/poll_descriptors.h"

namespace seep::pipeline {
namespace {

// Reading them costs the process nothing, but 800 bytes of text each are kept in bundles.
constexpr uint64_t kMostDumped = 200'000;

// "# seep go process 1" and a line for each thing that is known of it (parse/go_process).
std::string ProcessText(const Outside& outside, const std::optional<runtime::GoroutineCounts>& counts,
                        const runtime::HttpTransports& transports) {
  std::string text = fmt::format("# seep go process 1\ngo {}\n", outside.go.go_version);
  if (counts)
    text += fmt::format("goroutines seen={} moved={} unreadable={} cut={}\n", counts->seen, counts->moved,
                        counts->unreadable, counts->cut);
  if (transports.connections() > 0)
    text += fmt::format("objects net/http.Transport different={} holders={}\n", transports.transports(),
                        transports.connections());
  return text;
}

class Look {
 public:
  Look(const Outside& outside, std::string source, capture::Round& round)
      : outside_(outside), source_(std::move(source)), round_(round) {}

  void Take(bool goroutines, bool heap) {
    const Time at = round_.Now();
    runtime::PollDescriptors descriptors(outside_.go);
    runtime::HttpTransports transports(outside_.go);
    runtime::DumpText dump(outside_.go, outside_.now);
    runtime::GoroutineProfile profile(outside_.go);
    uint64_t count = 0;
    const auto counts = runtime::ReadGoroutines(outside_.go, [&](const runtime::SeenGoroutine& seen) {
      if (seen.g.system) return;
      descriptors.See(seen);
      transports.See(seen);
      if (!goroutines) return;
      if (++count <= kMostDumped) dump.Add(seen);
      profile.Add(seen);
    });
    if (!counts) {
      round_.AddError("goroutine?debug=2", source_, at, counts.error());
      return;
    }
    if (goroutines && count <= kMostDumped)
      round_.Add("goroutine?debug=2", source_, at, Bytes(dump.Take()));
    else if (goroutines)
      round_.Add("goroutine", source_, at, Bytes(pprof::EncodeGzip(profile.Take())));
    round_.Add("runtime/poll", source_, at,
               Bytes(runtime::PollDescriptorText(descriptors.Read(), descriptors.complete(), outside_.now)));
    std::string text = ProcessText(outside_, goroutines ? std::optional(*counts) : std::nullopt, transports);
    if (const std::string line = heap ? MemStatsLine(outside_) : ""; !line.empty()) text += line + "\n";
    round_.Add("runtime/process", source_, at, Bytes(std::move(text)));
    if (heap) TakeHeap();
  }

 private:
  void TakeHeap() {
    const Time at = round_.Now();
    auto profile = HeapProfileBytes(outside_);
    if (profile)
      round_.Add("heap", source_, at, Bytes(std::move(*profile)));
    else
      round_.AddError("heap", source_, at, std::move(profile.error()));
  }

  const Outside& outside_;
  std::string source_;
  capture::Round& round_;
};

}  // namespace

void LookInside(const capture::InsideRequest& request, const Options& options, capture::Round& round) {
  auto outside = OpenOutside(request.target, HowToOpen(options));
  const bool core = capture::IsCoreFile(request.target);
  const std::string source = core ? request.target : "memory of pid " + request.target;
  if (!outside) {
    // Beside an endpoint it is more than was asked for; alone, it is what there is.
    if (request.alone) round.AddError("goroutine?debug=2", source, round.Now(), std::move(outside.error()));
    return;
  }
  for (const model::Gap& gap : outside->gaps)
    round.AddError("core", source, round.Now(),
                   {ErrorCode::kBadInput, gap.what + ": " + gap.why, "", gap.how});
  Look(*outside, source, round).Take(request.goroutines, request.heap);
}

}  // namespace seep::pipeline
