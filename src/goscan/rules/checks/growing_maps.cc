// Maps of a package, or in fields of its types, that are written by key for as long as the process lives and
// never get smaller.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "goscan/rules/rule.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
extern const Check check_growing_maps;

namespace {

using model::ScanConfidence;

struct Written {
  uint32_t function = 0;
  NodeId at;
  NodeId key;
};

struct Map {
  bool sync = false;     // a sync.Map
  bool shrinks = false;  // delete, clear, another value, or its address goes elsewhere
  std::vector<Written> writes;
  bool of_package = false;        // a field of a variable of the package
  std::vector<uint32_t> removes;  // of a field: the functions that delete from it
};

class Maps {
 public:
  Maps(Analysis& analysis, Findings& findings) : analysis_(analysis), findings_(findings) {}

  void Run() {
    for (uint32_t id = 0; id < analysis_.function_count(); ++id) {
      const Function& f = analysis_.function(id);
      const Tree& tree = analysis_.tree(f);
      ForEachOwn(tree, f, kUses, [&](NodeId node) { Look(id, f, tree, node); });
    }
    for (const auto& [decl, map] : maps_)
      if (!map.shrinks) Judge(map);
    for (const auto& [name, map] : fields_)
      if (!map.shrinks) map.of_package&& map.removes.empty() ? Judge(map) : JudgeField(map, FieldIn(name));
  }

 private:
  static constexpr KindSet kUses = {Kind::kAssignStmt, Kind::kIncDecStmt, Kind::kUnaryExpr, Kind::kReturnStmt,
                                    Kind::kCallExpr};

  // The map variable of the package that an expression names; null: it names none.
  Map* Named(const Function& f, const Tree& tree, NodeId expr) {
    expr = WithoutParens(tree, expr);
    if (expr && tree.kind(expr) == Kind::kSelectorExpr) return Field(f, tree, expr);
    if (!expr || tree.kind(expr) != Kind::kIdent || analysis_.bindings(f.file).VarOf(expr) != 0)
      return nullptr;
    Program& program = analysis_.program();
    const Decl* decl = program.Member(program.PackageOf(f.file), tree.text(expr));
    if (decl == nullptr || decl->kind != DeclKind::kVar) return nullptr;
    Types& types = analysis_.types();
    const TypeId type = types.OfDecl(*decl);
    const bool sync = types.Is(type, "sync", "Map");
    if (!sync && types.kind(types.Underlying(type)) != TypeKind::kMap) return nullptr;
    Map& map = maps_[{decl->file, decl->node.value, decl->index}];
    map.sync = sync;
    return &map;
  }

  // The map in a field of a type that is scanned.
  Map* Field(const Function& f, const Tree& tree, NodeId expr) {
    const auto selector = tree.Get<SelectorExpr>(expr);
    Types& types = analysis_.types();
    const TypeId holder = types.OfExpr(f.file, selector.x, &analysis_.bindings(f.file));
    std::string owner = types.QualifiedName(holder);
    bool variable = false;
    if (owner.empty()) {
      owner = VariableOfPackage(f, tree, selector.x);
      variable = !owner.empty();
      if (!variable) return nullptr;
    }
    const Selected field = types.Select(holder, tree.text(selector.name));
    if (field.kind != Selected::kField) return nullptr;
    const bool sync = types.Is(field.type, "sync", "Map");
    if (!sync && types.kind(types.Underlying(field.type)) != TypeKind::kMap) return nullptr;
    const Package* package = types.program().Find(owner.substr(0, owner.rfind('.')));
    if (package == nullptr || !package->own) return nullptr;
    Map& map = fields_[owner + "." + std::string(tree.text(selector.name))];
    map.sync = sync;
    map.of_package = variable;
    return &map;
  }

  // "demo/web.limiters" of var limiters = struct { sync.Mutex; byIP map[string]*limiter }{...}
  std::string VariableOfPackage(const Function& f, const Tree& tree, NodeId x) {
    x = WithoutParens(tree, x);
    if (tree.kind(x) != Kind::kIdent || analysis_.bindings(f.file).VarOf(x) != 0) return {};
    const Package& package = analysis_.program().PackageOf(f.file);
    const Decl* decl = analysis_.program().Member(package, tree.text(x));
    if (decl == nullptr || decl->kind != DeclKind::kVar) return {};
    return fmt::format("{}.{}", package.path, tree.text(x));
  }

  static std::string FieldIn(const std::string& name) { return name.substr(name.rfind('.') + 1); }

  // Whose value lives as long as the process is not known: a place for a process to point at.
  void JudgeField(const Map& map, const std::string& field) {
    // Entries that another function removes come and go.
    for (const uint32_t remover : map.removes)
      if (std::ranges::none_of(map.writes, [&](const Written& w) { return w.function == remover; })) return;
    for (const Written& write : map.writes) {
      if (analysis_.RepeatOf(write.function) == Repeat::kOnce || FewKeys(write)) continue;
      findings_.Add(
          "R180", write.function, write.at, ScanConfidence::kPossible,
          map.removes.empty()
              ? fmt::format("an entry of {} for every new key, and nothing removes one", field)
              : fmt::format("an entry of {} for every new key; whether one goes for it depends", field));
    }
  }

