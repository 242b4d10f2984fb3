#include "goscan/rules/sites.h"

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
    for (const HandedOut& taken : analysis_.TakenBy(function_, id, by_summary, by_type))
      if (taken.resource->safe_from.empty() || !analysis_.GoIsAtLeast(taken.resource->safe_from))
        Add(id, taken, by_summary, by_type);
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
