// R166, R177: channels that are closed, or sent on, along some paths only: whoever waits at the other end
// waits for ever when another is taken.
#include <fmt/format.h>

#include <algorithm>

#include "goscan/flow/ways.h"
#include "goscan/rules/function_check.h"

namespace seep::goscan {
extern const Check check_channel_paths;

namespace {

using model::ScanConfidence;

struct Use {
  enum Kind : uint8_t { kSend, kReceive, kRange, kClose } kind = kSend;
  NodeId at;       // the statement or expression
  NodeId literal;  // the literal it stands in, whose goroutine does it; none: the function itself
};

class ChannelPaths : FunctionCheck {
 public:
  using FunctionCheck::FunctionCheck;

  void Run() {
    if (!function_.kinds.Has(Kind::kGoStmt)) return;
    ForEachOwn(tree_, function_, {Kind::kAssignStmt}, [&](NodeId node) {
      const auto assign = tree_.Get<AssignStmt>(node);
      if (tree_.op(node) != Token::kDefine || assign.left.size() != assign.right.size()) return;
      for (size_t i = 0; i < assign.left.size(); ++i) {
        const uint32_t var = IsMake(assign.right[i]) ? bindings_.VarOf(assign.left[i]) : 0;
        if (var == 0 || !FindUses(var)) continue;
        Unanswered(assign.right[i]);
        HalfClosed(assign.right[i]);
      }
    });
  }

 private:
  bool IsMake(NodeId value) const {
    const auto call = tree_.As<CallExpr>(value);
    return call && tree_.text(call->fun) == "make" && !call->args.empty() &&
           tree_.kind(WithoutParens(tree_, call->args.front())) == Kind::kChanType;
  }
  // All that is done to the channel, by the function and by the goroutines that it starts as literals. False:
  // something else may be done to it.
  bool FindUses(uint32_t var) {
    uses_.clear();
    size_t known = 0;
    size_t all = 0;
    const auto is = [&](NodeId expr) {
      expr = WithoutParens(tree_, expr);
      return expr && tree_.kind(expr) == Kind::kIdent && bindings_.VarOf(expr) == var;
    };
    const auto add = [&](Use::Kind kind, NodeId at) {
      uses_.push_back({kind, at, {}});
      ++known;
    };
    std::vector<NodeId> started;
    std::vector<NodeId> others;
    ForEachNode(tree_, function_.body, [&](NodeId id) {
      if (tree_.kind(id) == Kind::kIdent && bindings_.VarOf(id) == var && bindings_.vars[var].decl != id)
        ++all;
      if (const auto go = tree_.As<GoStmt>(id))
        started.push_back(WithoutParens(tree_, tree_.Get<CallExpr>(go->call).fun));
      if (tree_.kind(id) == Kind::kFuncLit && std::ranges::find(started, id) == started.end())
        others.push_back(id);
      if (const auto send = tree_.As<SendStmt>(id); send && is(send->channel)) add(Use::kSend, id);
      if (const auto unary = tree_.As<UnaryExpr>(id); unary && tree_.op(id) == Token::kArrow && is(unary->x))
        add(Use::kReceive, id);
      if (const auto range = tree_.As<RangeStmt>(id); range && is(range->x)) add(Use::kRange, id);
      if (const auto call = tree_.As<CallExpr>(id);
          call && call->args.size() == 1 && is(call->args.front()) && tree_.text(call->fun) == "close")
        add(Use::kClose, id);
      return true;
    });
    for (Use& use : uses_) {
      for (const NodeId other : others)
        if (Contains(tree_, other, use.at)) return false;
      for (const NodeId literal : started)
        if (tree_.kind(literal) == Kind::kFuncLit && Contains(tree_, literal, use.at)) use.literal = literal;
    }
    return known == all;
  }

  uint32_t ExitLine(NodeId exit) const {
    const bool end = tree_.kind(exit) == Kind::kBlockStmt;
    return tree_.PositionOf(end ? tree_.end(exit) - 1 : tree_.begin(exit)).line;
  }

