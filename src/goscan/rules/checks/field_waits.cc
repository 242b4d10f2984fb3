// Waits on what lies in a field: a channel that no constructor makes, or that nobody closes while a goroutine
// ranges over it; a condition that nothing signals. What is done to a field is counted over the whole scan,
// by the type that has it.
#include <fmt/format.h>

#include <map>
#include <optional>
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

struct FieldUses {
  bool unexported = false;
  bool set = false;        // assigned, in a literal, or its address is taken: made somewhere
  bool passed_on = false;  // its value goes where it is not followed
  bool signalled = false;
  std::vector<Use> blocks;  // sends, receives and ranges that have no other way
  std::vector<Use> ranges;
  std::vector<Use> closes;
  std::vector<Use> waits;  // of a condition
};

class FieldWaits {
 public:
  FieldWaits(Analysis& analysis, Findings& findings) : analysis_(analysis), findings_(findings) {}

  void Run() {
    for (uint32_t id = 0; id < analysis_.function_count(); ++id) {
      const Function& function = analysis_.function(id);
      id_ = id;
      file_ = function.file;
      tree_ = &analysis_.tree(function);
      Look(function.body, false);
    }
    for (file_ = 0; file_ < analysis_.file_count(); ++file_) PackageVariables();
    for (const auto& [name, uses] : fields_) Judge(name, uses);
  }

 private:
  // The field that an expression selects, when it is a channel or a condition of a type scanned here.
  FieldUses* Named(NodeId expr) {
    expr = WithoutParens(*tree_, expr);
    const auto selector = expr ? tree_->As<SelectorExpr>(expr) : std::nullopt;
    if (!selector) return nullptr;
    Types& types = analysis_.types();
    const TypeId holder = types.OfExpr(file_, selector->x, &analysis_.bindings(file_));
    return Of(holder, tree_->text(selector->name));
  }

