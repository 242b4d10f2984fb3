// Channels that somebody waits on for ever: a send whose receiver has left, a range nobody ends, a channel
// that was never made.
#include <fmt/format.h>

#include <algorithm>

#include "goscan/flow/ways.h"
#include "goscan/rules/function_check.h"

namespace seep::goscan {
extern const Check check_channels;

namespace {

using model::ScanConfidence;

// What a function does with one channel variable of its own.
struct Uses {
  NodeId made;                                   // the call of make, without a size
  std::vector<NodeId> go;                        // GoStmts whose goroutine uses it
  std::vector<std::pair<NodeId, NodeId>> sends;  // SendStmt in a goroutine, and its GoStmt
  std::vector<NodeId> ranges;                    // RangeStmts over it, in goroutines
  std::vector<NodeId> receives;                  // in the function itself
  std::vector<NodeId> awaits;                    // in goroutines, outside selects
  bool fed = false;                              // sent on, by the function itself
  bool closed = false;
  bool elsewhere = false;  // handed to something that is not looked into
};

class Channels : FunctionCheck {
 public:
  using FunctionCheck::FunctionCheck;

  void Run() {
    ForEachOwn(tree_, function_, kBegins, [&](NodeId node) {
      if (tree_.kind(node) == Kind::kSelectStmt) EmptySelect(node);
      if (const auto assign = tree_.As<AssignStmt>(node); assign && tree_.op(node) == Token::kDefine) {
        Made(assign->left, assign->right);
      } else if (const auto spec = tree_.As<ValueSpec>(node)) {
        Made(spec->names, spec->values);
        if (spec->names.size() == 1 && spec->values.empty() && spec->type)
          NeverMade(spec->names.front(), spec->type);
      }
    });
  }

 private:
  static constexpr KindSet kBegins = {Kind::kSelectStmt, Kind::kAssignStmt, Kind::kValueSpec};

  void Made(const NodeList& names, const NodeList& values) {
    for (size_t i = 0; i < values.size() && names.size() == values.size(); ++i) {
      if (!IsMakeOfChannel(values[i]) || tree_.kind(names[i]) != Kind::kIdent) continue;
      if (IsUnbufferedMake(values[i])) {
        Judge(bindings_.VarOf(names[i]), values[i]);
      } else {
        JudgeBuffered(bindings_.VarOf(names[i]), values[i]);
      }
    }
  }

  bool IsMakeOfChannel(NodeId value) const {
    const auto call = tree_.As<CallExpr>(value);
    return call && tree_.text(call->fun) == "make" && !call->args.empty() &&
           tree_.kind(WithoutParens(tree_, call->args.front())) == Kind::kChanType;
  }
  bool IsUnbufferedMake(NodeId value) const {
    if (!IsMakeOfChannel(value)) return false;
    const auto call = tree_.Get<CallExpr>(value);
    return call.args.size() == 1 || tree_.text(call.args[1]) == "0";
  }
  bool Is(NodeId expr, uint32_t var) const {
    expr = WithoutParens(tree_, expr);
    return expr && tree_.kind(expr) == Kind::kIdent && bindings_.VarOf(expr) == var;
  }

  // --- how the variable is used ---

  Uses UsesOf(uint32_t var, NodeId made) {
    Uses uses;
    uses.made = made;
    Collect(function_.body, var, {}, false, uses);
    return uses;
  }

