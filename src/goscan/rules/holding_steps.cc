#include "goscan/rules/holding_steps.h"

#include <algorithm>
#include <array>

#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

// What ends a thing, whatever its type: for things made here that hold the resource inside.
bool EndsWhateverItIs(std::string_view method) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"Close", "CloseIdleConnections", "Stop", "Shutdown", "Release", "Free", "Destroy", "Cancel", "Cleanup",
       "CloseNow", "Disconnect", "Quit", "Kill", "Wait", "Run", "Output", "CombinedOutput"});
  return std::ranges::find(kNames, method) != kNames.end();
}

}  // namespace

Steps::Steps(Analysis& analysis, const Site& site, Outcome& outcome)
    : analysis_(analysis),
      site_(site),
      function_(analysis.function(site.function)),
      tree_(analysis.tree(function_)),
      bindings_(analysis.bindings(function_.file)),
      resource_(*site.resource),
      outcome_(outcome) {}

Step Steps::Item(NodeId item, HoldState& state, bool takes) {
  state_ = &state;
  step_ = Step::kOn;
  taking_ = takes;
  origin_tuple_ = false;
  if (takes || state.Holds()) Statement(item);
  return step_;
}

bool Steps::ResultHolds(const HoldState& state) const {
  return std::ranges::any_of(state.holders, [&](const auto& h) { return bindings_.vars[h.first].result; });
}

void Steps::Keep(bool clear) {
  step_ = Step::kKept;
  if (!clear) outcome_.unclear = true;
}

bool Steps::IsOwnVariable(uint32_t var) const {
  return var != 0 && bindings_.vars[var].function == function_.node;
}

uint32_t Steps::RootVar(NodeId expr) const {
  for (;;) {
    expr = WithoutParens(tree_, expr);
    if (!expr) return 0;
    if (tree_.kind(expr) == Kind::kIdent) return bindings_.VarOf(expr);
    if (const auto selector = tree_.As<SelectorExpr>(expr)) {
      expr = selector->x;
    } else if (const auto star = tree_.As<StarExpr>(expr)) {
      expr = star->x;
    } else if (const auto index = tree_.As<IndexExpr>(expr)) {
      expr = index->x;
    } else {
      return 0;
    }
  }
}

bool Steps::IsHolder(NodeId ident) const {
  const uint32_t var = bindings_.VarOf(ident);
  return var != 0 && state_->Of(var) != Hold::kNone;
}

bool Steps::Mentions(NodeId body) const {
  if (tree_.kind(body) == Kind::kIdent && IsHolder(body)) return true;
  bool found = false;
  ForEachChild(tree_, body, [&](NodeId child) { found = found || Mentions(child); });
  return found;
}

bool Steps::IsReleaseName(std::string_view name, Hold hold) const {
  if (hold == Hold::kWrapped && EndsWhateverItIs(name)) return true;
  if (hold == Hold::kWhole && !resource_.at.empty()) return false;
  return std::ranges::find(resource_.release, name) != resource_.release.end();
}

// Whether `fun` is <holder>.Close, or another method that gives it back; also as a value.
bool Steps::ReleasesByMethod(NodeId fun) {
  const auto selector = tree_.As<SelectorExpr>(WithoutParens(tree_, fun));
  if (!selector) return false;
  const std::string_view name = tree_.text(selector->name);
  if (state_->in_place)
    return tree_.text(selector->x) == place_ &&
           std::ranges::find(resource_.release, name) != resource_.release.end();
  const NodeId x = WithoutParens(tree_, selector->x);
  Hold hold = Hold::kNone;
  if (tree_.kind(x) == Kind::kIdent) {
    hold = IsHolder(x) ? state_->Of(bindings_.VarOf(x)) : Hold::kNone;
  } else if (const auto inner = tree_.As<SelectorExpr>(x)) {
    const NodeId root = WithoutParens(tree_, inner->x);
    if (tree_.kind(root) == Kind::kIdent && IsHolder(root)) {
      const Hold whole = state_->Of(bindings_.VarOf(root));
      if (whole == Hold::kWrapped) hold = Hold::kWrapped;
      if (whole == Hold::kWhole && tree_.text(inner->name) == resource_.at) hold = Hold::kInner;
      std::string dotted(tree_.text(inner->name));
      dotted += '.';
      dotted += name;
      if (std::ranges::find(resource_.release, dotted) != resource_.release.end()) return true;
    }
  } else if (const auto assertion = tree_.As<TypeAssertExpr>(x)) {
    const NodeId root = WithoutParens(tree_, assertion->x);
    if (tree_.kind(root) == Kind::kIdent && IsHolder(root)) hold = state_->Of(bindings_.VarOf(root));
    if (hold == Hold::kWhole && !resource_.at.empty()) return false;
  }
  return hold != Hold::kNone && IsReleaseName(name, hold);
}

