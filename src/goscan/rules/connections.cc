#include "goscan/rules/connections.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

// By what the method is called on.
constexpr auto kMethods = std::to_array<std::string_view>({"net.Conn.Read",
                                                           "net.TCPConn.Read",
                                                           "net.UnixConn.Read",
                                                           "crypto/tls.Conn.Read",
                                                           "bufio.Reader.Read",
                                                           "bufio.Reader.ReadString",
                                                           "bufio.Reader.ReadBytes",
                                                           "bufio.Reader.ReadLine",
                                                           "bufio.Reader.ReadByte",
                                                           "bufio.Reader.ReadRune",
                                                           "bufio.Reader.ReadSlice",
                                                           "bufio.Reader.Peek",
                                                           "bufio.Scanner.Scan",
                                                           "encoding/json.Decoder.Decode",
                                                           "encoding/gob.Decoder.Decode",
                                                           "encoding/xml.Decoder.Decode",
                                                           "encoding/csv.Reader.Read",
                                                           "net/textproto.Reader.ReadLine",
                                                           "net/textproto.Reader.ReadLineBytes",
                                                           "net/textproto.Reader.ReadMIMEHeader"});
// By an argument: which.
struct Reads {
  std::string_view key;
  size_t argument = 0;
};
constexpr auto kFunctions = std::to_array<Reads>({{"io.ReadFull", 0},
                                                  {"io.ReadAll", 0},
                                                  {"io.ReadAtLeast", 0},
                                                  {"io.Copy", 1},
                                                  {"io.CopyN", 1},
                                                  {"io.CopyBuffer", 1},
                                                  {"encoding/binary.Read", 0},
                                                  {"net/http.ReadResponse", 0},
                                                  {"net/http.ReadRequest", 0}});

class Reader {
 public:
  Reader(Analysis& analysis, const Function& function)
      : analysis_(analysis),
        function_(function),
        tree_(analysis.tree(function)),
        bindings_(analysis.bindings(function.file)) {}

  // bufio.NewReader(conn), or a variable that was made so.
  bool IsOfConnection(NodeId reader, int depth = 0) {
    reader = WithoutParens(tree_, reader);
    if (!reader || depth > 4) return false;
    if (IsConnection(reader)) return true;
    if (const auto call = tree_.As<CallExpr>(reader)) {
      const std::string_view name = CalledName(tree_, reader);
      return name.starts_with("New") && !call->args.empty() && IsOfConnection(call->args.front(), depth + 1);
    }
    const uint32_t var = tree_.kind(reader) == Kind::kIdent ? bindings_.VarOf(reader) : 0;
    if (var == 0) return false;
    NodeId made;
    ForEachNode(tree_, analysis_.function(function_.declared).body, [&](NodeId id) {
      const auto assign = tree_.As<AssignStmt>(id);
      if (assign && assign->left.size() == 1 && assign->right.size() == 1 && !made &&
          bindings_.VarOf(WithoutParens(tree_, assign->left.front())) == var)
        made = assign->right.front();
      return !made;
    });
    return made && IsOfConnection(made, depth + 1);
  }

 private:
  bool IsConnection(NodeId expr) {
    Types& types = analysis_.types();
    const TypeId type = types.OfExpr(function_.file, expr, &bindings_);
    return types.Is(type, "net", "Conn") || types.Is(type, "net", "TCPConn") ||
           types.Is(type, "net", "UnixConn") || types.Is(type, "crypto/tls", "Conn");
  }

  Analysis& analysis_;
  const Function& function_;
  const Tree& tree_;
  Bindings& bindings_;
};

class Deadlines {
 public:
  Deadlines(Analysis& analysis, const Function& function, NodeId node)
      : analysis_(analysis), function_(function), tree_(analysis.tree(function)), node_(node) {}

  Deadline Before() {
    const Function& declared = analysis_.function(function_.declared);
    ForEachNode(tree_, declared.body, [&](NodeId id) { return Look(id); });
    if (found_ == Deadline::kNone &&
        tree_.text(declared.node).find("HandshakeTimeout") != std::string_view::npos)
      return Deadline::kSet;
    return found_ == Deadline::kNone && conditional_ ? Deadline::kMaybe : found_;
  }