  void Collect(NodeId node, uint32_t var, NodeId go, bool other_literal, Uses& uses) {
    switch (tree_.kind(node)) {
      case Kind::kGoStmt: {
        const auto call = tree_.Get<CallExpr>(tree_.Get<GoStmt>(node).call);
        if (const auto literal = tree_.As<FuncLit>(WithoutParens(tree_, call.fun));
            literal && literal->body) {
          Collect(literal->body, var, node, other_literal, uses);
          for (size_t i = 0; i < call.args.size(); ++i)
            PassToLiteral(node, *literal, call.args[i], i, var, uses);
          return;
        }
        return PassToGoroutine(node, var, uses);
      }
      case Kind::kFuncLit:
        if (const NodeId body = tree_.Get<FuncLit>(node).body) Collect(body, var, go, true, uses);
        return;
      case Kind::kSendStmt: {
        const auto send = tree_.Get<SendStmt>(node);
        if (!Is(send.channel, var)) break;
        if (go && !other_literal) {
          uses.sends.emplace_back(node, go);
        } else {
          uses.elsewhere |= other_literal;
          uses.fed = true;
        }
        Collect(send.value, var, go, other_literal, uses);
        return;
      }
      case Kind::kUnaryExpr:
        if (tree_.op(node) != Token::kArrow || !Is(tree_.Get<UnaryExpr>(node).x, var)) break;
        if (!go && !other_literal) uses.receives.push_back(node);
        if (go && !other_literal) uses.awaits.push_back(node);
        if (other_literal) uses.elsewhere = true;
        return;
      case Kind::kRangeStmt: {
        const auto loop = tree_.Get<RangeStmt>(node);
        if (!Is(loop.x, var)) break;
        if (go) {
          uses.ranges.push_back(node);
        } else if (other_literal) {
          uses.elsewhere = true;
        } else {
          uses.receives.push_back(node);
        }
        Collect(loop.body, var, go, other_literal, uses);
        return;
      }
      case Kind::kCallExpr: {
        const auto call = tree_.Get<CallExpr>(node);
        const std::string_view name = tree_.text(call.fun);
        if (call.args.size() == 1 && Is(call.args.front(), var) &&
            (name == "len" || name == "cap" || name == "close")) {
          uses.closed |= name == "close";
          return;
        }
        break;
      }
      case Kind::kIdent:
        if (bindings_.VarOf(node) == var && bindings_.vars[var].decl != node) uses.elsewhere = true;
        return;
      default:
        break;
    }
    ForEachChild(tree_, node, [&](NodeId child) { Collect(child, var, go, other_literal, uses); });
  }

  // go func(c chan T) { ... }(ch)
  void PassToLiteral(NodeId go, const FuncLit& literal, NodeId argument, size_t index, uint32_t var,
                     Uses& uses) {
    if (!Is(argument, var)) return;
    const uint32_t parameter = ParameterOf(function_.file, literal.type, index);
    if (parameter == 0) {
      uses.elsewhere = true;
      return;
    }
    Uses inside;
    Collect(literal.body, parameter, go, false, inside);
    uses.sends.insert(uses.sends.end(), inside.sends.begin(), inside.sends.end());
    uses.ranges.insert(uses.ranges.end(), inside.ranges.begin(), inside.ranges.end());
    uses.awaits.insert(uses.awaits.end(), inside.awaits.begin(), inside.awaits.end());
    uses.closed |= inside.closed;
    uses.elsewhere |= inside.elsewhere;
  }

  uint32_t ParameterOf(uint32_t file, NodeId func_type, size_t index) {
    const Tree& tree = analysis_.program().file(file).tree;
    const NodeId list = tree.Get<FuncType>(func_type).params;
    if (!list) return 0;
    size_t at = 0;
    for (const NodeId id : tree.Get<FieldList>(list).fields)
      for (const NodeId name : tree.Get<Field>(id).names)
        if (at++ == index) return analysis_.bindings(file).VarOf(name);
    return 0;
  }

  // go f(ch): what a function of the module does with its parameter.
  void PassToGoroutine(NodeId go, uint32_t var, Uses& uses) {
    const NodeId id = tree_.Get<GoStmt>(go).call;
    const auto call = tree_.Get<CallExpr>(id);
    Collect(call.fun, var, {}, false, uses);
    for (size_t i = 0; i < call.args.size(); ++i) {
      if (!Is(call.args[i], var)) {
        Collect(call.args[i], var, {}, false, uses);
        continue;
      }
      const uint32_t called = analysis_.FunctionOf(analysis_.CalleeOf(function_.file, id).decl);
      // A function that starts itself, or one that starts it: who has the channel is not known.
      if (called == UINT32_MAX || started_by_ == kMostStarts) {
        uses.elsewhere = true;
        continue;
      }
      Channels there(analysis_, findings_, called);
      there.started_by_ = started_by_ + 1;
      const uint32_t parameter = ParameterOf(there.function_.file, there.function_.type, i);
      if (parameter == 0) continue;
      Uses inside;
      there.Collect(there.function_.body, parameter, go, false, inside);
      uses.elsewhere |= inside.elsewhere || !inside.sends.empty();
      uses.closed |= inside.closed;
      if (!inside.sends.empty() && !inside.elsewhere) {
        uses.elsewhere = false;
        uses.sends.emplace_back(go, go);
      }
      if (!inside.awaits.empty()) foreign_awaits_.emplace_back(called, inside.awaits.front());
      if (!inside.ranges.empty()) foreign_ranges_.emplace_back(called, inside.ranges.front(), go);
    }
  }

  // --- the rules ---

