// R167: what starts a goroutine that ends only when it is told to: a constructor whose result somebody has to
// keep, because nothing else can tell it.
#include <fmt/format.h>

#include <algorithm>

#include "goscan/rules/function_check.h"

namespace seep::goscan {
extern const Check check_stops;

namespace {

using model::ScanConfidence;

class Stops : FunctionCheck {
 public:
  using FunctionCheck::FunctionCheck;

  void Run() {
    if (!function_.kinds.Has(Kind::kGoStmt) || tree_.kind(function_.node) != Kind::kFuncDecl) return;
    const NodeId results = tree_.Get<FuncType>(function_.type).results;
    if (!results) return;
    const NodeList fields = tree_.Get<FieldList>(results).fields;
    if (fields.empty()) return;
    // The result, or the first of two: (T, error).
    const TypeId type = analysis_.types().FromExpr(function_.file, tree_.Get<Field>(fields.front()).type);
    handle_ = analysis_.types().QualifiedName(type);
    if (handle_.empty()) return;
    FindContext();
    ForEachOwn(tree_, function_, {Kind::kGoStmt}, [&](NodeId go) {
      if (!go_) Started(go);
    });
    if (!go_ || KeepsItself()) return;
    for (const CallSite& site : analysis_.CallersOf(id_)) Called(site, 0);
  }

 private:
  // r.managers = append(r.managers, m): who has that can tell it, too.
  bool KeepsItself() {
    bool keeps = false;
    const auto is_handle = [&](NodeId expr) {
      const TypeId type = analysis_.types().OfExpr(function_.file, expr, &bindings_);
      return tree_.kind(expr) == Kind::kIdent && analysis_.types().QualifiedName(type) == handle_;
    };
    ForEachOwn(tree_, function_, {Kind::kAssignStmt}, [&](NodeId node) {
      const auto assign = tree_.Get<AssignStmt>(node);
      for (size_t i = 0; i < assign.right.size() && i < assign.left.size(); ++i) {
        const auto call = tree_.As<CallExpr>(assign.right[i]);
        const bool appends =
            call && tree_.text(call->fun) == "append" && call->args.size() > 1 && is_handle(call->args[1]);
        const bool outside = tree_.kind(WithoutParens(tree_, assign.left[i])) != Kind::kIdent;
        keeps |= appends || (outside && is_handle(assign.right[i]));
      }
    });
    return keeps;
  }

  // ctx, cancel := context.WithCancel(context.Background()), and cancel goes into a field: only by it is the
  // context told.
  void FindContext() {
    uint32_t cancel = 0;
    const auto is = [&](NodeId expr) {
      return cancel != 0 && tree_.kind(expr) == Kind::kIdent && bindings_.VarOf(expr) == cancel;
    };
    ForEachOwn(tree_, function_, {Kind::kAssignStmt, Kind::kCompositeLit}, [&](NodeId node) {
      if (const auto literal = tree_.As<CompositeLit>(node)) {
        for (const NodeId element : literal->elements)
          if (const auto pair = tree_.As<KeyValueExpr>(element); pair && is(pair->value))
            cancel_field_ = tree_.text(pair->key);
        return;
      }
      const auto assign = tree_.Get<AssignStmt>(node);
      if (assign.left.size() == 1 && assign.right.size() == 1 && is(assign.right.front()))
        if (const auto field = tree_.As<SelectorExpr>(assign.left.front()))
          cancel_field_ = tree_.text(field->name);
      const auto call = assign.right.size() == 1 ? tree_.As<CallExpr>(assign.right.front()) : std::nullopt;
      if (!call || assign.left.size() != 2 || call->args.size() != 1) return;
      const std::string_view parent = tree_.text(call->args.front());
      if (KeyOf(assign.right.front()) != "context.WithCancel") return;
      // One of those that nobody ever tells: what package context gives for nothing.
      if (!parent.starts_with("context.") || !parent.ends_with("()")) return;
      context_ = bindings_.VarOf(assign.left[0]);
      cancel = bindings_.VarOf(assign.left[1]);
    });
    if (cancel_field_.empty()) context_ = 0;
  }

  // A goroutine that leaves its loop by a channel in a field of what is returned, or by that context.
  void Started(NodeId go) {
    const NodeId call = tree_.Get<GoStmt>(go).call;
    const NodeId fun = WithoutParens(tree_, tree_.Get<CallExpr>(call).fun);
    const bool literal = tree_.kind(fun) == Kind::kFuncLit;
    const uint32_t started = literal ? analysis_.FunctionOf(function_.file, fun)
                                     : analysis_.FunctionOf(analysis_.CalleeOf(function_.file, call).decl);
    if (started == UINT32_MAX) return;
    const Function& f = analysis_.function(started);
    const Tree& tree = analysis_.tree(f);
    const uint32_t context = literal ? context_ : ContextIn(f, tree_.Get<CallExpr>(call));
    ForEachOwn(tree, f, {Kind::kForStmt, Kind::kRangeStmt}, [&](NodeId loop) {
      if (go_ || !IsEndless(tree, loop)) return;
      ForEachOwn(tree, f, {Kind::kSelectStmt}, [&](NodeId select) {
        if (go_ || tree.begin(select) < tree.begin(loop) || tree.end(select) > tree.end(loop)) return;
        told_ = ToldBy(f, tree, select, context);
        if (!told_) return;
        go_ = go;
        started_ = started;
      });
    });
  }

