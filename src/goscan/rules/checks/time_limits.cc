// Waits without an end: requests, servers and handshakes that nothing bounds in time.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "goscan/rules/connections.h"
#include "goscan/rules/function_check.h"
#include "goscan/rules/served.h"

namespace seep::goscan {
extern const Check check_time_limits;

namespace {

using model::ScanConfidence;

// By package: a client that is made in it without a Timeout.
using UnlimitedClients = std::map<uint32_t, model::SourceSpot>;

class Limits : FunctionCheck {
 public:
  Limits(Analysis& analysis, Findings& findings, uint32_t function, UnlimitedClients& unlimited)
      : FunctionCheck(analysis, findings, function), unlimited_(unlimited) {}

  void Run() {
    ForEachOwn(tree_, function_, {Kind::kCallExpr, Kind::kCompositeLit}, [&](NodeId node) {
      if (tree_.kind(node) == Kind::kCallExpr) Call(node);
      if (tree_.kind(node) == Kind::kCompositeLit) Literal(node);
    });
  }

  // A request by a client that may be the one without a Timeout: for a process to say.
  void Requests() {
    const auto client = unlimited_.find(analysis_.program().file(function_.file).package);
    if (client == unlimited_.end() || HasContext()) return;
    ForEachOwn(tree_, function_, {Kind::kCallExpr}, [&](NodeId node) {
      const Callee& callee = analysis_.CalleeOf(function_.file, node);
      const std::string_view key = analysis_.KeyText(callee.key);
      if (!key.starts_with("net/http.Client.") || key == "net/http.Client.CloseIdleConnections") return;
      if (tree_.text(node).starts_with("http.DefaultClient.")) return;
      auto& finding = findings_.Add(
          "R108", id_, node, ScanConfidence::kPossible,
          fmt::format("no deadline is seen, and line {} of {} makes a client without a Timeout",
                      client->second.line, client->second.file.substr(client->second.file.rfind('/') + 1)));
      finding.path.push_back(client->second);
    });
  }

 private:
  void Say(std::string_view rule, NodeId at, ScanConfidence confidence, std::string message) {
    Add(rule, at, confidence, std::move(message));
  }

  // The package sets the field somewhere: on which value is not asked.
  bool PackageAssigns(std::string_view field) { return PackageSays(fmt::format(".{} = ", field)); }
  bool FileSays(std::string_view text) const { return tree_.source.find(text) != std::string_view::npos; }
  std::string_view DeclaredText() const { return tree_.text(analysis_.function(function_.declared).node); }

  void Call(NodeId node) {
    const Callee& callee = analysis_.CalleeOf(function_.file, node);
    if (!callee.key) return;
    const std::string_view key = analysis_.KeyText(callee.key);
    if (key.starts_with("net/http.")) return Http(node, key);
    if (key == "golang.org/x/crypto/ssh.Dial")
      return Say("R133", node, ScanConfidence::kCertain,
                 "ssh.Dial: ClientConfig.Timeout ends with the TCP dial; nothing bounds the handshake");
    if (key == "golang.org/x/crypto/ssh.NewClientConn" || key == "golang.org/x/crypto/ssh.NewServerConn")
      return Handshake("R133", node, "the SSH handshake on this connection has no deadline");
    if (key == "crypto/tls.Conn.Handshake" ||
        (key == "crypto/tls.Conn.HandshakeContext" && NeverEnds(tree_.Get<CallExpr>(node))))
      return Handshake("R135", node, "the TLS handshake has no deadline");
  }

  // What the functions of package context give that take nothing never ends.
  static bool IsOneThatNeverEnds(std::string_view context) {
    return context.starts_with("context.") && context.ends_with("()");
  }
  bool NeverEnds(const CallExpr& call) const {
    return call.args.size() == 1 && IsOneThatNeverEnds(tree_.text(call.args.front()));
  }

  // A request of the declared function gets a context that may end.
  bool HasContext() {
    bool has = false;
    ForEachNode(tree_, analysis_.function(function_.declared).body, [&](NodeId id) {
      if (!CalledName(tree_, id).ends_with("WithContext")) return !has;
      const NodeList args = tree_.Get<CallExpr>(id).args;
      const std::string_view context = args.empty() ? std::string_view() : tree_.text(args.front());
      has = has || !IsOneThatNeverEnds(context);
      return !has;
    });
    return has;
  }

