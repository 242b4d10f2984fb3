// R162, R166, R169, R173, R177: waits on what lies in a field or in a variable of the package: a channel that
// nobody makes, or that nobody closes while a goroutine ranges over it; a condition that nothing signals, in
// a local variable too. First the waits are looked for, and only what there are some of is looked at in the
// rest of the scan.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "goscan/rules/rule.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
extern const Check check_field_waits;

namespace {

using model::ScanConfidence;

struct Use {
  uint32_t function = 0;
  NodeId at;
};

// What is waited on, and all that is done to it.
struct Place {
  std::string name;         // for people: "field updates"
  bool field = false;       // of a type that is scanned; else a variable
  bool unexported = false;  // nobody outside the scan has it
  bool set = false;         // assigned, in a literal, or its address is taken: made somewhere
  bool passed_on = false;   // its value goes where it is not followed
  bool signalled = false;
  bool fed = false;           // sent on, somewhere
  bool aliased = false;       // set to what was not made there
  bool with_room = false;     // made with room for a value
  bool roomless = false;      // made without
  bool given_up = false;      // received in a select that may take another way, once
  std::vector<Use> sends;     // without another way
  std::vector<Use> receives;  // the same
  std::vector<Use> blocks;    // sends, receives and ranges that have no other way
  std::vector<Use> ranges;
  std::vector<Use> closes;
  std::vector<Use> waits;  // of a condition
};

class FieldWaits {
 public:
  FieldWaits(Analysis& analysis, Findings& findings) : analysis_(analysis), findings_(findings) {}

  void Run() {
    finds_ = true;
    for (uint32_t id = 0; id < analysis_.function_count(); ++id) {
      Enter(id);
      FindWaits(analysis_.function(id));
    }
    finds_ = false;
    if (places_.empty()) return;
    FindFiles();
    for (uint32_t file = 0; file < near_.size(); ++file) LookAtVariables(file);
    for (uint32_t id = 0; id < analysis_.function_count(); ++id) {
      if (analysis_.function(id).outer != UINT32_MAX || near_[analysis_.function(id).file] == 0) continue;
      Enter(id);
      Look(analysis_.function(id).body);
    }
    for (const auto& [key, place] : places_) Judge(place);
  }

 private:
  void Enter(uint32_t function) {
    id_ = function;
    file_ = analysis_.function(function).file;
    tree_ = &analysis_.program().file(file_).tree;
  }

  // --- what an expression names ---

  static bool IsExported(std::string_view name) { return name.front() >= 'A' && name.front() <= 'Z'; }

  Place* Named(NodeId expr) {
    expr = WithoutParens(*tree_, expr);
    if (!expr) return nullptr;
    const Kind kind = tree_->kind(expr);
    if (kind == Kind::kIdent) return finds_ || names_.contains(tree_->text(expr)) ? Variable(expr) : nullptr;
    if (kind != Kind::kSelectorExpr) return nullptr;
    const auto selector = tree_->Get<SelectorExpr>(expr);
    const std::string_view name = tree_->text(selector.name);
    if (!finds_ && !names_.contains(name)) return nullptr;
    return FieldOf(analysis_.types().OfExpr(file_, selector.x, &analysis_.bindings(file_)), name);
  }

  // While waits are looked for, what is named gets a place; afterwards only what has one counts.
  Place* At(const std::string& key, std::string_view package, std::string_view name, std::string_view what) {
    if (!finds_) {
      const auto known = places_.find(key);
      return known == places_.end() ? nullptr : &known->second;
    }
    Place& place = places_[key];
    place.name = fmt::format("{}{}", what, name);
    names_.insert(name);
    owners_.emplace(package);
    if (IsExported(name)) exporters_.emplace(package);
    return &place;
  }

  bool IsCond(TypeId type) { return analysis_.types().Is(type, "sync", "Cond"); }
  bool IsChannel(TypeId type) {
    return analysis_.types().kind(analysis_.types().Underlying(type)) == TypeKind::kChan;
  }

