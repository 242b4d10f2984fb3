#include "goscan/rules/analysis.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "goscan/flow/ways.h"
#include "goscan/rules/handing_out.h"
#include "goscan/rules/sites.h"
#include "goscan/rules/walk.h"
#include "goscan/types/binder.h"

namespace seep::goscan {
namespace {

// "1.22.3" as 1022; 0 when it is no version.
uint32_t VersionNumber(std::string_view version) {
  uint32_t major = 0;
  uint32_t minor = 0;
  const char* end = version.data() + version.size();
  const auto first = std::from_chars(version.data(), end, major);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return 0;
  std::from_chars(first.ptr + 1, end, minor);
  return major * 1000 + minor;
}

// A chain of calls longer than this is not followed to its end: generated code may have one of any length.
constexpr int kLongestChain = 100;

// One more link of it, while this lives.
class Link {
 public:
  explicit Link(int& depth) : depth_(++depth) {}
  ~Link() { --depth_; }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  bool is_too_far() const { return depth_ > kLongestChain; }

 private:
  int& depth_;
};

}  // namespace

Analysis::Analysis(Program& program, const model::Knowledge& knowledge, std::string go_version)
    : program_(program),
      knowledge_(knowledge),
      go_version_(std::move(go_version)),
      types_(program),
      specs_(knowledge.scan_resources, knowledge.scan_functions, types_.strings()) {
  const auto own = static_cast<uint32_t>(program.file_count());
  bindings_.resize(own);
  for (uint32_t file = 0; file < own; ++file)
    if (program.PackageOf(file).own && program.file(file).tree.file) AddFunctions(file);
  handed_out_.resize(functions_.size());
}

bool Analysis::GoIsAtLeast(std::string_view version) const {
  const uint32_t has = VersionNumber(go_version_);
  return has == 0 || has >= VersionNumber(version);
}

void Analysis::AddFunctions(uint32_t file) {
  const Tree& tree = program_.file(file).tree;
  for (const NodeId id : tree.Get<File>(tree.file).decls) {
    const auto func = tree.As<FuncDecl>(id);
    if (!func) AddLiterals(file, id);
    if (!func || !func->body) continue;
    BindFunction(types_, file, id, bindings_[file]);
    AddFunction(file, id, func->type, func->body);
  }
}

void Analysis::AddFunction(uint32_t file, NodeId node, NodeId type, NodeId body) {
  const auto index = static_cast<uint32_t>(functions_.size());
  Function& f = functions_.emplace_back();
  f.file = file;
  f.node = node;
  f.type = type;
  f.body = body;
  f.declared = index;
  if (uint32_t* slot = bindings_[file].SlotOf(node)) *slot = index + 1;
  AddNodes(index, body);
}

// What variables of the package begin as: var serve = &Command{Run: func() { ... }}.
void Analysis::AddLiterals(uint32_t file, NodeId node) {
  const Tree& tree = program_.file(file).tree;
  NoteCommand(file, node);
  const auto literal = tree.As<FuncLit>(node);
  if (literal && literal->body) {
    BindLiteral(types_, file, node, bindings_[file]);
    return AddFunction(file, node, literal->type, literal->body);
  }
  ForEachChild(tree, node, [&](NodeId child) {
    if (HasChildren(tree.kind(child))) AddLiterals(file, child);
  });
}

// &cobra.Command{RunE: func(...) { ... }}: what a program was started to do.
void Analysis::NoteCommand(uint32_t file, NodeId node) {
  static constexpr auto kRuns = std::to_array<std::string_view>(
      {"Run", "RunE", "PreRun", "PreRunE", "PersistentPreRun", "PersistentPreRunE", "Action", "Before"});
  const Tree& tree = program_.file(file).tree;
  const auto literal = tree.As<CompositeLit>(node);
  if (!literal || !literal->type || BaseTypeName(tree, literal->type) != "Command") return;
  for (const NodeId element : literal->elements) {
    const auto pair = tree.As<KeyValueExpr>(element);
    if (pair && tree.kind(pair->value) == Kind::kFuncLit &&
        std::ranges::find(kRuns, tree.text(pair->key)) != kRuns.end())
      commands_.insert({file, pair->value.value});
  }
}

void Analysis::AddNodes(uint32_t outer, NodeId node) {
  const uint32_t file = functions_[outer].file;
  const Tree& tree = program_.file(file).tree;
  NoteCommand(file, node);
  const Kind kind = tree.kind(node);
  if (kRuleKinds.Has(kind)) {
    functions_[outer].kinds.Add(kind);
    functions_[outer].nodes.push_back(node);
  }
  if (const auto literal = tree.As<FuncLit>(node); literal && literal->body) {
    const auto index = static_cast<uint32_t>(functions_.size());
    Function& f = functions_.emplace_back();
    f.file = file;
    f.node = node;
    f.type = literal->type;
    f.body = literal->body;
    f.outer = outer;
    f.declared = functions_[outer].declared;
    functions_[outer].literals.push_back(index);
    if (uint32_t* slot = bindings_[file].SlotOf(node)) *slot = index + 1;
    outer = index;
  }
  ForEachChild(tree, node, [&](NodeId child) {
    if (HasChildren(tree.kind(child))) AddNodes(outer, child);
  });
}

const Graph& Analysis::GraphOf(uint32_t function) {
  Function& f = functions_[function];
  if (!f.graph) f.graph = BuildGraph(program_.file(f.file).tree, f.body);
  return *f.graph;
}

uint32_t Analysis::FunctionOf(uint32_t file, NodeId node) {
  if (file >= bindings_.size()) return UINT32_MAX;
  const uint32_t* slot = bindings_[file].SlotOf(node);
  return slot == nullptr || *slot == 0 ? UINT32_MAX : *slot - 1;
}

const Callee& Analysis::CalleeOf(uint32_t file, NodeId call) {
  Bindings* bindings = file < bindings_.size() ? &bindings_[file] : nullptr;
  uint32_t* slot = bindings == nullptr ? nullptr : bindings->SlotOf(call);
  if (slot == nullptr) return unbound_ = types_.CalleeOf(file, call, bindings);
  if (*slot == 0) {
    callees_.push_back(types_.CalleeOf(file, call, bindings));
    *slot = static_cast<uint32_t>(callees_.size());
  }
  return callees_[*slot - 1];
}

std::string Analysis::NameOf(uint32_t function) const {
  const Function& f = functions_[functions_[function].declared];
  return RuntimeName(program_, f.file, f.node);
}

std::string Analysis::ShortNameOf(uint32_t function) const {
  std::string name = NameOf(function);
  const size_t slash = name.rfind('/');
  return slash == std::string::npos ? name : name.substr(slash + 1);
}

bool Analysis::DoesNotReturn(uint32_t file, NodeId call) {
  const Callee& callee = CalleeOf(file, call);
  if (specs_.Ends(callee.key)) return true;
  const uint32_t function = FunctionOf(callee.decl);
  // tb.Fatal(...), by an interface of whatever package.
  if (callee.kind == CalleeKind::kInterface) {
    const Tree& source = program_.file(file).tree;
    const auto selector = source.As<SelectorExpr>(source.Get<CallExpr>(call).fun);
    const std::string_view name = selector ? source.text(selector->name) : std::string_view();
    return name == "Fatal" || name == "Fatalf" || name == "FailNow" || name == "SkipNow";
  }
  const Link link(depth_);
  if (function == UINT32_MAX || link.is_too_far()) return false;
  const auto [known, added] = returns_.try_emplace(function, 0);
  if (!added) return known->second == 2;
  const Graph& graph = GraphOf(function);
  const uint32_t in = functions_[function].file;
  const bool returns =
      graph.odd || WayOut(graph, {{}}, [&](NodeId item) { return !EndsAt(in, item); }, AllWays);
  returns_[function] = returns ? 1 : 2;
  return !returns;
}

bool Analysis::EndsAt(uint32_t file, NodeId statement) {
  const Tree& source = program_.file(file).tree;
  const auto expr = source.As<ExprStmt>(statement);
  return expr && source.kind(expr->x) == Kind::kCallExpr && DoesNotReturn(file, expr->x);
}

Fate Analysis::FateOf(uint32_t function, int parameter, const model::ScanResource& resource, Hold hold) {
  const Link link(depth_);
  if (link.is_too_far()) return Fate::kKept;
  const auto key = std::make_tuple(function, parameter, &resource, hold);
  const auto [at, added] = fates_.try_emplace(key, Fate::kKept);
  if (!added) return at->second;
  const Function& f = functions_[function];
  const Tree& source = tree(f);
  NodeId list = source.Get<FuncType>(f.type).params;
  if (parameter < 0)
    list = source.kind(f.node) == Kind::kFuncDecl ? source.Get<FuncDecl>(f.node).receiver : NodeId{};
  uint32_t var = 0;
  bool named = false;
  int index = parameter < 0 ? -1 : 0;
  if (list)
    for (const NodeId id : source.Get<FieldList>(list).fields) {
      const Field field = source.Get<Field>(id);
      if (field.names.empty()) ++index;
      for (const NodeId name : field.names) {
        if (index == parameter && source.kind(field.type) != Kind::kEllipsis) {
          named = true;
          var = bindings_[f.file].VarOf(name);
        }
        ++index;
      }
    }
  Fate fate = Fate::kKept;
  if (named && var == 0) fate = Fate::kBorrowed;
  if (var != 0) {
    const Outcome outcome = FollowParameter(*this, function, var, resource, hold);
    fate = outcome.released                  ? Fate::kReleased
           : outcome.kept || outcome.gave_up ? Fate::kKept
                                             : Fate::kBorrowed;
  }
  fates_[key] = fate;
  return fate;
}

std::vector<HandedOut> Analysis::TakenBy(uint32_t in, NodeId node, bool& by_summary, bool& by_type) {
  const uint32_t file = functions_[in].file;
  const Tree& source = program_.file(file).tree;
  const auto all = [&](StringId key) {
    std::vector<HandedOut> taken;
    for (const model::ScanResource* resource : specs_.Acquires(key))
      taken.push_back({resource, resource->index, Hold::kWhole, in, file, node, {}, false});
    return taken;
  };
  const auto made_of = [&](NodeId type) -> std::vector<HandedOut> {
    if (!type || !specs_.MayAcquire(BaseTypeName(source, type))) return {};
    const StringId key = types_.strings().Find("&" + types_.QualifiedName(types_.FromExpr(file, type)));
    return key ? all(key) : std::vector<HandedOut>{};
  };
  if (const auto literal = source.As<CompositeLit>(node)) return made_of(literal->type);
  if (source.kind(node) != Kind::kCallExpr) return {};
  const Callee& callee = CalleeOf(file, node);
  if (callee.kind == CalleeKind::kBuiltin && KeyText(callee.key) == "new") {
    const NodeList args = source.Get<CallExpr>(node).args;
    return args.size() == 1 ? made_of(args.front()) : std::vector<HandedOut>{};
  }
  if (callee.kind == CalleeKind::kBuiltin || callee.kind == CalleeKind::kConversion) return {};
  if (callee.key)
    if (std::vector<HandedOut> taken = all(callee.key); !taken.empty()) return taken;
  if (const uint32_t function = FunctionOf(callee.decl); function != UINT32_MAX) {
    by_summary = true;
    if (std::vector<HandedOut> lock = LockedBy(function); !lock.empty()) return lock;
    return HandedOutBy(function);
  }
  const bool unknown_body = callee.kind == CalleeKind::kInterface || callee.kind == CalleeKind::kValue;
  if (!unknown_body || !callee.type) return {};
  TypeId result = types_.Results(callee.type);
  if (types_.kind(result) == TypeKind::kTuple) result = types_.Elements(result).front();
  const std::string name = types_.QualifiedName(result);
  const model::ScanResource* resource = name.empty() ? nullptr : specs_.OfType(name);
  if (resource == nullptr) return {};
  by_type = true;
  return {{resource, 0, Hold::kWhole, in, file, node, {}, false}};
}

// func (c *cache) lock() { c.mu.Lock() }: a call of it is as good as the lock.
std::vector<HandedOut> Analysis::LockedBy(uint32_t function) {
  const Function& f = functions_[function];
  const Tree& source = tree(f);
  const auto func = source.As<FuncDecl>(f.node);
  if (!func || !func->receiver) return {};
  const NodeList body = source.Get<BlockStmt>(f.body).list;
  const auto only = body.size() == 1 ? source.As<ExprStmt>(body.front()) : std::nullopt;
  const auto call = only ? source.As<CallExpr>(only->x) : std::nullopt;
  const auto selector = call ? source.As<SelectorExpr>(call->fun) : std::nullopt;
  if (!selector || (source.text(selector->name) != "Lock" && source.text(selector->name) != "RLock"))
    return {};
  const NodeList receiver = source.Get<FieldList>(func->receiver).fields;
  const uint32_t var = VariableOf(source, bindings_[f.file], selector->x);
  if (receiver.empty() || var == 0 || !bindings_[f.file].vars[var].parameter) return {};
  std::vector<HandedOut> taken;
  for (const model::ScanResource* resource : specs_.Acquires(CalleeOf(f.file, only->x).key))
    if (resource->held_by == "receiver")
      taken.push_back({resource, 0, Hold::kWhole, function, f.file, only->x});
  return taken;
}

const std::vector<HandedOut>& Analysis::HandedOutBy(uint32_t function) {
  const Link link(depth_);
  if (link.is_too_far()) return nothing_;
  std::optional<std::vector<HandedOut>>& known = handed_out_[function];
  if (known) return *known;
  known.emplace();  // of a function that calls itself
  std::vector<HandedOut> out;
  // Without results there is nothing to hand out.
  if (tree(functions_[function]).Get<FuncType>(functions_[function].type).results) {
    for (const Site& site : SitesIn(*this, function)) {
      const Outcome outcome = Follow(*this, site);
      const size_t before = out.size();
      for (const auto& [result, hold] : outcome.returned) {
        // What is wrapped has an owner that may well close it; only what is made to be shared is followed.
        if (hold == Hold::kWrapped && !site.resource->shared) continue;
        const bool at_times = site.handed.at_times || ReturnsWhatItGaveBack(*this, function, outcome) ||
                              GivesNothingAtTimes(*this, function, result);
        // return conn, conn.(halfCloser): one thing by two names.
        if (out.size() > before && out[before].result != result) {
          out[before].also.push_back(result);
          continue;
        }
        out.push_back({site.resource,
                       result,
                       hold,
                       site.handed.function,
                       site.handed.file,
                       site.handed.origin,
                       {},
                       at_times});
      }
    }
  }
  return *known = std::move(out);
}

void Analysis::CountCalls(uint32_t function, NodeId node, bool in_loop) {
  const Function& f = functions_[function];
  const Tree& source = tree(f);
  switch (source.kind(node)) {
    case Kind::kFuncLit:
      if (const uint32_t literal = FunctionOf(f.file, node); literal != UINT32_MAX && literal != function) {
        CountCalls(literal, source.Get<FuncLit>(node).body, in_loop);
        return;
      }
      return;
    case Kind::kForStmt:
    case Kind::kRangeStmt:
      ForEachChild(source, node, [&](NodeId child) { CountCalls(function, child, true); });
      return;
    case Kind::kCallExpr: {
      const auto call = source.Get<CallExpr>(node);
      if (source.kind(call.fun) == Kind::kFuncLit)
        if (const uint32_t literal = FunctionOf(f.file, call.fun); literal != UINT32_MAX) {
          runs_in_place_[literal] = 1;
          callers_[literal].push_back({function, node, in_loop});
        }
      const Callee& callee = CalleeOf(f.file, node);
      if (const uint32_t called = FunctionOf(callee.decl); called != UINT32_MAX)
        callers_[called].push_back({function, node, in_loop});
      if (const auto selector = source.As<SelectorExpr>(call.fun)) {
        CountCalls(function, selector->x, in_loop);
      } else if (source.kind(call.fun) != Kind::kIdent) {
        CountCalls(function, call.fun, in_loop);
      }
      for (const NodeId argument : call.args) CountCalls(function, argument, in_loop);
      return;
    }
    case Kind::kIdent: {
      if (bindings_[f.file].VarOf(node) != 0) return;
      const Decl* decl = program_.Member(program_.PackageOf(f.file), source.text(node));
      if (const uint32_t used = FunctionOf(decl); used != UINT32_MAX) used_as_value_[used] = 1;
      return;
    }
    case Kind::kSelectorExpr: {
      const auto selector = source.Get<SelectorExpr>(node);
      const Selected found =
          types_.Select(types_.OfExpr(f.file, selector.x, &bindings_[f.file]), source.text(selector.name));
      if (const uint32_t used = FunctionOf(found.decl); used != UINT32_MAX) used_as_value_[used] = 1;
      CountCalls(function, selector.x, in_loop);
      return;
    }
    default:
      ForEachChild(source, node, [&](NodeId child) { CountCalls(function, child, in_loop); });
  }
}

void Analysis::CountCallers() {
  counted_ = true;
  callers_.resize(functions_.size());
  used_as_value_.resize(functions_.size());
  runs_in_place_.resize(functions_.size());
  repeat_.assign(functions_.size(), -1);
  serves_.assign(functions_.size(), -1);
  for (uint32_t id = 0; id < functions_.size(); ++id)
    if (functions_[id].outer == UINT32_MAX) CountCalls(id, functions_[id].body, false);
}

const std::vector<CallSite>& Analysis::CallersOf(uint32_t function) {
  if (!counted_) CountCallers();
  return callers_[function];
}

bool Analysis::IsHandler(const Function& f) {
  const Tree& source = tree(f);
  const NodeId params = source.Get<FuncType>(f.type).params;
  if (!params) return false;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypes = {{
      {"net/http", "ResponseWriter"},
      {"net/http", "Request"},
      {"github.com/gin-gonic/gin", "Context"},
      {"github.com/labstack/echo/v4", "Context"},
      {"github.com/gofiber/fiber/v2", "Ctx"},
      {"github.com/labstack/echo", "Context"},
      {"github.com/aws/aws-lambda-go/events", "APIGatewayProxyRequest"},
  }};
  for (const NodeId id : source.Get<FieldList>(params).fields) {
    const TypeId type = types_.FromExpr(f.file, source.Get<Field>(id).type);
    for (const auto& [path, name] : kTypes)
      if (types_.Is(type, path, name)) return true;
  }
  return false;
}

Repeat Analysis::RepeatOfLiteral(uint32_t function) {
  const Function& f = functions_[function];
  if (IsHandler(f)) return Repeat::kRepeated;
  if (runs_in_place_[function] == 0)
    return RepeatOf(f.outer) == Repeat::kRepeated ? Repeat::kRepeated : Repeat::kUnknown;
  for (const CallSite& site : callers_[function])
    if (site.in_loop) return Repeat::kRepeated;
  return RepeatOf(f.outer);
}

bool Analysis::ServesRequests(uint32_t function) {
  if (!counted_) CountCallers();
  const Link link(depth_);
  if (serves_[function] >= 0 || link.is_too_far()) return serves_[function] > 0;
  serves_[function] = 0;
  const Function& f = functions_[function];
  bool serves = IsHandler(f) || (f.outer != UINT32_MAX && ServesRequests(f.outer));
  for (const CallSite& site : callers_[function]) serves = serves || ServesRequests(site.function);
  serves_[function] = serves ? 1 : 0;
  return serves;
}

Repeat Analysis::RepeatOf(uint32_t function) {
  if (!counted_) CountCallers();
  if (repeat_[function] >= 0) return static_cast<Repeat>(repeat_[function]);
  const Link link(depth_);
  if (link.is_too_far()) return Repeat::kUnknown;
  repeat_[function] = static_cast<int8_t>(Repeat::kUnknown);  // of a function that calls itself
  const Function& f = functions_[function];
  Repeat result = Repeat::kUnknown;
  if (commands_.contains({f.file, f.node.value})) {
    result = Repeat::kOnce;
  } else if (f.outer != UINT32_MAX) {
    result = RepeatOfLiteral(function);
  } else if (tree(f).kind(f.node) != Kind::kFuncDecl) {
    if (IsHandler(f)) result = Repeat::kRepeated;
  } else {
    const Tree& source = tree(f);
    const auto func = source.Get<FuncDecl>(f.node);
    const std::string_view name = source.text(func.name);
    if (!func.receiver && (name == "init" || (name == "main" && program_.PackageOf(f.file).name == "main"))) {
      result = Repeat::kOnce;
    } else if (IsHandler(f)) {
      result = Repeat::kRepeated;
    } else if (!callers_[function].empty()) {
      result = used_as_value_[function] != 0 ? Repeat::kUnknown : Repeat::kOnce;
      for (const CallSite& site : callers_[function]) {
        const Repeat caller = site.in_loop ? Repeat::kRepeated : RepeatOf(site.function);
        result = std::max(result, caller);
      }
    }
  }
  repeat_[function] = static_cast<int8_t>(result);
  return result;
}

}  // namespace seep::goscan
