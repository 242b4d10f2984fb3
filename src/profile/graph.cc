#include "profile/graph.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "profile/graph_parts.h"
#include "profile/measurement.h"

namespace seep::profile {
namespace {

constexpr uint32_t kNone = NodeTable::kNone;
constexpr size_t kMaxTagsOfANode = 4;

bool IsNegative(const Node& node) {
  return node.flat < 0 || (node.flat == 0 && node.cum < 0);
}

// Nodes that can be in a report; the others are only names of edges' ends.
std::vector<uint32_t> List(std::span<const Node> nodes, bool drop_negative) {
  std::vector<uint32_t> listed;
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.cum == 0 && node.flat == 0) continue;
    if (!(drop_negative && IsNegative(node))) listed.push_back(i);
  }
  return listed;
}

// The steps of pprof's newTrimmedGraph.
class Trimmer {
 public:
  Trimmer(Profile& profile, const GraphOptions& options)
      : profile_(profile),
        options_(options),
        table_(profile, options.nodes),
        visual_(options.edges == EdgeUse::kVisual) {
    if (options.call_tree) {
      tree_ = GrowTree(profile, table_, options);
      nodes_ = std::move(tree_.nodes);
      edges_ = tree_.edges;
    } else {
      NodeSums sums = SumNodes(profile, table_, options);
      nodes_ = std::move(sums.nodes);
      group_weights_ = std::move(sums.group_weights);
    }
    listed_ = List(nodes_, options.drop_negative);
    kept_.assign(nodes_.size(), 1);
    shown_.assign(nodes_.size(), 0);
    int64_t total = 0;
    for (uint32_t i : listed_) Add(total, nodes_[i].flat);
    node_cutoff_ = Abs(ToInt64(static_cast<double>(total) * options.node_fraction));
    edge_cutoff_ = Abs(ToInt64(static_cast<double>(total) * options.edge_fraction));
  }

  TrimmedGraph Run() {
    DropLightNodes();
    result_.original_count = listed_.size();
    if (visual_)
      LimitVisually();
    else
      Limit();
    return Finish();
  }

 private:
  void Keep(std::vector<uint32_t> nodes) {
    std::vector<uint8_t> taken_out(nodes_.size(), 0);
    for (uint32_t i : listed_) taken_out[i] = 1;
    for (uint32_t i : nodes) taken_out[i] = 0;
    // A graph is built again from what is kept; a tree only loses what is dropped.
    if (options_.call_tree) {
      for (size_t i = 0; i < kept_.size(); ++i) kept_[i] = taken_out[i] == 0 && kept_[i] != 0;
      edges_ = ContractTree(edges_, kept_);
    } else {
      std::ranges::fill(kept_, 0);
      for (uint32_t i : nodes) kept_[i] = 1;
    }
    listed_ = std::move(nodes);
  }

  void DropLightNodes() {
    if (node_cutoff_ <= 0) return;
    std::vector<uint32_t> heavy;
    for (uint32_t i : listed_)
      if (Abs(nodes_[i].cum) >= node_cutoff_) heavy.push_back(i);
    if (heavy.size() == listed_.size()) return;
    result_.dropped_nodes = listed_.size() - heavy.size();
    Keep(std::move(heavy));
  }

  void Limit() {
    SortByValue(listed_, nodes_, profile_.strings, options_.by_cum);
    if (options_.node_count > 0 && std::cmp_less(options_.node_count, listed_.size()))
      Keep({listed_.begin(), listed_.begin() + options_.node_count});
    if (!options_.call_tree && options_.edges == EdgeUse::kAll) edges_ = Collect();
  }

