// Types of expressions: what is known of the parts decides; nothing is checked.
#include <algorithm>
#include <array>

#include "goscan/types/types.h"

namespace seep::goscan {
namespace {

constexpr int kMaxDepth = 48;

constexpr auto kBuiltins = std::to_array<std::string_view>(
    {"append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min",
     "new", "panic", "print", "println", "real", "recover"});

bool IsTypeSyntax(Kind kind) {
  return kind == Kind::kArrayType || kind == Kind::kMapType || kind == Kind::kChanType ||
         kind == Kind::kFuncType || kind == Kind::kStructType || kind == Kind::kInterfaceType ||
         kind == Kind::kStarExpr;
}

}  // namespace

TypeId Types::OfExpr(uint32_t file, NodeId expr, Bindings* bindings, int depth) {
  if (!expr || depth > kMaxDepth) return {};
  if (bindings == nullptr || expr.value / 3 >= bindings->memo.size())
    return Compute(file, expr, bindings, depth);
  if (const uint32_t known = bindings->memo[expr.value / 3]; known != 0) return TypeId{known - 1};
  const TypeId type = Compute(file, expr, bindings, depth);
  bindings->memo[expr.value / 3] = type.value + 1;
  return type;
}

TypeId Types::Compute(uint32_t file, NodeId expr, Bindings* bindings, int depth) {
  const Tree& tree = program_.file(file).tree;
  const auto sub = [&](NodeId node) { return OfExpr(file, node, bindings, depth + 1); };
  switch (tree.kind(expr)) {
    case Kind::kIdent: {
      if (bindings != nullptr)
        if (const uint32_t var = bindings->VarOf(expr)) return bindings->vars[var].type;
      const std::string_view name = tree.text(expr);
      if (const Decl* decl = program_.Member(program_.PackageOf(file), name)) return OfDecl(*decl, depth + 1);
      if (name == "nil" || name == "true" || name == "false" || name == "iota")
        return Basic(name == "nil" ? "nil" : name == "iota" ? "int" : "bool");
      const std::string_view path = program_.ImportNamed(file, name);
      return path.empty() ? TypeId{} : Intern({TypeKind::kPackage, strings_.Intern(path).value, 0});
    }
    case Kind::kBasicLit:
      switch (tree.op(expr)) {
        case Token::kString:
          return Basic("string");
        case Token::kInt:
          return Basic("int");
        case Token::kFloat:
          return Basic("float64");
        default:
          return Basic("rune");
      }
    case Kind::kFuncLit:
      return Intern({TypeKind::kFunc, file, tree.Get<FuncLit>(expr).type.value});
    case Kind::kCompositeLit:
      return FromExpr(file, tree.Get<CompositeLit>(expr).type);
    case Kind::kParenExpr:
      return sub(tree.Get<ParenExpr>(expr).x);
    case Kind::kSelectorExpr: {
      const auto selector = tree.Get<SelectorExpr>(expr);
      return Select(sub(selector.x), tree.text(selector.name)).type;
    }
    case Kind::kIndexExpr: {
      const auto index = tree.Get<IndexExpr>(expr);
      const TypeId x = sub(index.x);
      const Type type = Get(Underlying(Deref(x)));
      if (type.kind == TypeKind::kMap) return TypeId{type.b};
      if (type.kind == TypeKind::kSlice) return TypeId{type.a};
      return type.kind == TypeKind::kFunc ? x : TypeId{};  // an instance of a generic function
    }
    case Kind::kIndexListExpr:
      return sub(tree.Get<IndexListExpr>(expr).x);
    case Kind::kSliceExpr:
      return sub(tree.Get<SliceExpr>(expr).x);
    case Kind::kTypeAssertExpr:
      return FromExpr(file, tree.Get<TypeAssertExpr>(expr).type);
    case Kind::kStarExpr:
      return Deref(sub(tree.Get<StarExpr>(expr).x));
    case Kind::kUnaryExpr: {
      const TypeId x = sub(tree.Get<UnaryExpr>(expr).x);
      if (tree.op(expr) == Token::kAnd) return Pointer(x);
      if (tree.op(expr) != Token::kArrow) return x;
      const Type type = Get(Underlying(x));
      return type.kind == TypeKind::kChan ? TypeId{type.a} : TypeId{};
    }
    case Kind::kBinaryExpr: {
      const int precedence = Precedence(tree.op(expr));
      if (precedence <= 3) return Basic("bool");
      const auto binary = tree.Get<BinaryExpr>(expr);
      const TypeId x = sub(binary.x);
      return kind(x) == TypeKind::kBasic && tree.kind(binary.x) == Kind::kBasicLit ? sub(binary.y) : x;
    }
    case Kind::kCallExpr:
      return OfCall(file, expr, bindings, depth);
    default:
      return {};
  }
}

TypeId Types::OfCall(uint32_t file, NodeId id, Bindings* bindings, int depth) {
  const Tree& tree = program_.file(file).tree;
  const auto call = tree.Get<CallExpr>(id);
  const Callee callee = CalleeOf(file, id, bindings, depth + 1);
  if (callee.kind == CalleeKind::kConversion) return callee.type;
  if (callee.kind == CalleeKind::kBuiltin) {
    const std::string_view name = strings_.View(callee.key);
    if (call.args.empty()) return {};
    if (name == "new") return Pointer(FromExpr(file, call.args.front()));
    if (name == "make") return FromExpr(file, call.args.front());
    if (name == "append") return OfExpr(file, call.args.front(), bindings, depth + 1);
    return name == "len" || name == "cap" || name == "copy" ? Basic("int") : TypeId{};
  }
  return Results(callee.type);
}

Callee Types::CalleeOfName(uint32_t file, NodeId fun, Bindings* bindings) {
  const Tree& tree = program_.file(file).tree;
  const std::string_view name = tree.text(fun);
  if (bindings != nullptr)
    if (const uint32_t var = bindings->VarOf(fun)) {
      const Var& v = bindings->vars[var];
      if (v.local_type) return {CalleeKind::kConversion, {}, nullptr, v.type, 0};
      return {CalleeKind::kValue, {}, nullptr, v.type, var};
    }
  const Package& package = program_.PackageOf(file);
  if (const Decl* decl = program_.Member(package, name)) {
    if (decl->kind == DeclKind::kType)
      return {CalleeKind::kConversion, {}, nullptr, Named(package.path, name), 0};
    return {decl->kind == DeclKind::kFunc ? CalleeKind::kFunction : CalleeKind::kValue,
            Key(package.path, name), decl, OfDecl(*decl), 0};
  }
  if (std::ranges::binary_search(kBuiltins, name))
    return {CalleeKind::kBuiltin, strings_.Intern(name), nullptr, {}, 0};
  if (const TypeId type = FromExpr(file, fun)) return {CalleeKind::kConversion, {}, nullptr, type, 0};
  return {};
}

Callee Types::CalleeOf(uint32_t file, NodeId id, Bindings* bindings, int depth) {
  const Tree& tree = program_.file(file).tree;
  NodeId fun = tree.Get<CallExpr>(id).fun;
  while (tree.kind(fun) == Kind::kParenExpr) fun = tree.Get<ParenExpr>(fun).x;
  if (const auto index = tree.As<IndexExpr>(fun)) fun = index->x;
  if (const auto index = tree.As<IndexListExpr>(fun)) fun = index->x;
  if (depth > kMaxDepth) return {};
  if (IsTypeSyntax(tree.kind(fun))) return {CalleeKind::kConversion, {}, nullptr, FromExpr(file, fun), 0};
  if (const auto literal = tree.As<FuncLit>(fun))
    return {CalleeKind::kLiteral, {}, nullptr, Intern({TypeKind::kFunc, file, literal->type.value}), 0};
  if (tree.kind(fun) == Kind::kIdent) return CalleeOfName(file, fun, bindings);
  const auto selector = tree.As<SelectorExpr>(fun);
  if (!selector) return {};
  const TypeId x = OfExpr(file, selector->x, bindings, depth + 1);
  const Selected found = Select(x, tree.text(selector->name));
  switch (found.kind) {
    case Selected::kMember:
      if (Text(Get(x).a) == "C" || Text(Get(x).a) == "unsafe") {
        const std::string_view name = tree.text(selector->name);
        static constexpr auto kTypes = std::to_array<std::string_view>(
            {"Pointer", "char", "int", "uint", "long", "ulong", "size_t", "double", "float", "uchar", "short",
             "ushort", "longlong", "ulonglong", "uint32_t", "int32_t", "uint64_t", "int64_t", "uint8_t"});
        if (std::ranges::find(kTypes, name) != kTypes.end())
          return {CalleeKind::kConversion, found.key, nullptr, {}, 0};
        return {CalleeKind::kFunction, found.key, nullptr, {}, 0};
      }
      if (found.decl != nullptr && found.decl->kind == DeclKind::kType)
        return {CalleeKind::kConversion, found.key, nullptr, Named(Text(Get(x).a), tree.text(selector->name)),
                0};
      if (found.decl != nullptr && found.decl->kind != DeclKind::kFunc)
        return {CalleeKind::kValue, found.key, nullptr, found.type, 0};
      return {CalleeKind::kFunction, found.key, found.decl, found.type, 0};
    case Selected::kMethod:
      return {CalleeKind::kMethod, found.key, found.decl, found.type, 0};
    case Selected::kInterfaceMethod:
      return {CalleeKind::kInterface, found.key, nullptr, found.type, 0};
    case Selected::kField:
      return {CalleeKind::kValue, {}, nullptr, found.type, 0};
    case Selected::kNone:
      break;
  }
  return {};
}

}  // namespace seep::goscan