  // Makes the value that has the map: what it sets is where it begins.
  bool Constructs(uint32_t function) const {
    std::string name = analysis_.NameOf(function);
    name = name.substr(name.rfind('.') + 1);
    for (const std::string_view prefix : {"New", "new", "init", "Init", "Make", "make", "Open", "open"})
      if (name.starts_with(prefix)) return true;
    return false;
  }

  void Look(uint32_t id, const Function& f, const Tree& tree, NodeId node) {
    if (const auto assign = tree.As<AssignStmt>(node)) {
      for (const NodeId left : assign->left) {
        if (Map* map = Named(f, tree, left))
          map->shrinks |= !IsField(tree, left) || !Constructs(id);  // another value: begins anew
        if (const auto index = tree.As<IndexExpr>(WithoutParens(tree, left)))
          if (Map* map = Named(f, tree, index->x)) map->writes.push_back({id, left, index->index});
      }
      return;
    }
    if (const auto step = tree.As<IncDecStmt>(node)) {
      if (const auto index = tree.As<IndexExpr>(WithoutParens(tree, step->x)))
        if (Map* map = Named(f, tree, index->x)) map->writes.push_back({id, step->x, index->index});
      return;
    }
    if (tree.kind(node) == Kind::kUnaryExpr && tree.op(node) == Token::kAnd) {
      if (Map* map = Named(f, tree, tree.Get<UnaryExpr>(node).x)) map->shrinks = true;
      return;
    }
    if (const auto result = tree.As<ReturnStmt>(node)) {
      for (const NodeId value : result->results)
        if (Map* map = Named(f, tree, value)) map->shrinks = true;  // who gets it may remove
      return;
    }
    const auto call = tree.As<CallExpr>(node);
    if (!call) return;
    const std::string_view name = CalledName(tree, node);
    for (const NodeId argument : call->args)
      if (Map* map = Named(f, tree, argument)) {
        const bool removes = name == "delete" && IsField(tree, argument);
        if (removes) map->removes.push_back(id);
        map->shrinks = map->shrinks || (name != "len" && !removes);
      }
    const auto selector = tree.As<SelectorExpr>(call->fun);
    Map* map = selector ? Named(f, tree, selector->x) : nullptr;
    if (map == nullptr || !map->sync) return;
    if (name == "Delete" || name == "LoadAndDelete" || name == "Clear" || name == "CompareAndDelete")
      map->shrinks = true;
    if ((name == "Store" || name == "LoadOrStore" || name == "Swap") && !call->args.empty())
      map->writes.push_back({id, node, call->args.front()});
  }

  // A key that takes few values: a constant, a type, a name of the program's own.
  bool FewKeys(const Written& write) {
    const Function& f = analysis_.function(write.function);
    const Tree& tree = analysis_.tree(f);
    const NodeId key = WithoutParens(tree, write.key);
    if (tree.kind(key) == Kind::kBasicLit) return true;
    Types& types = analysis_.types();
    const TypeId type = types.OfExpr(f.file, key, &analysis_.bindings(f.file));
    if (types.Is(type, "reflect", "Type") || types.Is(type, "reflect", "Kind")) return true;
    if (types.kind(type) == TypeKind::kBasic) {
      const std::string_view basic = types.Text(types.Get(type).a);
      if (basic == "bool" || basic == "byte" || basic == "uint8") return true;
    }
    if (tree.kind(key) == Kind::kIdent && analysis_.bindings(f.file).VarOf(key) == 0)
      return true;  // a constant
    if (tree.kind(key) == Kind::kSelectorExpr) {
      const NodeId x = tree.Get<SelectorExpr>(key).x;
      if (types.kind(types.OfExpr(f.file, x, &analysis_.bindings(f.file))) == TypeKind::kPackage) return true;
    }
    return false;
  }

  bool Registers(uint32_t function) const {
    std::string name = analysis_.NameOf(function);
    name = name.substr(name.rfind('.') + 1);
    for (const std::string_view prefix : {"Register", "register", "init", "Init", "Add", "add", "Set", "set",
                                          "Must", "Load", "load", "Enable", "With"})
      if (name.starts_with(prefix)) return true;
    return false;
  }

  void Judge(const Map& map) {
    for (const Written& write : map.writes) {
      const Repeat repeat = analysis_.RepeatOf(write.function);
      if (repeat == Repeat::kOnce || FewKeys(write)) continue;
      const ScanConfidence confidence = analysis_.ServesRequests(write.function) && !Registers(write.function)
                                            ? ScanConfidence::kLikely
                                            : ScanConfidence::kPossible;
      findings_.Add("R180", write.function, write.at, confidence,
                    "an entry for every new key, and nothing of the package ever removes one");
    }
  }

  static bool IsField(const Tree& tree, NodeId expr) {
    return tree.kind(WithoutParens(tree, expr)) == Kind::kSelectorExpr;
  }

  Analysis& analysis_;
  Findings& findings_;
  std::map<std::string, Map> fields_;  // "demo/memory.cache.byUser"
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, Map> maps_;
};

void Run(Analysis& analysis, Findings& findings) {
  Maps(analysis, findings).Run();
}

}  // namespace

constinit const Check check_growing_maps = {"growing_maps", &Run};

}  // namespace seep::goscan
