// Walking the source of a function.
#pragma once

#include <string_view>
#include <vector>

#include "goscan/rules/analysis.h"

namespace seep::goscan {

// Visits a node and what lies below it, from the outside in; `visit` says whether to go below.
template <class Visit>
void ForEachNode(const Tree& tree, NodeId node, Visit&& visit) {
  if (!node || !visit(node)) return;
  ForEachChild(tree, node, [&](NodeId child) { ForEachNode(tree, child, visit); });
}

// The same without the bodies of function literals, which are functions of their own.
template <class Visit>
void ForEachOwnNode(const Tree& tree, NodeId node, Visit&& visit) {
  ForEachNode(tree, node, [&](NodeId id) {
    visit(id);
    return tree.kind(id) != Kind::kFuncLit;
  });
}

// The function's own nodes of these kinds, of those in kRuleKinds.
template <class Visit>
void ForEachOwn(const Tree& tree, const Function& function, KindSet kinds, Visit&& visit) {
  if (!function.kinds.Intersects(kinds)) return;
  for (const NodeId node : function.nodes)
    if (kinds.Has(tree.kind(node))) visit(node);
}

NodeId WithoutParens(const Tree& tree, NodeId expr);
bool IsNil(const Tree& tree, NodeId expr);
// Whether `inner` stands in `outer`, or is it.
bool Contains(const Tree& tree, NodeId outer, NodeId inner);
// Whether a send or receive in `body` is a case of a select that has another.
bool HasAlternative(const Tree& tree, NodeId body, NodeId comm);

// The local variable an expression is, or is a field or element of; 0: none.
uint32_t VariableOf(const Tree& tree, const Bindings& bindings, NodeId expr);

// The name a call is made by: "Close" of a.b.Close(x).
std::string_view CalledName(const Tree& tree, NodeId call);

// Whether a word stands in a name, in whatever case: "unlock" in TryUnlock.
bool HasWord(std::string_view name, std::string_view lower);

// Whether a call with one of these names stands anywhere below.
bool CallsNamed(const Tree& tree, NodeId node, std::initializer_list<std::string_view> names);

// The loops around a node, innermost first; literals in between do not end the search.
std::vector<NodeId> LoopsAround(const Tree& tree, NodeId body, NodeId node);

// A loop that goes round until something inside ends it: for {}, for range ticker.C, for { select ... }.
bool IsEndless(const Tree& tree, NodeId loop);

}  // namespace seep::goscan