  bool ReceivesIn(NodeId item, const Uses& uses) const {
    // go func() { <-ch }(): where nobody waits for it any longer.
    if (tree_.kind(item) == Kind::kGoStmt &&
        std::ranges::any_of(uses.awaits, [&](NodeId await) { return Contains(tree_, item, await); }))
      return true;
    if (tree_.kind(item) == Kind::kRangeStmt)
      return std::ranges::find(uses.receives, item) != uses.receives.end();
    return std::ranges::any_of(uses.receives, [&](NodeId r) { return Contains(tree_, item, r); });
  }

  // A way from the start of the goroutine out of the function that receives nothing. The exit it takes.
  NodeId WayOutWithoutReceive(NodeId go, const Uses& uses) {
    const Graph& graph = analysis_.GraphOf(id_);
    if (graph.odd) return {};
    return WayOut(
        graph, Behind(graph, go),
        [&](NodeId item) { return !ReceivesIn(item, uses) && !analysis_.EndsAt(function_.file, item); },
        [&](const Block& block) { return WaysOn(block, uses); });
  }

  // for i := 0; i < senders; i++ { <-ch }: into a loop that receives, as it has a round for each sender.
  std::vector<uint32_t> WaysOn(const Block& block, const Uses& uses) const {
    const NodeId about = block.end == BlockEnd::kBranch ? block.condition : block.select;
    for (const NodeId receive : uses.receives) {
      if (HasAlternative(tree_, function_.body, receive)) continue;
      for (const NodeId loop : LoopsAround(tree_, function_.body, receive)) {
        const auto counted = tree_.As<ForStmt>(loop);
        if (about && block.next.size() > 1 && (about == loop || (counted && counted->cond == about)))
          return {block.next.front()};
      }
    }
    return block.next;
  }

  void Judge(uint32_t var, NodeId made) {
    if (var == 0) return;
    foreign_ranges_.clear();
    foreign_awaits_.clear();
    const Uses uses = UsesOf(var, made);
    if (uses.elsewhere) return;
    Sends(uses, made);
    Ranges(uses, made);
    Unsent(uses, made);
  }

  // A channel with room for one, and more senders than that.
  void JudgeBuffered(uint32_t var, NodeId made) {
    if (var == 0) return;
    const auto call = tree_.Get<CallExpr>(made);
    foreign_ranges_.clear();
    foreign_awaits_.clear();
    const Uses uses = UsesOf(var, made);
    if (uses.elsewhere) return;
    if (tree_.text(call.args[1]) == "1") FirstWins(uses, made);
    Ranges(uses, made);
    Unsent(uses, made);
  }

  void Sends(const Uses& uses, NodeId made) {
    if (uses.sends.empty()) return;
    if (FirstWins(uses, made)) return;
    for (const auto& [send, go] : uses.sends) {
      if (HasAlternative(tree_, go, send)) continue;
      if (!LoopsAround(tree_, function_.body, go).empty()) continue;  // FirstWins has looked at those
      // for { select { case v := <-ch: ... } } serves until something ends it all.
      const bool serves = std::ranges::any_of(uses.receives, [&](NodeId receive) {
        const std::vector<NodeId> around = LoopsAround(tree_, function_.body, receive);
        return !around.empty() && IsEndless(tree_, around.front());
      });
      const NodeId exit = uses.receives.empty() || serves ? NodeId{} : WayOutWithoutReceive(go, uses);
      if (!exit) continue;
      auto& finding = findings_.Add(
          "R162", id_, send == go ? made : send, ScanConfidence::kCertain,
          fmt::format(
              "this send has no room and no other way: the receiver leaves in line {} without it",
              tree_.PositionOf(tree_.kind(exit) == Kind::kBlockStmt ? tree_.end(exit) - 1 : tree_.begin(exit))
                  .line));
      finding.path.push_back(findings_.Spot(function_.file, made, "made without room"));
      auto started = findings_.Spot(function_.file, go, "the sender is started");
      started.end_line = started.line;
      started.end_column = started.column;
      finding.path.push_back(started);
      if (tree_.kind(exit) == Kind::kReturnStmt)
        finding.path.push_back(findings_.Spot(function_.file, exit, "the receiver leaves"));
      const auto call = tree_.Get<CallExpr>(made);
      size_t senders = 0;
      for (const auto& other : uses.sends)
        senders += LoopsAround(tree_, function_.body, other.first).empty() ? 1 : 2;
      if (senders == 1 && send != go && call.args.size() == 1)
        finding.edits.push_back({analysis_.program().file(function_.file).path, tree_.end(call.args.front()),
                                 tree_.end(call.args.front()), ", 1"});
      return;
    }
  }