// A release anywhere in a function literal or another piece of source.
bool Steps::MentionsRelease(NodeId body) const {
  auto* self = const_cast<Steps*>(this);
  if (const auto call = tree_.As<CallExpr>(body)) {
    if (self->ReleasesByMethod(call->fun)) return true;
    if (tree_.kind(call->fun) == Kind::kIdent && IsHolder(call->fun)) return true;  // cancel()
    for (const NodeId argument : call->args) {
      if (!Mentions(argument)) continue;
      const Callee& callee = analysis_.CalleeOf(function_.file, body);
      if (analysis_.specs().Releases(resource_, callee.key)) return true;
      if (const uint32_t f = analysis_.FunctionOf(callee.decl); f != UINT32_MAX) {
        Hold hold = resource_.at.empty() ? Hold::kWhole : Hold::kInner;
        if (tree_.kind(argument) == Kind::kIdent) hold = state_->Of(bindings_.VarOf(argument));
        for (size_t i = 0; i < call->args.size(); ++i)
          if (call->args[i] == argument &&
              analysis_.FateOf(f, static_cast<int>(i), resource_, hold) == Fate::kReleased)
            return true;
      }
    }
  }
  // if p := recover(); p != nil { tx.Rollback(); panic(p) }: what it does otherwise is what counts.
  if (const auto branch = tree_.As<IfStmt>(body); branch && branch->init && OnlyWhenPanicking(*branch))
    return branch->otherwise && MentionsRelease(branch->otherwise);
  bool found = false;
  ForEachChild(tree_, body, [&](NodeId child) { found = found || MentionsRelease(child); });
  return found;
}

bool Steps::OnlyWhenPanicking(const IfStmt& branch) const {
  const auto assign = tree_.As<AssignStmt>(branch.init);
  return assign && assign->right.size() == 1 && tree_.text(assign->right.front()) == "recover()" &&
         tree_.op(branch.cond) == Token::kNeq;
}

bool Steps::GivesBackEach(NodeId range, HoldState& state) {
  const auto loop = tree_.Get<RangeStmt>(range);
  const NodeId list = WithoutParens(tree_, loop.x);
  state_ = &state;
  return tree_.kind(list) == Kind::kIdent && IsHolder(list) &&
         state.Of(bindings_.VarOf(list)) == Hold::kWrapped && MentionsRelease(loop.body);
}

Hold Steps::Eval(NodeId expr) {
  if (!expr || step_ != Step::kOn) return Hold::kNone;
  switch (tree_.kind(expr)) {
    case Kind::kIdent:
      return IsHolder(expr) ? state_->Of(bindings_.VarOf(expr)) : Hold::kNone;
    case Kind::kParenExpr:
      return Eval(tree_.Get<ParenExpr>(expr).x);
    case Kind::kStarExpr: {  // what a pointer points to is not the pointer
      const Hold hold = Eval(tree_.Get<StarExpr>(expr).x);
      return hold == Hold::kWrapped ? hold : Hold::kNone;
    }
    case Kind::kTypeAssertExpr:
      return Eval(tree_.Get<TypeAssertExpr>(expr).x);
    case Kind::kSliceExpr:  // a part of a mapping, of which somebody has to have the whole
      return Eval(tree_.Get<SliceExpr>(expr).x) == Hold::kNone ? Hold::kNone : Hold::kWrapped;
    case Kind::kUnaryExpr: {
      const NodeId x = tree_.Get<UnaryExpr>(expr).x;
      const Hold hold = Eval(x);
      if (tree_.op(expr) != Token::kAnd) return Hold::kNone;
      if (hold != Hold::kNone && tree_.kind(WithoutParens(tree_, x)) == Kind::kIdent) {
        // A pointer to a value that was made here is as good as the value.
        if (hold == Hold::kWrapped || resource_.shared) return Hold::kWrapped;
        if (!lends_address_) Keep(false);
      }
      return hold;
    }
    case Kind::kSelectorExpr:
      return EvalSelector(expr);
    case Kind::kCallExpr:
      return EvalCall(expr, Way::kCall);
    case Kind::kFuncLit:
      return EvalLiteral(expr);
    case Kind::kCompositeLit:
      return EvalComposite(expr);
    case Kind::kKeyValueExpr:
      return Eval(tree_.Get<KeyValueExpr>(expr).value);
    default:
      ForEachChild(tree_, expr, [&](NodeId child) { Eval(child); });
      return Hold::kNone;
  }
}

