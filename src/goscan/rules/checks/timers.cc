// Timers, signals and defers that pile up. What a ticker costs depends on the Go version of go.mod.
#include <fmt/format.h>

#include <algorithm>

#include "goscan/flow/ways.h"
#include "goscan/rules/edits.h"
#include "goscan/rules/rule.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
extern const Check check_timers;

namespace {

using model::ScanConfidence;

bool Returns(Analysis& analysis, uint32_t function) {
  const Tree& tree = analysis.tree(analysis.function(function));
  const auto ways = [&](const Block& block) {
    // Nobody closes a ticker's channel: a range over it ends from inside only.
    const bool endless =
        block.select && tree.kind(block.select) == Kind::kRangeStmt && IsEndless(tree, block.select);
    return endless ? std::vector<uint32_t>{block.next.front()} : block.next;
  };
  return static_cast<bool>(WayOut(analysis.GraphOf(function), {{}}, [](NodeId) { return true; }, ways));
}

bool Anywhere(uint32_t) {
  return true;
}

// A defer in a loop from which no path leads out of the function.
void EndlessDefers(Analysis& analysis, Findings& findings, uint32_t id) {
  const Function& f = analysis.function(id);
  if (!f.kinds.Has(Kind::kDeferStmt)) return;
  const Tree& tree = analysis.tree(f);
  const Graph& graph = analysis.GraphOf(id);
  if (graph.odd) return;
  for (uint32_t b = 0; b < graph.blocks.size(); ++b) {
    const Block& block = graph.blocks[b];
    for (const NodeId item : block.items) {
      if (tree.kind(item) != Kind::kDeferStmt || block.loop == 0) continue;
      const auto leaves = [&](uint32_t at) {
        return graph.blocks[at].end == BlockEnd::kReturn || graph.blocks[at].end == BlockEnd::kFall;
      };
      if (Reaches(graph, {b}, leaves, Anywhere)) continue;
      // A panic runs it, and all those of the rounds before; what ends in one without another round is fine.
      if (!Reaches(graph, block.next, [&](uint32_t at) { return at == b; }, Anywhere)) continue;
      findings.Add("R187", id, item, ScanConfidence::kCertain,
                   "this defer never runs: nothing leads out of the loop");
    }
  }
}

bool IsWithin(const Graph& graph, uint32_t block, uint32_t loop) {
  uint32_t around = graph.blocks[block].loop;
  while (around != 0 && around != loop) around = graph.loops[around].outer;
  return around == loop;
}

// Whether a way leads from one block to another without leaving the loop that the second is in.
bool GoesRound(const Graph& graph, uint32_t from, uint32_t to) {
  return Reaches(
      graph, {from}, [&](uint32_t block) { return block == to; },
      [&](uint32_t block) { return IsWithin(graph, block, graph.blocks[to].loop); });
}

// Where the timer is not made in the select itself: timeout := time.After(d), and beside it a select with
// `<-timeout`. One that is kept over rounds is made anew when it has fired.
struct Beside {
  std::string receive;
  NodeId select;
};

Beside SelectBeside(const Tree& tree, NodeId loop, NodeId after) {
  Beside beside;
  ForEachNode(tree, loop, [&](NodeId id) {
    const auto block = tree.As<BlockStmt>(id);
    if (!block) return true;
    for (const NodeId stmt : block->list) {
      const auto assign = tree.As<AssignStmt>(stmt);
      if (assign && tree.op(stmt) == Token::kDefine && assign->left.size() == 1 &&
          assign->right.size() == 1 && assign->right.front() == after)
        beside.receive = fmt::format("<-{}", tree.text(assign->left.front()));
      if (!beside.receive.empty() && !beside.select && tree.kind(stmt) == Kind::kSelectStmt)
        beside.select = stmt;
    }
    return beside.receive.empty();
  });
  return beside;
}

// In a select in a loop, where another case can win round after round: each time a timer stays behind. Where
// every other case leaves, the timer is all that is waited for.
bool Outlived(const Tree& tree, NodeId body, const Graph& graph, NodeId after) {
  const std::vector<NodeId> loops = LoopsAround(tree, body, after);
  if (loops.empty()) return false;
  const Beside beside = SelectBeside(tree, loops.front(), after);
  for (uint32_t b = 0; b < graph.blocks.size(); ++b) {
    const Block& choose = graph.blocks[b];
    if (choose.end != BlockEnd::kChoose || choose.loop == 0 || !choose.select) continue;
    const auto select = tree.As<SelectStmt>(choose.select);
    if (!select) continue;
    const NodeList clauses = tree.Get<BlockStmt>(select->body).list;
    bool has_after = false;
    bool goes_round = false;
    for (size_t i = 0; i < clauses.size() && i < choose.next.size(); ++i) {
      const auto clause = tree.As<CommClause>(clauses[i]);
      if (!clause || !clause->comm) continue;
      if (Contains(tree, clause->comm, after) ||
          (choose.select == beside.select && tree.text(clause->comm) == beside.receive)) {
        has_after = true;
      } else {
        const bool ends = tree.text(clause->comm).find("Done()") != std::string_view::npos;
        goes_round = goes_round || (!ends && GoesRound(graph, choose.next[i], b));
      }
    }
    if (has_after) return goes_round;
  }
  return false;
}

void Calls(Analysis& analysis, Findings& findings, uint32_t id) {
  const Function& f = analysis.function(id);
  const Tree& tree = analysis.tree(f);
  ForEachOwn(tree, f, {Kind::kCallExpr}, [&](NodeId node) {
    const std::string_view name = CalledName(tree, node);
    if (name != "Tick" && name != "After" && name != "Notify") return;
    const Callee& callee = analysis.CalleeOf(f.file, node);
    if (!callee.key) return;
    const std::string_view key = analysis.KeyText(callee.key);
    if (key == "time.Tick" && !analysis.GoIsAtLeast("1.23")) {
      if (analysis.RepeatOf(id) != Repeat::kOnce && Returns(analysis, id))
        findings.Add(
            "R150", id, node, ScanConfidence::kCertain,
            fmt::format("with Go {} the ticker of time.Tick outlives this function and cannot be stopped",
                        analysis.go_version()));
    } else if (key == "time.After" && !analysis.GoIsAtLeast("1.23")) {
      if (f.kinds.Has(Kind::kSelectStmt) && Outlived(tree, f.body, analysis.GraphOf(id), node))
        findings.Add(
            "R151", id, node, ScanConfidence::kCertain,
            fmt::format("with Go {} each round leaves a timer behind until it fires", analysis.go_version()));
    } else if (key == "os/signal.Notify") {
      const auto call = tree.Get<CallExpr>(node);
      if (call.args.empty()) return;
      const uint32_t var = VariableOf(tree, analysis.bindings(f.file), call.args.front());
      if (var == 0 || tree.kind(WithoutParens(tree, call.args.front())) != Kind::kIdent) return;
      NodeId unbuffered;
      ForEachNode(tree, analysis.function(f.declared).body, [&](NodeId at) {
        NodeId left;
        NodeId value;
        if (const auto assign = tree.As<AssignStmt>(at);
            assign && assign->left.size() == 1 && assign->right.size() == 1) {
          left = assign->left.front();
          value = assign->right.front();
        } else if (const auto spec = tree.As<ValueSpec>(at);
                   spec && spec->names.size() == 1 && spec->values.size() == 1) {
          left = spec->names.front();
          value = spec->values.front();
        }
        if (!left || analysis.bindings(f.file).VarOf(left) != var) return true;
        if (const auto made = tree.As<CallExpr>(value); made && tree.text(made->fun) == "make")
          if (made->args.size() == 1 || (made->args.size() == 2 && tree.text(made->args[1]) == "0"))
            unbuffered = value;
        return true;
      });
      if (!unbuffered) return;
      auto& finding =
          findings.Add("R155", id, node, ScanConfidence::kCertain,
                       "the channel has no room: a signal that comes while nobody receives is dropped");
      finding.edits.push_back(RoomEdit(analysis, f.file, unbuffered));
    }
  });
}

void Run(Analysis& analysis, Findings& findings) {
  for (uint32_t id = 0; id < analysis.function_count(); ++id) {
    Calls(analysis, findings, id);
    EndlessDefers(analysis, findings, id);
  }
}

}  // namespace

constinit const Check check_timers = {"timers", &Run};

}  // namespace seep::goscan