  // A condition in a variable, or a channel in one of the package.
  Place* Variable(NodeId ident) {
    const std::string_view name = tree_->text(ident);
    const Package& package = analysis_.program().PackageOf(file_);
    if (const uint32_t var = analysis_.bindings(file_).VarOf(ident); var != 0) {
      const Var& local = analysis_.bindings(file_).vars[var];
      // c := l.cond is the field's.
      if (local.parameter || local.result || !local.fresh || !IsCond(local.type)) return nullptr;
      Place* place = At(fmt::format("{}:{}", file_, var), package.path, name, "");
      if (place != nullptr) place->unexported = true;
      return place;
    }
    const Decl* decl = analysis_.program().Member(package, name);
    if (decl == nullptr || decl->kind != DeclKind::kVar) return nullptr;
    const TypeId type = analysis_.types().OfDecl(*decl);
    if (!IsCond(type) && !IsChannel(type)) return nullptr;
    Place* place = At(fmt::format("{}.{}", package.path, name), package.path, name, "");
    if (place != nullptr) place->unexported = !IsExported(name);
    return place;
  }

  Place* FieldOf(TypeId holder, std::string_view name) {
    Types& types = analysis_.types();
    const std::string owner = types.QualifiedName(Declaring(holder, name, 0));
    if (owner.empty()) return nullptr;
    const Selected field = types.Select(holder, name);
    if (field.kind != Selected::kField || (!IsChannel(field.type) && !IsCond(field.type))) return nullptr;
    const auto* package = types.program().Find(owner.substr(0, owner.rfind('.')));
    if (package == nullptr || !package->own) return nullptr;
    Place* place = At(fmt::format("{}.{}", owner, name), package->path, name, "field ");
    if (place == nullptr) return nullptr;
    place->field = true;
    place->unexported = !IsExported(name);
    return place;
  }

  // The type that has the field itself, which another may embed; 0: none.
  TypeId Declaring(TypeId holder, std::string_view name, int depth) {
    Types& types = analysis_.types();
    const Type under = types.Get(types.Underlying(types.Deref(holder)));
    if (depth > 4 || under.kind != TypeKind::kStruct) return {};
    const Tree& tree = types.program().file(under.a).tree;
    const NodeId list = tree.Get<StructType>(NodeId{under.b}).fields;
    if (!list) return {};
    std::vector<NodeId> embedded;
    for (const NodeId id : tree.Get<FieldList>(list).fields) {
      const auto field = tree.Get<Field>(id);
      if (field.names.empty()) embedded.push_back(field.type);
      for (const NodeId declared : field.names)
        if (tree.text(declared) == name) return holder;
    }
    for (const NodeId type : embedded)
      if (const TypeId found = Declaring(types.FromExpr(under.a, type), name, depth + 1)) return found;
    return {};
  }

  // --- who waits ---

  void FindWaits(const Function& function) {
    std::set<NodeId> cases;  // of selects that have others
    constexpr KindSet kWaits = {Kind::kSelectStmt, Kind::kSendStmt, Kind::kUnaryExpr, Kind::kRangeStmt,
                                Kind::kCallExpr};
    ForEachOwn(*tree_, function, kWaits, [&](NodeId node) {
      if (const auto select = tree_->As<SelectStmt>(node)) {
        const auto block = tree_->As<BlockStmt>(select->body);
        if (!block || block->list.size() < 2) return;
        for (const NodeId clause : block->list)
          if (const auto c = tree_->As<CommClause>(clause); c && c->comm)
            ForEachOwnNode(*tree_, c->comm, [&](NodeId id) { cases.insert(id); });
      } else if (const auto send = tree_->As<SendStmt>(node)) {
        Place* place = cases.contains(node) ? nullptr : Named(send->channel);
        if (place == nullptr) return;
        place->blocks.push_back({id_, node});
        place->sends.push_back({id_, node});
      } else if (const auto unary = tree_->As<UnaryExpr>(node)) {
        Place* place = tree_->op(node) == Token::kArrow ? Named(unary->x) : nullptr;
        if (place == nullptr) return;
        if (cases.contains(node)) {
          place->given_up |= !IsServed(function, node);
          return;
        }
        place->blocks.push_back({id_, node});
        place->receives.push_back({id_, node});
      } else if (const auto loop = tree_->As<RangeStmt>(node)) {
        Place* place = Named(loop->x);
        if (place == nullptr) return;
        place->blocks.push_back({id_, loop->x});
        place->ranges.push_back({id_, node});
      } else if (CalledName(*tree_, node) == "Wait") {
        const auto selector = tree_->As<SelectorExpr>(WithoutParens(*tree_, tree_->Get<CallExpr>(node).fun));
        Place* place = selector ? Named(selector->x) : nullptr;
        if (place != nullptr) place->waits.push_back({id_, node});
      }
    });
  }

