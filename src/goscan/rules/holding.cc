#include "goscan/rules/holding.h"

#include <algorithm>
#include <deque>
#include <unordered_set>

#include "goscan/flow/ways.h"
#include "goscan/rules/holding_state.h"
#include "goscan/rules/holding_steps.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

// Paths are states at blocks: a function that needs more is left alone.
constexpr size_t kMaxStates = 4000;
constexpr size_t kMaxLosses = 8;

struct Way {  // how a state was reached, to tell the path afterwards
  uint32_t from = UINT32_MAX;
  NodeId condition;
  bool held = true;
};

struct Pending {
  uint32_t block = 0;
  uint32_t item = 0;
  HoldState state;
  uint32_t way = 0;
};

class Walk {
 public:
  Walk(Analysis& analysis, const Site& site)
      : analysis_(analysis),
        site_(site),
        graph_(analysis.GraphOf(site.function)),
        steps_(analysis, site, outcome_) {}

  void Begin(uint32_t block, uint32_t item, HoldState state) {
    ways_.push_back({});
    pending_.push_back({block, item, std::move(state), 0});
  }

  Outcome Run() {
    if (graph_.odd) outcome_.gave_up = true;
    while (!pending_.empty() && !outcome_.gave_up) {
      Pending next = std::move(pending_.front());
      pending_.pop_front();
      Advance(next);
    }
    return std::move(outcome_);
  }

 private:
  void Lose(Loss::Kind kind, NodeId at, uint32_t way) {
    for (const Loss& loss : outcome_.losses)
      if (loss.kind == kind && loss.at == at) return;
    if (outcome_.losses.size() >= kMaxLosses) return;
    Loss& loss = outcome_.losses.emplace_back();
    loss.kind = kind;
    loss.at = at;
    for (uint32_t w = way; w != UINT32_MAX; w = ways_[w].from)
      if (ways_[w].condition) loss.decided.emplace_back(ways_[w].condition, ways_[w].held);
    std::ranges::reverse(loss.decided);
  }

  void Advance(Pending& at) {
    const Block& block = graph_.blocks[at.block];
    for (uint32_t i = at.item; i < block.items.size(); ++i) {
      const NodeId item = block.items[i];
      const bool takes = site_.origin && at.block == site_.block && i == site_.item;
      if (takes && at.state.Holds()) return Lose(Loss::kNextRound, site_.origin, at.way);
      switch (steps_.Item(item, at.state, takes)) {
        case Step::kOn:
          break;
        case Step::kReleased:
          outcome_.released = true;
          NoteDefer(item, at.block);
          NoteGivenBack(at.block, i, at.state);
          return;
        case Step::kKept:
          outcome_.kept = true;
          return;
        case Step::kStops:
          return;
        case Step::kReplaced:
          return Lose(Loss::kReplaced, item, at.way);
      }
      if (takes && !at.state.Holds()) return Lose(Loss::kDropped, item, at.way);
    }
    Leave(at, block);
  }

  void NoteGivenBack(uint32_t block, uint32_t item, const HoldState& state) {
    constexpr size_t kMost = 8;
    if (!site_.origin || outcome_.given_back.size() >= kMost) return;
    GivenBack& given = outcome_.given_back.emplace_back(GivenBack{block, item, {}});
    for (const auto& [var, hold] : state.holders) given.names.push_back(var);
  }

  // A defer in the loop that takes the resource, when the loop goes round again after it.
  void NoteDefer(NodeId item, uint32_t block) {
    const Tree& tree = analysis_.tree(analysis_.function(site_.function));
    if (!site_.origin || tree.kind(item) != Kind::kDeferStmt) return;
    for (uint32_t loop = graph_.blocks[block].loop; loop != 0; loop = graph_.loops[loop].outer) {
      bool takes_here = false;
      for (uint32_t l = graph_.blocks[site_.block].loop; l != 0; l = graph_.loops[l].outer)
        takes_here |= l == loop;
      const auto is_head = [&](uint32_t b) { return b == graph_.loops[loop].head; };
      if (takes_here && Reaches(graph_, graph_.blocks[block].next, is_head, [](uint32_t) { return true; }))
        outcome_.defer_in_loop = item;
    }
  }

  void Leave(Pending& at, const Block& block) {
    switch (block.end) {
      case BlockEnd::kStop:
        return;
      case BlockEnd::kReturn:
        return Lose(Loss::kReturn, block.items.back(), at.way);
      case BlockEnd::kFall:
        if (steps_.ResultHolds(at.state)) {
          outcome_.kept = true;
          return;
        }
        return Lose(Loss::kEnd, block.condition, at.way);
      case BlockEnd::kBranch:
        for (const bool holds : {true, false}) {
          HoldState state = at.state;
          const Decision decision = steps_.Decide(block.condition, block.equals, holds, state);
          if (decision == Decision::kReleased) outcome_.released = true;
          if (decision != Decision::kOn) continue;
          ways_.push_back({at.way, block.condition, holds});
          Go(block.next[holds ? 0 : 1], std::move(state), static_cast<uint32_t>(ways_.size()) - 1);
        }
        return;
      default: {
        // Nobody closes a ticker's channel: a range over it ends from inside only.
        const Tree& tree = analysis_.tree(analysis_.function(site_.function));
        const bool range = block.select && tree.kind(block.select) == Kind::kRangeStmt;
        const bool endless = range && ((site_.resource->id == "ticker" && IsEndless(tree, block.select)) ||
                                       steps_.GivesBackEach(block.select, at.state));
        for (size_t i = 0; i < (endless ? 1 : block.next.size()); ++i) Go(block.next[i], at.state, at.way);
      }
    }
  }

  void Go(uint32_t block, HoldState state, uint32_t way) {
    if (!seen_.insert(state.Text(block)).second) return;
    if (seen_.size() > kMaxStates) {
      outcome_.gave_up = true;
      return;
    }
    pending_.push_back({block, 0, std::move(state), way});
  }

  Analysis& analysis_;
  const Site& site_;
  const Graph& graph_;
  Outcome outcome_;
  Steps steps_;
  std::deque<Pending> pending_;
  std::vector<Way> ways_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

Outcome Follow(Analysis& analysis, const Site& site) {
  Walk walk(analysis, site);
  HoldState state;
  const Graph& graph = analysis.GraphOf(site.function);
  AssumeGiven(analysis, site.function, graph, graph.blocks[site.block].condition_of, state);
  walk.Begin(site.block, site.item, std::move(state));
  return walk.Run();
}

Outcome FollowParameter(Analysis& analysis, uint32_t function, uint32_t var,
                        const model::ScanResource& resource, Hold hold) {
  Site site;
  site.function = function;
  site.resource = &resource;
  site.hold = hold;
  Walk walk(analysis, site);
  HoldState state;
  state.Set(var, hold);
  walk.Begin(0, 0, std::move(state));
  return walk.Run();
}

}  // namespace seep::goscan