  void LimitVisually() {
    if (!options_.call_tree) edges_ = Collect();
    SortByEntropy(listed_, nodes_, edges_, profile_.strings);
    std::vector<uint8_t> tagged(nodes_.size(), 0);
    for (uint32_t i : listed_) tagged[i] = 1;
    tags_ =
        CollectTags(profile_, table_, options_.call_tree ? &tree_ : nullptr, options_, tagged, node_cutoff_);
    if (options_.node_count <= 0) return;
    TrimEdges();
    const size_t count = CountWithTags();
    if (count == listed_.size()) return;
    Keep({listed_.begin(), listed_.begin() + static_cast<ptrdiff_t>(count)});
    if (!options_.call_tree) edges_ = Collect();
    SortByEntropy(listed_, nodes_, edges_, profile_.strings);
  }

  // How many nodes fit if their tags count as nodes too.
  size_t CountWithTags() const {
    int64_t count = 0;
    for (size_t i = 0; i < listed_.size(); ++i) {
      const size_t tags = std::ranges::count_if(tags_[listed_[i]], [](const Tag& t) { return t.flat != 0; });
      count += static_cast<int64_t>(std::min(tags, kMaxTagsOfANode)) + 1;
      if (count >= options_.node_count) return i + 1;
    }
    return std::min(listed_.size(), static_cast<size_t>(options_.node_count));
  }

  std::vector<Edge> Collect() const {
    EdgeWish wish{.kept = kept_, .wanted = std::vector<uint8_t>(nodes_.size(), 0)};
    bool any = false;
    for (uint32_t i : listed_) {
      if (options_.wanted && !options_.wanted(nodes_[i].info)) continue;
      wish.wanted[i] = kWantIn | kWantOut;
      any = true;
    }
    return any ? CollectEdges(profile_, table_, options_, wish) : std::vector<Edge>();
  }

  // Of edges into nodes that are not listed pprof drops none.
  size_t TrimEdges() {
    std::ranges::fill(shown_, 0);
    for (uint32_t i : listed_) shown_[i] = 1;
    return std::erase_if(edges_,
                         [&](const Edge& e) { return shown_[e.dest] != 0 && Abs(e.weight) < edge_cutoff_; });
  }

  TrimmedGraph Finish() {
    result_.dropped_edges = TrimEdges();
    std::vector<Inlining> inlining;
    if (options_.edges == EdgeUse::kInlining)
      inlining = FindInlining(profile_, table_, options_, group_weights_, kept_, listed_, edge_cutoff_);
    result_.graph = Assemble(std::move(nodes_), listed_, std::move(edges_), profile_.strings);
    result_.graph.inlining = std::move(inlining);
    if (visual_) {
      result_.graph.tags.resize(result_.graph.nodes.size());
      for (size_t i = 0; i < listed_.size(); ++i) result_.graph.tags[i] = std::move(tags_[listed_[i]]);
      RemoveRedundantEdges(result_.graph);
    }
    return std::move(result_);
  }

  Profile& profile_;
  const GraphOptions& options_;
  NodeTable table_;
  bool visual_;
  CallTree tree_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> listed_;  // nodes that are left, in the end in the order of the report
  std::vector<uint8_t> kept_;     // nodes edges may end at: those, and while nothing was dropped all
  std::vector<uint8_t> shown_;
  std::vector<uint64_t> group_weights_;
  std::vector<Edge> edges_;
  std::vector<std::vector<Tag>> tags_;
  int64_t node_cutoff_ = 0, edge_cutoff_ = 0;
  TrimmedGraph result_;
};

// Counts edges at each of `count` nodes and fills begins and lists, keeping the order of the edges.
void Index(std::span<const Edge> edges, size_t count, uint32_t Edge::* end, std::vector<uint32_t>& begins,
           std::vector<uint32_t>& list) {
  begins.assign(count + 1, 0);
  for (const Edge& edge : edges) ++begins[edge.*end + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<uint32_t> next(begins.begin(), begins.end() - 1);
  list.resize(edges.size());
  for (uint32_t i = 0; i < edges.size(); ++i) list[next[edges[i].*end]++] = i;
}

void IndexEdges(Graph& graph) {
  Index(graph.edges, graph.nodes.size(), &Edge::dest, graph.in_begins, graph.in_edges);
  Index(graph.edges, graph.nodes.size(), &Edge::src, graph.out_begins, graph.out_edges);
}

// Whether the caller of an edge reaches its callee without it.
bool IsRedundant(const Graph& graph, uint32_t candidate, const std::vector<uint8_t>& removed) {
  const uint32_t src = graph.edges[candidate].src;
  std::vector<uint8_t> seen(graph.nodes.size(), 0);
  std::vector<uint32_t> queue{graph.edges[candidate].dest};
  seen[queue[0]] = 1;
  for (size_t i = 0; i < queue.size(); ++i) {
    for (uint32_t in : graph.In(queue[i])) {
      const uint32_t caller = graph.edges[in].src;
      if (in == candidate || removed[in] != 0 || seen[caller] != 0) continue;
      if (caller == src) return true;
      seen[caller] = 1;
      queue.push_back(caller);
    }
  }
  return false;
}

}  // namespace