  // Senders started in a loop, one of whose values is received.
  bool FirstWins(const Uses& uses, NodeId made) {
    if (!uses.awaits.empty()) return false;  // goroutines take from it, too
    for (const auto& [send, go] : uses.sends) {
      if (HasAlternative(tree_, go, send)) continue;
      const std::vector<NodeId> loops = LoopsAround(tree_, function_.body, go);
      if (loops.empty() || Contains(tree_, loops.back(), made)) continue;
      bool all_leave = !uses.receives.empty();
      for (const NodeId receive : uses.receives) {
        if (tree_.kind(receive) == Kind::kRangeStmt) {
          all_leave = all_leave && LeavesEarly(tree_.Get<RangeStmt>(receive).body);
          continue;
        }
        const std::vector<NodeId> around = LoopsAround(tree_, function_.body, receive);
        if (around.empty()) continue;
        if (std::ranges::find(loops, around.front()) != loops.end()) {
          // One for one; or it serves, and comes back for the others.
          if (!HasAlternative(tree_, function_.body, receive) || IsEndless(tree_, around.front()))
            return false;
          continue;  // a round may go on without its value
        }
        // for { select { ... } } counts by itself what it has received.
        const auto plain = tree_.As<ForStmt>(around.front());
        all_leave = all_leave && !(plain && !plain->cond) &&
                    (LeavesEarly(around.front()) || (plain && CountsAPart(plain->cond)));
      }
      if (!all_leave) continue;
      auto& finding = findings_.Add(
          "R163", id_, send == go ? made : send, ScanConfidence::kLikely,
          "a sender for every round of the loop, and the receiver leaves after the first value it likes");
      finding.path.push_back(findings_.Spot(function_.file, made, "made without room for all of them"));
      for (const NodeId receive : uses.receives) {
        auto spot = findings_.Spot(function_.file, receive, "received here");
        spot.end_line = spot.line;
        finding.path.push_back(spot);
      }
      return true;
    }
    return false;
  }

  // for votes < need, where need is len(replicas)/2 + 1: not as many as have been started.
  bool CountsAPart(NodeId condition) const {
    const auto compare = tree_.As<BinaryExpr>(condition);
    const uint32_t limit =
        compare && tree_.kind(compare->y) == Kind::kIdent ? bindings_.VarOf(compare->y) : 0;
    bool part = false;
    ForEachNode(tree_, function_.body, [&](NodeId id) {
      const auto assign = tree_.As<AssignStmt>(id);
      if (limit != 0 && assign && assign->left.size() == 1 && assign->right.size() == 1 &&
          bindings_.VarOf(assign->left.front()) == limit)
        ForEachNode(tree_, assign->right.front(), [&](NodeId inside) {
          part = part || (tree_.kind(inside) == Kind::kBinaryExpr && tree_.op(inside) == Token::kQuo);
          return !part;
        });
      return !part;
    });
    return part;
  }

  // return or break of the loop itself, somewhere inside.
  bool LeavesEarly(NodeId loop) const {
    bool leaves = false;
    ForEachNode(tree_, loop, [&](NodeId id) {
      if (tree_.kind(id) == Kind::kReturnStmt) leaves = true;
      if (tree_.kind(id) == Kind::kBranchStmt && tree_.op(id) == Token::kBreak) leaves = true;
      return tree_.kind(id) != Kind::kFuncLit;
    });
    return leaves;
  }

  void Ranges(const Uses& uses, NodeId made) {
    if (uses.closed || analysis_.RepeatOf(id_) == Repeat::kOnce) return;
    for (const NodeId range : uses.ranges)
      if (!LeavesEarly(tree_.Get<RangeStmt>(range).body))
        Unclosed(id_, range, made, ScanConfidence::kCertain);
    for (const auto& [function, range, go] : foreign_ranges_) {
      const Tree& there = analysis_.tree(analysis_.function(function));
      bool leaves = false;
      ForEachNode(there, there.Get<RangeStmt>(range).body, [&](NodeId id) {
        leaves |= there.kind(id) == Kind::kReturnStmt || there.kind(id) == Kind::kBranchStmt;
        return there.kind(id) != Kind::kFuncLit;
      });
      if (!leaves) Unclosed(function, range, made, ScanConfidence::kLikely);
    }
  }