  // The parameter by which the context comes in; 0: it does not.
  uint32_t ContextIn(const Function& f, const CallExpr& call) {
    const Tree& tree = analysis_.tree(f);
    const NodeId list = tree.Get<FuncType>(f.type).params;
    size_t at = 0;
    if (list && context_ != 0)
      for (const NodeId id : tree.Get<FieldList>(list).fields)
        for (const NodeId name : tree.Get<Field>(id).names) {
          if (at < call.args.size() && tree_.kind(call.args[at]) == Kind::kIdent &&
              bindings_.VarOf(call.args[at]) == context_)
            return analysis_.bindings(f.file).VarOf(name);
          ++at;
        }
    return 0;
  }

  // case <-h.stop: return; case <-ctx.Done(): return
  NodeId ToldBy(const Function& f, const Tree& tree, NodeId select, uint32_t context) {
    const auto block = tree.As<BlockStmt>(tree.Get<SelectStmt>(select).body);
    NodeId told;
    if (!block) return told;
    for (const NodeId id : block->list) {
      const auto clause = tree.As<CommClause>(id);
      if (!clause || !clause->comm || !Leaves(tree, *clause)) continue;
      ForEachOwnNode(tree, clause->comm, [&](NodeId node) {
        if (tree.kind(node) != Kind::kUnaryExpr || tree.op(node) != Token::kArrow) return;
        const NodeId from = WithoutParens(tree, tree.Get<UnaryExpr>(node).x);
        if (CalledName(tree, from) == "Done") {
          if (context == 0 ||
              VariableOf(tree, analysis_.bindings(f.file), tree.Get<CallExpr>(from).fun) != context)
            return;
          told = node;
          field_ = cancel_field_;
        } else if (const auto selector = tree.As<SelectorExpr>(from)) {
          const TypeId holder = analysis_.types().OfExpr(f.file, selector->x, &analysis_.bindings(f.file));
          if (analysis_.types().QualifiedName(holder) != handle_) return;
          told = node;
          field_ = tree.text(selector->name);
        }
      });
    }
    return told;
  }

  // Where it looks at what it has received, the channel carries something else than the end.
  static bool Leaves(const Tree& tree, const CommClause& clause) {
    const auto taken = tree.As<AssignStmt>(clause.comm);
    const bool looks = taken && tree.text(taken->left.front()) != "_";
    bool leaves = false;
    for (const NodeId stmt : clause.body) {
      leaves |= LeavesBy(tree, stmt);
      if (!looks) ForEachOwnNode(tree, stmt, [&](NodeId node) { leaves |= LeavesBy(tree, node); });
    }
    return leaves;
  }
  // A break without a label leaves the select.
  static bool LeavesBy(const Tree& tree, NodeId stmt) {
    const auto branch = tree.As<BranchStmt>(stmt);
    return tree.kind(stmt) == Kind::kReturnStmt ||
           (branch && tree.op(stmt) != Token::kContinue && branch->label);
  }

  static constexpr int kMaxDepth = 3;

  // It is the first result of a function declared to give the same.
  bool HandsOn(const Function& caller, const Tree& tree, NodeId call) {
    bool returned = false;
    ForEachOwn(tree, caller, {Kind::kReturnStmt}, [&](NodeId node) {
      const NodeList results = tree.Get<ReturnStmt>(node).results;
      returned |= !results.empty() && WithoutParens(tree, results.front()) == call;
    });
    return returned && tree.kind(caller.node) == Kind::kFuncDecl;
  }

