// Waits that are somebody else's to end: with a lock held, for a group that is not counted down on every
// path, for a command whose children keep its output. What only a process can tell is a possible place.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "goscan/rules/rule.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
extern const Check check_waits;

namespace {

using model::ScanConfidence;

class Waits {
 public:
  Waits(Analysis& analysis, Findings& findings, uint32_t function)
      : analysis_(analysis),
        findings_(findings),
        id_(function),
        function_(analysis.function(function)),
        tree_(analysis.tree(function_)),
        bindings_(analysis.bindings(function_.file)) {}

  void Run() {
    bool done = false;
    ForEachOwnNode(tree_, function_.body, [&](NodeId node) {
      if (const auto block = tree_.As<BlockStmt>(node)) Statements(block->list);
      if (const auto clause = tree_.As<CaseClause>(node)) Statements(clause->body);
      if (const auto clause = tree_.As<CommClause>(node)) Statements(clause->body);
      if (tree_.kind(node) != Kind::kCallExpr) return;
      const std::string_view name = CalledName(tree_, node);
      done |= name == "Done";
      if (name == "Run" || name == "Output" || name == "CombinedOutput" || name == "Wait") Command(node);
    });
    if (done) CountedDown();
  }

 private:
  std::string_view KeyOf(NodeId call) {
    return analysis_.KeyText(analysis_.CalleeOf(function_.file, call).key);
  }

  // The lock that a statement takes: its source text; empty: it takes none.
  std::string_view LockIn(NodeId stmt) {
    const auto expr = tree_.As<ExprStmt>(stmt);
    return expr ? Operated(expr->x, "Lock", "RLock") : std::string_view();
  }
  std::string_view Operated(NodeId node, std::string_view name, std::string_view other) {
    const auto call = tree_.As<CallExpr>(node);
    const auto selector = call ? tree_.As<SelectorExpr>(WithoutParens(tree_, call->fun)) : std::nullopt;
    if (!selector) return {};
    const std::string_view method = tree_.text(selector->name);
    if (method != name && method != other) return {};
    return KeyOf(node).starts_with("sync.") ? tree_.text(selector->x) : std::string_view();
  }

  // --- with a lock held ---

  void Statements(NodeList list) {
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string_view lock = LockIn(list[i]);
      if (lock.empty()) continue;
      for (size_t j = i + 1; j < list.size(); ++j) {
        const auto expr = tree_.As<ExprStmt>(list[j]);
        if (expr && Operated(expr->x, "Unlock", "RUnlock") == lock) break;
        Held(lock, list[i], list[j]);
      }
    }
  }

  void Held(std::string_view lock, NodeId taken, NodeId stmt) {
    bool given_back = false;
    ForEachNode(tree_, stmt, [&](NodeId node) {
      const Kind kind = tree_.kind(node);
      // What runs later runs without it; a branch that gives it back may wait as it likes.
      if (given_back || kind == Kind::kFuncLit || kind == Kind::kDeferStmt || kind == Kind::kGoStmt)
        return false;
      if (kind == Kind::kSelectStmt) return false;
      if (kind == Kind::kCallExpr) {
        given_back = Operated(node, "Unlock", "RUnlock") == lock;
        Second(lock, taken, node);
      }
      if (!given_back && IsWait(node)) {
        auto& finding = findings_.Add("R175", id_, node, ScanConfidence::kPossible,
                                      fmt::format("waits for the other side with {} held", lock));
        finding.path.push_back(findings_.Spot(function_.file, taken, fmt::format("{} is taken here", lock)));
        return false;
      }
      return true;
    });
  }

  bool IsWait(NodeId node) {
    if (tree_.kind(node) == Kind::kSendStmt) return true;
    if (tree_.kind(node) == Kind::kUnaryExpr) return tree_.op(node) == Token::kArrow;
    if (tree_.kind(node) != Kind::kCallExpr) return false;
    static constexpr auto kWaits = std::to_array<std::string_view>({"net.Conn.Read",
                                                                    "net.TCPConn.Read",
                                                                    "net.UnixConn.Read",
                                                                    "crypto/tls.Conn.Read",
                                                                    "crypto/tls.Conn.Handshake",
                                                                    "net/http.Client.Do",
                                                                    "net/http.Client.Get",
                                                                    "net/http.Client.Post",
                                                                    "net/http.Get",
                                                                    "net/http.Post",
                                                                    "os/exec.Cmd.Run",
                                                                    "os/exec.Cmd.Wait",
                                                                    "os/exec.Cmd.Output",
                                                                    "sync.WaitGroup.Wait",
                                                                    "golang.org/x/sync/errgroup.Group.Wait",
                                                                    "golang.org/x/crypto/ssh.Dial",
                                                                    "net.Dial",
                                                                    "bufio.Reader.ReadString",
                                                                    "bufio.Reader.ReadLine",
                                                                    "bufio.Reader.ReadBytes"});
    return std::ranges::find(kWaits, KeyOf(node)) != kWaits.end();
  }

