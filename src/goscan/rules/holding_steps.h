// One step of a path: what a statement or a decision does to the resource that is followed.
#pragma once

#include "goscan/rules/holding.h"
#include "goscan/rules/holding_state.h"

namespace seep::goscan {

enum class Step : uint8_t { kOn, kReleased, kKept, kStops, kReplaced };
enum class Decision : uint8_t { kOn, kImpossible, kReleased };

class Steps {
 public:
  Steps(Analysis& analysis, const Site& site, Outcome& outcome);

  // Runs one item of a block; `takes`: it is the one the resource comes from.
  Step Item(NodeId item, HoldState& state, bool takes);
  // What follows when `condition` (or condition == equals) holds or does not.
  Decision Decide(NodeId condition, NodeId equals, bool holds, HoldState& state);
  // A range over a list that was made here with it, and whose rounds give back what is in it.
  bool GivesBackEach(NodeId range, HoldState& state);
  // A named result holds it, so that a return without values hands it out.
  bool ResultHolds(const HoldState& state) const;

 private:
  enum class Way : uint8_t { kCall, kDefer, kGo };

  Hold Eval(NodeId expr);
  Hold EvalCall(NodeId id, Way way);
  Hold EvalSelector(NodeId id);
  Hold EvalLiteral(NodeId id);
  Hold EvalComposite(NodeId id);
  bool ReleasesByMethod(NodeId fun);
  bool IsReleaseName(std::string_view name, Hold hold) const;
  void PassArgument(NodeId call, const Callee& callee, size_t index, Hold hold, Way way);
  void PassReceiver(const Callee& callee, Hold hold);
  bool OnlyUses(NodeId call, const Callee& callee, size_t index, Way way);
  bool GivesPlainValues(TypeId function);
  bool IsOfC(const Callee& callee);
  void FinishOrigin(NodeId call, NodeId receiver);
  std::string_view LockedBehind() const;
  void Assign(const NodeList& left, const NodeList& right, NodeId type);
  void Store(NodeId left, Hold hold, bool& replaced);
  void StoreInto(NodeId left, Hold hold);
  uint32_t ErrorJudgedBy(NodeId value) const;
  void RememberVerdict(const NodeList& left, uint32_t error);
  bool IsPartOf(const Callee& callee);
  bool UnlocksPlace(const Callee& callee);
  bool LeftOpenBy(NodeId literal);
  bool IsFieldOfCommand(NodeId left, uint32_t root);
  void Return(NodeId id);
  void Statement(NodeId id);
  void Keep(bool clear);
  void Release() { step_ = Step::kReleased; }
  bool MentionsRelease(NodeId body) const;
  bool OnlyWhenPanicking(const IfStmt& branch) const;
  bool Mentions(NodeId body) const;
  bool IsHolder(NodeId ident) const;
  bool IsOwnVariable(uint32_t var) const;
  uint32_t RootVar(NodeId expr) const;
  bool DecideNil(NodeId x, bool is_nil, HoldState& state, Decision& decision);
  void RememberConstant(NodeId left, NodeId value);
  Decision Remember(NodeId condition, NodeId equals, bool holds, HoldState& state);

  Analysis& analysis_;
  const Site& site_;
  const Function& function_;
  const Tree& tree_;
  Bindings& bindings_;
  const model::ScanResource& resource_;
  Outcome& outcome_;

  HoldState* state_ = nullptr;
  Step step_ = Step::kOn;
  bool taking_ = false;         // the item is the one with the origin
  bool origin_tuple_ = false;   // the origin was the only value of the statement
  bool lends_address_ = false;  // &x stands among the arguments of a call of C
  std::string place_;           // in_place: the text that names it
  uint32_t place_root_ = 0;
  bool in_place_kind_ = false;
};

// Adds what the structure around a block says: the conditions of the ifs it lies in.
void AssumeGiven(Analysis& analysis, uint32_t function, const Graph& graph, uint32_t given, HoldState& state);

}  // namespace seep::goscan
