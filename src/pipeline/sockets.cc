#include "pipeline/sockets.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/cursor.h"
#include "capture/owner.h"
#include "capture/proc.h"
#include "capture/round.h"
#include "capture/socket_tables.h"
#include "pipeline/look_inside.h"

namespace seep::pipeline {
namespace {

// Of a pid alone neither memory maps nor heap are wanted: only what is joined here.
Result<capture::Captured> TakeProcess(const std::string& target, const Options& options,
                                      const capture::Clock& clock, capture::SocketTables* tables) {
  Cursor in(target);
  const uint64_t pid = in.Decimal().value_or(0);
  SEEP_TRY_VOID(capture::CheckProcess(options.capture.proc_root, pid));
  capture::Captured captured;
  capture::Round round(fmt::format("pid {}", pid), 0, clock, captured.artifacts);
  LookInside({target, true, false}, options, round);
  if (tables != nullptr)
    capture::TakeSockets(options.capture, pid, *tables, round);
  else
    capture::TakeSockets(options.capture, pid, round);
  return captured;
}

bool HasSockets(const model::Snapshot& s) {
  return s.fds && s.sockets;
}

// Without these there is no list; what else is missing is said beside it.
Error NoSockets(const std::string& target, const std::vector<model::Gap>& gaps) {
  for (const model::Gap& gap : gaps)
    if (gap.what == "proc/fd" || gap.what == "net/sock_diag" || gap.what == "proc/net/tcp")
      return {ErrorCode::kNoEvidence, gap.why, gap.what, gap.how};
  return {ErrorCode::kNoEvidence, "no descriptors and sockets in it", target,
          "give a pid of this machine, or evidence taken with seep capture --pid PID"};
}

void Name(const std::string& target, const Options& options, model::SocketList& list) {
  Cursor in(target);
  const auto pid = in.Decimal();
  if (!pid || !in.AtEnd()) return;
  list.process.pid = *pid;
  list.process.name = capture::ProcessName(options.capture.proc_root, *pid);
}

Result<SocketLists> ListOne(const std::string& target, const Options& options,
                            const detect::SocketOptions& groups, const model::Knowledge& knowledge,
                            capture::SocketTables* tables, const capture::Clock& clock, const Log& log) {
  SEEP_TRY(const model::TargetSpec spec, capture::RecogniseTarget(target));
  const bool process = spec.kind == model::TargetSpec::Kind::kPid;
  Options once = options;
  once.capture.samples = 1;
  SEEP_TRY(const capture::Captured captured,
           process ? TakeProcess(target, options, clock, tables) : Capture({target}, once, clock, log));
  SEEP_TRY(Evidence evidence, ReadEvidence(captured, options, log));
  SocketLists out;
  for (const model::Series& series : evidence.series) {
    const auto newest = std::find_if(series.snapshots.rbegin(), series.snapshots.rend(), HasSockets);
    if (newest == series.snapshots.rend()) continue;
    const detect::Frames frames(evidence.stacks, knowledge);
    model::SocketList list = detect::GroupSockets(*newest, frames, groups);
    list.process = series.process;
    if (process) Name(target, options, list);
    list.gaps.insert(list.gaps.end(), evidence.gaps.begin(), evidence.gaps.end());
    out.lists.push_back(std::move(list));
  }
  if (out.lists.empty()) return Fail(NoSockets(target, evidence.gaps));
  out.stacks = std::move(evidence.stacks);
  return out;
}

}  // namespace

Result<std::vector<SocketLists>> ListSockets(const std::vector<std::string>& targets, const Options& options,
                                             const detect::SocketOptions& groups, const capture::Clock& clock,
                                             const Log& log) {
  SEEP_TRY(const model::Knowledge knowledge, LoadKnowledge(options.knowledge_folders));
  capture::SocketTables tables;
  std::vector<SocketLists> out;
  for (const std::string& target : targets) {
    auto one =
        ListOne(target, options, groups, knowledge, targets.size() > 1 ? &tables : nullptr, clock, log);
    if (one)
      out.push_back(std::move(*one));
    else if (targets.size() == 1)
      return Fail(std::move(one.error()));
    else
      log.Warn(one.error().Text());
  }
  if (out.empty()) return Fail(NoSockets(targets.empty() ? "" : targets.front(), {}));
  return out;
}

}  // namespace seep::pipeline
