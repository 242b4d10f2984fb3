#include "goscan/rules/holding_steps.h"

#include <algorithm>
#include <array>

#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

NodeId Unparen(const Tree& tree, NodeId expr) {
  while (expr && tree.kind(expr) == Kind::kParenExpr) expr = tree.Get<ParenExpr>(expr).x;
  return expr;
}

// What ends a thing, whatever its type: for things made here that hold the resource inside.
bool EndsWhateverItIs(std::string_view method) {
  static constexpr auto kNames = std::to_array<std::string_view>(
      {"Close", "CloseIdleConnections", "Stop", "Shutdown", "Release", "Free", "Destroy", "Cancel", "Cleanup",
       "CloseNow", "Disconnect", "Quit", "Kill", "Wait", "Run", "Output", "CombinedOutput"});
  return std::ranges::find(kNames, method) != kNames.end();
}

// "New*Client" and NewPricesClient; at most one star.
bool Matches(std::string_view name, std::string_view pattern) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  const std::string_view tail = pattern.substr(star + 1);
  return name.size() + 1 >= pattern.size() && name.starts_with(pattern.substr(0, star)) &&
         name.ends_with(tail);
}

// Words in the name of a function that ends what it is given.
constexpr auto kEndings = std::to_array<std::string_view>(
    {"close", "free", "release", "finish", "end", "done", "abort", "commit", "rollback", "unmap", "destroy"});

