// Ways through the graph of a function: what can come after what. Each block is gone through once.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "goscan/flow/graph.h"

namespace seep::goscan {

// Before an item of a block; behind the last one: its end.
struct Point {
  uint32_t block = 0;
  size_t item = 0;
};

// Right behind an item, wherever it stands.
inline std::vector<Point> Behind(const Graph& graph, NodeId item) {
  std::vector<Point> points;
  for (uint32_t b = 0; b < graph.blocks.size(); ++b)
    for (size_t i = 0; i < graph.blocks[b].items.size(); ++i)
      if (graph.blocks[b].items[i] == item) points.push_back({b, i + 1});
  return points;
}

// Goes all ways from these points. `goes_on(item)`: whether a way goes on behind it. `ways_on(block)`: the
// blocks that follow, asked where a way has come to its end.
template <class GoesOn, class WaysOn>
void FollowWays(const Graph& graph, std::vector<Point> open, GoesOn&& goes_on, WaysOn&& ways_on) {
  std::vector<uint8_t> seen(graph.blocks.size());
  while (!open.empty()) {
    const Point at = open.back();
    open.pop_back();
    const Block& block = graph.blocks[at.block];
    if (at.item == 0 && seen[at.block]++) continue;
    size_t item = at.item;
    while (item < block.items.size() && goes_on(block.items[item])) ++item;
    if (item < block.items.size()) continue;
    for (const uint32_t next : ways_on(block)) open.push_back({next, 0});
  }
}

inline const std::vector<uint32_t>& AllWays(const Block& block) {
  return block.next;
}

// Where a way leaves the function: its ReturnStmt, or the body whose end it comes to; none: no way does.
template <class GoesOn, class WaysOn>
NodeId WayOut(const Graph& graph, std::vector<Point> from, GoesOn&& goes_on, WaysOn&& ways_on) {
  NodeId exit;
  FollowWays(
      graph, std::move(from), [&](NodeId item) { return !exit && goes_on(item); },
      [&](const Block& block) {
        if (!exit && block.end == BlockEnd::kReturn) exit = block.items.back();
        if (!exit && block.end == BlockEnd::kFall) exit = block.condition;
        return exit ? std::vector<uint32_t>() : ways_on(block);
      });
  return exit;
}

// Whether a way that begins at one of these blocks comes to one that is `wanted`, by such as are `inside`.
template <class Wanted, class Inside>
bool Reaches(const Graph& graph, std::vector<uint32_t> open, Wanted&& wanted, Inside&& inside) {
  std::vector<uint8_t> seen(graph.blocks.size());
  while (!open.empty()) {
    const uint32_t id = open.back();
    open.pop_back();
    if (wanted(id)) return true;
    if (seen[id]++ || !inside(id)) continue;
    open.insert(open.end(), graph.blocks[id].next.begin(), graph.blocks[id].next.end());
  }
  return false;
}

}  // namespace seep::goscan
