#include "pipeline/look_inside.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "capture/round.h"
#include "capture/stored_file.h"
#include "pipeline/core_memory.h"
#include "pipeline/heap.h"
#include "pipeline/outside.h"
#include "pprof/encode.h"
#include "runtime/c_heap.h"
#include "runtime/dump_text.h"
#include "runtime/goroutine_profile.h"
#include "runtime/http_transports.h"
#include "runtime/poll_descriptors.h"
#include "runtime/spans.h"

namespace seep::pipeline {
namespace {

// Reading them costs the process nothing, but 800 bytes of text each are kept in bundles.
constexpr uint64_t kMostDumped = 200'000;
constexpr size_t kMostText = size_t{512} << 20;  // of made-up labels and names

// "# seep go process 1" and a line for each thing that is known of it (parse/go_process).
std::string ProcessText(const Outside& outside, const std::optional<runtime::GoroutineCounts>& counts,
                        const runtime::HttpTransports& transports) {
  std::string text = fmt::format("# seep go process 1\ngo {}\n", outside.go.go_version);
  if (counts)
    text += fmt::format("goroutines seen={} moved={} unreadable={} cut={}\n", counts->seen, counts->moved,
                        counts->unreadable, counts->cut);
  // Also none: what there is more of later, came.
  text += fmt::format("objects net/http.Transport different={} holders={}\n", transports.transports(),
                      transports.connections());
  return text;
}

// The dump while it is small enough to be kept, and the profile in any case.
class Goroutines {
 public:
  explicit Goroutines(const Outside& outside)
      : dump_(std::in_place, outside.go, outside.Now()), profile_(outside.go) {}

  void Add(const runtime::SeenGoroutine& seen) {
    profile_.Add(seen);
    if (++count_ > kMostDumped || (dump_ && dump_->text().size() > kMostText)) dump_.reset();
    if (dump_) dump_->Add(seen);
  }
  void Give(const std::string& source, Time at, capture::Round& round) {
    if (dump_) {
      round.Add("goroutine?debug=2", source, at, Bytes(dump_->Take()));
      return;
    }
    round.AddError(
        "goroutine?debug=2", source, at,
        {ErrorCode::kTooLarge,
         fmt::format("{} goroutines: above {} they are counted by stack, without ages and creators",
                     FormatCount(count_), FormatCount(kMostDumped)),
         "", "seep goroutines PID --debug2 writes each of them"});
    round.Add("goroutine", source, at, Bytes(pprof::EncodeGzip(profile_.Take())));
  }

 private:
  std::optional<runtime::DumpText> dump_;
  runtime::GoroutineProfile profile_;
  uint64_t count_ = 0;
};

class Look {
 public:
  Look(const Outside& outside, std::string source, capture::Round& round)
      : outside_(outside), source_(std::move(source)), round_(round) {}

  void Take(bool goroutines, bool heap) {
    const Time at = round_.Now();
    runtime::PollDescriptors descriptors(outside_.go);
    runtime::HttpTransports transports(outside_.go);
    Goroutines forms(outside_);
    const auto counts = runtime::ReadGoroutines(outside_.go, [&](const runtime::SeenGoroutine& seen) {
      if (seen.g.system) return;
      descriptors.See(seen);
      transports.See(seen);
      if (goroutines) forms.Add(seen);
    });
    if (!counts) {
      if (goroutines) round_.AddError("goroutine?debug=2", source_, at, counts.error());
      return;
    }
    if (goroutines) forms.Give(source_, at, round_);
    round_.Add(
        "runtime/poll", source_, at,
        Bytes(runtime::PollDescriptorText(descriptors.Read(), descriptors.complete(), outside_.Now())));
    std::string text = ProcessText(outside_, goroutines ? std::optional(*counts) : std::nullopt, transports);
    const auto spans = runtime::ReadSpans(outside_.go);
    if (spans) {
      text += SpanLines(outside_, *spans, heap);
      arenas_ = spans->arenas;
    }
    round_.Add("runtime/process", source_, at, Bytes(std::move(text)));
    if (heap) TakeHeap();
  }

  // Where the memory is, and nothing of who uses it.
  void TakeMemory(bool mem_stats) {
    const Time at = round_.Now();
    const auto spans = runtime::ReadSpans(outside_.go);
    if (!spans) {
      round_.AddError("runtime/process", source_, at, spans.error());
      return;
    }
    arenas_ = spans->arenas;
    round_.Add("runtime/process", source_, at,
               Bytes(fmt::format("# seep go process 1\ngo {}\n", outside_.go.go_version) +
                     SpanLines(outside_, *spans, mem_stats)));
  }

  // Of the Go heap, once one of the two has been called.
  const runtime::AddressRanges& arenas() const { return arenas_; }

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
  runtime::AddressRanges arenas_;
};

void TakeCHeap(const model::ProcessImage& image, const runtime::AddressRanges& known,
               const std::string& source, capture::Round& round) {
  const Time at = round.Now();
  if (const auto heap = runtime::ReadCHeap(image, known))
    round.Add("runtime/c_heap", source, at, Bytes(runtime::CHeapText(*heap)));
}

}  // namespace

void LookInside(const capture::InsideRequest& request, const Options& options, capture::Round& round) {
  auto outside = OpenOutside(request.target, HowToOpen(options));
  const bool core = capture::IsCoreFile(request.target);
  const std::string source = core ? request.target : "memory of pid " + request.target;
  if (!outside) {
    // Beside an endpoint it is more than was asked for; alone, it is what there is.
    if (request.alone && !request.memory_only)
      round.AddError("goroutine?debug=2", source, round.Now(), std::move(outside.error()));
    else if (request.memory_only)
      round.AddError("the Go heap's parts", source, round.Now(), std::move(outside.error()));
    // A program that is not Go's, or not known, may have a C heap all the same.
    if (const auto image = OpenImage(request.target, HowToOpen(options)))
      TakeCHeap(**image, {}, source, round);
    return;
  }
  for (const model::Gap& gap : outside->gaps)
    if (!request.memory_only)
      round.AddError(gap.what, source, round.Now(), {ErrorCode::kBadInput, gap.why, "", gap.how});
  Look look(*outside, source, round);
  if (request.memory_only)
    look.TakeMemory(request.heap);
  else
    look.Take(request.goroutines, request.heap);
  TakeCHeap(*outside->image, look.arenas(), source, round);
  if (!core || !request.memory_only) return;  // a diagnosis has no second moment to compare it with
  const Time at = round.Now();
  round.Add("proc/threads", source, at, Bytes(CoreThreads(*outside)));
  round.Add("proc/smaps", source, at, Bytes(CoreSmaps(*outside->image)));
  round.AddError("proc/smaps: pages of files", source, at,
                 {ErrorCode::kNoEvidence,
                  "a core file leaves them out; what it holds of the rest counts as resident", "", ""});
}

}  // namespace seep::pipeline
