// What starts a goroutine that ends only when it is told to: a constructor whose result somebody has to keep,
// because nothing else can tell it.
#include <fmt/format.h>

#include <algorithm>

#include "goscan/rules/rule.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
extern const Check check_stops;

namespace {

using model::ScanConfidence;

class Stops {
 public:
  Stops(Analysis& analysis, Findings& findings, uint32_t function)
      : analysis_(analysis),
        findings_(findings),
        id_(function),
        function_(analysis.function(function)),
        tree_(analysis.tree(function_)) {}

  void Run() {
    if (tree_.kind(function_.node) != Kind::kFuncDecl) return;
    const NodeId results = tree_.Get<FuncType>(function_.type).results;
    if (!results) return;
    const NodeList fields = tree_.Get<FieldList>(results).fields;
    if (fields.empty()) return;
    // The result, or the first of two: (T, error).
    const TypeId type = analysis_.types().FromExpr(function_.file, tree_.Get<Field>(fields.front()).type);
    handle_ = analysis_.types().QualifiedName(type);
    if (handle_.empty()) return;
    ForEachOwnNode(tree_, function_.body, [&](NodeId node) {
      if (tree_.kind(node) == Kind::kGoStmt) Started(node);
    });
    if (!go_) return;
    for (const CallSite& site : analysis_.CallersOf(id_)) Called(site);
  }

 private:
  // A goroutine that leaves its loop by a channel in a field of what is returned.
  void Started(NodeId go) {
    const NodeId call = tree_.Get<GoStmt>(go).call;
    const NodeId fun = WithoutParens(tree_, tree_.Get<CallExpr>(call).fun);
    const uint32_t started = tree_.kind(fun) == Kind::kFuncLit
                                 ? analysis_.FunctionOf(function_.file, fun)
                                 : analysis_.FunctionOf(analysis_.CalleeOf(function_.file, call).decl);
    if (started == UINT32_MAX) return;
    const Function& f = analysis_.function(started);
    const Tree& tree = analysis_.tree(f);
    ForEachOwnNode(tree, f.body, [&](NodeId node) {
      const auto loop = tree.As<ForStmt>(node);
      if (!loop || !IsEndless(tree, node)) return;
      const NodeId told = ToldBy(f, tree, loop->body);
      if (!told || go_) return;
      go_ = go;
      started_ = started;
      told_ = told;
      field_ = tree.text(tree.Get<SelectorExpr>(WithoutParens(tree, tree.Get<UnaryExpr>(told).x)).name);
    });
  }

  // case <-h.stop: return
  NodeId ToldBy(const Function& f, const Tree& tree, NodeId body) {
    NodeId told;
    ForEachOwnNode(tree, body, [&](NodeId node) {
      const auto clause = tree.As<CommClause>(node);
      if (!clause || !clause->comm) return;
      bool leaves = false;
      for (const NodeId stmt : clause->body)
        leaves |= tree.kind(stmt) == Kind::kReturnStmt || tree.kind(stmt) == Kind::kBranchStmt;
      if (!leaves) return;
      ForEachOwnNode(tree, clause->comm, [&](NodeId id) {
        if (tree.kind(id) != Kind::kUnaryExpr || tree.op(id) != Token::kArrow) return;
        const auto selector = tree.As<SelectorExpr>(WithoutParens(tree, tree.Get<UnaryExpr>(id).x));
        if (!selector) return;
        const TypeId holder = analysis_.types().OfExpr(f.file, selector->x, &analysis_.bindings(f.file));
        if (analysis_.types().QualifiedName(holder) == handle_) told = id;
      });
    });
    return told;
  }

  // Its result is thrown away where it is called.
  void Called(const CallSite& site) {
    const Function& caller = analysis_.function(site.function);
    const Tree& tree = analysis_.tree(caller);
    if (analysis_.RepeatOf(site.function) == Repeat::kOnce) return;
    bool dropped = false;
    uint32_t var = 0;
    ForEachNode(tree, caller.body, [&](NodeId node) {
      if (const auto expr = tree.As<ExprStmt>(node)) dropped |= expr->x == site.call;
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
    if (bindings.vars[var].function != caller.node || bindings.vars[var].address_taken) return false;
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
    auto& finding = findings_.Add(
        "R167", site.function, site.call, confidence,
        fmt::format("what {} starts ends by its field {}, and it {}", analysis_.NameOf(id_), field_, what));
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

  Analysis& analysis_;
  Findings& findings_;
  uint32_t id_;
  const Function& function_;
  const Tree& tree_;
  std::string handle_;  // the type that is returned
  NodeId go_;
  uint32_t started_ = 0;
  NodeId told_;
  std::string_view field_;
};

void Run(Analysis& analysis, Findings& findings) {
  for (uint32_t function = 0; function < analysis.function_count(); ++function)
    Stops(analysis, findings, function).Run();
}

}  // namespace

constinit const Check check_stops = {"stops", &Run};

}  // namespace seep::goscan