  // What c := tls.Client(conn, config) was made of.
  NodeId UnderTls(NodeId connection) {
    const uint32_t var = connection ? VariableOf(tree_, bindings_, connection) : 0;
    ForEachOwn(tree_, function_, {Kind::kAssignStmt}, [&](NodeId node) {
      const auto assign = tree_.Get<AssignStmt>(node);
      if (var == 0 || assign.left.size() != 1 || assign.right.size() != 1) return;
      const auto call = tree_.As<CallExpr>(assign.right.front());
      if (!call || call->args.empty() || bindings_.VarOf(assign.left.front()) != var) return;
      const std::string_view key = KeyOf(assign.right.front());
      if (key == "crypto/tls.Client" || key == "crypto/tls.Server") connection = call->args.front();
    });
    return connection;
  }

  // Quiet where the declared function sets a deadline: which comes first is not asked.
  void Handshake(std::string_view rule, NodeId node, std::string message) {
    const Deadline deadline = DeadlineBefore(analysis_, function_, node);
    if (deadline == Deadline::kSet) return;
    if (deadline == Deadline::kMaybe)
      return Say(rule, node, ScanConfidence::kPossible, message + " where the condition above does not hold");
    // A connection that comes from outside may have its deadline already.
    NodeId about;
    const auto call = tree_.Get<CallExpr>(node);
    if (rule == "R133" && !call.args.empty()) about = call.args.front();
    if (const auto selector = tree_.As<SelectorExpr>(call.fun); selector && rule == "R135")
      about = selector->x;
    if (rule == "R135") about = UnderTls(about);
    // A connection of a type of the module's own may set one for each read.
    NodeId wrapped = WithoutParens(tree_, about);
    if (const auto unary = tree_.As<UnaryExpr>(wrapped)) wrapped = WithoutParens(tree_, unary->x);
    if (wrapped && tree_.kind(wrapped) == Kind::kCompositeLit)
      return Say(rule, node, ScanConfidence::kPossible, std::move(message));
    const uint32_t var = about ? VariableOf(tree_, bindings_, about) : 0;
    const bool outside = var != 0 && analysis_.var(function_, var).parameter && !FreshFromParameter(var) &&
                         deadline != Deadline::kTakenAway;
    Say(rule, node, outside ? ScanConfidence::kPossible : ScanConfidence::kLikely, std::move(message));
  }

  // net.Conn parameters are mostly just accepted: what counts is who could have set a deadline, and a
  // function started as a goroutine for each connection is the first to see it.
  bool FreshFromParameter(uint32_t) const {
    bool started = false;
    const uint32_t declared = function_.declared;
    for (const CallSite& site : analysis_.CallersOf(declared)) {
      const Function& caller = analysis_.function(site.function);
      const Tree& source = analysis_.tree(caller);
      ForEachNode(source, caller.body, [&](NodeId id) {
        if (const auto go = source.As<GoStmt>(id)) started = started || go->call == site.call;
        return true;
      });
    }
    return started;
  }

  // A program that asks once and ends may hang; it leaks nothing.
  bool RunsOnce() const { return analysis_.RepeatOf(id_) == Repeat::kOnce; }

  void Http(NodeId node, std::string_view key) {
    static constexpr auto kPlain = std::to_array<std::string_view>(
        {"net/http.Get", "net/http.Post", "net/http.PostForm", "net/http.Head"});
    if (std::ranges::find(kPlain, key) != kPlain.end()) {
      if (PackageAssigns("DefaultClient") || FileSays("http.DefaultClient.Timeout")) return;
      return Say("R108", node, RunsOnce() ? ScanConfidence::kPossible : ScanConfidence::kCertain,
                 fmt::format("http.{} goes by the default client, which has no time limit", key.substr(9)));
    }
    static constexpr auto kServe = std::to_array<std::string_view>(
        {"net/http.ListenAndServe", "net/http.ListenAndServeTLS", "net/http.Serve", "net/http.ServeTLS"});
    if (std::ranges::find(kServe, key) != kServe.end()) {
      const auto call = tree_.Get<CallExpr>(node);
      const std::string_view address = call.args.empty() ? std::string_view() : tree_.text(call.args.front());
      const bool local = address.find("localhost") != std::string_view::npos ||
                         address.find("127.0.0.1") != std::string_view::npos;
      return Say("R111", node, local ? ScanConfidence::kPossible : ScanConfidence::kCertain,
                 fmt::format("http.{} serves without any time limit", key.substr(9)));
    }
    if (key == "net/http.Client.Do" || key == "net/http.Client.Get" || key == "net/http.Client.Post" ||
        key == "net/http.Client.Head" || key == "net/http.Client.PostForm")
      return DefaultClient(node, key == "net/http.Client.Do");
  }