bool HasWord(std::string_view text, std::string_view lower) {
  const auto equal = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return !std::ranges::search(text, lower, equal).empty();
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
    expr = Unparen(tree_, expr);
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
  const auto selector = tree_.As<SelectorExpr>(Unparen(tree_, fun));
  if (!selector) return false;
  const std::string_view name = tree_.text(selector->name);
  if (state_->in_place)
    return tree_.text(selector->x) == place_ &&
           std::ranges::find(resource_.release, name) != resource_.release.end();
  const NodeId x = Unparen(tree_, selector->x);
  Hold hold = Hold::kNone;
  if (tree_.kind(x) == Kind::kIdent) {
    hold = IsHolder(x) ? state_->Of(bindings_.VarOf(x)) : Hold::kNone;
  } else if (const auto inner = tree_.As<SelectorExpr>(x)) {
    const NodeId root = Unparen(tree_, inner->x);
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
    const NodeId root = Unparen(tree_, assertion->x);
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
  const NodeId list = Unparen(tree_, loop.x);
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
      if (hold != Hold::kNone && tree_.kind(Unparen(tree_, x)) == Kind::kIdent) {
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

void Steps::PassReceiver(const Callee& callee, Hold hold) {
  const uint32_t f = analysis_.FunctionOf(callee.decl);
  if (f == UINT32_MAX) return;
  switch (analysis_.FateOf(f, -1, resource_, hold)) {
    case Fate::kReleased:
      return Release();
    case Fate::kKept:
      return Keep(true);
    case Fate::kBorrowed:
      return;
  }
}

// s.handle(), which begins with s.mu held and gives it back.
bool Steps::UnlocksPlace(const Callee& callee) {
  const uint32_t f = analysis_.FunctionOf(callee.decl);
  const size_t dot = place_.find('.');
  if (f == UINT32_MAX || dot == std::string_view::npos) return false;
  std::string unlock(place_.substr(dot));
  unlock += '.';
  unlock += resource_.release.front();
  unlock += "()";
  const Function& function = analysis_.function(f);
  return analysis_.tree(function).text(function.body).find(unlock) != std::string_view::npos;
}

void Steps::PassArgument(NodeId call, const Callee& callee, size_t index, Hold hold, Way way) {
  const std::string_view key = analysis_.KeyText(callee.key);
  if (analysis_.specs().Releases(resource_, callee.key)) return Release();
  if (callee.kind == CalleeKind::kBuiltin) {
    outcome_.stored |= key == "append";
    if (key == "append" || key == "panic") Keep(true);
    return;
  }
  if (const uint32_t f = analysis_.FunctionOf(callee.decl); f != UINT32_MAX) {
    switch (analysis_.FateOf(f, static_cast<int>(index), resource_, hold)) {
      case Fate::kReleased:
        return Release();
      case Fate::kKept:
        return Keep(true);
      case Fate::kBorrowed:
        if (way == Way::kGo || resource_.used_up) Keep(false);  // it lives on with the goroutine
        return;
    }
  }
  if (callee.kind == CalleeKind::kLiteral) return Keep(false);
  if (analysis_.specs().Keeps(callee.key)) return Keep(true);
  if (way == Way::kGo) return Keep(false);
  const std::string_view package = PackageOfKey(key);
  const bool own = !package.empty() && package == analysis_.program().PackageOf(function_.file).path;
  const bool known = package == "C" || (IsStandard(package) && !own && callee.kind != CalleeKind::kUnknown);
  if (known && callee.kind != CalleeKind::kInterface && !key.empty()) {
    // A shared thing that is put into something of the standard library lives as long as that.
    if (resource_.shared) Keep(false);
    return;
  }
  // io.Writer.Write(buffer) and its like of the standard library borrow too.
  if (callee.kind == CalleeKind::kInterface && IsStandard(package) && !own) return;
  if (analysis_.specs().Borrows(key) || OnlyUses(call, callee, index, way)) return;
  Keep(false);
}

// Whether somebody whose source is not known can do no more with it than use it.
bool Steps::OnlyUses(NodeId call, const Callee& callee, size_t index, Way way) {
  // Who gets the rows round after round of `for rows.Next()` does not close them.
  for (const NodeId loop :
       resource_.drained_by.empty() ? std::vector<NodeId>{} : LoopsAround(tree_, function_.body, call))
    if (const auto round = tree_.As<ForStmt>(loop); round && round->cond)
      if (const auto next = tree_.As<CallExpr>(Unparen(tree_, round->cond)))
        if (const auto selector = tree_.As<SelectorExpr>(next->fun);
            selector && tree_.kind(selector->x) == Kind::kIdent && IsHolder(selector->x) &&
            std::ranges::find(resource_.drained_by, tree_.text(selector->name)) != resource_.drained_by.end())
          return true;
  if (way != Way::kCall || !callee.type || !GivesPlainValues(callee.type)) return false;
  // func(io.Reader) error of a field or a parameter has nothing to close it by.
  Types& types = analysis_.types();
  const Type& parameter = types.Get(types.Parameter(callee.type, static_cast<uint32_t>(index)));
  if (callee.kind == CalleeKind::kValue && parameter.kind == TypeKind::kNamed &&
      types.Text(parameter.a) == "io" && !types.Text(parameter.b).ends_with("Closer"))
    return true;
  if (!resource_.lent) return false;
  const std::string_view name = CalledName(tree_, call);
  return std::ranges::none_of(kEndings, [&](std::string_view word) { return HasWord(name, word); });
}

// No result that could have it inside: none, errors, numbers, text.
bool Steps::GivesPlainValues(TypeId function) {
  Types& types = analysis_.types();
  const TypeId result = types.Results(function);
  if (!result) {  // none, or not known
    const Type& type = types.Get(function);
    const Tree& tree = analysis_.program().file(type.a).tree;
    return type.kind == TypeKind::kFunc && !tree.Get<FuncType>(NodeId{type.b}).results;
  }
  if (types.kind(result) != TypeKind::kTuple) return types.kind(result) == TypeKind::kBasic;
  return std::ranges::all_of(types.Elements(result),
                             [&](TypeId each) { return types.kind(each) == TypeKind::kBasic; });
}

// ".mu" of a method that takes c.mu of its receiver c.
std::string_view Steps::LockedBehind() const {
  const Tree& there = analysis_.program().file(site_.handed.file).tree;
  const auto locks = there.As<SelectorExpr>(there.Get<CallExpr>(site_.handed.origin).fun);
  const std::string_view place = locks ? there.text(locks->x) : std::string_view();
  const size_t dot = place.find('.');
  return dot == std::string_view::npos ? std::string_view() : place.substr(dot);
}

void Steps::FinishOrigin(NodeId call, NodeId receiver) {
  const auto hold_by_name = [&](NodeId expr) {
    expr = Unparen(tree_, expr);
    if (const auto unary = tree_.As<UnaryExpr>(expr)) expr = unary->x;
    const uint32_t var = tree_.kind(expr) == Kind::kIdent ? bindings_.VarOf(expr) : 0;
    if (var == 0 || !IsOwnVariable(var) || bindings_.vars[var].parameter || bindings_.vars[var].element ||
        (bindings_.vars[var].captured_at != 0 && bindings_.vars[var].captured_at < tree_.begin(call)))
      return Keep(true);
    state_->Set(var, site_.hold);
  };
  if (resource_.held_by == "argument") {
    const NodeList args = tree_.Get<CallExpr>(call).args;
    if (resource_.index < args.size()) hold_by_name(args[resource_.index]);
    return;
  }
  // A lock stays where it is; it is known by how it is written.
  if (resource_.release.size() == 1 &&
      (resource_.release[0] == "Unlock" || resource_.release[0] == "RUnlock")) {
    state_->in_place = true;
    place_ = tree_.text(receiver);
    if (site_.by_summary) place_ += LockedBehind();
    place_root_ = RootVar(receiver);
    return;
  }
  hold_by_name(receiver);
}

bool Steps::IsOfC(const Callee& callee) {
  return PackageOfKey(analysis_.KeyText(callee.key)) == "C";
}

Hold Steps::EvalCall(NodeId id, Way way) {
  const auto call = tree_.Get<CallExpr>(id);
  const NodeId fun = Unparen(tree_, call.fun);
  const bool origin = taking_ && id == site_.origin;
  if (!origin && state_->Holds()) {
    if (ReleasesByMethod(fun)) {
      for (const NodeId argument : call.args) Eval(argument);
      Release();
      return Hold::kNone;
    }
    if (tree_.kind(fun) == Kind::kIdent && IsHolder(fun)) {  // cancel()
      Release();
      return Hold::kNone;
    }
  }
  Hold receiver_hold = Hold::kNone;
  NodeId receiver;
  if (const auto selector = tree_.As<SelectorExpr>(fun)) {
    receiver = selector->x;
    receiver_hold = Eval(receiver);
    if (step_ == Step::kOn && receiver_hold != Hold::kNone &&
        IsReleaseName(tree_.text(selector->name), receiver_hold)) {
      Release();  // f().Close() on the spot
      return Hold::kNone;
    }
    // A method of a function value that was taken from the holder is no matter here.
  } else if (const auto literal = tree_.As<FuncLit>(fun); literal && literal->body && state_->Holds()) {
    // A cancel function that is named at all is passed on.
    const bool called = resource_.release == std::vector<std::string>{"()"};
    if (way == Way::kGo && LeftOpenBy(fun)) {
      // Whoever has it besides may still close it.
    } else if (MentionsRelease(literal->body)) {
      Release();
    } else if (Mentions(literal->body) && (way != Way::kDefer || called)) {
      Keep(false);
    }
  }
  // defer Capture(&err, f.Close)(): what the function is made by comes first.
  if (tree_.kind(fun) == Kind::kCallExpr) Eval(fun);
  const Callee& callee = analysis_.CalleeOf(function_.file, id);
  const bool lends_address = lends_address_;
  lends_address_ = lends_address || IsOfC(callee);
  const bool stub = std::ranges::any_of(
      resource_.stubs, [&](const std::string& pattern) { return Matches(CalledName(tree_, id), pattern); });
  Hold inside = Hold::kNone;
  for (size_t i = 0; i < call.args.size() && step_ == Step::kOn; ++i) {
    const Hold hold = Eval(call.args[i]);
    if (hold == Hold::kNone || step_ != Step::kOn) continue;
    if (callee.kind == CalleeKind::kConversion) {
      if (callee.type != analysis_.types().Basic("string")) inside = hold;  // text is a copy
    } else if (stub) {
      inside = Hold::kWrapped;
    } else {
      PassArgument(id, callee, i, hold, way);
    }
  }
  lends_address_ = lends_address;
  if (step_ != Step::kOn) return Hold::kNone;
  if (inside != Hold::kNone && !origin) return inside;
  if (receiver_hold != Hold::kNone) PassReceiver(callee, receiver_hold);
  if (state_->in_place && place_root_ != 0 && step_ == Step::kOn) {
    // x.unlock(), releaseLocks(x): by another name.
    const std::string_view name = tree_.text(fun);
    const bool of_another = analysis_.KeyText(callee.key).starts_with("sync.");
    if (!of_another && HasWord(name.substr(name.rfind('.') + 1), "unlock")) Release();
    if (receiver && !origin && RootVar(receiver) == place_root_ && UnlocksPlace(callee)) Release();
  }
  if (step_ == Step::kOn && way == Way::kCall && !origin && analysis_.DoesNotReturn(function_.file, id))
    step_ = Step::kStops;
  if (!origin && step_ == Step::kOn && receiver_hold != Hold::kNone && IsPartOf(callee))
    return Hold::kWrapped;
  if (!origin || step_ != Step::kOn) return Hold::kNone;
  if (resource_.held_by == "receiver" || resource_.held_by == "argument") {
    FinishOrigin(id, receiver);
    return Hold::kNone;
  }
  origin_tuple_ = true;
  return site_.hold;
}

// client.Topic(name): a type of the client's own package, whose values live by the client.
bool Steps::IsPartOf(const Callee& callee) {
  if (!resource_.shared || !resource_.in_parts || !callee.type) return false;
  Types& types = analysis_.types();
  TypeId result = types.Results(callee.type);
  if (types.kind(result) == TypeKind::kTuple) result = types.Elements(result).front();
  const std::string name = types.QualifiedName(result);
  return !name.empty() && PackageOfKey(name) == PackageOfKey(analysis_.KeyText(callee.key));
}

// The end of a pipe that a goroutine writes to, and that a way out of it does not close.
bool Steps::LeftOpenBy(NodeId literal) {
  if (resource_.rule != "R144") return false;
  const uint32_t function = analysis_.FunctionOf(function_.file, literal);
  if (function == UINT32_MAX) return false;
  bool released = false;
  for (const auto& [var, hold] : state_->holders) {
    const Outcome inside = FollowParameter(analysis_, function, var, resource_, hold);
    if (inside.gave_up || inside.kept || inside.unclear || inside.losses.empty()) return false;
    released |= inside.released;
  }
  outcome_.released |= released;
  return true;
}

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
  left = Unparen(tree_, left);
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
    const bool from_origin = origin_tuple_ && Unparen(tree_, right.front()) == site_.origin;
    uint32_t error = 0;
    for (size_t i = 0; i < left.size() && step_ == Step::kOn; ++i) {
      const bool takes = from_origin && (i == site_.result ||
                                         std::ranges::find(site_.handed.also, i) != site_.handed.also.end());
      const bool assertion = !from_origin && i == 0;  // v, ok := x.(T)
      Store(left[i], takes || assertion ? hold : Hold::kNone, replaced);
      if (from_origin && i + 1 == left.size() && !takes) error = bindings_.VarOf(Unparen(tree_, left[i]));
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
      state_->error = bindings_.VarOf(Unparen(tree_, left.front()));
  }
  if (judged != 0 && step_ == Step::kOn) RememberVerdict(left, judged);
  if (replaced && step_ == Step::kOn && !state_->Holds() && !taking_) step_ = Step::kReplaced;
}

// again, err := shouldRetry(ctx, err): the error that says whether there is anything to hold. What is given
// the resource besides may judge that.
uint32_t Steps::ErrorJudgedBy(NodeId value) const {
  const auto call = tree_.As<CallExpr>(Unparen(tree_, value));
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

void Steps::Return(NodeId id) {
  const NodeList results = tree_.Get<ReturnStmt>(id).results;
  if (results.empty() && ResultHolds(*state_)) return Keep(true);
  bool out = false;
  for (uint32_t i = 0; i < results.size() && step_ == Step::kOn; ++i) {
    const Hold hold = Eval(results[i]);
    if (hold == Hold::kNone || step_ != Step::kOn) continue;
    const bool tuple = origin_tuple_ && results.size() == 1 && Unparen(tree_, results[i]) == site_.origin;
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
