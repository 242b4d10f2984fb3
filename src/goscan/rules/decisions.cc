// What a decided condition says of the resource: whether it was taken at all, and which later conditions can
// still go either way.
#include <algorithm>

#include "goscan/rules/holding_steps.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

constexpr size_t kMaxFacts = 6;

// assert.NoError(t, err), assert.Nil(t, err)
bool SaysThereIsNone(const Tree& tree, NodeId call) {
  const std::string_view name = CalledName(tree, call);
  return name.starts_with("NoError") || name == "Nil" || name == "Nilf" || name == "IsNil";
}

// A condition that says the same each time it is asked, until one of its variables is assigned.
bool IsPure(const Tree& tree, const Bindings& bindings, NodeId expr, Fact& fact, size_t& vars) {
  switch (tree.kind(expr)) {
    case Kind::kIdent:
      if (const uint32_t var = bindings.VarOf(expr)) {
        if (std::ranges::find(fact.vars, var) != std::end(fact.vars)) return true;
        if (vars == std::size(fact.vars) || bindings.vars[var].address_at != 0) return false;
        fact.vars[vars++] = var;
      }
      return true;
    case Kind::kBasicLit:
      return true;
    case Kind::kSelectorExpr:
      return IsPure(tree, bindings, tree.Get<SelectorExpr>(expr).x, fact, vars);
    case Kind::kParenExpr:
      return IsPure(tree, bindings, tree.Get<ParenExpr>(expr).x, fact, vars);
    case Kind::kBinaryExpr: {
      const auto binary = tree.Get<BinaryExpr>(expr);
      return IsPure(tree, bindings, binary.x, fact, vars) && IsPure(tree, bindings, binary.y, fact, vars);
    }
    case Kind::kCallExpr: {
      const auto call = tree.Get<CallExpr>(expr);
      return tree.text(call.fun) == "len" && call.args.size() == 1 &&
             IsPure(tree, bindings, call.args.front(), fact, vars);
    }
    default:
      return false;
  }
}

// x != y is x == y that does not hold: one text for both.
bool MakeFact(const Tree& tree, const Bindings& bindings, NodeId condition, NodeId equals, bool holds,
              Fact& fact) {
  size_t vars = 0;
  condition = WithoutParens(tree, condition);
  fact.holds = holds;
  if (!IsPure(tree, bindings, condition, fact, vars)) return false;
  std::string text;
  const auto binary = tree.As<BinaryExpr>(condition);
  if (equals) {
    if (!IsPure(tree, bindings, equals, fact, vars)) return false;
    text = tree.text(condition);
    text += "==";
    text += tree.text(equals);
  } else if (binary && (tree.op(condition) == Token::kEql || tree.op(condition) == Token::kNeq)) {
    if (tree.op(condition) == Token::kNeq) fact.holds = !holds;
    text = tree.text(binary->x);
    text += "==";
    text += tree.text(binary->y);
  } else {
    text = tree.text(condition);
  }
  // The same word may mean another variable further in.
  for (const uint32_t var : fact.vars) text.append(reinterpret_cast<const char*>(&var), sizeof var);
  fact.text = std::hash<std::string>()(text) << 1;
  return true;
}

Decision AddFact(const Fact& fact, HoldState& state) {
  for (const Fact& known : state.facts)
    if (known.text == fact.text) return known.holds == fact.holds ? Decision::kOn : Decision::kImpossible;
  if (state.facts.size() < kMaxFacts) state.facts.push_back(fact);
  return Decision::kOn;
}

}  // namespace

Decision Steps::Remember(NodeId condition, NodeId equals, bool holds, HoldState& state) {
  Fact fact;
  if (!MakeFact(tree_, bindings_, condition, equals, holds, fact)) return Decision::kOn;
  return AddFact(fact, state);
}

// opened = true: a later `if opened` goes one way.
void Steps::RememberConstant(NodeId left, NodeId value) {
  if (tree_.kind(left) != Kind::kIdent || tree_.kind(value) != Kind::kIdent) return;
  const std::string_view word = tree_.text(value);
  if (word != "true" && word != "false") return;
  Fact fact;
  if (MakeFact(tree_, bindings_, left, {}, word == "true", fact)) AddFact(fact, *state_);
}

// x == nil is known to be `is_nil` on this path. False: it says nothing of the resource.
bool Steps::DecideNil(NodeId x, bool is_nil, HoldState& state, Decision& decision) {
  const uint32_t var = tree_.kind(x) == Kind::kIdent ? bindings_.VarOf(x) : 0;
  if (var != 0 && var == state.error) {
    decision = is_nil ? Decision::kOn : Decision::kImpossible;
    state.error = 0;
    return true;
  }
  // if cmd.Start() == nil: whether it runs at all.
  if (x == site_.origin && resource_.held_by == "receiver") {
    decision = is_nil ? Decision::kOn : Decision::kImpossible;
    return true;
  }
  state_ = &state;
  step_ = Step::kOn;
  taking_ = false;
  if (Eval(x) == Hold::kNone) return false;
  decision = is_nil ? Decision::kImpossible : Decision::kOn;
  return true;
}