  void DefaultClient(NodeId node, bool by_request) {
    const auto call = tree_.Get<CallExpr>(node);
    const auto selector = tree_.As<SelectorExpr>(call.fun);
    if (!selector || tree_.text(selector->x) != "http.DefaultClient") return;
    if (PackageAssigns("DefaultClient") || FileSays("http.DefaultClient.Timeout")) return;
    if (by_request) {
      if (HasContext()) return;
      const std::string_view text = DeclaredText();  // made elsewhere: not known
      if (text.find("http.NewRequest(") == std::string_view::npos &&
          text.find("http.NewRequestWithContext(") == std::string_view::npos)
        return;
    }
    if (RunsOnce()) return;
    Say("R108", node, by_request ? ScanConfidence::kLikely : ScanConfidence::kCertain,
        "the default client has no time limit, and the request has no deadline");
  }

  bool HasField(const CompositeLit& literal, std::initializer_list<std::string_view> names) const {
    for (const NodeId element : literal.elements) {
      const auto pair = tree_.As<KeyValueExpr>(element);
      if (pair && std::ranges::find(names, tree_.text(pair->key)) != names.end()) return true;
    }
    return false;
  }

  // How the value that a literal makes is written afterwards: "srv" of a variable that goes nowhere else,
  // ".client" of a field; empty: somebody else has it.
  std::string NameOf(NodeId literal) {
    std::string name;
    uint32_t var = 0;
    const Bindings& bindings = analysis_.bindings(function_.file);
    const auto takes = [&](NodeId left, NodeId value) {
      value = WithoutParens(tree_, value);
      if (const auto unary = tree_.As<UnaryExpr>(value)) value = WithoutParens(tree_, unary->x);
      if (value != literal || !left) return;
      var = tree_.kind(left) == Kind::kIdent ? bindings.VarOf(left) : 0;
      const auto selector = tree_.As<SelectorExpr>(left);
      name = selector ? fmt::format(".{}", tree_.text(selector->name)) : std::string(tree_.text(left));
    };
    const NodeId body = analysis_.function(function_.declared).body;
    ForEachNode(tree_, body, [&](NodeId id) {
      if (tree_.begin(id) > tree_.begin(literal) || tree_.end(id) < tree_.end(literal)) return false;
      if (const auto assign = tree_.As<AssignStmt>(id)) {
        for (size_t i = 0; i < assign->right.size() && i < assign->left.size(); ++i)
          takes(assign->left[i], assign->right[i]);
      } else if (const auto spec = tree_.As<ValueSpec>(id)) {
        for (size_t i = 0; i < spec->values.size() && i < spec->names.size(); ++i)
          takes(spec->names[i], spec->values[i]);
      } else if (const auto pair = tree_.As<KeyValueExpr>(id)) {
        takes(pair->key, pair->value);
        if (pair->value && !name.empty() && name == tree_.text(pair->key)) name.insert(0, 1, '.');
      }
      return true;
    });
    if (var != 0 && HandsOn(body, var)) return {};
    if (var == 0 && (PackageSays(name + ")") || PackageSays(name + ","))) return {};
    return name;
  }

  // Whether a variable stands for anything but x in x.name.
  bool HandsOn(NodeId body, uint32_t var) {
    const Bindings& bindings = analysis_.bindings(function_.file);
    size_t all = 0;
    size_t plain = 0;
    ForEachNode(tree_, body, [&](NodeId id) {
      all += tree_.kind(id) == Kind::kIdent && bindings.VarOf(id) == var ? 1 : 0;
      if (const auto selector = tree_.As<SelectorExpr>(id))
        plain += tree_.kind(selector->x) == Kind::kIdent && bindings.VarOf(selector->x) == var ? 1 : 0;
      return true;
    });
    return all > plain + 1;  // where it is declared
  }

  bool PackageSays(std::string_view text) {
    const Package& package = analysis_.program().PackageOf(function_.file);
    return std::ranges::any_of(package.files, [&](uint32_t file) {
      return analysis_.program().file(file).tree.source.find(text) != std::string_view::npos;
    });
  }

  // Of a field the package may say it anywhere, of a variable only this function.
  bool Says(std::string_view name, std::string_view text) {
    return name.starts_with('.') ? PackageSays(text) : DeclaredText().find(text) != std::string_view::npos;
  }

