// Which nodes are inlined calls. To say so takes the edges into a node, and which of them are too light to
// count; but a node that never was inlined has no inlined edge, and one that was inlined too rarely has none
// heavy enough. Only edges into the others are made.
#include <algorithm>
#include <limits>

#include "profile/graph_parts.h"

namespace seep::profile {
namespace {

// Nodes that may have an inlined edge of `cutoff`: all samples in which they are an inlined call together
// weigh as much.
std::vector<uint8_t> FindCandidates(const NodeTable& table, const std::vector<uint64_t>& group_weights,
                                    const std::vector<uint32_t>& listed, int64_t cutoff) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  std::vector<uint64_t> weight(table.size(), 0);
  std::vector<uint8_t> inlined(table.size(), 0);
  for (uint32_t group = 0; group < table.groups(); ++group) {
    const std::span<const uint32_t> nodes = table.Group(group);
    const uint64_t more = group_weights[group];
    for (uint32_t node : nodes.first(nodes.size() - 1)) {
      inlined[node] = 1;
      weight[node] = more > kMost - weight[node] ? kMost : weight[node] + more;
    }
  }
  std::vector<uint8_t> candidates(table.size(), 0);
  for (uint32_t node : listed)
    if (inlined[node] != 0 && (cutoff <= 0 || weight[node] >= static_cast<uint64_t>(cutoff)))
      candidates[node] = kWantIn;
  return candidates;
}

}  // namespace

std::vector<Inlining> FindInlining(const Profile& profile, const NodeTable& table,
                                   const GraphOptions& options, const std::vector<uint64_t>& group_weights,
                                   const std::vector<uint8_t>& kept, const std::vector<uint32_t>& listed,
                                   int64_t cutoff) {
  std::vector<Inlining> out(listed.size(), Inlining::kNone);
  const EdgeWish wish{.kept = kept, .wanted = FindCandidates(table, group_weights, listed, cutoff)};
  if (std::ranges::find(wish.wanted, kWantIn) == wish.wanted.end()) return out;
  enum : uint8_t { kInlined = 1, kCalled = 2 };
  std::vector<uint8_t> seen(table.size(), 0);
  for (const Edge& edge : CollectEdges(profile, table, options, wish))
    if (Abs(edge.weight) >= cutoff) seen[edge.dest] |= edge.inlined ? kInlined : kCalled;
  for (size_t i = 0; i < listed.size(); ++i) {
    if (seen[listed[i]] == kInlined) out[i] = Inlining::kAll;
    if (seen[listed[i]] == (kInlined | kCalled)) out[i] = Inlining::kSome;
  }
  return out;
}

}  // namespace seep::profile