  // Another value of the same type, the same lock of it: whose comes first is up to the caller.
  void Second(std::string_view lock, NodeId taken, NodeId call) {
    const std::string_view other = Operated(call, "Lock", "RLock");
    if (other.empty() || other == lock) return;
    const size_t dot = lock.find('.');
    if (dot == std::string_view::npos || other.find('.') == std::string_view::npos) return;
    if (lock.substr(dot) != other.substr(other.find('.'))) return;
    const auto first = tree_.Get<CallExpr>(tree_.Get<ExprStmt>(taken).x);
    const uint32_t x = VariableOf(tree_, bindings_, first.fun);
    const uint32_t y = VariableOf(tree_, bindings_, tree_.Get<CallExpr>(call).fun);
    if (x == 0 || y == 0 || x == y || !bindings_.vars[x].parameter || !bindings_.vars[y].parameter) return;
    const std::string type = analysis_.types().QualifiedName(bindings_.vars[x].type);
    if (type.empty() || type != analysis_.types().QualifiedName(bindings_.vars[y].type)) return;
    if (Ordered(call)) return;
    auto& finding =
        findings_.Add("R176", id_, call, ScanConfidence::kPossible,
                      fmt::format("{} is taken with {} held, in the order of the arguments", other, lock));
    finding.path.push_back(findings_.Spot(function_.file, taken, fmt::format("{} is taken here", lock)));
  }

  // Something is compared before: an id, an address.
  bool Ordered(NodeId before) const {
    bool ordered = false;
    ForEachNode(tree_, function_.body, [&](NodeId node) {
      if (tree_.begin(node) >= tree_.begin(before)) return false;
      const Token op = tree_.op(node);
      if (tree_.kind(node) == Kind::kBinaryExpr) ordered |= op == Token::kLss || op == Token::kGtr;
      return true;
    });
    return ordered;
  }

  // --- commands ---

  // Output that is not a file is copied by a goroutine, and Wait waits for it until whoever inherited the
  // pipe has closed it.
  void Command(NodeId call) {
    const std::string_view key = KeyOf(call);
    if (!key.starts_with("os/exec.Cmd.")) return;
    const std::string_view text = tree_.text(analysis_.function(function_.declared).node);
    if (text.find("WaitDelay") != std::string_view::npos) return;
    const std::string_view name = key.substr(key.rfind('.') + 1);
    if ((name == "Run" || name == "Wait") && !TakesOutput()) return;
    findings_.Add("R145", id_, call, ScanConfidence::kPossible,
                  "a child that the command leaves behind keeps this waiting: there is no WaitDelay");
  }

  bool TakesOutput() const {
    bool takes = false;
    ForEachNode(tree_, analysis_.function(function_.declared).body, [&](NodeId node) {
      const auto assign = tree_.As<AssignStmt>(node);
      if (!assign || assign->left.size() != assign->right.size()) return true;
      for (size_t i = 0; i < assign->left.size(); ++i) {
        const auto selector = tree_.As<SelectorExpr>(assign->left[i]);
        const std::string_view name = selector ? tree_.text(selector->name) : std::string_view();
        const bool file = tree_.text(assign->right[i]).starts_with("os.Std");
        takes |= (name == "Stdout" || name == "Stderr") && !file;
      }
      return true;
    });
    return takes;
  }

  // --- groups ---

  bool HasDone(NodeId node, std::string_view& group) {
    bool has = false;
    ForEachNode(tree_, node, [&](NodeId id) {
      if (CalledName(tree_, id) == "Done" && KeyOf(id) == "sync.WaitGroup.Done") {
        group = tree_.text(tree_.Get<SelectorExpr>(WithoutParens(tree_, tree_.Get<CallExpr>(id).fun)).x);
        has = true;
      }
      return !has;
    });
    return has;
  }

