#include "goscan/rules/sites.h"

#include <algorithm>

#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

class Finder {
 public:
  Finder(Analysis& analysis, uint32_t function, std::vector<Site>& out)
      : analysis_(analysis),
        function_(function),
        tree_(analysis.tree(analysis.function(function))),
        out_(out) {}

  void Item(uint32_t block, uint32_t item, NodeId id) {
    block_ = block;
    item_ = item;
    if (tree_.kind(id) == Kind::kRangeStmt) return;  // its parts are items of their own
    Look(id);
  }

 private:
  void Look(NodeId id) {
    switch (tree_.kind(id)) {
      case Kind::kFuncLit:
      case Kind::kIdent:
      case Kind::kBasicLit:
        return;
      case Kind::kCallExpr:
      case Kind::kCompositeLit:
        Take(id);
        break;
      default:
        break;
    }
    ForEachChild(tree_, id, [&](NodeId child) { Look(child); });
  }

  void Take(NodeId id) {
    bool by_summary = false;
    bool by_type = false;
    for (const HandedOut& taken : analysis_.TakenBy(function_, id, by_summary, by_type)) {
      const model::ScanResource& resource = *taken.resource;
      if (!resource.safe_from.empty() && analysis_.GoIsAtLeast(resource.safe_from)) continue;
      if (!resource.none_for.empty() && tree_.kind(id) == Kind::kCallExpr && TakesNothing(resource, id))
        continue;
      Add(id, taken, by_summary, by_type);
    }
  }

  // Itself, or a call that it is given: must(NewRequest("HEAD", url, nil)).
  bool IsGivenOneOf(NodeId call, const std::vector<std::string>& words) const {
    bool given = false;
    for (const NodeId argument : tree_.Get<CallExpr>(call).args) {
      const auto selector = tree_.As<SelectorExpr>(argument);  // a constant, by whatever package
      given |= std::ranges::find(words, tree_.text(selector ? selector->name : argument)) != words.end();
      given = given || (tree_.kind(argument) == Kind::kCallExpr && IsGivenOneOf(argument, words));
    }
    return given;
  }

  // Do(req), where all that this function makes req by is NewRequest("HEAD", ...).
  bool TakesNothing(const model::ScanResource& resource, NodeId call) const {
    const Function& function = analysis_.function(function_);
    const Bindings& bindings = analysis_.bindings(function.file);
    for (const NodeId argument : tree_.Get<CallExpr>(call).args) {
      const uint32_t var = tree_.kind(argument) == Kind::kIdent ? bindings.VarOf(argument) : 0;
      if (var == 0) continue;
      size_t made = 0, of_these = 0;
      ForEachOwn(tree_, function, {Kind::kAssignStmt}, [&](NodeId id) {
        const auto assign = tree_.Get<AssignStmt>(id);
        if (bindings.VarOf(assign.left.front()) != var) return;
        ++made;
        const NodeId value = assign.right.front();
        of_these += tree_.kind(value) == Kind::kCallExpr && IsGivenOneOf(value, resource.none_for) ? 1 : 0;
      });
      if (made > 0 && made == of_these) return true;
    }
    return IsGivenOneOf(call, resource.none_for);
  }

  void Add(NodeId id, const HandedOut& taken, bool by_summary, bool by_type) {
    Site& site = out_.emplace_back();
    site.function = function_;
    site.block = block_;
    site.item = item_;
    site.origin = id;
    site.resource = taken.resource;
    site.result = taken.result;
    site.hold = taken.hold;
    site.by_summary = by_summary;
    site.by_type = by_type;
    site.handed = taken;
  }

  Analysis& analysis_;
  uint32_t function_;
  const Tree& tree_;
  std::vector<Site>& out_;
  uint32_t block_ = 0;
  uint32_t item_ = 0;
};

bool TakesAnything(Analysis& analysis, uint32_t function) {
  const Function& f = analysis.function(function);
  const Tree& tree = analysis.tree(f);
  for (const NodeId node : f.nodes) {
    const Kind kind = tree.kind(node);
    if (kind != Kind::kCallExpr && kind != Kind::kCompositeLit) continue;
    bool by_summary = false;
    bool by_type = false;
    if (!analysis.TakenBy(function, node, by_summary, by_type).empty()) return true;
  }
  return false;
}

}  // namespace

std::vector<Site> SitesIn(Analysis& analysis, uint32_t function) {
  std::vector<Site> sites;
  if (!TakesAnything(analysis, function)) return sites;  // most functions: no graph of them is built
  const Graph& graph = analysis.GraphOf(function);
  Finder finder(analysis, function, sites);
  for (uint32_t block = 0; block < graph.blocks.size(); ++block)
    for (uint32_t item = 0; item < graph.blocks[block].items.size(); ++item)
      finder.Item(block, item, graph.blocks[block].items[item]);
  return sites;
}

}  // namespace seep::goscan