  // Whether a field of what a literal makes is set later.
  bool IsSet(std::string_view name, std::string_view field) {
    return name.empty() ? PackageAssigns(field) : Says(name, fmt::format("{}.{} = ", name, field));
  }

  // Requests that take no context go by it.
  bool SendsWithoutContext(std::string_view name) {
    static constexpr auto kMethods = std::to_array<std::string_view>({"Get", "Head", "Post", "PostForm"});
    return !name.empty() && std::ranges::any_of(kMethods, [&](std::string_view method) {
      return Says(name, fmt::format("{}.{}(", name, method));
    });
  }

  // A Transport of its own may bound what takes long, or be for streams; one around the default one is
  // neither.
  bool HasOwnTransport(const CompositeLit& literal) const {
    for (const NodeId element : literal.elements)
      if (const auto pair = tree_.As<KeyValueExpr>(element); pair && tree_.text(pair->key) == "Transport")
        return tree_.text(pair->value).find("http.DefaultTransport") == std::string_view::npos ||
               tree_.text(pair->value).ends_with(".Clone()");  // to be set up
    return false;
  }

  // ReadHeaderTimeout ends with the header: a connection between two requests is bounded by IdleTimeout, and
  // without one by ReadTimeout (net/http server.go idleTimeout).
  void ServerLiteral(NodeId node, const CompositeLit& literal) {
    const std::string name = NameOf(node);
    const auto sets = [&](std::string_view field) {
      return HasField(literal, {field}) || IsSet(name, field);
    };
    if (sets("ReadTimeout")) return;
    const bool header = sets("ReadHeaderTimeout");
    const bool idle = sets("IdleTimeout");
    const bool by_state = sets("ConnState");  // may set deadlines of its own
    if (header && idle) return;
    auto& finding = findings_.Add(
        "R111", id_, node, header || by_state ? ScanConfidence::kPossible : ScanConfidence::kLikely,
        header ? "this server has neither IdleTimeout nor ReadTimeout: idle connections stay "
                 "until their client goes"
               : "this server has neither ReadHeaderTimeout nor ReadTimeout");
    if (idle) finding.rules_out = {"server-idle-connections"};
    for (const ServingCall& serving : ServingCallsOf(analysis_, id_, node)) {
      auto spot = findings_.Spot(analysis_.function(serving.function).file, serving.call, "serves here");
      spot.end_line = spot.line;
      finding.path.push_back(std::move(spot));
    }
  }

  void Literal(NodeId node) {
    const auto literal = tree_.Get<CompositeLit>(node);
    if (!literal.type) return;
    const std::string_view type_name = BaseTypeName(tree_, literal.type);
    if (type_name != "Client" && type_name != "Server") return;
    const TypeId type = analysis_.types().FromExpr(function_.file, literal.type);
    if (analysis_.types().Is(type, "net/http", "Server")) return ServerLiteral(node, literal);
    if (!analysis_.types().Is(type, "net/http", "Client") || HasField(literal, {"Timeout"})) return;
    const std::string name = NameOf(node);
    if (IsSet(name, "Timeout")) return;
    const std::string_view inside = DeclaredText();
    if (inside.find("ResponseHeaderTimeout") != std::string_view::npos) return;
    const bool contexts =
        !SendsWithoutContext(name) && (PackageSays("RequestWithContext(") || PackageSays(".WithContext("));
    unlimited_.emplace(analysis_.program().file(function_.file).package,
                       findings_.Spot(function_.file, node, "a client without a Timeout"));
    const bool bounded = contexts || HasOwnTransport(literal);
    Say("R108", node, bounded ? ScanConfidence::kPossible : ScanConfidence::kLikely,
        bounded ? "this client has no Timeout; whether its Transport or the contexts of requests bound the "
                  "time is not known"
                : "this client has no Timeout, and requests without a context go by it");
  }

  UnlimitedClients& unlimited_;
};

void Run(Analysis& analysis, Findings& findings) {
  UnlimitedClients unlimited;
  for (uint32_t function = 0; function < analysis.function_count(); ++function)
    Limits(analysis, findings, function, unlimited).Run();
  for (uint32_t function = 0; function < analysis.function_count(); ++function)
    Limits(analysis, findings, function, unlimited).Requests();
}

}  // namespace

constinit const Check check_time_limits = {"time_limits", &Run};

}  // namespace seep::goscan
