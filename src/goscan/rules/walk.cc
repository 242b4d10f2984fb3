#include "goscan/rules/walk.h"

#include <algorithm>

namespace seep::goscan {

NodeId WithoutParens(const Tree& tree, NodeId expr) {
  while (expr && tree.kind(expr) == Kind::kParenExpr) expr = tree.Get<ParenExpr>(expr).x;
  return expr;
}

bool IsNil(const Tree& tree, NodeId expr) {
  return tree.kind(expr) == Kind::kIdent && tree.text(expr) == "nil";
}

bool Contains(const Tree& tree, NodeId outer, NodeId inner) {
  return outer && tree.begin(outer) <= tree.begin(inner) && tree.end(inner) <= tree.end(outer);
}

bool HasAlternative(const Tree& tree, NodeId body, NodeId comm) {
  bool alternative = false;
  ForEachNode(tree, body, [&](NodeId id) {
    if (!Contains(tree, id, comm)) return false;
    const auto select = tree.As<SelectStmt>(id);
    const auto block = select ? tree.As<BlockStmt>(select->body) : std::nullopt;
    if (block)
      for (const NodeId clause : block->list)
        if (const auto c = tree.As<CommClause>(clause); c && Contains(tree, c->comm, comm))
          alternative |= block->list.size() > 1;
    return true;
  });
  return alternative;
}

uint32_t VariableOf(const Tree& tree, const Bindings& bindings, NodeId expr) {
  for (expr = WithoutParens(tree, expr); expr; expr = WithoutParens(tree, expr)) {
    if (tree.kind(expr) == Kind::kIdent) return bindings.VarOf(expr);
    if (const auto selector = tree.As<SelectorExpr>(expr)) {
      expr = selector->x;
    } else if (const auto star = tree.As<StarExpr>(expr)) {
      expr = star->x;
    } else if (const auto index = tree.As<IndexExpr>(expr)) {
      expr = index->x;
    } else {
      return 0;
    }
  }
  return 0;
}

std::string_view CalledName(const Tree& tree, NodeId id) {
  const auto call = tree.As<CallExpr>(id);
  if (!call) return {};
  const NodeId fun = WithoutParens(tree, call->fun);
  if (const auto selector = tree.As<SelectorExpr>(fun)) return tree.text(selector->name);
  return tree.kind(fun) == Kind::kIdent ? tree.text(fun) : std::string_view();
}

bool CallsNamed(const Tree& tree, NodeId node, std::initializer_list<std::string_view> names) {
  bool found = false;
  ForEachNode(tree, node, [&](NodeId id) {
    if (tree.kind(id) == Kind::kCallExpr && std::ranges::find(names, CalledName(tree, id)) != names.end())
      found = true;
    return !found;
  });
  return found;
}

std::vector<NodeId> LoopsAround(const Tree& tree, NodeId body, NodeId node) {
  std::vector<NodeId> loops;
  ForEachNode(tree, body, [&](NodeId id) {
    if (tree.begin(id) > tree.begin(node) || tree.end(id) < tree.end(node)) return false;
    NodeId inside;
    if (const auto loop = tree.As<ForStmt>(id)) inside = loop->body;
    if (const auto loop = tree.As<RangeStmt>(id)) inside = loop->body;
    if (inside && tree.begin(inside) <= tree.begin(node) && tree.end(node) <= tree.end(inside))
      loops.push_back(id);
    return id != node;
  });
  std::ranges::reverse(loops);
  return loops;
}

bool IsEndless(const Tree& tree, NodeId loop) {
  if (const auto plain = tree.As<ForStmt>(loop)) {
    if (!plain->cond) return !plain->post;
    const std::string_view cond = tree.text(plain->cond);
    // for ctx.Err() == nil, for !stopped: as long as the process wants.
    return cond == "true" || cond.find(".Err() == nil") != std::string_view::npos || cond.starts_with("!");
  }
  const auto range = tree.As<RangeStmt>(loop);
  if (!range) return false;
  const std::string_view over = tree.text(range->x);
  return over.ends_with(".C") || over.starts_with("time.Tick(");
}

bool HasWord(std::string_view name, std::string_view lower) {
  const auto equal = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return !std::ranges::search(name, lower, equal).empty();
}

}  // namespace seep::goscan