 private:
  bool IsBefore(NodeId id) const { return tree_.end(id) <= tree_.begin(node_); }

  // Whether to look below.
  bool Look(NodeId id) {
    if (tree_.begin(id) >= tree_.begin(node_) && tree_.end(id) > tree_.end(node_)) return false;
    if (tree_.kind(id) == Kind::kIfStmt && IsBefore(id)) {
      Branch(tree_.Get<IfStmt>(id));
      return false;
    }
    if (const auto go = tree_.As<GoStmt>(id); go && IsBefore(id)) {
      // go func() { <-ctx.Done(); conn.Close() }()
      if (CallsNamed(tree_, go->call, {"Close", "SetDeadline", "SetReadDeadline"})) found_ = Deadline::kSet;
      return false;
    }
    // What is taken away at the end is there now.
    if (const auto deferred = tree_.As<DeferStmt>(id); deferred && TakesAway(deferred->call)) return false;
    const std::string_view name = CalledName(tree_, id);
    if (name == "SetDeadline" || name == "SetReadDeadline")
      found_ = TakesAway(id) ? Deadline::kTakenAway : Deadline::kSet;
    if (name == "AfterFunc" || (IsBefore(id) && HelperSets(id))) found_ = Deadline::kSet;
    return true;
  }

  void Branch(const IfStmt& branch) {
    // if err := c.SetDeadline(t); err != nil { ... } sets it.
    for (const NodeId always : {branch.init, branch.cond}) {
      if (!always) continue;
      ForEachNode(tree_, always, [&](NodeId id) {
        const std::string_view name = CalledName(tree_, id);
        if (name == "SetDeadline" || name == "SetReadDeadline")
          found_ = TakesAway(id) ? Deadline::kTakenAway : Deadline::kSet;
        if (HelperSets(id)) found_ = Deadline::kSet;
        return true;
      });
    }
    if (!CallsNamed(tree_, branch.body, {"SetDeadline", "SetReadDeadline"})) return;
    if (branch.otherwise) {
      found_ = Deadline::kSet;
    } else {
      conditional_ = true;
    }
  }

  // conn.SetDeadline(time.Time{})
  bool TakesAway(NodeId call) const {
    const NodeList arguments = tree_.Get<CallExpr>(call).args;
    return arguments.size() == 1 && tree_.text(arguments.front()) == "time.Time{}";
  }

  // A helper of the module that sets the deadline of what it is given.
  bool HelperSets(NodeId id) {
    if (tree_.kind(id) != Kind::kCallExpr) return false;
    const uint32_t helper = analysis_.FunctionOf(analysis_.CalleeOf(function_.file, id).decl);
    if (helper == UINT32_MAX) return false;
    const Function& f = analysis_.function(helper);
    return f.body && CallsNamed(analysis_.tree(f), f.body, {"SetDeadline", "SetReadDeadline"});
  }

  Analysis& analysis_;
  const Function& function_;
  const Tree& tree_;
  NodeId node_;
  Deadline found_ = Deadline::kNone;
  bool conditional_ = false;
};

}  // namespace

bool ReadsConnection(Analysis& analysis, const Function& function, NodeId node) {
  const Tree& tree = analysis.tree(function);
  const auto call = tree.As<CallExpr>(node);
  if (!call) return false;
  const Callee& callee = analysis.CalleeOf(function.file, node);
  const std::string_view key = analysis.KeyText(callee.key);
  // TCPConn has its Read from a type that net does not export.
  const bool method =
      key.empty() ? CalledName(tree, node) == "Read" : std::ranges::find(kMethods, key) != kMethods.end();
  if (method) {
    const auto selector = tree.As<SelectorExpr>(WithoutParens(tree, call->fun));
    return selector && Reader(analysis, function).IsOfConnection(selector->x);
  }
  const auto reads = std::ranges::find(kFunctions, key, &Reads::key);
  return reads != kFunctions.end() && reads->argument < call->args.size() &&
         Reader(analysis, function).IsOfConnection(call->args[reads->argument]);
}

Deadline DeadlineBefore(Analysis& analysis, const Function& function, NodeId node) {
  return Deadlines(analysis, function, node).Before();
}

}  // namespace seep::goscan
