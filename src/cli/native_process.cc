#include "cli/native_process.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <ctime>

#include "base/text.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "pipeline/native_process.h"

namespace seep::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kUsualWait{30'000};

// Ctrl-C and the signals that ask seep to end: then it reports what there is.
class Asked {
 public:
  Asked() {
    sigemptyset(&set_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, number);
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~Asked() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  // True: to end.
  bool Within(milliseconds time) const {
    const auto until = std::chrono::steady_clock::now() + time;
    while (true) {
      const auto left =
          std::chrono::duration_cast<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now());
      if (left.count() <= 0) return false;
      const timespec timeout{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
      if (sigtimedwait(&set_, nullptr, &timeout) > 0) return true;
      if (errno != EINTR && errno != EAGAIN) return true;
    }
  }

 private:
  sigset_t set_{}, before_{};
};

std::string Held(const pipeline::Switched& switched) {
  return fmt::format("thread {} was held for {:.1f} ms", switched.thread,
                     std::chrono::duration<double, std::milli>(switched.held).count());
}

Error NotSampled(uint64_t pid) {
  return {
      ErrorCode::kUsage, "it is not sampled, and nothing was done to it", fmt::format("pid {}", pid),
      "with --inject seep stops one idle thread of it for some milliseconds (ptrace), has it load the "
      "sampler and "
      "turn the program's pointers to malloc to it; --off turns them back. Without touching it: seep memory"};
}

Error NoTraffic(uint64_t pid, milliseconds waited) {
  return {ErrorCode::kNoEvidence,
          fmt::format("the sampler is in it and has seen no allocation in {:.0f} s",
                      static_cast<double>(waited.count()) / 1000),
          fmt::format("pid {}", pid),
          "either no C code of it allocates now, or its malloc is inside its executable (jemalloc, tcmalloc "
          "linked in)"};
}

Result<milliseconds> SwitchOn(const NativeProcessOptions& options) {
  SEEP_TRY(const pipeline::Switched switched,
           pipeline::SwitchNativeSampler(options.pid, true, options.rate, {}));
  const milliseconds wait = options.wait.value_or(switched.already ? milliseconds(0) : kUsualWait);
  if (switched.already)
    PrintError(fmt::format("seep: pid {} is sampled already\n", options.pid));
  else if (!options.quiet)
    PrintError(fmt::format("seep: {}; {}. Sampling for {:.0f} s (--for), Ctrl-C ends it sooner\n",
                           Held(switched),
                           switched.slots > 0 ? Plural(switched.slots, "pointer") + " to the allocator turned"
                                              : "the sampler was loaded at its start",
                           static_cast<double>(wait.count()) / 1000));
  return wait;
}

Status Show(uint64_t pid, bool last, const std::function<Status(const model::NativeSamples&, bool)>& show,
            milliseconds waited) {
  SEEP_TRY(const model::NativeSamples samples, pipeline::ReadNativeProcess(pid, {}));
  if (last && samples.samples == 0 && samples.met == 0 && waited.count() > 0)
    return Fail(NoTraffic(pid, waited));
  return show(samples, last);
}

Status SwitchOff(const NativeProcessOptions& options) {
  SEEP_TRY(const pipeline::Switched switched, pipeline::SwitchNativeSampler(options.pid, false, 0, {}));
  PrintError(switched.already
                 ? fmt::format("seep: pid {} was not sampled any more\n", options.pid)
                 : fmt::format(
                       "seep: switched off: {} to the allocator turned back; {}. The library stays, asleep\n",
                       Plural(switched.slots, "pointer"), Held(switched)));
  return {};
}

Status Sample(const NativeProcessOptions& options,
              const std::function<Status(const model::NativeSamples&, bool)>& show) {
  const Asked asked;
  milliseconds left = options.wait.value_or(milliseconds(0));
  if (options.inject) {
    SEEP_TRY(left, SwitchOn(options));
  } else if (auto there = pipeline::ReadNativeProcess(options.pid, {}); !there) {
    return Fail(there.error().code == ErrorCode::kNoEvidence ? NotSampled(options.pid) : there.error());
  }
  const milliseconds all = left;
  while (left.count() > 0) {
    const milliseconds step = std::min(left, options.every.value_or(left));
    if (asked.Within(step)) break;
    left -= step;
    if (left.count() > 0) SEEP_TRY_VOID(Show(options.pid, false, show, all));
  }
  return Show(options.pid, true, show, all);
}

}  // namespace

int NativeOfProcess(const NativeProcessOptions& options,
                    const std::function<Status(const model::NativeSamples&, bool last)>& show) {
  // Alone, --off only switches off; behind a time it does so at the end of it.
  const bool only_off = options.off && !options.inject && !options.wait;
  const Status shown = only_off ? Status() : Sample(options, show);
  const Status off = options.off ? SwitchOff(options) : Status();
  if (!shown) return PrintFailure(shown.error());
  return off ? kExitClean : PrintFailure(off.error());
}

}  // namespace seep::cli
