// What a call does to the resource: it is given back, taken over or lent, by its receiver, an argument or a
// literal.
#include "goscan/rules/holding_steps.h"

#include <algorithm>
#include <array>

#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

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

}  // namespace

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
      if (const auto next = tree_.As<CallExpr>(WithoutParens(tree_, round->cond)))
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
    const Type type = types.Get(types.Underlying(function));
    if (type.kind != TypeKind::kFunc) return false;
    return !analysis_.program().file(type.a).tree.Get<FuncType>(NodeId{type.b}).results;
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
    expr = WithoutParens(tree_, expr);
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
  const NodeId fun = WithoutParens(tree_, call.fun);
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

}  // namespace seep::goscan