  // R177: the one goroutine that is to answer can leave without a word.
  void Unanswered(NodeId made) {
    NodeId sender;
    NodeId receive;
    for (const Use& use : uses_) {
      if (use.kind == Use::kRange) return;
      if (use.kind == Use::kReceive) {
        if (use.literal || HasAlternative(tree_, function_.body, use.at)) return;
        if (!receive) receive = use.at;
        continue;
      }
      if (!use.literal || (sender && sender != use.literal)) return;
      sender = use.literal;
    }
    const uint32_t literal = sender ? analysis_.FunctionOf(function_.file, sender) : UINT32_MAX;
    if (!receive || literal == UINT32_MAX || !LoopsAround(tree_, function_.body, sender).empty()) return;
    const Graph& graph = analysis_.GraphOf(literal);
    if (graph.odd) return;
    const auto goes_on = [&](NodeId item) {
      return !analysis_.EndsAt(function_.file, item) && std::ranges::none_of(uses_, [&](const Use& use) {
        // A range is an item for its head alone; what it goes through has items of its own.
        return use.literal == sender && tree_.kind(item) != Kind::kRangeStmt && Contains(tree_, item, use.at);
      });
    };
    const NodeId exit = WayOut(graph, {{}}, goes_on, AllWays);
    if (!exit) return;
    auto& finding = Add("R177", receive, ScanConfidence::kPossible,
                        fmt::format("whoever is to send leaves in line {} without a word", ExitLine(exit)));
    finding.path.push_back(Spot(made, "the channel is made here"));
    if (tree_.kind(exit) == Kind::kReturnStmt) finding.path.push_back(Spot(exit, "the sender leaves"));
  }

  // R166: the function that closes it has a way out on which it does not.
  void HalfClosed(NodeId made) {
    NodeId range;
    bool closes = false;
    for (const Use& use : uses_) {
      if (use.kind == Use::kRange && use.literal) range = use.at;
      if (use.kind != Use::kClose) continue;
      if (use.literal) return;
      closes = true;
    }
    if (!range || !closes || analysis_.RepeatOf(id_) == Repeat::kOnce) return;
    NodeId go;
    bool deferred = false;
    ForEachOwn(tree_, function_, {Kind::kGoStmt, Kind::kDeferStmt}, [&](NodeId node) {
      if (tree_.kind(node) == Kind::kGoStmt && Contains(tree_, node, range)) go = node;
      if (tree_.kind(node) == Kind::kDeferStmt)
        deferred |= std::ranges::any_of(uses_, [&](const Use& use) { return Contains(tree_, node, use.at); });
    });
    const Graph& graph = analysis_.GraphOf(id_);
    if (!go || deferred || graph.odd || LeavesByItself(range)) return;
    const auto goes_on = [&](NodeId item) {
      return !analysis_.EndsAt(function_.file, item) && std::ranges::none_of(uses_, [&](const Use& use) {
        return use.kind == Use::kClose && tree_.kind(item) != Kind::kRangeStmt &&
               Contains(tree_, item, use.at);
      });
    };
    const NodeId exit = WayOut(graph, Behind(graph, go), goes_on, AllWays);
    if (!exit) return;
    auto& finding = Add(
        "R166", tree_.Get<RangeStmt>(range).x, ScanConfidence::kLikely,
        fmt::format("this channel is not closed on every path: line {} leaves without it", ExitLine(exit)));
    finding.path.push_back(Spot(made, "the channel is made here"));
    if (tree_.kind(exit) == Kind::kReturnStmt)
      finding.path.push_back(Spot(exit, "returns without closing it"));
  }

  bool LeavesByItself(NodeId range) const {
    bool leaves = false;
    ForEachOwnNode(tree_, tree_.Get<RangeStmt>(range).body, [&](NodeId id) {
      leaves |= tree_.kind(id) == Kind::kReturnStmt ||
                (tree_.kind(id) == Kind::kBranchStmt && tree_.op(id) != Token::kContinue);
    });
    return leaves;
  }

  std::vector<Use> uses_;
};

}  // namespace

constinit const Check check_channel_paths = {"channel_paths", &RunInEach<ChannelPaths>};

}  // namespace seep::goscan
