// R160, R161: goroutines started without a bound on their number.
#include <fmt/format.h>

#include <algorithm>

#include "goscan/rules/function_check.h"

namespace seep::goscan {
extern const Check check_spawning;

namespace {

using model::ScanConfidence;

class Spawning : FunctionCheck {
 public:
  using FunctionCheck::FunctionCheck;

  void Run() {
    ForEachOwn(tree_, function_, {Kind::kGoStmt, Kind::kCallExpr}, [&](NodeId node) {
      if (IsSpawn(node)) Spawn(node);
    });
  }

 private:
  // go f(), and group.Go(func), whose limit would be set on the group.
  bool IsSpawn(NodeId node) const {
    if (tree_.kind(node) == Kind::kGoStmt) return true;
    if (tree_.kind(node) != Kind::kCallExpr || CalledName(tree_, node) != "Go") return false;
    const Callee& callee = analysis_.CalleeOf(function_.file, node);
    const std::string_view key = analysis_.KeyText(callee.key);
    return key == "golang.org/x/sync/errgroup.Group.Go" || key == "sync.WaitGroup.Go";
  }

  NodeId StartedLiteral(NodeId node) const {
    NodeId call = node;
    if (const auto go = tree_.As<GoStmt>(node)) {
      call = go->call;
      const NodeId fun = WithoutParens(tree_, tree_.Get<CallExpr>(call).fun);
      return tree_.kind(fun) == Kind::kFuncLit ? fun : NodeId{};
    }
    const auto args = tree_.Get<CallExpr>(call).args;
    return !args.empty() && tree_.kind(args.front()) == Kind::kFuncLit ? args.front() : NodeId{};
  }

  // A place that is taken before the start, or a wait for what was started: sem <- x, <-tokens, Acquire,
  // Wait. Waiting for the clock, for work or for the end bounds nothing.
  bool Bounds(NodeId node, NodeId spawn, NodeId outer) const {
    if (node == spawn) return false;
    if (tree_.kind(node) == Kind::kSendStmt) return !InSelect(node, outer);
    if (tree_.kind(node) == Kind::kUnaryExpr && tree_.op(node) == Token::kArrow) {
      const NodeId x = tree_.Get<UnaryExpr>(node).x;
      const std::string_view channel = tree_.text(x);
      // A channel of this round: who receives from it waits for this round.
      const uint32_t var = VariableOf(tree_, bindings_, x);
      if (var != 0 && tree_.kind(x) == Kind::kIdent && Contains(tree_, outer, bindings_.vars[var].decl))
        return true;
      if (channel.ends_with(".C") || channel.find("Done()") != std::string_view::npos ||
          channel.find("time.") != std::string_view::npos || InSelect(node, outer))
        return false;
      // A received value that is used is work; one that is dropped is a token.
      return ReceivedForNothing(node, outer);
    }
    if (tree_.kind(node) != Kind::kCallExpr) return false;
    const std::string_view name = CalledName(tree_, node);
    for (const std::string_view bound :
         {"Wait", "Acquire", "TryAcquire", "SetLimit", "WaitN", "Take", "Allow", "Lock", "Submit"})
      if (name == bound) return true;
    return TakesPlace(node);
  }

  // d.enter(ctx): a function of the module that sends a value of its own on a channel, or acquires.
  bool TakesPlace(NodeId call) const {
    const uint32_t called = analysis_.FunctionOf(analysis_.CalleeOf(function_.file, call).decl);
    if (called == UINT32_MAX) return false;
    const Function& f = analysis_.function(called);
    const Tree& tree = analysis_.tree(f);
    bool takes = false;
    ForEachOwn(tree, f, {Kind::kSendStmt, Kind::kCallExpr}, [&](NodeId node) {
      if (const auto send = tree.As<SendStmt>(node)) {
        takes |= tree.text(send->value) == "struct{}{}" || tree.text(send->value) == "true";
      } else {
        const std::string_view name = CalledName(tree, node);
        takes |= name == "Acquire" || name == "TryAcquire";
      }
    });
    return takes;
  }

  bool InSelect(NodeId node, NodeId within) const {
    bool inside = false;
    ForEachNode(tree_, within, [&](NodeId id) {
      if (const auto clause = tree_.As<CommClause>(id);
          clause && clause->comm && Contains(tree_, clause->comm, node))
        inside = true;
      return Contains(tree_, id, node);
    });
    return inside;
  }
  bool ReceivedForNothing(NodeId node, NodeId within) const {
    bool dropped = false;
    ForEachNode(tree_, within, [&](NodeId id) {
      if (const auto expr = tree_.As<ExprStmt>(id)) dropped |= WithoutParens(tree_, expr->x) == node;
      return Contains(tree_, id, node);
    });
    return dropped;
  }

  bool Bounded(NodeId outer, NodeId spawn) const {
    bool bounded = false;
    ForEachNode(tree_, outer, [&](NodeId node) {
      if (tree_.kind(node) == Kind::kFuncLit) return false;
      bounded = bounded || Bounds(node, spawn, outer);
      return !bounded && node != spawn;
    });
    return bounded || CallsNamed(tree_, function_.body, {"SetLimit"});
  }

