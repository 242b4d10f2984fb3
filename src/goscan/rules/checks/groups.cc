// R170, R178: WaitGroups that do not count what they are for.
#include <fmt/format.h>

#include <algorithm>

#include "goscan/flow/ways.h"
#include "goscan/rules/edits.h"
#include "goscan/rules/function_check.h"

namespace seep::goscan {
extern const Check check_groups;

namespace {

using model::ScanConfidence;

class Groups : FunctionCheck {
 public:
  using FunctionCheck::FunctionCheck;

  void Run() {
    ForEachOwn(tree_, function_, {Kind::kGoStmt}, [&](NodeId go) { AddInside(go); });
    if (std::string_view group; HasDone(function_, group)) CountedDown(group);
    ForEachOwn(tree_, function_, {Kind::kValueSpec}, [&](NodeId spec) {
      for (const NodeId name : tree_.Get<ValueSpec>(spec).names) NeverDone(bindings_.VarOf(name));
    });
  }

 private:
  // --- R170: counted inside ---

  // go func() { wg.Add(1); defer wg.Done() ... }, and go f() where f does that.
  void AddInside(NodeId node) {
    const NodeId id = tree_.Get<GoStmt>(node).call;
    const NodeId fun = WithoutParens(tree_, tree_.Get<CallExpr>(id).fun);
    const auto literal = tree_.As<FuncLit>(fun);
    if (literal && literal->body) return AddsFirst(id_, fun, literal->body, node);
    if (const NodeId named = LiteralIn(fun)) return AddsFirst(id_, named, tree_.Get<FuncLit>(named).body, {});
    const uint32_t called = analysis_.FunctionOf(analysis_.CalleeOf(function_.file, id).decl);
    if (called == UINT32_MAX) return;
    const Function& f = analysis_.function(called);
    // A function may count what it starts: one that is done with it itself counts itself.
    if (f.body) AddsFirst(called, f.node, f.body, {});
  }

  // run := func() { ... }, and go run()
  NodeId LiteralIn(NodeId fun) const {
    const uint32_t var = tree_.kind(fun) == Kind::kIdent ? bindings_.VarOf(fun) : 0;
    NodeId literal;
    ForEachNode(tree_, var == 0 ? NodeId{} : declared().body, [&](NodeId id) {
      const auto assign = tree_.As<AssignStmt>(id);
      if (assign && assign->left.size() == 1 && assign->right.size() == 1 &&
          tree_.kind(assign->left.front()) == Kind::kIdent && bindings_.VarOf(assign->left.front()) == var)
        literal = tree_.kind(assign->right.front()) == Kind::kFuncLit ? assign->right.front() : NodeId{};
      return true;
    });
    return literal && tree_.Get<FuncLit>(literal).body ? literal : NodeId{};
  }

  // `go`: starts the literal that `runs` is.
  void AddsFirst(uint32_t function, NodeId runs, NodeId body, NodeId go) {
    const Function& f = analysis_.function(function);
    const Tree& tree = analysis_.tree(f);
    const Bindings& bindings = analysis_.bindings(f.file);
    NodeId add;
    bool by_one = false;  // and of a group that is known outside
    bool done = static_cast<bool>(go);
    for (const NodeId stmt : tree.Get<BlockStmt>(body).list) {
      const auto expr = tree.As<ExprStmt>(stmt);
      const auto deferred = tree.As<DeferStmt>(stmt);
      const NodeId call = expr ? expr->x : deferred ? deferred->call : NodeId{};
      if (!call || tree.kind(call) != Kind::kCallExpr) continue;
      done = done || CalledName(tree, call) == "Done";
      if (!expr || CalledName(tree, call) != "Add") continue;
      if (analysis_.KeyText(analysis_.CalleeOf(f.file, call).key) != "sync.WaitGroup.Add") continue;
      const uint32_t var = VariableOf(tree, bindings, tree.Get<CallExpr>(call).fun);
      // A group of the goroutine's own; what it is given is somebody else's.
      if (var != 0 && bindings.vars[var].function == runs && !bindings.vars[var].parameter) continue;
      if (add) continue;
      add = stmt;
      const NodeList counts = tree.Get<CallExpr>(call).args;
      by_one = counts.size() == 1 && tree.kind(counts.front()) == Kind::kBasicLit &&
               (var == 0 || bindings.vars[var].function != runs);
    }
    if (!add || !done || CountsAnother(tree, body, tree.Get<ExprStmt>(add).x)) return;
    auto& finding = findings_.Add("R170", function, tree.Get<ExprStmt>(add).x, ScanConfidence::kCertain,
                                  "counted inside the goroutine: Wait may return before it has begun");
    if (go && by_one) finding.edits = MoveEdit(analysis_, f.file, add, go);
  }

