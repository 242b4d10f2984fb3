// What the rules share: the functions of the scanned packages with their graphs and names, and what is known
// of what each does with its parameters and results. Everything is worked out when it is asked for the first
// time.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "goscan/flow/graph.h"
#include "goscan/rules/specs.h"
#include "goscan/types/types.h"
#include "model/knowledge.h"

namespace seep::goscan {

// The nodes that rules begin at. A function keeps its own: a check that goes by them costs nothing where
// there are none.
inline constexpr KindSet kRuleKinds = {
    Kind::kCallExpr,   Kind::kCompositeLit, Kind::kUnaryExpr, Kind::kValueSpec, Kind::kSendStmt,
    Kind::kIncDecStmt, Kind::kAssignStmt,   Kind::kGoStmt,    Kind::kDeferStmt, Kind::kReturnStmt,
    Kind::kSelectStmt, Kind::kForStmt,      Kind::kRangeStmt};

struct Function {
  uint32_t file = 0;
  NodeId node;  // FuncDecl or FuncLit
  NodeId type;  // FuncType
  NodeId body;
  uint32_t outer = UINT32_MAX;     // of a literal: the function it is written in
  uint32_t declared = 0;           // of a literal: the outermost function around it; else itself
  std::vector<uint32_t> literals;  // directly inside
  KindSet kinds;                   // those there are in `nodes`
  std::vector<NodeId> nodes;       // of kRuleKinds, outside in, in source order; not those of its literals
  std::optional<Graph> graph;
};

// How much of the resource an expression stands for.
enum class Hold : uint8_t {
  kNone,
  kWhole,    // what the acquiring call gave: resp
  kInner,    // the field of it that is the resource: resp.Body
  kWrapped,  // something made here that has it inside: &http.Client{Transport: t}
};

// What a function does with a parameter.
enum class Fate : uint8_t { kBorrowed, kReleased, kKept };

// A resource that a call of the function hands to its caller.
struct HandedOut {
  const model::ScanResource* resource = nullptr;
  uint32_t result = 0;
  Hold hold = Hold::kWhole;
  uint32_t function = 0;  // where it is made
  uint32_t file = 0;
  NodeId origin;
  std::vector<uint32_t> also;  // other results that are the same thing
  bool at_times = false;       // it may be given back already, or nothing, though there is no error
};

struct CallSite {
  uint32_t function = 0;  // that calls
  NodeId call;
  bool in_loop = false;
};

// How often a function runs, as far as the module tells.
enum class Repeat : uint8_t { kOnce, kUnknown, kRepeated };

class Analysis {
 public:
  Analysis(Program& program, const model::Knowledge& knowledge, std::string go_version);

  Program& program() { return program_; }
  Types& types() { return types_; }
  const Specs& specs() const { return specs_; }
  const model::Knowledge& knowledge() const { return knowledge_; }
  const std::string& go_version() const { return go_version_; }
  bool GoIsAtLeast(std::string_view version) const;  // false when go.mod does not say

  size_t function_count() const { return functions_.size(); }
  size_t file_count() const { return bindings_.size(); }  // of those scanned, and others of their packages
  const Function& function(uint32_t id) const { return functions_[id]; }
  const Tree& tree(const Function& f) const { return program_.file(f.file).tree; }
  const Graph& GraphOf(uint32_t function);
  Bindings& bindings(uint32_t file) { return bindings_[file]; }
  const Var& var(const Function& f, uint32_t id) { return bindings_[f.file].vars[id]; }
  // The function of a declaration or literal; UINT32_MAX: it has no body here.
  uint32_t FunctionOf(uint32_t file, NodeId node);
  uint32_t FunctionOf(const Decl* decl) {
    return decl == nullptr ? UINT32_MAX : FunctionOf(decl->file, decl->node);
  }
  const Callee& CalleeOf(uint32_t file, NodeId call);
  std::string_view KeyText(StringId key) const { return types_.Text(key.value); }

  // "demo/price.(*client).look"; of a literal, the declared function around it, or init.
  std::string NameOf(uint32_t function) const;
  // The same for people: "price.(*client).look".
  std::string ShortNameOf(uint32_t function) const;

  // Whether a call ends the goroutine or the process.
  bool DoesNotReturn(uint32_t file, NodeId call);
  // The same of a statement that is such a call.
  bool EndsAt(uint32_t file, NodeId statement);
  // `parameter`: index among the named parameters, -1 for the receiver.
  Fate FateOf(uint32_t function, int parameter, const model::ScanResource& resource, Hold hold);
  const std::vector<HandedOut>& HandedOutBy(uint32_t function);
  // What a call or literal takes; empty: nothing that is known.
  std::vector<HandedOut> TakenBy(uint32_t function, NodeId node, bool& by_summary, bool& by_type);
  const std::vector<CallSite>& CallersOf(uint32_t function);
  Repeat RepeatOf(uint32_t function);
  // Whether requests lead to it: it is a handler, or one calls it.
  bool ServesRequests(uint32_t function);
  bool IsHandler(const Function& f);  // takes a request, or a context of a web framework

 private:
  void AddFunctions(uint32_t file);
  void AddFunction(uint32_t file, NodeId node, NodeId type, NodeId body);
  void AddLiterals(uint32_t file, NodeId node);
  void AddNodes(uint32_t function, NodeId node);
  void NoteCommand(uint32_t file, NodeId node);
  std::vector<HandedOut> LockedBy(uint32_t function);
  void CountCallers();
  void CountCalls(uint32_t function, NodeId node, bool in_loop);
  Repeat RepeatOfLiteral(uint32_t function);

  Program& program_;
  const model::Knowledge& knowledge_;
  std::string go_version_;
  Types types_;
  Specs specs_;
  std::vector<Bindings> bindings_;
  std::deque<Function> functions_;
  std::set<std::pair<uint32_t, uint32_t>> commands_;  // literals that run once: file and node
  std::deque<Callee> callees_;                        // by Bindings::SlotOf, from 1
  Callee unbound_;                                    // the last one asked for outside functions
  std::unordered_map<uint32_t, int> returns_;         // function: 0 being asked, 1 returns, 2 does not
  std::map<std::tuple<uint32_t, int, const model::ScanResource*, Hold>, Fate> fates_;
  std::vector<std::optional<std::vector<HandedOut>>> handed_out_;  // by function
  // How many questions of one function after another are being asked: what a chain of calls leads to.
  int depth_ = 0;
  const std::vector<HandedOut> nothing_;
  bool counted_ = false;
  std::vector<std::vector<CallSite>> callers_;
  std::vector<uint8_t> used_as_value_;
  std::vector<int8_t> repeat_;
  std::vector<int8_t> serves_;
  std::vector<uint8_t> runs_in_place_;  // of literals: called, deferred or started where they are written
};

}  // namespace seep::goscan
