#include "cli/native_kernel.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "base/text.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "pipeline/native_kernel.h"

namespace seep::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// New threads are known soon; a look costs nothing where there are none.
constexpr milliseconds kLook{200};

// Ctrl-C and SIGTERM end the sampling instead of seep, so that what was seen is reported.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&signals_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, number);
    sigprocmask(SIG_BLOCK, &signals_, &before_);
  }
  ~EndSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;
  bool Came(milliseconds within) const {
    const timespec timeout{within.count() / 1000, within.count() % 1000 * 1'000'000};
    return sigtimedwait(&signals_, nullptr, &timeout) > 0;
  }

 private:
  sigset_t signals_{}, before_{};
};

void SayWhatItCosts(double nanoseconds, uint64_t pid) {
  PrintError(fmt::format(
      "seep: --ebpf: until this ends every pair of malloc and free costs pid {} about {:.1f} us more "
      "(measured here just now); nothing is loaded into it, and the probes go with seep\n",
      pid, nanoseconds / 1000));
}

// What a profile lacks, as far as the counts tell.
void SayWhatIsMissing(const pipeline::KernelSampling::Seen& seen) {
  if (seen.samples.samples != 0 && seen.without_goroutine * 20 > seen.samples.samples)
    PrintError(fmt::format(
        "seep: {} of {} samples are of threads that Go does not know, or that were new: no Go frames\n",
        FormatCount(seen.without_goroutine), FormatCount(seen.samples.samples)));
}

Result<pipeline::KernelSampling::Seen> ReadOne(pipeline::KernelSampling& sampling,
                                               const NativeProcessOptions& run) {
  SEEP_TRY(pipeline::KernelSampling::Seen seen, sampling.Read());
  if (seen.calls == 0)
    return Fail(
        ErrorCode::kNoEvidence, "the process asked for no memory while it was watched",
        fmt::format("pid {}", run.pid),
        "it was idle, or it brings an allocator of its own that has no symbols: `seep memory` says which");
  return seen;
}

Status Sample(const NativeProcessOptions& run,
              const std::function<Status(const model::NativeSamples&, bool last)>& show) {
  const EndSignals signals;
  SEEP_TRY(const double cost, pipeline::KernelSamplingCost(run.pid));
  if (!run.quiet) SayWhatItCosts(cost, run.pid);
  SEEP_TRY(pipeline::KernelSampling sampling, pipeline::KernelSampling::Start(run.pid, run.rate));
  if (!run.quiet)
    PrintError(
        fmt::format("seep: sampling pid {}{}\n", run.pid, run.wait ? "" : "; Ctrl-C ends it and reports"));
  const Clock::time_point begun = Clock::now();
  Clock::time_point told = begun;
  bool ended = false;
  while (!ended) {
    milliseconds wait = kLook;
    if (run.wait) {
      const auto left = std::chrono::duration_cast<milliseconds>(begun + *run.wait - Clock::now());
      ended = left <= kLook;
      wait = std::max(milliseconds(0), std::min(wait, left));
    }
    ended = signals.Came(wait) || sampling.Ended() || ended;
    // Of a process that ends its threads cannot be read any more; what was seen of it counts.
    if (const Status looked = sampling.LookAfterThreads();
        !looked && looked.error().code != ErrorCode::kUnavailable)
      return looked;
    if (ended || !run.every || Clock::now() - told < *run.every) continue;
    told = Clock::now();
    auto seen = ReadOne(sampling, run);
    if (seen) SEEP_TRY_VOID(show(seen->samples, false));
  }
  SEEP_TRY(const pipeline::KernelSampling::Seen seen, ReadOne(sampling, run));
  if (!run.quiet) SayWhatIsMissing(seen);
  return show(seen.samples, true);
}

}  // namespace

int NativeFromKernel(const NativeProcessOptions& options,
                     const std::function<Status(const model::NativeSamples&, bool last)>& show) {
  const Status done = Sample(options, show);
  return done ? kExitClean : PrintFailure(done.error());
}

}  // namespace seep::cli