  // wg.Add(1); go f(): for the one that it starts next, and it is not done with the group itself.
  bool CountsAnother(const Tree& tree, NodeId body, NodeId add) const {
    const auto group = [&](NodeId call) {
      const auto selector = tree.As<SelectorExpr>(WithoutParens(tree, tree.Get<CallExpr>(call).fun));
      return selector ? tree.text(selector->x) : std::string_view();
    };
    bool starts = false;
    bool done = false;
    ForEachNode(tree, body, [&](NodeId id) {
      if (tree.kind(id) == Kind::kGoStmt) {
        starts |= tree.begin(id) > tree.begin(add);
        return false;
      }
      done |= CalledName(tree, id) == "Done" && group(id) == group(add);
      return true;
    });
    return starts && !done;
  }

  // --- R178: a way out without Done ---

  // var wg sync.WaitGroup that is counted up and waited for, and nobody has it who could count it down.
  void NeverDone(uint32_t var) {
    if (var == 0 || !analysis_.types().Is(bindings_.vars[var].type, "sync", "WaitGroup")) return;
    size_t all = 0;
    size_t counted = 0;
    NodeId add;
    NodeId wait;
    ForEachNode(tree_, function_.body, [&](NodeId id) {
      all += tree_.kind(id) == Kind::kIdent && bindings_.VarOf(id) == var && bindings_.vars[var].decl != id;
      const auto call = tree_.As<CallExpr>(id);
      const auto selector = call ? tree_.As<SelectorExpr>(WithoutParens(tree_, call->fun)) : std::nullopt;
      if (!selector || tree_.kind(selector->x) != Kind::kIdent || bindings_.VarOf(selector->x) != var)
        return true;
      const std::string_view method = tree_.text(selector->name);
      if (method == "Add") add = id;
      if (method == "Wait") wait = id;
      counted += method == "Add" || method == "Wait";
      return true;
    });
    if (!add || !wait || all != counted) return;
    NodeId go;
    ForEachOwn(tree_, function_, {Kind::kGoStmt}, [&](NodeId each) {
      if (!go && tree_.begin(each) > tree_.begin(add)) go = each;
    });
    if (!go) return;
    auto& finding = Add("R178", go, ScanConfidence::kCertain,
                        "nothing ever counts the group down: who waits for it waits for ever");
    finding.where.end_line = finding.where.line;
    finding.path.push_back(Spot(add, "counted up here"));
    finding.path.push_back(Spot(wait, "waited for here"));
  }

  // Itself, or in a literal that it defers or calls; the group's text. A literal that is handed on runs
  // elsewhere, mostly as the goroutine that is counted.
  bool HasDone(const Function& f, std::string_view& group) {
    bool has = false;
    ForEachOwn(tree_, f, {Kind::kCallExpr}, [&](NodeId call) {
      has = has || IsDone(call, group);
      const NodeId fun = WithoutParens(tree_, tree_.Get<CallExpr>(call).fun);
      if (has || tree_.kind(fun) != Kind::kFuncLit) return;
      const uint32_t literal = analysis_.FunctionOf(function_.file, fun);
      has = literal != UINT32_MAX && HasDone(analysis_.function(literal), group);
    });
    return has;
  }
  // The group is counted up where the goroutine is started.
  bool IsCountedBy(uint32_t starter) {
    const Function& f = analysis_.function(starter);
    const Tree& tree = analysis_.tree(f);
    bool counted = false;
    ForEachOwn(tree, f, {Kind::kCallExpr}, [&](NodeId call) {
      counted = counted || (CalledName(tree, call) == "Add" &&
                            analysis_.KeyText(analysis_.CalleeOf(f.file, call).key) == "sync.WaitGroup.Add");
    });
    return counted;
  }
  bool IsDone(NodeId call, std::string_view& group) const {
    if (CalledName(tree_, call) != "Done" || KeyOf(call) != "sync.WaitGroup.Done") return false;
    group = tree_.text(tree_.Get<SelectorExpr>(WithoutParens(tree_, tree_.Get<CallExpr>(call).fun)).x);
    return true;
  }
  bool HasDoneBelow(NodeId node) const {
    bool has = false;
    std::string_view group;
    ForEachNode(tree_, node, [&](NodeId id) {
      has = has || IsDone(id, group);
      return !has;
    });
    return has;
  }