  // The go statement that starts this function; its function in `by`.
  NodeId StartedBy(uint32_t& by) {
    const auto look = [&](uint32_t function, NodeId call) {
      const Tree& source = analysis_.tree(analysis_.function(function));
      NodeId found;
      ForEachNode(source, analysis_.function(function).body, [&](NodeId id) {
        const auto go = source.As<GoStmt>(id);
        if (!go) return true;
        const NodeId fun = WithoutParens(source, source.Get<CallExpr>(go->call).fun);
        if (go->call == call || (!call && fun == function_.node)) found = id;
        return true;
      });
      by = function;
      return found;
    };
    if (function_.outer != UINT32_MAX) return look(function_.outer, {});
    for (const CallSite& site : analysis_.CallersOf(id_))
      if (const NodeId go = look(site.function, site.call)) return go;
    return {};
  }

  // A goroutine that a group counts, and a way out of it without Done.
  void CountedDown() {
    const Graph& graph = analysis_.GraphOf(id_);
    std::string_view group;
    if (graph.odd || !HasDone(function_.body, group)) return;
    // if wg != nil { defer wg.Done() }: without a group there is nobody to tell.
    const std::string checked = std::string(group) + " != nil";
    if (tree_.text(function_.body).find(checked) != std::string_view::npos) return;
    // Counted inside, or handed on: who counts what is not known.
    bool other = false;
    ForEachNode(tree_, function_.body, [&](NodeId node) {
      if (const auto call = tree_.As<CallExpr>(node)) {
        other |= CalledName(tree_, node) == "Add" && KeyOf(node) == "sync.WaitGroup.Add";
        for (const NodeId argument : call->args)
          other |= tree_.text(argument) == group || tree_.text(argument).substr(1) == group;
      }
      return true;
    });
    uint32_t by = 0;
    const NodeId go = other ? NodeId{} : StartedBy(by);
    if (!go) return;
    const NodeId exit = WayWithoutDone(graph);
    if (!exit) return;
    const bool end = tree_.kind(exit) == Kind::kBlockStmt;
    auto& finding =
        findings_.Add("R178", id_, end ? function_.type : exit, ScanConfidence::kLikely,
                      fmt::format("{} leaves without {}.Done: who waits for the group waits for ever",
                                  end ? "a path" : "this return", group));
    const Function& starter = analysis_.function(by);
    finding.path.push_back(findings_.Spot(starter.file, go, "started here"));
    const Tree& source = analysis_.tree(starter);
    ForEachNode(source, starter.body, [&](NodeId node) {
      if (CalledName(source, node) == "Wait" &&
          analysis_.KeyText(analysis_.CalleeOf(starter.file, node).key) == "sync.WaitGroup.Wait")
        finding.path.push_back(findings_.Spot(starter.file, node, "waited for here"));
      return true;
    });
  }

  NodeId WayWithoutDone(const Graph& graph) {
    std::vector<uint32_t> open{0};
    std::vector<uint8_t> seen(graph.blocks.size());
    std::string_view group;
    while (!open.empty()) {
      const uint32_t id = open.back();
      open.pop_back();
      if (seen[id]++) continue;
      const Block& block = graph.blocks[id];
      const bool stops = std::ranges::any_of(block.items, [&](NodeId item) {
        const auto expr = tree_.As<ExprStmt>(item);
        return HasDone(item, group) || (expr && tree_.kind(expr->x) == Kind::kCallExpr &&
                                        analysis_.DoesNotReturn(function_.file, expr->x));
      });
      if (stops) continue;
      if (block.end == BlockEnd::kReturn) return block.items.back();
      if (block.end == BlockEnd::kFall) return function_.body;
      open.insert(open.end(), block.next.begin(), block.next.end());
    }
    return {};
  }

  Analysis& analysis_;
  Findings& findings_;
  uint32_t id_;
  const Function& function_;
  const Tree& tree_;
  Bindings& bindings_;
};

void Run(Analysis& analysis, Findings& findings) {
  for (uint32_t function = 0; function < analysis.function_count(); ++function)
    Waits(analysis, findings, function).Run();
}

}  // namespace

constinit const Check check_waits = {"waits", &Run};

}  // namespace seep::goscan
