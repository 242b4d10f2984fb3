#include "goscan/types/binder.h"

#include <algorithm>

namespace seep::goscan {
namespace {

class Binder {
 public:
  Binder(Types& types, uint32_t file, Bindings& bindings)
      : types_(types), tree_(types.program().file(file).tree), file_(file), out_(bindings) {
    const size_t nodes = tree_.words.size() / 3 + 1;
    if (out_.var_of.size() < nodes) {
      out_.var_of.resize(nodes);
      out_.memo.resize(nodes);
    }
  }

  void Function(NodeId id) {
    const auto func = tree_.Get<FuncDecl>(id);
    function_ = id;
    const size_t mark = scope_.size();
    block_ = mark;  // parameters and the body's own names share a scope
    if (func.receiver) Fields(func.receiver, true, false);
    Signature(func.type);
    if (func.body) Block(func.body);
    scope_.resize(mark);
  }

  void Literal(NodeId id) {
    const auto literal = tree_.Get<FuncLit>(id);
    const NodeId outer = function_;
    const size_t outer_block = block_;
    function_ = id;
    const size_t mark = scope_.size();
    block_ = mark;
    Signature(literal.type);
    if (literal.body) Block(literal.body);
    scope_.resize(mark);
    block_ = outer_block;
    function_ = outer;
  }

 private:
  void Declare(NodeId ident, TypeId type, bool fresh = false, bool parameter = false, bool result = false) {
    const std::string_view name = tree_.text(ident);
    if (tree_.kind(ident) != Kind::kIdent || name == "_") return;
    const auto var = static_cast<uint32_t>(out_.vars.size());
    Var& v = out_.vars.emplace_back();
    v.name = name;
    v.type = type;
    v.decl = ident;
    v.function = function_;
    v.fresh = fresh;
    v.parameter = parameter;
    v.result = result;
    scope_.emplace_back(name, var);
    out_.var_of[ident.value / 3] = var;
  }

  uint32_t Look(std::string_view name, size_t from = 0) const {
    for (size_t i = scope_.size(); i > from; --i)
      if (scope_[i - 1].first == name) return scope_[i - 1].second;
    return 0;
  }

  void Use(NodeId ident) {
    const uint32_t var = Look(tree_.text(ident));
    if (var == 0) return;
    out_.var_of[ident.value / 3] = var;
    Var& v = out_.vars[var];
    if (v.function != function_ && v.captured_at == 0) v.captured_at = tree_.begin(ident);
  }

  void Fields(NodeId list, bool parameter, bool result) {
    for (const NodeId id : tree_.Get<FieldList>(list).fields) {
      const Field field = tree_.Get<Field>(id);
      const TypeId type = types_.FromExpr(file_, field.type);
      for (const NodeId name : field.names) Declare(name, type, false, parameter, result);
    }
  }

  void Signature(NodeId type) {
    const auto func = tree_.Get<FuncType>(type);
    if (func.params) Fields(func.params, true, false);
    if (func.results) Fields(func.results, false, true);
  }

  bool IsFresh(NodeId expr) const {
    if (tree_.kind(expr) == Kind::kCompositeLit) return true;
    if (const auto unary = tree_.As<UnaryExpr>(expr))
      return tree_.op(expr) == Token::kAnd && tree_.kind(unary->x) == Kind::kCompositeLit;
    if (const auto call = tree_.As<CallExpr>(expr)) {
      const std::string_view fun = tree_.text(call->fun);
      return fun == "new" || fun == "make" || fun == "exec.Command" || fun == "exec.CommandContext" ||
             fun == "sync.NewCond";
    }
    return false;
  }

  void Expr(NodeId id) {
    if (!id) return;
    switch (tree_.kind(id)) {
      case Kind::kIdent:
        Use(id);
        return;
      case Kind::kSelectorExpr:
        Expr(tree_.Get<SelectorExpr>(id).x);
        return;
      case Kind::kFuncLit:
        Literal(id);
        return;
      case Kind::kUnaryExpr: {
        const NodeId x = tree_.Get<UnaryExpr>(id).x;
        Expr(x);
        if (tree_.op(id) == Token::kAnd && tree_.kind(x) == Kind::kIdent)
          if (const uint32_t var = out_.VarOf(x); var != 0 && out_.vars[var].address_at == 0)
            out_.vars[var].address_at = tree_.begin(id);
        return;
      }
      case Kind::kCompositeLit: {
        const auto literal = tree_.Get<CompositeLit>(id);
        Expr(literal.type);
        const bool map =
            literal.type &&
            types_.kind(types_.Underlying(types_.FromExpr(file_, literal.type))) == TypeKind::kMap;
        for (const NodeId element : literal.elements) {
          if (const auto pair = tree_.As<KeyValueExpr>(element)) {
            if (map || tree_.kind(pair->key) != Kind::kIdent) Expr(pair->key);
            Expr(pair->value);
          } else {
            Expr(element);
          }
        }
        return;
      }
      default:
        ForEachChild(tree_, id, [&](NodeId child) { Expr(child); });
    }
  }