  // The go statement that starts this function; its function in `by`.
  NodeId StartedBy(uint32_t& by) {
    const auto look = [&](uint32_t function, NodeId call) {
      const Function& starter = analysis_.function(function);
      const Tree& source = analysis_.tree(starter);
      NodeId found;
      ForEachOwn(source, starter, {Kind::kGoStmt}, [&](NodeId go) {
        const NodeId started = source.Get<GoStmt>(go).call;
        const NodeId fun = WithoutParens(source, source.Get<CallExpr>(started).fun);
        if (started == call || (!call && fun == function_.node)) found = go;
      });
      by = function;
      return found;
    };
    if (function_.outer != UINT32_MAX) return look(function_.outer, {});
    for (const CallSite& site : analysis_.CallersOf(id_))
      if (const NodeId go = look(site.function, site.call)) return go;
    return {};
  }

  // Counted inside, or handed on: who counts what is not known.
  bool IsSomebodyElses(std::string_view group) const {
    bool other = false;
    ForEachNode(tree_, function_.body, [&](NodeId node) {
      const auto call = tree_.As<CallExpr>(node);
      if (!call) return true;
      other |= CalledName(tree_, node) == "Add" && KeyOf(node) == "sync.WaitGroup.Add";
      for (const NodeId argument : call->args) {
        const std::string_view text = tree_.text(argument);  // empty where it does not parse
        other |= text == group || (!text.empty() && text.substr(1) == group);
      }
      return true;
    });
    return other;
  }

  // A goroutine that a group counts, and a way out of it without Done.
  void CountedDown(std::string_view group) {
    // if wg != nil { defer wg.Done() }: without a group there is nobody to tell.
    const std::string checked = std::string(group) + " != nil";
    if (tree_.text(function_.body).find(checked) != std::string_view::npos) return;
    uint32_t by = 0;
    const NodeId go = IsSomebodyElses(group) ? NodeId{} : StartedBy(by);
    const Graph* graph = go && IsCountedBy(by) ? &analysis_.GraphOf(id_) : nullptr;
    if (graph == nullptr || graph->odd) return;
    const auto goes_on = [&](NodeId item) {
      return !HasDoneBelow(item) && !analysis_.EndsAt(function_.file, item);
    };
    const NodeId exit = WayOut(*graph, {{}}, goes_on, AllWays);
    if (!exit) return;
    const bool end = tree_.kind(exit) == Kind::kBlockStmt;
    auto& finding = Add("R178", end ? function_.type : exit, ScanConfidence::kLikely,
                        fmt::format("{} leaves without {}.Done: who waits for the group waits for ever",
                                    end ? "a path" : "this return", group));
    const Function& starter = analysis_.function(by);
    finding.path.push_back(findings_.Spot(starter.file, go, "started here"));
    const Tree& source = analysis_.tree(starter);
    ForEachOwn(source, starter, {Kind::kCallExpr}, [&](NodeId call) {
      if (CalledName(source, call) == "Wait" &&
          analysis_.KeyText(analysis_.CalleeOf(starter.file, call).key) == "sync.WaitGroup.Wait")
        finding.path.push_back(findings_.Spot(starter.file, call, "waited for here"));
    });
  }
};

}  // namespace

constinit const Check check_groups = {"groups", &RunInEach<Groups>};

}  // namespace seep::goscan