Graph Assemble(std::vector<Node> nodes, const std::vector<uint32_t>& order, std::vector<Edge> edges,
               const StringTable& strings) {
  Graph graph;
  graph.shown = order.size();
  std::vector<uint32_t> place(nodes.size(), kNone);
  const auto add = [&](uint32_t node) {
    place[node] = static_cast<uint32_t>(graph.nodes.size());
    graph.names.Add(strings, nodes[node].info);
    graph.nodes.push_back(nodes[node]);
  };
  for (uint32_t node : order) add(node);
  std::erase_if(edges, [&](const Edge& e) {
    const auto is_shown = [&](uint32_t node) { return place[node] < order.size(); };
    return !is_shown(e.src) && !is_shown(e.dest);
  });
  for (Edge& edge : edges) {
    if (place[edge.src] == kNone) add(edge.src);
    if (place[edge.dest] == kNone) add(edge.dest);
    edge.src = place[edge.src];
    edge.dest = place[edge.dest];
  }
  graph.edges = std::move(edges);
  IndexEdges(graph);
  return graph;
}

std::vector<uint32_t> Graph::Sorted(std::span<const uint32_t> some_edges) const {
  std::vector<uint32_t> sorted(some_edges.begin(), some_edges.end());
  std::ranges::sort(sorted, [&](uint32_t left, uint32_t right) {
    const Edge& a = edges[left];
    const Edge& b = edges[right];
    if (const int64_t x = Abs(a.weight), y = Abs(b.weight); x != y) return x > y;
    if (const int c = names[a.src].compare(names[b.src]); c != 0) return c < 0;
    if (const int c = names[a.dest].compare(names[b.dest]); c != 0) return c < 0;
    return std::pair(a.src, a.dest) < std::pair(b.src, b.dest);
  });
  return sorted;
}

void RemoveRedundantEdges(Graph& graph) {
  std::vector<uint8_t> removed(graph.edges.size(), 0);
  bool any = false;
  for (size_t node = graph.shown; node-- > 0;) {
    const std::vector<uint32_t> in = graph.Sorted(graph.In(static_cast<uint32_t>(node)));
    for (size_t k = in.size(); k-- > 0;) {
      if (!graph.edges[in[k]].residual) break;  // none heavier than a real one
      if (!IsRedundant(graph, in[k], removed)) continue;
      removed[in[k]] = 1;
      any = true;
    }
  }
  if (!any) return;
  size_t left = 0;
  for (size_t i = 0; i < graph.edges.size(); ++i)
    if (removed[i] == 0) graph.edges[left++] = graph.edges[i];
  graph.edges.resize(left);
  IndexEdges(graph);
}

TrimmedGraph MakeTrimmedGraph(Profile& profile, const GraphOptions& options) {
  return Trimmer(profile, options).Run();
}

Graph MakeWholeGraph(Profile& profile, const GraphOptions& options) {
  const NodeTable table(profile, options.nodes);
  std::vector<Node> nodes = SumNodes(profile, table, options).nodes;
  const std::vector<uint32_t> listed = List(nodes, options.drop_negative);
  return Assemble(std::move(nodes), listed, {}, profile.strings);
}

}  // namespace seep::profile