  // for { select { case v := <-x.in: ... } }: it comes back for the next.
  bool IsServed(const Function& function, NodeId receive) const {
    return std::ranges::any_of(LoopsAround(*tree_, function.body, receive),
                               [&](NodeId loop) { return IsEndless(*tree_, loop); });
  }

  // --- what else is done to it ---

  // Whether a file can do anything to one of the places.
  void FindFiles() {
    Program& program = analysis_.program();
    near_.assign(analysis_.file_count(), 0);
    for (uint32_t file = 0; file < near_.size(); ++file) {
      const auto& package = program.PackageOf(file);
      if (!package.own) continue;
      near_[file] = owners_.contains(package.path) ? 1 : 0;
      for (const Import& import : program.file(file).imports)
        near_[file] |= exporters_.contains(import.path) ? 1 : 0;
    }
  }

  // Variables of the package and what they begin with.
  void LookAtVariables(uint32_t file) {
    if (near_[file] == 0) return;
    file_ = file;
    tree_ = &analysis_.program().file(file).tree;
    id_ = UINT32_MAX;
    if (!tree_->file) return;
    for (const NodeId decl : tree_->Get<File>(tree_->file).decls)
      if (tree_->kind(decl) == Kind::kGenDecl) Look(decl);
  }

  void Look(NodeId node) {
    switch (tree_->kind(node)) {
      case Kind::kFuncLit: {
        if (id_ == UINT32_MAX) return;  // of a variable: a function by itself
        const uint32_t outer = id_;
        if (const uint32_t literal = analysis_.FunctionOf(file_, node); literal != UINT32_MAX) id_ = literal;
        if (const NodeId body = tree_->Get<FuncLit>(node).body) Look(body);
        id_ = outer;
        return;
      }
      case Kind::kSendStmt: {
        const auto send = tree_->Get<SendStmt>(node);
        if (Place* place = Named(send.channel)) {
          place->fed = true;
        } else {
          Look(send.channel);
        }
        return Look(send.value);
      }
      case Kind::kUnaryExpr:
        if (Place* place = Named(tree_->Get<UnaryExpr>(node).x)) {
          const bool address = tree_->op(node) == Token::kAnd;
          place->set |= address;
          place->passed_on |= address;
          return;
        }
        break;
      case Kind::kRangeStmt: {
        const auto loop = tree_->Get<RangeStmt>(node);
        for (const NodeId target : {loop.key, loop.value})
          if (Place* place = target ? Named(target) : nullptr) place->set = true;
        if (Named(loop.x) == nullptr) Look(loop.x);
        return Look(loop.body);
      }
      case Kind::kAssignStmt: {
        const auto assign = tree_->Get<AssignStmt>(node);
        for (size_t i = 0; i < assign.left.size(); ++i)
          Set(assign.left[i], i < assign.right.size() ? assign.right[i] : NodeId{});
        for (const NodeId right : assign.right) Look(right);
        return;
      }
      case Kind::kValueSpec: {
        const auto spec = tree_->Get<ValueSpec>(node);
        for (const NodeId name : spec.names)
          if (Place* place = Named(name)) place->set |= !spec.values.empty();
        for (const NodeId value : spec.values) Look(value);
        return;
      }
      case Kind::kCompositeLit:
        return Literal(node);
      case Kind::kCallExpr:
        if (IsMeasure(node)) return;
        break;
      case Kind::kBinaryExpr: {
        // Compared with nil: it is known to be nil at times.
        const auto compare = tree_->Get<BinaryExpr>(node);
        for (const NodeId side : {compare.x, compare.y})
          if (Place* place = Named(side)) place->set = true;
        break;
      }
      case Kind::kSelectorExpr: {
        const auto selector = tree_->Get<SelectorExpr>(node);
        if (Place* place = Named(selector.x)) {
          const std::string_view name = tree_->text(selector.name);
          place->signalled |= name == "Signal" || name == "Broadcast";
          return;  // Wait, and L: its lock, which wakes nobody
        }
        if (Place* place = Named(node)) place->passed_on = true;
        return Look(selector.x);
      }
      case Kind::kIdent:
        if (Place* place = Named(node)) place->passed_on = true;
        return;
      case Kind::kStructType:
      case Kind::kFuncType:
      case Kind::kInterfaceType:
        return;  // names in them are none of values
      default:
        break;
    }
    ForEachChild(*tree_, node, [&](NodeId child) { Look(child); });
  }