Hold Steps::EvalSelector(NodeId id) {
  if (ReleasesByMethod(id)) {  // resp.Body.Close as a value: somebody will call it
    Release();
    return Hold::kNone;
  }
  const auto selector = tree_.Get<SelectorExpr>(id);
  if (state_->in_place && HasWord(tree_.text(selector.name), "unlock")) {  // tx.closeUnlock as a value
    Release();
    return Hold::kNone;
  }
  const Hold hold = Eval(selector.x);
  if (hold == Hold::kWrapped) return Hold::kWrapped;
  if (hold == Hold::kWhole && !resource_.at.empty() && tree_.text(selector.name) == resource_.at)
    return Hold::kInner;
  return Hold::kNone;
}

Hold Steps::EvalLiteral(NodeId id) {
  if (!state_->Holds()) return Hold::kNone;
  const auto literal = tree_.Get<FuncLit>(id);
  if (!literal.body) return Hold::kNone;
  if (MentionsRelease(literal.body)) {
    Release();
  } else if (Mentions(literal.body)) {
    Keep(false);
  }
  return Hold::kNone;
}

Hold Steps::EvalComposite(NodeId id) {
  Hold hold = Hold::kNone;
  for (const NodeId element : tree_.Get<CompositeLit>(id).elements)
    if (Eval(element) != Hold::kNone) hold = Hold::kWrapped;
  if (taking_ && id == site_.origin) return site_.hold;
  return hold;
}

void Steps::Return(NodeId id) {
  const NodeList results = tree_.Get<ReturnStmt>(id).results;
  if (results.empty() && ResultHolds(*state_)) return Keep(true);
  bool out = false;
  for (uint32_t i = 0; i < results.size() && step_ == Step::kOn; ++i) {
    const Hold hold = Eval(results[i]);
    if (hold == Hold::kNone || step_ != Step::kOn) continue;
    const bool tuple =
        origin_tuple_ && results.size() == 1 && WithoutParens(tree_, results[i]) == site_.origin;
    const std::pair<uint32_t, Hold> handed{tuple ? site_.result : i, hold};
    if (std::ranges::find(outcome_.returned, handed) == outcome_.returned.end())
      outcome_.returned.push_back(handed);
    out = true;
  }
  if (out && step_ == Step::kOn) Keep(true);
}

void Steps::Statement(NodeId id) {
  switch (tree_.kind(id)) {
    case Kind::kAssignStmt: {
      const auto assign = tree_.Get<AssignStmt>(id);
      return Assign(assign.left, assign.right, {});
    }
    case Kind::kDeclStmt: {
      const auto group = tree_.As<GenDecl>(tree_.Get<DeclStmt>(id).decl);
      if (!group || tree_.op(tree_.Get<DeclStmt>(id).decl) != Token::kVar) return;
      for (const NodeId spec : group->specs)
        if (const auto value = tree_.As<ValueSpec>(spec); value && step_ == Step::kOn)
          Assign(value->names, value->values, value->type);
      return;
    }
    case Kind::kReturnStmt:
      return Return(id);
    case Kind::kSendStmt: {
      const auto send = tree_.Get<SendStmt>(id);
      Eval(send.channel);
      if (Eval(send.value) == Hold::kNone || step_ != Step::kOn) return;
      outcome_.stored = true;
      Keep(true);
      return;
    }
    case Kind::kGoStmt:
      EvalCall(tree_.Get<GoStmt>(id).call, Way::kGo);
      return;
    case Kind::kDeferStmt:
      EvalCall(tree_.Get<DeferStmt>(id).call, Way::kDefer);
      return;
    case Kind::kExprStmt:
      Eval(tree_.Get<ExprStmt>(id).x);
      return;
    case Kind::kIncDecStmt:
      if (const uint32_t var = RootVar(tree_.Get<IncDecStmt>(id).x)) state_->Assigned(var);
      return;
    case Kind::kRangeStmt: {
      const auto loop = tree_.Get<RangeStmt>(id);
      bool replaced = false;
      const bool inside = Eval(loop.x) == Hold::kWrapped;  // a list that was made here with it
      if (loop.key) Store(loop.key, Hold::kNone, replaced);
      if (loop.value) Store(loop.value, inside ? Hold::kWrapped : Hold::kNone, replaced);
      if (replaced && !state_->Holds()) step_ = Step::kReplaced;
      return;
    }
    default:
      Eval(id);
  }
}

}  // namespace seep::goscan
