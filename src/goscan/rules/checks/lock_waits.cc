// R175, R176: what is done with a lock held that everybody else then waits for. Both read alike in code that
// is right, so that they are places for a process to point at.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "goscan/flow/ways.h"
#include "goscan/rules/connections.h"
#include "goscan/rules/function_check.h"

namespace seep::goscan {
extern const Check check_lock_waits;

namespace {

using model::ScanConfidence;

// X.Lock() or X.RLock().
struct Lock {
  NodeId call;
  NodeId item;  // the statement, as the graph has it
  NodeId x;
  std::string_view place;     // the text of X
  std::vector<NodeId> under;  // what is reached with it held: items of the graph
};

// Which of several alike a lock belongs to, when the caller's arguments say so.
struct Chosen {
  std::set<uint32_t> by;  // variables: the argument, and what was looked up by it
  std::string type;
  std::string_view field;  // what follows: ".mu"
};

constexpr auto kWaits = std::to_array<std::string_view>(
    {"crypto/tls.Conn.Handshake", "net/http.Client.Do", "net/http.Client.Get", "net/http.Client.Head",
     "net/http.Client.Post", "net/http.Client.PostForm", "net/http.Get", "net/http.Head", "net/http.Post",
     "net/http.PostForm", "os/exec.Cmd.Run", "os/exec.Cmd.Wait", "os/exec.Cmd.Output",
     "os/exec.Cmd.CombinedOutput", "sync.WaitGroup.Wait", "golang.org/x/sync/errgroup.Group.Wait",
     "golang.org/x/crypto/ssh.Dial", "crypto/tls.Dial", "net.Dial"});

class LockWaits : FunctionCheck {
 public:
  using FunctionCheck::FunctionCheck;

  void Run() {
    ForEachOwn(tree_, function_, {Kind::kCallExpr}, [&](NodeId call) {
      if (const NodeId x = Operated(call, "Lock", "RLock"))
        locks_.push_back({call, {}, x, tree_.text(x), {}});
    });
    if (locks_.empty()) return;
    ForEachOwn(tree_, function_, {Kind::kSelectStmt}, [&](NodeId select) { Clauses(select); });
    const Graph& graph = analysis_.GraphOf(id_);
    if (graph.odd) return;
    for (Lock& lock : locks_) Follow(graph, lock);
    for (const Block& block : graph.blocks)
      for (const NodeId item : block.items) AddInPlace(item);
    for (const Lock& lock : locks_) Orders(lock);
  }

 private:
  // func() { b.mu.Lock(); defer b.mu.Unlock(); ... }(): taken where the literal is called.
  void AddInPlace(NodeId item) {
    const auto expr = tree_.As<ExprStmt>(item);
    const auto called = expr ? tree_.As<CallExpr>(expr->x) : std::nullopt;
    const uint32_t literal = called && tree_.kind(called->fun) == Kind::kFuncLit
                                 ? analysis_.FunctionOf(function_.file, called->fun)
                                 : UINT32_MAX;
    if (literal == UINT32_MAX) return;
    ForEachOwn(tree_, analysis_.function(literal), {Kind::kCallExpr}, [&](NodeId call) {
      if (const NodeId x = Operated(call, "Lock", "RLock"))
        locks_.push_back({call, item, x, tree_.text(x), {}});
    });
  }

  // X of X.Lock(), when that is a lock of package sync.
  NodeId Operated(NodeId node, std::string_view name, std::string_view other) const {
    const auto call = tree_.As<CallExpr>(node);
    const auto selector = call ? tree_.As<SelectorExpr>(WithoutParens(tree_, call->fun)) : std::nullopt;
    if (!selector) return {};
    const std::string_view method = tree_.text(selector->name);
    if (method != name && method != other) return {};
    return KeyOf(node).starts_with("sync.") ? selector->x : NodeId{};
  }

  // What a case of a select does is a wait of the select, not its own.
  void Clauses(NodeId select) {
    const auto block = tree_.As<BlockStmt>(tree_.Get<SelectStmt>(select).body);
    if (!block || block->list.size() < 2) return;
    for (const NodeId id : block->list)
      if (const auto clause = tree_.As<CommClause>(id); clause && clause->comm) cases_.insert(clause->comm);
  }

  // --- what is reached with the lock held ---

  void Follow(const Graph& graph, Lock& lock) {
    for (const Block& block : graph.blocks)
      for (const NodeId item : block.items)
        if (const auto expr = tree_.As<ExprStmt>(item); expr && expr->x == lock.call) lock.item = item;
    if (!lock.item) return;
    FollowWays(
        graph, Behind(graph, lock.item),
        [&](NodeId item) {
          if (GivesBack(item, lock)) return false;
          lock.under.push_back(item);
          Waits(item, lock);
          return true;
        },
        [&](const Block& block) -> const std::vector<uint32_t>& {
          if (block.select && tree_.kind(block.select) == Kind::kSelectStmt && IsUnbounded(block.select))
            Report(block.select, lock);
          return block.next;
        });
  }