  // A goroutine waits for a value, and nobody has the channel who could send one.
  void Unsent(const Uses& uses, NodeId made) {
    if (uses.fed || uses.closed || !uses.sends.empty()) return;
    const auto report = [&](uint32_t function, NodeId receive, ScanConfidence confidence) {
      auto& finding =
          findings_.Add("R177", function, receive, confidence,
                        "nothing sends on this channel or closes it: the goroutine never goes on");
      finding.path.push_back(findings_.Spot(function_.file, made, "the channel is made here"));
      if (function != id_) finding.also_functions.push_back(analysis_.NameOf(id_));
    };
    for (const NodeId receive : uses.awaits)
      if (!HasAlternative(tree_, function_.body, receive)) report(id_, receive, ScanConfidence::kCertain);
    for (const auto& [function, receive] : foreign_awaits_) {
      const Function& f = analysis_.function(function);
      Channels there(analysis_, findings_, function);
      if (!HasAlternative(analysis_.tree(f), f.body, receive))
        report(function, receive, ScanConfidence::kLikely);
    }
  }

  void Unclosed(uint32_t function, NodeId range, NodeId made, ScanConfidence confidence) {
    const Tree& there = analysis_.tree(analysis_.function(function));
    auto& finding = findings_.Add("R166", function, there.Get<RangeStmt>(range).x, confidence,
                                  "nothing closes this channel: the loop, and its goroutine, never end");
    finding.path.push_back(
        findings_.Spot(function_.file, made, "the channel is made here, and closed nowhere"));
    if (function != id_) finding.also_functions.push_back(analysis_.NameOf(id_));
  }

  void EmptySelect(NodeId node) {
    const auto block = tree_.As<BlockStmt>(tree_.Get<SelectStmt>(node).body);
    if (!block || !block->list.empty() || analysis_.RepeatOf(id_) == Repeat::kOnce) return;
    const auto func = tree_.As<FuncDecl>(analysis_.function(function_.declared).node);
    if (func && tree_.text(func->name) == "main") return;
    findings_.Add("R169", id_, node, RunsAsGoroutine() ? ScanConfidence::kLikely : ScanConfidence::kPossible,
                  "select without cases: whoever comes here waits for ever");
  }

  bool RunsAsGoroutine() {
    for (const CallSite& site : analysis_.CallersOf(id_)) {
      const Tree& source = analysis_.tree(analysis_.function(site.function));
      bool started = false;
      ForEachNode(source, analysis_.function(site.function).body, [&](NodeId id) {
        if (const auto go = source.As<GoStmt>(id)) started = started || go->call == site.call;
        return !started;
      });
      if (started) return true;
    }
    return false;
  }

  // var c chan T, used and never assigned.
  void NeverMade(NodeId name, NodeId type) {
    if (tree_.kind(WithoutParens(tree_, type)) != Kind::kChanType) return;
    const uint32_t var = bindings_.VarOf(name);
    if (var == 0 || bindings_.vars[var].address_at != 0) return;
    bool assigned = false;
    NodeId blocked;
    ForEachNode(tree_, analysis_.function(function_.declared).body, [&](NodeId id) {
      if (const auto assign = tree_.As<AssignStmt>(id))
        for (const NodeId left : assign->left) assigned |= Is(left, var);
      if (const auto range = tree_.As<RangeStmt>(id)) {
        assigned |= (range->key && Is(range->key, var)) || (range->value && Is(range->value, var));
        if (!blocked && Is(range->x, var)) blocked = range->x;
      }
      if (tree_.kind(id) == Kind::kSelectStmt) {
        // A nil channel in a select is a case that is switched off.
        const auto block = tree_.As<BlockStmt>(tree_.Get<SelectStmt>(id).body);
        return !block || block->list.size() < 2;
      }
      if (const auto send = tree_.As<SendStmt>(id); send && !blocked && Is(send->channel, var)) blocked = id;
      if (tree_.kind(id) == Kind::kUnaryExpr && tree_.op(id) == Token::kArrow && !blocked &&
          Is(tree_.Get<UnaryExpr>(id).x, var))
        blocked = id;
      return true;
    });
    if (!assigned && blocked)
      findings_.Add("R169", id_, blocked, ScanConfidence::kCertain,
                    "this channel was declared and never made");
  }

  static constexpr int kMostStarts = 4;  // functions that start each other with the channel
  int started_by_ = 0;
  std::vector<std::tuple<uint32_t, NodeId, NodeId>> foreign_ranges_;
  std::vector<std::pair<uint32_t, NodeId>> foreign_awaits_;
};

}  // namespace

constinit const Check check_channels = {"channels", &RunInEach<Channels>};

}  // namespace seep::goscan