Decision Steps::Decide(NodeId condition, NodeId equals, bool holds, HoldState& state) {
  condition = WithoutParens(tree_, condition);
  Decision decision = Decision::kOn;
  if (equals) {
    const NodeId value = WithoutParens(tree_, equals);
    if (IsNil(tree_, value) && DecideNil(condition, holds, state, decision))
      return decision == Decision::kOn ? Remember(condition, equals, holds, state) : decision;
    if (tree_.kind(condition) == Kind::kIdent && state.error != 0 &&
        bindings_.VarOf(condition) == state.error && holds)
      return Decision::kImpossible;  // some error it is
    return Remember(condition, equals, holds, state);
  }
  switch (tree_.kind(condition)) {
    case Kind::kIdent: {
      const uint32_t var = bindings_.VarOf(condition);
      if (var != 0 && var == state.error) {  // v, ok := take()
        state.error = 0;
        return holds ? Decision::kOn : Decision::kImpossible;
      }
      if (var != 0 && var == state.verdict && holds) return Decision::kImpossible;
      if (tree_.text(condition) == "true") return holds ? Decision::kOn : Decision::kImpossible;
      if (tree_.text(condition) == "false") return holds ? Decision::kImpossible : Decision::kOn;
      break;
    }
    case Kind::kBinaryExpr: {
      const Token op = tree_.op(condition);
      if (op != Token::kEql && op != Token::kNeq) break;
      const auto binary = tree_.Get<BinaryExpr>(condition);
      NodeId x = WithoutParens(tree_, binary.x);
      NodeId y = WithoutParens(tree_, binary.y);
      if (IsNil(tree_, x)) std::swap(x, y);
      const bool equal = (op == Token::kEql) == holds;
      if (IsNil(tree_, y)) {
        if (DecideNil(x, equal, state, decision))
          return decision == Decision::kOn ? Remember(condition, {}, holds, state) : decision;
      } else if (equal && state.error != 0 &&
                 ((tree_.kind(x) == Kind::kIdent && bindings_.VarOf(x) == state.error) ||
                  (tree_.kind(y) == Kind::kIdent && bindings_.VarOf(y) == state.error))) {
        return Decision::kImpossible;  // err == io.EOF
      }
      break;
    }
    case Kind::kCallExpr: {
      const auto call = tree_.Get<CallExpr>(condition);
      // errors.Is(err, ...), os.IsNotExist(err), failed(err): a condition on the error says there is one.
      for (const NodeId argument : call.args)
        if (state.error != 0 && tree_.kind(argument) == Kind::kIdent &&
            bindings_.VarOf(argument) == state.error)
          return holds != SaysThereIsNone(tree_, condition) ? Decision::kImpossible : Decision::kOn;
      const auto selector = tree_.As<SelectorExpr>(call.fun);
      if (!selector || holds) break;
      const NodeId x = WithoutParens(tree_, selector->x);
      const uint32_t var = tree_.kind(x) == Kind::kIdent ? bindings_.VarOf(x) : 0;
      if (var != 0 && state.Of(var) != Hold::kNone &&
          std::ranges::find(resource_.drained_by, tree_.text(selector->name)) != resource_.drained_by.end())
        return Decision::kReleased;
      break;
    }
    default:
      break;
  }
  return Remember(condition, {}, holds, state);
}

void AssumeGiven(Analysis& analysis, uint32_t function, const Graph& graph, uint32_t given,
                 HoldState& state) {
  const Function& f = analysis.function(function);
  const Tree& tree = analysis.tree(f);
  for (; given != 0; given = graph.given[given].outer) {
    const Given& g = graph.given[given];
    NodeId condition = WithoutParens(tree, g.condition);
    bool holds = g.holds;
    while (tree.kind(condition) == Kind::kUnaryExpr && tree.op(condition) == Token::kNot) {
      condition = WithoutParens(tree, tree.Get<UnaryExpr>(condition).x);
      holds = !holds;
    }
    const Token op = tree.kind(condition) == Kind::kBinaryExpr ? tree.op(condition) : Token::kIllegal;
    if (op == Token::kLand || op == Token::kLor) continue;
    Fact fact;
    if (MakeFact(tree, analysis.bindings(f.file), condition, {}, holds, fact)) AddFact(fact, state);
  }
}

}  // namespace seep::goscan