  void Block(NodeId id) {
    const size_t mark = scope_.size();
    for (const NodeId stmt : tree_.Get<BlockStmt>(id).list) Stmt(stmt);
    scope_.resize(mark);
  }

  TypeId ResultType(const NodeList& values, size_t i, size_t wanted) {
    if (values.size() == wanted) return types_.OfExpr(file_, values[i], &out_);
    if (values.size() != 1) return {};
    const TypeId type = types_.OfExpr(file_, values.front(), &out_);
    if (types_.kind(type) == TypeKind::kTuple)
      return i < types_.Elements(type).size() ? types_.Elements(type)[i] : TypeId{};
    // v, ok := m[k], x.(T), <-c
    return i == 0 ? type : types_.Basic("bool");
  }

  void Define(NodeId id, size_t mark) {
    const auto assign = tree_.Get<AssignStmt>(id);
    for (const NodeId value : assign.right) Expr(value);
    for (size_t i = 0; i < assign.left.size(); ++i) {
      const NodeId left = assign.left[i];
      if (tree_.kind(left) == Kind::kIdent && tree_.text(left) != "_" && Look(tree_.text(left), mark) == 0) {
        Declare(left, ResultType(assign.right, i, assign.left.size()),
                assign.right.size() == assign.left.size() && IsFresh(assign.right[i]));
      } else {
        Expr(left);
      }
    }
  }

  void LocalDecl(NodeId id) {
    const auto group = tree_.As<GenDecl>(id);
    if (!group) return;
    for (const NodeId spec : group->specs) {
      if (const auto value = tree_.As<ValueSpec>(spec)) {
        for (const NodeId x : value->values) Expr(x);
        for (size_t i = 0; i < value->names.size(); ++i) {
          const TypeId type = value->type ? types_.FromExpr(file_, value->type)
                                          : ResultType(value->values, i, value->names.size());
          const bool fresh = value->values.empty() ||
                             (value->values.size() == value->names.size() && IsFresh(value->values[i]));
          Declare(value->names[i], type, fresh);
        }
      } else if (const auto type = tree_.As<TypeSpec>(spec)) {
        Declare(type->name, types_.FromExpr(file_, type->type));
        if (const uint32_t var = out_.VarOf(type->name)) out_.vars[var].local_type = type->type;
      }
    }
  }

  // The scope of the innermost block begins at scope index `block_`.
  void Stmt(NodeId id) {
    if (!id) return;
    switch (tree_.kind(id)) {
      case Kind::kBlockStmt: {
        const size_t outer = block_;
        block_ = scope_.size();
        Block(id);
        block_ = outer;
        return;
      }
      case Kind::kAssignStmt:
        if (tree_.op(id) == Token::kDefine) {
          Define(id, block_);
        } else {
          ForEachChild(tree_, id, [&](NodeId child) { Expr(child); });
        }
        return;
      case Kind::kDeclStmt:
        LocalDecl(tree_.Get<DeclStmt>(id).decl);
        return;
      case Kind::kLabeledStmt:
        Stmt(tree_.Get<LabeledStmt>(id).stmt);
        return;
      case Kind::kBranchStmt:
        return;
      case Kind::kIfStmt: {
        const auto branch = tree_.Get<IfStmt>(id);
        Scoped([&] {
          Stmt(branch.init);
          Expr(branch.cond);
          Stmt(branch.body);
          Stmt(branch.otherwise);
        });
        return;
      }
      case Kind::kForStmt: {
        const auto loop = tree_.Get<ForStmt>(id);
        Scoped([&] {
          Stmt(loop.init);
          Expr(loop.cond);
          Stmt(loop.post);
          Stmt(loop.body);
        });
        return;
      }
      case Kind::kRangeStmt:
        Range(id);
        return;
      case Kind::kSwitchStmt: {
        const auto chosen = tree_.Get<SwitchStmt>(id);
        Scoped([&] {
          Stmt(chosen.init);
          Expr(chosen.tag);
          for (const NodeId clause : Clauses(chosen.body))
            if (const auto c = tree_.As<CaseClause>(clause)) {
              for (const NodeId value : c->values) Expr(value);
              Body(c->body);
            }
        });
        return;
      }
      case Kind::kTypeSwitchStmt:
        TypeSwitch(id);
        return;
      case Kind::kSelectStmt:
        for (const NodeId clause : Clauses(tree_.Get<SelectStmt>(id).body))
          if (const auto c = tree_.As<CommClause>(clause))
            Scoped([&] {
              Stmt(c->comm);
              for (const NodeId stmt : c->body) Stmt(stmt);
            });
        return;
      default:
        ForEachChild(tree_, id, [&](NodeId child) { Expr(child); });
    }
  }

