// R131: a read from a network connection that nothing bounds in time.
#include "goscan/rules/connections.h"
#include "goscan/rules/function_check.h"

namespace seep::goscan {
extern const Check check_reads;

namespace {

// Whoever gave the connection may have set a deadline, and who reads for ever may be meant to: a place for a
// process to point at.
class ReadsWithoutDeadline : FunctionCheck {
 public:
  using FunctionCheck::FunctionCheck;

  void Run() {
    ForEachOwn(tree_, function_, {Kind::kCallExpr}, [&](NodeId call) {
      if (!ReadsConnection(analysis_, function_, call)) return;
      const Deadline deadline = DeadlineBefore(analysis_, function_, call);
      if (deadline == Deadline::kSet) return;
      Add("R131", call, model::ScanConfidence::kPossible,
          deadline == Deadline::kMaybe
              ? "this read has no deadline where the condition above does not hold"
              : "no deadline is seen for this read: a peer that stays silent holds it for ever");
    });
  }
};

}  // namespace

constinit const Check check_reads = {"reads", &RunInEach<ReadsWithoutDeadline>};

}  // namespace seep::goscan