  void Set(NodeId left, NodeId value) {
    if (Place* place = Named(left)) {
      Give(*place, value);
    } else {
      Look(left);
    }
  }

  void Give(Place& place, NodeId value) const {
    place.set = true;
    const auto call = value ? tree_->As<CallExpr>(WithoutParens(*tree_, value)) : std::nullopt;
    if (!call || tree_->text(call->fun) != "make") {
      place.aliased = true;
    } else if (call->args.size() == 1 || tree_->text(call->args[1]) == "0") {
      place.roomless = true;
    } else {
      place.with_room = true;
    }
  }

  // T{ch: ...}; without keys every field is given.
  void Literal(NodeId node) {
    const auto literal = tree_->Get<CompositeLit>(node);
    const bool keyed =
        !literal.elements.empty() && tree_->kind(literal.elements.front()) == Kind::kKeyValueExpr;
    const TypeId type = analysis_.types().OfExpr(file_, node, &analysis_.bindings(file_));
    if (!keyed && !literal.elements.empty()) SetAll(type);
    for (const NodeId element : literal.elements) {
      const auto pair = tree_->As<KeyValueExpr>(element);
      if (!pair) {
        Look(element);
        continue;
      }
      const std::string_view key = tree_->text(pair->key);
      const bool name = tree_->kind(pair->key) == Kind::kIdent;
      if (name && names_.contains(key)) SetField(type, key, pair->value);
      if (!name) Look(pair->key);
      Look(pair->value);
    }
  }

  void SetField(TypeId type, std::string_view name, NodeId value) {
    if (Place* place = FieldOf(type, name)) return Give(*place, value);
    // []T{{ch: c}}: any field of this name.
    if (analysis_.types().kind(type) != TypeKind::kUnknown) return;
    for (auto& [key, place] : places_)
      if (place.field && key.ends_with(name) && key[key.size() - name.size() - 1] == '.') Give(place, {});
  }

  void SetAll(TypeId type) {
    Types& types = analysis_.types();
    const Type under = types.Get(types.Underlying(types.Deref(type)));
    if (under.kind != TypeKind::kStruct) return;
    const Tree& tree = types.program().file(under.a).tree;
    const NodeId list = tree.Get<StructType>(NodeId{under.b}).fields;
    if (!list) return;
    for (const NodeId id : tree.Get<FieldList>(list).fields)
      for (const NodeId name : tree.Get<Field>(id).names)
        if (Place* place = FieldOf(type, tree.text(name))) Give(*place, {});
  }

