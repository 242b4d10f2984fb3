// Where a value that holds the resource is put: a variable, a field, or nowhere.
#include "goscan/rules/holding_steps.h"

#include <algorithm>

#include "goscan/rules/walk.h"

namespace seep::goscan {

// A command closes what it has opened itself, not what it is given.
bool Steps::IsFieldOfCommand(NodeId left, uint32_t root) {
  const auto selector = tree_.As<SelectorExpr>(left);
  if (!selector || !IsOwnVariable(root) || bindings_.vars[root].parameter) return false;
  Types& types = analysis_.types();
  return types.Is(types.Deref(types.OfExpr(function_.file, selector->x, &bindings_)), "os/exec", "Cmd");
}

// A value that goes into a field, an element or what a pointer points to.
void Steps::StoreInto(NodeId left, Hold hold) {
  Eval(left);
  if (hold == Hold::kNone || step_ != Step::kOn) return;
  const uint32_t root = RootVar(left);
  if (IsFieldOfCommand(left, root)) return;
  // A closure from before may close it with what it lies in.
  const bool captured = root != 0 && bindings_.vars[root].captured_at != 0 &&
                        bindings_.vars[root].captured_at < tree_.begin(left);
  if (IsOwnVariable(root) && !captured && bindings_.vars[root].fresh && !bindings_.vars[root].parameter &&
      tree_.kind(left) == Kind::kSelectorExpr) {
    if (state_->Of(root) == Hold::kNone) state_->Set(root, Hold::kWrapped);
    return;
  }
  outcome_.stored = true;
  Keep(true);
}

void Steps::Store(NodeId left, Hold hold, bool& replaced) {
  left = WithoutParens(tree_, left);
  if (tree_.kind(left) != Kind::kIdent) return StoreInto(left, hold);
  if (tree_.text(left) == "_") return;
  const uint32_t var = bindings_.VarOf(left);
  if (var == 0) {  // of the package
    if (hold != Hold::kNone) Keep(true);
    return;
  }
  state_->Assigned(var);
  if (hold != Hold::kNone && bindings_.vars[var].in_clauses)
    // switch v := x.(type): a variable for each clause, by one name.
    for (uint32_t other = 1; other < bindings_.vars.size(); ++other)
      if (bindings_.vars[other].decl == left) state_->Set(other, hold);
  if (state_->in_place && var == place_root_) return Keep(false);  // the name means another one now
  if (hold == Hold::kNone) {
    if (state_->Of(var) != Hold::kNone) {
      state_->Drop(var);
      replaced = true;
    }
    return;
  }
  const Var& v = bindings_.vars[var];
  // Whoever has had its address, or uses it in a closure, from before this may see it.
  const auto before = [&](Offset at) { return at != 0 && at < tree_.begin(left); };
  if (!IsOwnVariable(var) || before(v.address_at) || before(v.captured_at)) return Keep(true);
  state_->Set(var, hold);
}

void Steps::Assign(const NodeList& left, const NodeList& right, NodeId type) {
  (void)type;
  bool replaced = false;
  const uint32_t judged = right.size() == 1 ? ErrorJudgedBy(right.front()) : 0;
  if (right.size() == 1 && left.size() > 1) {
    const Hold hold = Eval(right.front());
    if (step_ != Step::kOn) return;
    const bool from_origin = origin_tuple_ && WithoutParens(tree_, right.front()) == site_.origin;
    uint32_t error = 0;
    for (size_t i = 0; i < left.size() && step_ == Step::kOn; ++i) {
      const bool takes = from_origin && (i == site_.result ||
                                         std::ranges::find(site_.handed.also, i) != site_.handed.also.end());
      const bool assertion = !from_origin && i == 0;  // v, ok := x.(T)
      Store(left[i], takes || assertion ? hold : Hold::kNone, replaced);
      if (from_origin && i + 1 == left.size() && !takes)
        error = bindings_.VarOf(WithoutParens(tree_, left[i]));
    }
    // context.WithCancel gives no error, what hands its cancel on may.
    if (from_origin && error != 0 &&
        (site_.by_summary || resource_.release != std::vector<std::string>{"()"}))
      state_->error = error;
  } else {
    std::vector<Hold> holds;
    for (const NodeId value : right) holds.push_back(Eval(value));
    for (size_t i = 0; i < left.size() && step_ == Step::kOn; ++i) {
      Store(left[i], i < holds.size() ? holds[i] : Hold::kNone, replaced);
      if (step_ == Step::kOn && i < right.size()) RememberConstant(left[i], right[i]);
    }
    // err := cmd.Start(): whether it runs at all.
    if (taking_ && resource_.held_by == "receiver" && left.size() == 1 && state_->Holds() &&
        !state_->in_place)
      state_->error = bindings_.VarOf(WithoutParens(tree_, left.front()));
  }
  if (judged != 0 && step_ == Step::kOn) RememberVerdict(left, judged);
  if (replaced && step_ == Step::kOn && !state_->Holds() && !taking_) step_ = Step::kReplaced;
}

// again, err := shouldRetry(ctx, err): the error that says whether there is anything to hold. What is given
// the resource besides may judge that.
uint32_t Steps::ErrorJudgedBy(NodeId value) const {
  const auto call = tree_.As<CallExpr>(WithoutParens(tree_, value));
  if (!call || taking_ || state_->error == 0) return 0;
  bool judges = false;
  for (const NodeId argument : call->args) {
    if (Mentions(argument)) return 0;
    judges |= tree_.kind(argument) == Kind::kIdent && bindings_.VarOf(argument) == state_->error;
  }
  return judges ? state_->error : 0;
}

void Steps::RememberVerdict(const NodeList& left, uint32_t error) {
  for (const NodeId each : left) {
    const uint32_t var = tree_.kind(each) == Kind::kIdent ? bindings_.VarOf(each) : 0;
    if (var == error) {
      state_->error = error;
    } else if (var != 0) {
      state_->verdict = var;
    }
  }
}

}  // namespace seep::goscan