  bool GivesBack(NodeId item, const Lock& lock) const {
    const auto expr = tree_.As<ExprStmt>(item);
    const NodeId x = expr ? Operated(expr->x, "Unlock", "RUnlock") : NodeId{};
    return x && tree_.text(x) == lock.place;
  }

  void Waits(NodeId item, const Lock& lock) {
    const Kind kind = tree_.kind(item);
    if (kind == Kind::kRangeStmt) {
      const NodeId over = tree_.Get<RangeStmt>(item).x;
      const TypeId type = analysis_.types().Underlying(TypeOf(over));
      if (analysis_.types().kind(type) == TypeKind::kChan) Report(over, lock);
      return;
    }
    // What runs later, or elsewhere, runs without it.
    if (kind == Kind::kDeferStmt || kind == Kind::kGoStmt || cases_.contains(item)) return;
    ForEachOwnNode(tree_, item, [&](NodeId node) {
      if (IsWait(node)) Report(node, lock);
    });
  }

  bool IsWait(NodeId node) {
    if (const auto send = tree_.As<SendStmt>(node)) return !HasRoom(send->channel);
    if (tree_.kind(node) == Kind::kUnaryExpr) {
      if (tree_.op(node) != Token::kArrow) return false;
      const NodeId from = tree_.Get<UnaryExpr>(node).x;
      return !HasRoom(from) && !IsClock(from);
    }
    if (tree_.kind(node) != Kind::kCallExpr) return false;
    if (std::ranges::find(kWaits, KeyOf(node)) != kWaits.end()) return true;
    return ReadsConnection(analysis_, function_, node) &&
           DeadlineBefore(analysis_, function_, node) != Deadline::kSet;
  }

  // A channel that was made here, for more than nobody.
  bool HasRoom(NodeId channel) const {
    channel = WithoutParens(tree_, channel);
    const uint32_t var = tree_.kind(channel) == Kind::kIdent ? bindings_.VarOf(channel) : 0;
    if (var == 0) return false;
    bool room = false;
    ForEachNode(tree_, declared().body, [&](NodeId node) {
      const auto assign = tree_.As<AssignStmt>(node);
      if (!assign || assign->left.size() != 1 || assign->right.size() != 1) return true;
      const auto call = tree_.As<CallExpr>(assign->right.front());
      if (call && bindings_.VarOf(assign->left.front()) == var)
        room |= tree_.text(call->fun) == "make" && call->args.size() == 2 && tree_.text(call->args[1]) != "0";
      return true;
    });
    return room;
  }

  bool IsClock(NodeId channel) const {
    const std::string_view text = tree_.text(channel);
    return text.starts_with("time.After(") || text.ends_with(".C");
  }

  // No case of it is sure to come, or is there for the end.
  bool IsUnbounded(NodeId select) {
    const auto block = tree_.As<BlockStmt>(tree_.Get<SelectStmt>(select).body);
    if (!block || block->list.size() < 2) return false;  // of one case: a wait by itself
    for (const NodeId id : block->list) {
      const auto clause = tree_.As<CommClause>(id);
      if (!clause || !clause->comm || IsEnd(clause->comm)) return false;
    }
    return true;
  }
  bool IsEnd(NodeId comm) {
    bool end = false;
    ForEachOwnNode(tree_, comm, [&](NodeId node) {
      if (tree_.kind(node) != Kind::kUnaryExpr || tree_.op(node) != Token::kArrow) return;
      const NodeId from = tree_.Get<UnaryExpr>(node).x;
      end = end || IsClock(from) || HasRoom(from) || tree_.text(from).ends_with("Done()") ||
            CarriesNothing(from);
    });
    return end;
  }
  // chan struct{}
  bool CarriesNothing(NodeId channel) {
    Types& types = analysis_.types();
    const Type type = types.Get(types.Underlying(TypeOf(channel)));
    if (type.kind != TypeKind::kChan) return false;
    const Type element = types.Get(TypeId{type.a});
    if (element.kind != TypeKind::kStruct) return false;
    const Tree& tree = types.program().file(element.a).tree;
    const NodeId fields = tree.Get<StructType>(NodeId{element.b}).fields;
    return !fields || tree.Get<FieldList>(fields).fields.empty();
  }

  void Report(NodeId wait, const Lock& lock) {
    if (!reported_.insert(wait).second) return;
    auto& finding = Add("R175", wait, ScanConfidence::kPossible,
                        fmt::format("waits for the other side with {} held", lock.place));
    if (tree_.kind(wait) == Kind::kSelectStmt) finding.where.end_line = finding.where.line;
    finding.path.push_back(Spot(lock.call, fmt::format("{} is taken here", lock.place)));
  }

  // --- two locks of one kind ---

