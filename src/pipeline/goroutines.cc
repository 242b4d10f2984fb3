#include "pipeline/goroutines.h"

#include <fmt/format.h>

#include <unordered_map>

#include "base/text.h"
#include "capture/proc.h"
#include "pipeline/outside.h"
#include "pprof/encode.h"
#include "runtime/count_text.h"
#include "runtime/dump_text.h"
#include "runtime/goroutine_profile.h"
#include "runtime/model_dump.h"

namespace seep::pipeline {
namespace {

// Where each goroutine stood when it was first seen there. The runtime's own "waits since" is written by the
// garbage collector, late and for blocked ones only.
class Watch {
 public:
  void Begin(Time now) {
    now_ = now;
    stood_.swap(before_);
    stood_.clear();
  }
  // Seconds it has stood there at least.
  double See(const runtime::G& g) {
    Place place{g.at.sp, g.at.pc, now_};
    const auto found = before_.find(g.goid);
    const bool still = found != before_.end() && g.status != runtime::Status::kRunning &&
                       found->second.sp == place.sp && found->second.pc == place.pc;
    if (still) place.since = found->second.since;
    stood_.emplace(g.goid, place);
    return Seconds(now_ - place.since);
  }

 private:
  struct Place {
    uint64_t sp = 0, pc = 0;
    Time since;
  };
  Time now_;
  std::unordered_map<uint64_t, Place> before_, stood_;  // by goid: at the last look, at this one
};

// The runtime does not know what its process is called.
Result<runtime::GoroutineCounts> Read(const Outside& outside, const std::string& target,
                                      const runtime::OnGoroutine& see) {
  auto counts = runtime::ReadGoroutines(outside.go, see);
  if (!counts && counts.error().where.empty())
    counts.error().where = outside.pid ? fmt::format("pid {}", *outside.pid) : target;
  return counts;
}

Result<model::GoroutineList> ListOutside(const std::string& target, const Options& options,
                                         const detect::GroupOptions& groups, const capture::Clock& clock,
                                         const Log& log, model::StackTable& stacks) {
  SEEP_TRY(Outside outside, OpenOutside(target, HowToOpen(options)));
  const int samples = outside.pid ? options.capture.samples : 1;
  Watch watch;
  for (int i = 1;; ++i) {
    watch.Begin(clock.now());
    runtime::ModelDump dump(outside.go, outside.Now(), stacks);
    std::vector<double> still;
    SEEP_TRY(const runtime::GoroutineCounts counts,
             Read(outside, target, [&](const runtime::SeenGoroutine& seen) {
               if (seen.g.system) return;
               dump.Add(seen);
               if (samples > 1) still.push_back(watch.See(seen.g));
             }));
    if (i < samples) {
      log.Progress(fmt::format("look {} of {} at {}", i + 1, samples, target));
      clock.sleep(options.capture.interval);
      continue;
    }
    model::GoroutineList list = detect::GroupGoroutines(dump.Take(), still, stacks, groups);
    list.process.name = outside.name;
    list.process.pid = outside.pid;
    list.process.go_version = outside.go.go_version;
    list.gaps.insert(list.gaps.end(), outside.gaps.begin(), outside.gaps.end());
    for (model::Gap& gap : model::GapsOf({counts.seen, counts.moved, counts.unreadable, counts.cut}))
      list.gaps.push_back(std::move(gap));
    return list;
  }
}

// All but the runtime's own goroutines, which no dump has.
template <class Form>
Status GiveProgramsOwn(const Outside& outside, const std::string& target, Form& form) {
  const auto counts = Read(outside, target, [&](const runtime::SeenGoroutine& seen) {
    if (!seen.g.system) form.Add(seen);
  });
  if (!counts) return Fail(counts.error());
  return {};
}

Error NoGoroutines(const std::vector<std::string>& targets) {
  return {ErrorCode::kNoEvidence, "no goroutine dump or profile in it",
          targets.empty() ? "" : targets.front(),
          "give a pid, a URL with net/http/pprof, or a file that goroutine?debug=2 gave"};
}

Status ListEvidence(const std::vector<std::string>& targets, const Options& options,
                    const detect::GroupOptions& groups, const capture::Clock& clock, const Log& log,
                    GoroutineLists& out) {
  Options once = options;
  once.capture.samples = 1;
  SEEP_TRY(const capture::Captured captured, Capture(targets, once, clock, log));
  SEEP_TRY(Evidence evidence, ReadEvidence(captured, once, log));
  out.stacks = std::move(evidence.stacks);
  for (const model::Series& series : evidence.series) {
    const model::Snapshot& newest = series.snapshots.back();
    if (!newest.dump && !newest.goroutines) continue;
    out.lists.push_back(newest.dump ? detect::GroupGoroutines(*newest.dump, {}, out.stacks, groups)
                                    : detect::GroupGoroutines(*newest.goroutines, out.stacks, groups));
    out.lists.back().process = series.process;
  }
  if (out.lists.empty()) return Fail(NoGoroutines(targets));
  return {};
}

bool IsOutside(const std::string& target) {
  const auto spec = capture::RecogniseTarget(target);
  using Kind = model::TargetSpec::Kind;
  return spec && (spec->kind == Kind::kPid || spec->kind == Kind::kCore);
}

}  // namespace

Result<GoroutineLists> ListGoroutines(const std::vector<std::string>& targets, const Options& options,
                                      const detect::GroupOptions& groups, const capture::Clock& clock,
                                      const Log& log) {
  GoroutineLists out;
  std::vector<std::string> others;
  for (const std::string& target : targets)
    if (!IsOutside(target)) others.push_back(target);
  if (!others.empty()) SEEP_TRY_VOID(ListEvidence(others, options, groups, clock, log, out));
  for (const std::string& target : targets) {
    if (!IsOutside(target)) continue;
    auto list = ListOutside(target, options, groups, clock, log, out.stacks);
    if (list) {
      out.lists.push_back(std::move(*list));
    } else if (targets.size() == 1) {
      return Fail(std::move(list.error()));
    } else {
      log.Warn(list.error().Text());
    }
  }
  if (out.lists.empty()) return Fail(NoGoroutines(targets));
  return out;
}

Result<std::string> GoroutineDumpText(const std::string& target, const Options& options) {
  SEEP_TRY(const Outside outside, OpenOutside(target, HowToOpen(options)));
  runtime::DumpText dump(outside.go, outside.Now());
  SEEP_TRY_VOID(GiveProgramsOwn(outside, target, dump));
  return dump.Take();
}

Result<std::string> GoroutineCountText(const std::string& target, const Options& options) {
  SEEP_TRY(const Outside outside, OpenOutside(target, HowToOpen(options)));
  runtime::CountText counts(outside.go);
  SEEP_TRY_VOID(GiveProgramsOwn(outside, target, counts));
  return counts.Take();
}

Result<std::string> GoroutineProfileBytes(const std::string& target, const Options& options) {
  SEEP_TRY(const Outside outside, OpenOutside(target, HowToOpen(options)));
  runtime::GoroutineProfile profile(outside.go);
  SEEP_TRY_VOID(GiveProgramsOwn(outside, target, profile));
  return pprof::EncodeGzip(profile.Take());
}

Result<std::vector<std::string>> GoProcesses(const Options& options, const Log& log) {
  std::vector<std::string> out;
  size_t denied = 0;
  for (const uint64_t pid : capture::Processes(options.capture.proc_root)) {
    const auto is_go = IsGoProcess(pid, HowToOpen(options));
    if (is_go && *is_go) out.push_back(std::to_string(pid));
    if (!is_go && is_go.error().code == ErrorCode::kPermission) ++denied;
  }
  const std::string unread = denied == 0 ? "" : Plural(denied, "process", "processes") + " may not be read";
  if (out.empty())
    return Fail(ErrorCode::kNotFound,
                "no Go process was found on this machine" + (denied == 0 ? "" : "; " + unread), "--all",
                denied == 0 ? "" : "run seep as root to read those of all users");
  if (denied > 0) log.Warn(unread + ", a Go program among them is missed: run seep as root to read them");
  return out;
}

}  // namespace seep::pipeline