  // Its result is thrown away where it is called.
  void Called(const CallSite& site, int depth) {
    const Function& caller = analysis_.function(site.function);
    const Tree& tree = analysis_.tree(caller);
    if (HandsOn(caller, tree, site.call)) {
      // return start(name), nil: what holds for it holds for its callers.
      if (depth < kMaxDepth)
        for (const CallSite& outer : analysis_.CallersOf(site.function)) Called(outer, depth + 1);
      return;
    }
    if (analysis_.RepeatOf(site.function) == Repeat::kOnce) return;
    bool dropped = false;
    uint32_t var = 0;
    ForEachNode(tree, caller.body, [&](NodeId node) {
      if (const auto expr = tree.As<ExprStmt>(node)) dropped |= expr->x == site.call;
      // start(name).State()
      if (const auto call = tree.As<CallExpr>(node))
        if (const auto selector = tree.As<SelectorExpr>(WithoutParens(tree, call->fun));
            selector && WithoutParens(tree, selector->x) == site.call) {
          const uint32_t method = analysis_.FunctionOf(analysis_.CalleeOf(caller.file, node).decl);
          dropped |= method != UINT32_MAX && !Ends(method);
        }
      const auto assign = tree.As<AssignStmt>(node);
      if (assign && assign->right.size() == 1 && assign->right.front() == site.call) {
        dropped |= tree.text(assign->left.front()) == "_";
        if (tree.kind(assign->left.front()) == Kind::kIdent)
          var = analysis_.bindings(caller.file).VarOf(assign->left.front());
      }
      return true;
    });
    if (dropped) return Report(site, ScanConfidence::kCertain, "is thrown away");
    if (var != 0 && OnlyUsed(caller, tree, var))
      Report(site, ScanConfidence::kLikely, "is never told to end");
  }

  // The variable is used by its methods and fields alone, none of which has to do with ending.
  bool OnlyUsed(const Function& caller, const Tree& tree, uint32_t var) {
    const Bindings& bindings = analysis_.bindings(caller.file);
    if (bindings.vars[var].function != caller.node || bindings.vars[var].address_at != 0) return false;
    size_t uses = 0;
    size_t harmless = 0;
    ForEachNode(tree, caller.body, [&](NodeId node) {
      if (tree.kind(node) == Kind::kIdent && bindings.VarOf(node) == var && bindings.vars[var].decl != node)
        ++uses;
      const auto call = tree.As<CallExpr>(node);
      const auto selector = call ? tree.As<SelectorExpr>(WithoutParens(tree, call->fun)) : std::nullopt;
      if (!selector || tree.kind(selector->x) != Kind::kIdent || bindings.VarOf(selector->x) != var)
        return true;
      const uint32_t method = analysis_.FunctionOf(analysis_.CalleeOf(caller.file, node).decl);
      harmless += method != UINT32_MAX && !Ends(method) ? 1 : 0;
      return true;
    });
    return uses == harmless;
  }

  // Mentions the field that ends it, or gives the receiver away.
  bool Ends(uint32_t method) {
    const Function& f = analysis_.function(method);
    const Tree& tree = analysis_.tree(f);
    const auto func = tree.As<FuncDecl>(f.node);
    NodeId receiver;
    if (func && func->receiver)
      for (const NodeId field : tree.Get<FieldList>(func->receiver).fields)
        for (const NodeId name : tree.Get<Field>(field).names) receiver = name;
    const uint32_t self = receiver ? analysis_.bindings(f.file).VarOf(receiver) : 0;
    bool ends = false;
    std::vector<NodeId> selected;
    ForEachNode(tree, f.body, [&](NodeId node) {
      if (const auto selector = tree.As<SelectorExpr>(node)) {
        ends |= tree.text(selector->name) == field_;
        selected.push_back(selector->x);
      }
      if (tree.kind(node) == Kind::kIdent && self != 0 && analysis_.bindings(f.file).VarOf(node) == self)
        ends |= std::ranges::find(selected, node) == selected.end();
      // Another method of it: may be the one that ends it.
      if (const auto call = tree.As<CallExpr>(node))
        if (const auto fun = tree.As<SelectorExpr>(WithoutParens(tree, call->fun));
            fun && tree.kind(fun->x) == Kind::kIdent && self != 0 &&
            analysis_.bindings(f.file).VarOf(fun->x) == self)
          ends = true;
      return true;
    });
    return ends;
  }

  void Report(const CallSite& site, ScanConfidence confidence, std::string_view what) {
    auto& finding = findings_.Add("R167", site.function, site.call, confidence,
                                  fmt::format("what {} starts ends by its field {}, and it {}",
                                              analysis_.ShortNameOf(id_), field_, what));
    const auto line = [&](uint32_t file, NodeId node, std::string note) {
      auto spot = findings_.Spot(file, node, std::move(note));
      spot.end_line = spot.line;
      finding.path.push_back(std::move(spot));
    };
    line(analysis_.function(site.function).file, site.call, "called here");
    line(function_.file, go_, "the goroutine is started here");
    line(analysis_.function(started_).file, told_, "and ends here");
    finding.also_functions.push_back(analysis_.NameOf(id_));
    finding.also_functions.push_back(analysis_.NameOf(started_));
  }

  std::string handle_;             // the type that is returned
  uint32_t context_ = 0;           // that is made here
  std::string_view cancel_field_;  // and told by this field
  NodeId go_;
  uint32_t started_ = 0;
  NodeId told_;
  std::string_view field_;
};

}  // namespace

constinit const Check check_stops = {"stops", &RunInEach<Stops>};

}  // namespace seep::goscan