  void Orders(const Lock& first) {
    const Chosen a = ChosenBy(first.x);
    if (a.by.empty()) return;
    for (const Lock& second : locks_) {
      if (second.place == first.place || std::ranges::find(first.under, second.item) == first.under.end())
        continue;
      const Chosen b = ChosenBy(second.x);
      if (b.by.empty() || a.type != b.type || a.field != b.field || Overlap(a.by, b.by)) continue;
      if (IsOrdered(a, b, first.call) || IsGuarded(first, a)) continue;
      auto& finding = Add(
          "R176", second.call, ScanConfidence::kPossible,
          fmt::format("{} is taken with {} held, in the order of the arguments", second.place, first.place));
      finding.path.push_back(Spot(first.call, fmt::format("{} is taken here", first.place)));
    }
  }

  static bool Overlap(const std::set<uint32_t>& a, const std::set<uint32_t>& b) {
    return std::ranges::any_of(a, [&](uint32_t var) { return b.contains(var); });
  }

  Chosen ChosenBy(NodeId x) const {
    NodeId anchor = WithoutParens(tree_, x);
    NodeId index;
    for (NodeId at = anchor; at && tree_.kind(at) != Kind::kIdent;) {
      if (const auto selector = tree_.As<SelectorExpr>(at)) {
        at = WithoutParens(tree_, selector->x);
        anchor = index ? anchor : at;
      } else if (const auto element = tree_.As<IndexExpr>(at)) {
        anchor = at;
        index = element->index;
        at = WithoutParens(tree_, element->x);
      } else {
        return {};
      }
    }
    Chosen chosen;
    chosen.type = analysis_.types().QualifiedName(TypeOf(anchor));
    chosen.field = tree_.source.substr(tree_.end(anchor), tree_.end(x) - tree_.end(anchor));
    if (chosen.type.empty()) return {};
    const uint32_t var = bindings_.VarOf(WithoutParens(tree_, index ? index : anchor));
    if (var == 0) return {};
    const uint32_t argument = bindings_.vars[var].parameter ? var : index ? 0 : LookedUpBy(var);
    if (argument != 0) chosen.by = {var, argument};
    return chosen;
  }

  // a := accounts[id], a, err := find(id): id, when that is a parameter.
  uint32_t LookedUpBy(uint32_t var) const {
    uint32_t argument = 0;
    ForEachNode(tree_, declared().body, [&](NodeId node) {
      const auto assign = tree_.As<AssignStmt>(node);
      if (!assign || assign->right.size() != 1 || assign->left.empty()) return true;
      if (tree_.kind(assign->left.front()) != Kind::kIdent || bindings_.VarOf(assign->left.front()) != var)
        return true;
      NodeId by;
      if (const auto element = tree_.As<IndexExpr>(assign->right.front())) by = element->index;
      if (const auto call = tree_.As<CallExpr>(assign->right.front()); call && call->args.size() == 1)
        by = call->args.front();
      by = WithoutParens(tree_, by);
      const uint32_t with = by && tree_.kind(by) == Kind::kIdent ? bindings_.VarOf(by) : 0;
      argument = with != 0 && bindings_.vars[with].parameter ? with : 0;
      return true;
    });
    return argument;
  }

  // Before, one is compared with the other, or they change places.
  bool IsOrdered(const Chosen& a, const Chosen& b, NodeId before) const {
    const auto mentions = [&](NodeId node, const Chosen& chosen) {
      bool found = false;
      ForEachNode(tree_, node, [&](NodeId id) {
        found = found || (tree_.kind(id) == Kind::kIdent && chosen.by.contains(bindings_.VarOf(id)));
        return !found;
      });
      return found;
    };
    bool ordered = false;
    ForEachNode(tree_, declared().body, [&](NodeId node) {
      if (ordered || tree_.begin(node) >= tree_.begin(before)) return false;
      const Token op = tree_.op(node);
      if (tree_.kind(node) == Kind::kBinaryExpr &&
          (op == Token::kLss || op == Token::kGtr || op == Token::kLeq || op == Token::kGeq))
        ordered = mentions(node, a) && mentions(node, b);
      if (const auto assign = tree_.As<AssignStmt>(node); assign && op == Token::kAssign)
        for (const NodeId left : assign->left) ordered = ordered || mentions(left, a) || mentions(left, b);
      return true;
    });
    return ordered;
  }

  // Both are taken under a third: nobody else has one of them and wants the other.
  bool IsGuarded(const Lock& first, const Chosen& kind) const {
    return std::ranges::any_of(locks_, [&](const Lock& other) {
      if (std::ranges::find(other.under, first.item) == other.under.end()) return false;
      const Chosen chosen = ChosenBy(other.x);
      return chosen.type != kind.type || chosen.field != kind.field;
    });
  }

  std::vector<Lock> locks_;
  std::set<NodeId> cases_;
  std::set<NodeId> reported_;
};

}  // namespace

constinit const Check check_lock_waits = {"lock_waits", &RunInEach<LockWaits>};

}  // namespace seep::goscan