  bool AcceptsConnections(NodeId loop) const {
    return CallsNamed(tree_, loop,
                      {"Accept", "AcceptTCP", "AcceptUnix", "AcceptSession", "AcceptStream", "ReadFrom",
                       "ReadFromUDP", "AcceptUniStream"});
  }

  // How many rounds it has depends on data: rows, a list that was just fetched, messages.
  enum class Trips : uint8_t { kFew, kGiven, kData };
  Trips TripsOf(NodeId loop, NodeId round) const {
    if (const auto range = tree_.As<RangeStmt>(loop)) {
      const NodeId x = WithoutParens(tree_, range->x);
      if (tree_.kind(x) == Kind::kCompositeLit || tree_.kind(x) == Kind::kBasicLit) return Trips::kFew;
      if (tree_.kind(x) == Kind::kCallExpr)
        return CalledName(tree_, x) == "make" ? Trips::kFew : Trips::kData;
      const uint32_t var = VariableOf(tree_, bindings_, x);
      if (var == 0 || tree_.kind(x) != Kind::kIdent) return Trips::kGiven;
      const Var& v = bindings_.vars[var];
      // Fetched in the round it is worked on.
      return Contains(tree_, round, v.decl) && !v.parameter ? Trips::kData : Trips::kGiven;
    }
    const auto plain = tree_.Get<ForStmt>(loop);
    if (!plain.cond) return Trips::kData;
    if (tree_.kind(WithoutParens(tree_, plain.cond)) == Kind::kCallExpr) return Trips::kData;  // rows.Next()
    const auto compare = tree_.As<BinaryExpr>(plain.cond);
    if (!compare) return Trips::kGiven;
    const NodeId y = WithoutParens(tree_, compare->y);
    if (tree_.kind(y) == Kind::kBasicLit) return Trips::kFew;
    if (tree_.kind(y) != Kind::kCallExpr) return Trips::kGiven;
    const uint32_t var =
        CalledName(tree_, y) == "len" ? VariableOf(tree_, bindings_, tree_.Get<CallExpr>(y).args.front()) : 0;
    return var != 0 && Contains(tree_, round, bindings_.vars[var].decl) ? Trips::kData : Trips::kGiven;
  }

  // What is started is about something of this round.
  bool UsesVariableOf(NodeId node, NodeId loop) const {
    bool uses = false;
    ForEachNode(tree_, node, [&](NodeId id) {
      if (tree_.kind(id) == Kind::kIdent)
        if (const uint32_t var = bindings_.VarOf(id))
          uses |= Contains(tree_, loop, bindings_.vars[var].decl) &&
                  !Contains(tree_, node, bindings_.vars[var].decl);
      return !uses;
    });
    return uses;
  }

  void Spawn(NodeId node) {
    const std::vector<NodeId> loops = LoopsAround(tree_, function_.body, node);
    const NodeId literal = StartedLiteral(node);
    if (literal && !loops.empty()) LimiterInside(node, literal);
    if (loops.empty()) return;
    if (std::ranges::any_of(loops, [&](NodeId loop) { return AcceptsConnections(loop); })) return;
    const NodeId inner = loops.front();
    // An endless loop around the one over the items, here or where the function is called.
    NodeId endless;
    for (size_t i = 1; i < loops.size() && !endless; ++i)
      if (IsEndless(tree_, loops[i])) endless = loops[i];
    if (endless) {
      if (Bounded(endless, node)) return;
      const Trips trips = TripsOf(inner, endless);
      if (trips == Trips::kFew) return;
      const bool for_items = trips == Trips::kData && UsesVariableOf(node, endless);
      return Report(node, inner, endless, for_items ? ScanConfidence::kCertain : ScanConfidence::kPossible,
                    {});
    }
    if (Bounded(function_.body, node)) return;
    if (IsEndless(tree_, inner) || tree_.kind(inner) == Kind::kRangeStmt) CalledRoundAfterRound(node, inner);
  }

  void CalledRoundAfterRound(NodeId node, NodeId inner) {
    if (TripsOf(inner, function_.body) == Trips::kData && tree_.kind(inner) == Kind::kRangeStmt &&
        function_.outer == UINT32_MAX) {
      for (const CallSite& site : analysis_.CallersOf(id_)) {
        const Function& caller = analysis_.function(site.function);
        const Tree& source = analysis_.tree(caller);
        for (const NodeId loop : LoopsAround(source, caller.body, site.call))
          if (IsEndless(source, loop) && !CallsNamed(source, loop, {"Wait", "Acquire"}))
            return Report(node, inner, {}, ScanConfidence::kLikely, analysis_.NameOf(site.function));
      }
    }
    // One goroutine for each message or tick: as many as come.
    const Type over = tree_.kind(inner) == Kind::kRangeStmt
                          ? analysis_.types().Get(analysis_.types().OfExpr(
                                function_.file, tree_.Get<RangeStmt>(inner).x, &bindings_))
                          : Type{};
    if (IsEndless(tree_, inner) || over.kind == TypeKind::kChan)
      findings_.Add(
          "R160", id_, node, ScanConfidence::kPossible,
          "a goroutine for each round of a loop that does not end, and nothing bounds their number");
  }