  FieldUses* Of(TypeId holder, std::string_view name) {
    Types& types = analysis_.types();
    const std::string owner = types.QualifiedName(Declaring(holder, name, 0));
    if (owner.empty()) return nullptr;
    const Selected field = types.Select(holder, name);
    if (field.kind != Selected::kField) return nullptr;
    const bool waited_on =
        types.kind(types.Underlying(field.type)) == TypeKind::kChan || types.Is(field.type, "sync", "Cond");
    if (!waited_on) return nullptr;
    const Package* package = types.program().Find(owner.substr(0, owner.rfind('.')));
    if (package == nullptr || !package->own) return nullptr;
    FieldUses& uses = fields_[owner + "." + std::string(name)];
    uses.unexported = name.front() == '_' || (name.front() >= 'a' && name.front() <= 'z');
    return &uses;
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

  void Look(NodeId node, bool has_other_way) {
    switch (tree_->kind(node)) {
      case Kind::kFuncLit:
        return;  // a function of its own
      case Kind::kSelectStmt: {
        const auto block = tree_->As<BlockStmt>(tree_->Get<SelectStmt>(node).body);
        if (block)
          for (const NodeId clause : block->list)
            if (const auto c = tree_->As<CommClause>(clause)) {
              if (c->comm) Look(c->comm, block->list.size() > 1);
              for (const NodeId stmt : c->body) Look(stmt, false);
            }
        return;
      }
      case Kind::kSendStmt: {
        const auto send = tree_->Get<SendStmt>(node);
        if (FieldUses* field = Named(send.channel); field != nullptr) {
          if (!has_other_way) field->blocks.push_back({id_, node});
        } else {
          Look(send.channel, false);
        }
        return Look(send.value, false);
      }
      case Kind::kUnaryExpr: {
        const NodeId x = tree_->Get<UnaryExpr>(node).x;
        FieldUses* field = Named(x);
        if (field == nullptr) break;
        if (tree_->op(node) == Token::kArrow && !has_other_way) field->blocks.push_back({id_, node});
        field->set |= tree_->op(node) == Token::kAnd;
        return;
      }
      case Kind::kRangeStmt: {
        const auto loop = tree_->Get<RangeStmt>(node);
        FieldUses* field = Named(loop.x);
        if (field == nullptr) break;
        field->blocks.push_back({id_, loop.x});
        field->ranges.push_back({id_, node});
        return Look(loop.body, false);
      }
      case Kind::kAssignStmt: {
        const auto assign = tree_->Get<AssignStmt>(node);
        for (const NodeId left : assign.left) {
          if (FieldUses* field = Named(left)) {
            field->set = true;
          } else {
            Look(left, false);
          }
        }
        for (const NodeId right : assign.right) Look(right, has_other_way);
        return;
      }
      case Kind::kCompositeLit:
        Literal(node);
        break;
      case Kind::kCallExpr:
        if (Call(node)) return;
        break;
      case Kind::kBinaryExpr: {
        // Compared with nil: it is known to be nil at times.
        const auto compare = tree_->Get<BinaryExpr>(node);
        for (const NodeId side : {compare.x, compare.y})
          if (FieldUses* field = Named(side)) field->set = true;
        break;
      }
      case Kind::kSelectorExpr:
        // x.cond.L: its lock, which wakes nobody.
        if (Named(tree_->Get<SelectorExpr>(node).x) != nullptr) return;
        if (FieldUses* field = Named(node)) field->passed_on = true;
        break;
      default:
        break;
    }
    ForEachChild(*tree_, node, [&](NodeId child) { Look(child, has_other_way); });
  }

  // var hub = Hub{join: make(chan *Client)}
  void PackageVariables() {
    const Program& program = analysis_.program();
    tree_ = &program.file(file_).tree;
    if (!program.PackageOf(file_).own || !tree_->file) return;
    for (const NodeId declared : tree_->Get<File>(tree_->file).decls)
      if (tree_->kind(declared) == Kind::kGenDecl) Look(declared, false);
  }

  // T{ch: ...}; without keys every field is given.
  void Literal(NodeId node) {
    const auto literal = tree_->Get<CompositeLit>(node);
    if (!literal.type || literal.elements.empty()) return;
    const TypeId type = analysis_.types().FromExpr(file_, literal.type);
    const bool keyed = tree_->kind(literal.elements.front()) == Kind::kKeyValueExpr;
    if (!keyed) return SetAll(type);
    for (const NodeId element : literal.elements)
      if (const auto pair = tree_->As<KeyValueExpr>(element); pair && tree_->kind(pair->key) == Kind::kIdent)
        if (FieldUses* field = Of(type, tree_->text(pair->key))) field->set = true;
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
        if (FieldUses* field = Of(type, tree.text(name))) field->set = true;
  }

  // close(x.ch), len(x.ch); x.cond.Wait(): looked at here. Otherwise its parts are.
  bool Call(NodeId node) {
    const auto call = tree_->Get<CallExpr>(node);
    const std::string_view name = tree_->text(call.fun);
    if (call.args.size() == 1 && (name == "close" || name == "len" || name == "cap")) {
      FieldUses* field = Named(call.args.front());
      if (field == nullptr) return false;
      if (name == "close") field->closes.push_back({id_, node});
      return true;
    }
    const auto selector = tree_->As<SelectorExpr>(WithoutParens(*tree_, call.fun));
    FieldUses* field = selector ? Named(selector->x) : nullptr;
    if (field == nullptr) return false;
    const std::string_view method = tree_->text(selector->name);
    if (method == "Wait") field->waits.push_back({id_, node});
    field->signalled |= method == "Signal" || method == "Broadcast";
    return true;
  }

  // --- what follows from it ---

  void Judge(const std::string& name, const FieldUses& uses) {
    const std::string field = name.substr(name.rfind('.') + 1);
    if (!uses.set && uses.unexported) {
      for (const Use& use : uses.blocks)
        findings_.Add("R169", use.function, use.at, ScanConfidence::kLikely,
                      fmt::format("nothing ever makes the channel in field {}", field));
      if (!uses.blocks.empty()) return;
    }
    if (!uses.signalled && !uses.passed_on && uses.unexported)
      for (const Use& use : uses.waits)
        findings_.Add("R173", use.function, use.at, ScanConfidence::kLikely,
                      fmt::format("nothing signals the condition in field {}", field));
    if (uses.passed_on) return;
    for (const Use& use : uses.ranges) Range(use, uses, field);
  }

  // Whether somebody closes it when the goroutine is to end is not known: a place for a process to point at.
  void Range(const Use& use, const FieldUses& uses, const std::string& field) {
    if (analysis_.RepeatOf(use.function) == Repeat::kOnce) return;
    std::optional<Use> close;
    for (const Use& each : uses.closes) {
      if (!Conditional(each)) return;
      close = each;
    }
    const Tree& tree = analysis_.tree(analysis_.function(use.function));
    auto& finding =
        findings_.Add("R166", use.function, tree.Get<RangeStmt>(use.at).x, ScanConfidence::kPossible,
                      close ? fmt::format("the channel in field {} is closed under a condition only", field)
                            : fmt::format("nothing closes the channel in field {}", field));
    if (close)
      finding.path.push_back(findings_.Spot(analysis_.function(close->function).file, close->at,
                                            "closed here, under a condition"));
  }

  // In a branch of its function, which otherwise goes on without it.
  bool Conditional(const Use& close) const {
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
  uint32_t id_ = 0;
  uint32_t file_ = 0;
  const Tree* tree_ = nullptr;
  std::map<std::string, FieldUses> fields_;
};

void Run(Analysis& analysis, Findings& findings) {
  FieldWaits(analysis, findings).Run();
}

}  // namespace

constinit const Check check_field_waits = {"field_waits", &Run};

}  // namespace seep::goscan