  // close(x.ch), len(x.ch)
  bool IsMeasure(NodeId node) {
    const auto call = tree_->Get<CallExpr>(node);
    const std::string_view name = tree_->text(call.fun);
    if (call.args.size() != 1 || (name != "close" && name != "len" && name != "cap")) return false;
    Place* place = Named(call.args.front());
    if (place != nullptr && name == "close") place->closes.push_back({id_, node});
    return place != nullptr;
  }

  // --- what follows from it ---

  void Judge(const Place& place) {
    if (!place.set && place.unexported && !place.blocks.empty()) {
      for (const Use& use : place.blocks)
        findings_.Add("R169", use.function, use.at, ScanConfidence::kLikely,
                      fmt::format("nothing ever makes the channel in {}", place.name));
      return;
    }
    if (place.passed_on) return;
    if (!place.signalled && place.unexported)
      for (const Use& use : place.waits)
        findings_.Add("R173", use.function, use.at, ScanConfidence::kLikely,
                      fmt::format("nothing signals the condition in {}", place.name));
    if (!place.field) return;
    for (const Use& use : place.ranges) Range(use, place);
    if (place.unexported && !place.aliased) OneSided(place);
  }

  // Both ends are in sight, and one of them is not held to its part.
  void OneSided(const Place& place) {
    if (!place.fed && place.closes.empty())
      for (const Use& use : place.receives)
        findings_.Add("R177", use.function, use.at, ScanConfidence::kPossible,
                      fmt::format("nothing sends on the channel in {} or closes it", place.name));
    if (place.roomless && !place.with_room && place.given_up && place.receives.empty() &&
        place.ranges.empty())
      for (const Use& use : place.sends)
        findings_.Add("R162", use.function, use.at, ScanConfidence::kPossible,
                      fmt::format("{} has no room, and whoever waits for it may have left", place.name));
  }

  // Whether somebody closes it when the goroutine is to end is not known: a place for a process to point at.
  void Range(const Use& use, const Place& place) {
    if (analysis_.RepeatOf(use.function) == Repeat::kOnce) return;
    std::optional<Use> close;
    for (const Use& each : place.closes) {
      if (!IsConditional(each)) return;
      close = each;
    }
    const Tree& tree = analysis_.tree(analysis_.function(use.function));
    auto& finding =
        findings_.Add("R166", use.function, tree.Get<RangeStmt>(use.at).x, ScanConfidence::kPossible,
                      close ? fmt::format("the channel in {} is closed under a condition only", place.name)
                            : fmt::format("nothing closes the channel in {}", place.name));
    if (close)
      finding.path.push_back(findings_.Spot(analysis_.function(close->function).file, close->at,
                                            "closed here, under a condition"));
  }

  // In a branch of its function, which otherwise goes on without it.
  bool IsConditional(const Use& close) const {
    const Function& f = analysis_.function(close.function);
    const Tree& tree = analysis_.tree(f);
    bool inside = false;
    ForEachNode(tree, f.body, [&](NodeId id) {
      if (tree.begin(id) > tree.begin(close.at) || tree.end(id) < tree.end(close.at)) return false;
      if (const auto branch = tree.As<IfStmt>(id)) inside |= !branch->otherwise;
      return true;
    });
    return inside;
  }

  Analysis& analysis_;
  Findings& findings_;
  bool finds_ = false;
  uint32_t id_ = 0;
  uint32_t file_ = 0;
  const Tree* tree_ = nullptr;
  std::map<std::string, Place> places_;
  std::set<std::string_view> names_;  // of the fields and variables in `places_`
  // Import paths of the packages that have them, and of those that others see some of.
  std::set<std::string, std::less<>> owners_;
  std::set<std::string, std::less<>> exporters_;
  std::vector<uint8_t> near_;  // by file
};

void Run(Analysis& analysis, Findings& findings) {
  FieldWaits(analysis, findings).Run();
}

}  // namespace

constinit const Check check_field_waits = {"field_waits", &Run};

}  // namespace seep::goscan