  void Report(NodeId node, NodeId inner, NodeId endless, ScanConfidence confidence,
              const std::string& caller) {
    auto& finding =
        findings_.Add("R160", id_, node, confidence,
                      "a goroutine for every item, round after round: nothing waits for the last round "
                      "or bounds how many run");
    const auto header = [&](NodeId loop, std::string note) {
      auto spot = findings_.Spot(function_.file, loop, std::move(note));
      spot.end_line = spot.line;
      spot.end_column = spot.column;
      finding.path.push_back(std::move(spot));
    };
    if (endless) header(endless, "this loop goes round without end");
    header(inner, caller.empty() ? "as many rounds as there are items"
                                 : "as many rounds as there are items; called again and again by " + caller);
    finding.path.push_back(findings_.Spot(function_.file, node, "a goroutine for each"));
    if (const auto go = tree_.As<GoStmt>(node)) {
      const Callee& callee = analysis_.CalleeOf(function_.file, go->call);
      if (const uint32_t f = analysis_.FunctionOf(callee.decl); f != UINT32_MAX)
        finding.also_functions.push_back(analysis_.NameOf(f));
    }
  }

  // go func() { sem <- struct{}{}; defer func() { <-sem }() ... }: the place is taken too late.
  void LimiterInside(NodeId node, NodeId literal) {
    const NodeId body = tree_.Get<FuncLit>(literal).body;
    if (!body) return;
    for (const NodeId stmt : tree_.Get<BlockStmt>(body).list) {
      if (const NodeId channel = PlaceTakenFrom(stmt, body)) {
        const uint32_t var = VariableOf(tree_, bindings_, channel);
        if (var != 0 && bindings_.vars[var].function == literal) continue;
        return Inside(node, stmt);
      }
      const auto expr = tree_.As<ExprStmt>(stmt);
      NodeId call = expr ? expr->x : NodeId{};
      if (const auto assign = tree_.As<AssignStmt>(stmt); assign && assign->right.size() == 1)
        call = assign->right.front();
      if (const auto branch = tree_.As<IfStmt>(stmt); branch && branch->init)
        if (const auto assign = tree_.As<AssignStmt>(branch->init); assign && assign->right.size() == 1)
          call = assign->right.front();
      if (!call || CalledName(tree_, call) != "Acquire" || !CallsNamed(tree_, body, {"Release"})) continue;
      return Inside(node, stmt);
    }
  }

  // sem <- x that is received again in the body, <-tokens that is sent again, also as a case of a select. The
  // channel.
  NodeId PlaceTakenFrom(NodeId stmt, NodeId body) const {
    if (const auto send = tree_.As<SendStmt>(stmt))
      return ReceivesBack(body, tree_.text(send->channel)) ? send->channel : NodeId{};
    if (const auto expr = tree_.As<ExprStmt>(stmt)) {
      const NodeId x = WithoutParens(tree_, expr->x);
      if (tree_.kind(x) != Kind::kUnaryExpr || tree_.op(x) != Token::kArrow) return {};
      const NodeId channel = tree_.Get<UnaryExpr>(x).x;
      return SendsBack(body, tree_.text(channel)) ? channel : NodeId{};
    }
    if (const auto select = tree_.As<SelectStmt>(stmt))
      if (const auto block = tree_.As<BlockStmt>(select->body))
        for (const NodeId clause : block->list)
          if (const auto c = tree_.As<CommClause>(clause); c && c->comm)
            if (const NodeId channel = PlaceTakenFrom(c->comm, body)) return channel;
    return {};
  }

  bool SendsBack(NodeId body, std::string_view channel) const {
    bool found = false;
    ForEachNode(tree_, body, [&](NodeId id) {
      if (const auto send = tree_.As<SendStmt>(id)) found = found || tree_.text(send->channel) == channel;
      return !found;
    });
    return found;
  }

  bool ReceivesBack(NodeId body, std::string_view channel) const {
    bool found = false;
    ForEachNode(tree_, body, [&](NodeId id) {
      if (tree_.kind(id) == Kind::kUnaryExpr && tree_.op(id) == Token::kArrow)
        found = found || tree_.text(tree_.Get<UnaryExpr>(id).x) == channel;
      return !found;
    });
    return found;
  }

  void Inside(NodeId node, NodeId stmt) {
    auto& finding = findings_.Add(
        "R161", id_, node, ScanConfidence::kCertain,
        "the goroutine waits for its place after it has been started: all of them exist at once");
    finding.path.push_back(findings_.Spot(function_.file, node, "started for every item"));
    finding.path.push_back(findings_.Spot(function_.file, stmt, "the place is taken here, inside"));
  }
};

}  // namespace

constinit const Check check_spawning = {"spawning", &RunInEach<Spawning>};

}  // namespace seep::goscan