  template <class Inside>
  void Scoped(Inside&& inside) {
    const size_t outer = block_;
    const size_t mark = scope_.size();
    block_ = mark;
    inside();
    scope_.resize(mark);
    block_ = outer;
  }

  void Body(const NodeList& list) {
    Scoped([&] {
      for (const NodeId stmt : list) Stmt(stmt);
    });
  }

  NodeList Clauses(NodeId body) const {
    const auto block = tree_.As<BlockStmt>(body);
    return block ? block->list : NodeList();
  }

  void DeclareInClause(NodeId name, TypeId type) {
    Declare(name, type);
    if (const uint32_t var = out_.VarOf(name)) out_.vars[var].in_clauses = true;
  }

  void TypeSwitch(NodeId id) {
    const auto chosen = tree_.Get<TypeSwitchStmt>(id);
    Scoped([&] {
      Stmt(chosen.init);
      NodeId name;
      NodeId guard = chosen.guard;
      if (const auto assign = tree_.As<AssignStmt>(guard); assign && !assign->left.empty()) {
        name = assign->left.front();
        for (const NodeId value : assign->right) Expr(value);
      } else {
        Stmt(guard);
      }
      for (const NodeId clause : Clauses(chosen.body)) {
        const auto c = tree_.As<CaseClause>(clause);
        if (!c) continue;
        Scoped([&] {
          if (name)
            DeclareInClause(name,
                            c->values.size() == 1 ? types_.FromExpr(file_, c->values.front()) : TypeId{});
          for (const NodeId stmt : c->body) Stmt(stmt);
        });
      }
    });
  }

  void Range(NodeId id) {
    const auto loop = tree_.Get<RangeStmt>(id);
    Expr(loop.x);
    Scoped([&] {
      if (tree_.op(id) == Token::kDefine) {
        const TypeId x = types_.OfExpr(file_, loop.x, &out_);
        const Type type = types_.Get(types_.Underlying(types_.Deref(x)));
        TypeId key = types_.Basic("int");
        TypeId value;
        if (type.kind == TypeKind::kSlice) value = TypeId{type.a};
        if (type.kind == TypeKind::kMap) {
          key = TypeId{type.a};
          value = TypeId{type.b};
        }
        if (type.kind == TypeKind::kChan) key = TypeId{type.a};
        if (type.kind == TypeKind::kUnknown || type.kind == TypeKind::kFunc) key = {};
        if (loop.key) Declare(loop.key, key);
        if (loop.value) Declare(loop.value, value);
        for (const NodeId name : {loop.key, loop.value})
          if (const uint32_t var = name ? out_.VarOf(name) : 0) out_.vars[var].element = true;
      } else {
        Expr(loop.key);
        Expr(loop.value);
      }
      Stmt(loop.body);
    });
  }

  Types& types_;
  const Tree& tree_;
  uint32_t file_;
  Bindings& out_;
  NodeId function_;
  size_t block_ = 0;
  std::vector<std::pair<std::string_view, uint32_t>> scope_;
};

}  // namespace

void BindFunction(Types& types, uint32_t file, NodeId func_decl, Bindings& bindings) {
  Binder(types, file, bindings).Function(func_decl);
}

void BindLiteral(Types& types, uint32_t file, NodeId func_lit, Bindings& bindings) {
  Binder(types, file, bindings).Literal(func_lit);
}

}  // namespace seep::goscan
