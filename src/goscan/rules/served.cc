#include "goscan/rules/served.h"

#include <algorithm>

#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

constexpr int kMostSteps = 3;
constexpr size_t kMostCalls = 4;  // more would say nothing of where

class Serving {
 public:
  explicit Serving(Analysis& analysis) : analysis_(analysis) {}

  // What becomes of the value of an expression.
  void Follow(uint32_t function, NodeId made, int steps) {
    if (steps > kMostSteps) return;
    const Function& f = analysis_.function(function);
    const Tree& tree = analysis_.tree(f);
    ForEachNode(tree, f.body, [&](NodeId node) {
      if (const auto assign = tree.As<AssignStmt>(node);
          assign && assign->left.size() == assign->right.size())
        for (size_t i = 0; i < assign->right.size(); ++i)
          if (Is(tree, assign->right[i], made)) Stored(function, assign->left[i], steps);
      if (const auto spec = tree.As<ValueSpec>(node); spec && spec->names.size() == spec->values.size())
        for (size_t i = 0; i < spec->values.size(); ++i)
          if (Is(tree, spec->values[i], made)) Stored(function, spec->names[i], steps);
      if (const auto pair = tree.As<KeyValueExpr>(node); pair && Is(tree, pair->value, made))
        InField(f.file, tree.text(pair->key));
      if (const auto returned = tree.As<ReturnStmt>(node))
        for (const NodeId result : returned->results)
          if (Is(tree, result, made)) Returned(function, steps);
      Called(function, node, [&](NodeId expr) { return Is(tree, expr, made); }, steps);
      return true;
    });
  }

  std::vector<ServingCall> Take() && {
    std::ranges::sort(calls_);
    const auto twice = std::ranges::unique(calls_);
    calls_.erase(twice.begin(), twice.end());
    if (calls_.size() > kMostCalls) calls_.clear();
    return std::move(calls_);
  }

 private:
  static bool Is(const Tree& tree, NodeId expr, NodeId made) {
    expr = WithoutParens(tree, expr);
    if (const auto unary = tree.As<UnaryExpr>(expr); unary && tree.op(expr) == Token::kAnd)
      expr = WithoutParens(tree, unary->x);
    return expr == made;
  }

  static bool Serves(std::string_view name) {
    return name == "Serve" || name == "ServeTLS" || name == "ListenAndServe" || name == "ListenAndServeTLS";
  }

  // A call with the value as its receiver or one of its arguments.
  template <class IsIt>
  void Called(uint32_t function, NodeId node, IsIt&& is_it, int steps) {
    const Function& f = analysis_.function(function);
    const Tree& tree = analysis_.tree(f);
    const auto call = tree.As<CallExpr>(node);
    if (!call) return;
    const auto selector = tree.As<SelectorExpr>(WithoutParens(tree, call->fun));
    if (selector && Serves(tree.text(selector->name)) && is_it(selector->x))
      calls_.push_back({function, node});
    for (size_t i = 0; i < call->args.size(); ++i) {
      if (!is_it(call->args[i])) continue;
      const uint32_t callee = analysis_.FunctionOf(analysis_.CalleeOf(f.file, node).decl);
      if (callee != UINT32_MAX) InVariable(callee, Parameter(callee, i), steps + 1);
    }
  }

  uint32_t Parameter(uint32_t function, size_t index) {
    const Function& f = analysis_.function(function);
    const Tree& tree = analysis_.tree(f);
    const NodeId params = tree.Get<FuncType>(f.type).params;
    if (!params) return 0;
    for (const NodeId field : tree.Get<FieldList>(params).fields)
      for (const NodeId name : tree.Get<Field>(field).names)
        if (index-- == 0) return analysis_.bindings(f.file).VarOf(name);
    return 0;
  }

  void Stored(uint32_t function, NodeId to, int steps) {
    const Function& f = analysis_.function(function);
    const Tree& tree = analysis_.tree(f);
    if (const auto selector = tree.As<SelectorExpr>(to)) return InField(f.file, tree.text(selector->name));
    if (tree.kind(to) == Kind::kIdent) InVariable(f.declared, analysis_.bindings(f.file).VarOf(to), steps);
  }

  void InVariable(uint32_t function, uint32_t var, int steps) {
    if (var == 0 || steps > kMostSteps) return;
    const Function& f = analysis_.function(function);
    const Tree& tree = analysis_.tree(f);
    const Bindings& bindings = analysis_.bindings(f.file);
    const auto is_it = [&](NodeId expr) {
      return tree.kind(expr) == Kind::kIdent && bindings.VarOf(expr) == var;
    };
    ForEachNode(tree, f.body, [&](NodeId node) {
      Called(function, node, is_it, steps);
      if (const auto pair = tree.As<KeyValueExpr>(node); pair && is_it(pair->value))
        InField(f.file, tree.text(pair->key));
      if (const auto returned = tree.As<ReturnStmt>(node))
        for (const NodeId result : returned->results)
          if (is_it(result)) Returned(function, steps);
      return true;
    });
  }

  // By its name: two fields of a package that are called alike are one here.
  void InField(uint32_t file, std::string_view name) {
    for (const uint32_t in : analysis_.program().PackageOf(file).files) {
      const Tree& tree = analysis_.program().file(in).tree;
      for (uint32_t function = 0; function < analysis_.function_count(); ++function) {
        const Function& f = analysis_.function(function);
        if (f.file != in) continue;
        ForEachOwn(tree, f, {Kind::kCallExpr}, [&](NodeId node) {
          const auto call = tree.Get<CallExpr>(node);
          const auto selector = tree.As<SelectorExpr>(WithoutParens(tree, call.fun));
          if (!selector || !Serves(tree.text(selector->name))) return;
          const auto holder = tree.As<SelectorExpr>(selector->x);
          if (holder && tree.text(holder->name) == name) calls_.push_back({function, node});
        });
      }
    }
  }

  void Returned(uint32_t function, int steps) {
    if (analysis_.function(function).declared != function) return;  // a literal's callers are not known
    for (const CallSite& site : analysis_.CallersOf(function)) Follow(site.function, site.call, steps + 1);
  }

  Analysis& analysis_;
  std::vector<ServingCall> calls_;
};

}  // namespace

std::vector<ServingCall> ServingCallsOf(Analysis& analysis, uint32_t function, NodeId made) {
  Serving serving(analysis);
  serving.Follow(function, made, 0);
  return std::move(serving).Take();
}

}  // namespace seep::goscan
