#include "goscan/types/types.h"

#include <algorithm>
#include <array>

namespace seep::goscan {
namespace {

// Embedded types, aliases and chains of calls are followed so far; what is deeper is not known.
constexpr int kMaxDepth = 24;

constexpr auto kBasicNames = std::to_array<std::string_view>(
    {"any",     "bool", "byte",   "complex128", "complex64", "error", "float32",
     "float64", "int",  "int16",  "int32",      "int64",     "int8",  "rune",
     "string",  "uint", "uint16", "uint32",     "uint64",    "uint8", "uintptr"});
bool IsBasicName(std::string_view name) {
  return std::ranges::binary_search(kBasicNames, name);
}

}  // namespace

Types::Types(Program& program) : program_(program) {
  types_.push_back({});
}

TypeId Types::Intern(Type type) {
  const auto [at, added] = ids_.try_emplace(type, static_cast<uint32_t>(types_.size()));
  if (added) types_.push_back(type);
  return TypeId{at->second};
}

TypeId Types::Basic(std::string_view name) {
  return Intern({TypeKind::kBasic, strings_.Intern(name).value, 0});
}

TypeId Types::Named(std::string_view path, std::string_view name) {
  return Intern({TypeKind::kNamed, strings_.Intern(path).value, strings_.Intern(name).value});
}

TypeId Types::Tuple(const std::vector<TypeId>& elements) {
  if (elements.empty()) return {};
  if (elements.size() == 1) return elements.front();
  const auto [at, added] = tuple_ids_.try_emplace(elements, static_cast<uint32_t>(tuples_.size()));
  if (added) tuples_.push_back(elements);
  return Intern({TypeKind::kTuple, at->second, 0});
}

StringId Types::Key(std::string_view path, std::string_view name, std::string_view method) {
  char buffer[512];
  size_t size = 0;
  const auto add = [&](std::string_view part) {
    const size_t take = std::min(part.size(), sizeof buffer - size);
    part.copy(buffer + size, take);
    size += take;
  };
  add(path);
  add(".");
  add(name);
  if (!method.empty()) {
    add(".");
    add(method);
  }
  return strings_.Intern({buffer, size});
}

TypeId Types::FromList(uint32_t file, NodeId field_list) {
  if (!field_list) return {};
  const Tree& tree = program_.file(file).tree;
  std::vector<TypeId> all;
  for (const NodeId id : tree.Get<FieldList>(field_list).fields) {
    const Field field = tree.Get<Field>(id);
    const TypeId type = FromExpr(file, field.type);
    all.insert(all.end(), std::max<size_t>(field.names.size(), 1), type);
  }
  if (all.size() == 1) return all.front();
  return Tuple(all);
}

TypeId Types::FromExpr(uint32_t file, NodeId expr, int depth) {
  if (!expr || depth > kMaxDepth) return {};
  const Tree& tree = program_.file(file).tree;
  const auto sub = [&](NodeId node) { return FromExpr(file, node, depth + 1); };
  switch (tree.kind(expr)) {
    case Kind::kIdent: {
      const std::string_view name = tree.text(expr);
      const Package& package = program_.PackageOf(file);
      if (const Decl* decl = program_.Member(package, name))
        return decl->kind == DeclKind::kType ? Named(package.path, name) : TypeId{};
      return IsBasicName(name) ? Basic(name) : TypeId{};
    }
    case Kind::kSelectorExpr: {
      const auto selector = tree.Get<SelectorExpr>(expr);
      if (tree.kind(selector.x) != Kind::kIdent) return {};
      const std::string_view path = program_.ImportNamed(file, tree.text(selector.x));
      return path.empty() ? TypeId{} : Named(path, tree.text(selector.name));
    }
    case Kind::kParenExpr:
      return sub(tree.Get<ParenExpr>(expr).x);
    case Kind::kStarExpr:
      return Pointer(sub(tree.Get<StarExpr>(expr).x));
    case Kind::kArrayType:
      return Intern({TypeKind::kSlice, sub(tree.Get<ArrayType>(expr).element).value, 0});
    case Kind::kEllipsis:
      return Intern({TypeKind::kSlice, sub(tree.Get<Ellipsis>(expr).type).value, 0});
    case Kind::kMapType: {
      const auto map = tree.Get<MapType>(expr);
      return Intern({TypeKind::kMap, sub(map.key).value, sub(map.value).value});
    }
    case Kind::kChanType:
      return Intern({TypeKind::kChan, sub(tree.Get<ChanType>(expr).value).value, 0});
    case Kind::kIndexExpr:
      return sub(tree.Get<IndexExpr>(expr).x);
    case Kind::kIndexListExpr:
      return sub(tree.Get<IndexListExpr>(expr).x);
    case Kind::kFuncType:
      return Intern({TypeKind::kFunc, file, expr.value});
    case Kind::kStructType:
      return Intern({TypeKind::kStruct, file, expr.value});
    case Kind::kInterfaceType:
      return Intern({TypeKind::kInterface, file, expr.value});
    default:
      return {};
  }
}

TypeId Types::OfDecl(const Decl& decl, int depth) {
  if (depth > kMaxDepth) return {};
  const Tree& tree = program_.file(decl.file).tree;
  if (decl.kind == DeclKind::kFunc)
    return Intern({TypeKind::kFunc, decl.file, tree.Get<FuncDecl>(decl.node).type.value});
  if (decl.kind == DeclKind::kType) return {};
  if (const auto known = decls_.find(&decl); known != decls_.end()) return known->second;
  decls_[&decl] = {};  // a cycle is not known
  const auto spec = tree.Get<ValueSpec>(decl.node);
  TypeId type;
  if (spec.type) {
    type = FromExpr(decl.file, spec.type);
  } else if (decl.index < spec.values.size()) {
    type = OfExpr(decl.file, spec.values[decl.index], nullptr, depth + 1);
  } else if (spec.values.size() == 1) {
    type = OfExpr(decl.file, spec.values.front(), nullptr, depth + 1);
    type = kind(type) == TypeKind::kTuple && decl.index < Elements(type).size() ? Elements(type)[decl.index]
                                                                                : TypeId{};
  }
  decls_[&decl] = type;
  return type;
}

TypeId Types::Underlying(TypeId type, int depth) {
  if (kind(type) != TypeKind::kNamed || depth > kMaxDepth) return type;
  if (const auto known = underlying_.find(type.value); known != underlying_.end()) return known->second;
  underlying_[type.value] = {};
  const Type named = Get(type);
  TypeId result;
  if (const Package* package = program_.Find(Text(named.a))) {
    const Decl* decl = program_.Member(*package, Text(named.b));
    if (decl != nullptr && decl->kind == DeclKind::kType) {
      const auto spec = program_.file(decl->file).tree.Get<TypeSpec>(decl->node);
      result = Underlying(FromExpr(decl->file, spec.type), depth + 1);
    }
  }
  underlying_[type.value] = result;
  return result;
}

Selected Types::SelectField(const Type& holder, std::string_view name, int depth) {
  const Tree& tree = program_.file(holder.a).tree;
  const NodeId list = tree.Get<StructType>(NodeId{holder.b}).fields;
  if (!list) return {};
  std::vector<NodeId> embedded;
  for (const NodeId id : tree.Get<FieldList>(list).fields) {
    const Field field = tree.Get<Field>(id);
    if (field.names.empty()) {
      if (BaseTypeName(tree, field.type) == name)
        return {Selected::kField, FromExpr(holder.a, field.type), nullptr, {}};
      embedded.push_back(field.type);
      continue;
    }
    for (const NodeId field_name : field.names)
      if (tree.text(field_name) == name)
        return {Selected::kField, FromExpr(holder.a, field.type), nullptr, {}};
  }
  for (const NodeId type : embedded)
    if (Selected found = Select(FromExpr(holder.a, type), name, depth + 1); found.kind != Selected::kNone)
      return found;
  return {};
}

Selected Types::SelectInterface(const Type& holder, TypeId named, std::string_view name, int depth) {
  const Tree& tree = program_.file(holder.a).tree;
  const NodeId list = tree.Get<InterfaceType>(NodeId{holder.b}).methods;
  if (!list) return {};
  const NodeList fields = tree.Get<FieldList>(list).fields;
  for (const NodeId id : fields) {
    const Field field = tree.Get<Field>(id);
    if (field.names.empty() || tree.text(field.names.front()) != name) continue;
    Selected found{Selected::kInterfaceMethod, FromExpr(holder.a, field.type), nullptr, {}};
    if (kind(named) == TypeKind::kNamed) found.key = Key(Text(Get(named).a), Text(Get(named).b), name);
    return found;
  }
  // Its own methods come first: an embedded one of which only the name is known would have any.
  for (const NodeId id : fields) {
    const Field field = tree.Get<Field>(id);
    if (!field.names.empty()) continue;
    const Selected found = Select(FromExpr(holder.a, field.type), name, depth + 1);
    if (found.kind != Selected::kNone) return found;
  }
  return {};
}

Selected Types::Select(TypeId x, std::string_view name, int depth) {
  if (depth > kMaxDepth || kind(x) == TypeKind::kUnknown) return {};
  const TypeId base = Deref(x);
  const Type type = Get(base);
  const uint64_t memo = static_cast<uint64_t>(base.value) << 32 | strings_.Intern(name).value;
  if (const auto known = selected_.find(memo); known != selected_.end()) return known->second;
  Selected found;
  if (type.kind == TypeKind::kPackage) {
    const std::string_view path = Text(type.a);
    found = {Selected::kMember, {}, nullptr, Key(path, name)};
    if (const Package* package = program_.Find(path)) {
      found.decl = program_.Member(*package, name);
      if (found.decl != nullptr) found.type = OfDecl(*found.decl, depth + 1);
    }
  } else if (type.kind == TypeKind::kNamed) {
    const std::string_view path = Text(type.a);
    const Package* package = program_.Find(path);
    const Decl* method = package == nullptr ? nullptr : program_.Method(*package, Text(type.b), name);
    if (method != nullptr) {
      found = {Selected::kMethod, OfDecl(*method, depth + 1), method, Key(path, Text(type.b), name)};
    } else if (package == nullptr) {
      // Nothing is known of the type but its name: that is what a specification goes by.
      found = {Selected::kMethod, {}, nullptr, Key(path, Text(type.b), name)};
    } else {
      const Type under = Get(Underlying(base));
      if (under.kind == TypeKind::kStruct) found = SelectField(under, name, depth);
      if (under.kind == TypeKind::kInterface) found = SelectInterface(under, base, name, depth);
      if (found.kind == Selected::kNone && under.kind == TypeKind::kNamed)
        found = Select(Underlying(base), name, depth + 1);
    }
  } else if (type.kind == TypeKind::kStruct) {
    found = SelectField(type, name, depth);
  } else if (type.kind == TypeKind::kInterface) {
    found = SelectInterface(type, {}, name, depth);
  }
  selected_[memo] = found;
  return found;
}

TypeId Types::Results(TypeId func) {
  const TypeId under = Underlying(func);
  const Type type = Get(under);
  if (type.kind != TypeKind::kFunc) return {};
  if (const auto known = results_.find(under.value); known != results_.end()) return known->second;
  const Tree& tree = program_.file(type.a).tree;
  return results_[under.value] = FromList(type.a, tree.Get<FuncType>(NodeId{type.b}).results);
}

TypeId Types::Parameter(TypeId func, uint32_t index) {
  const Type type = Get(Underlying(func));
  if (type.kind != TypeKind::kFunc) return {};
  const Tree& tree = program_.file(type.a).tree;
  const NodeId list = tree.Get<FuncType>(NodeId{type.b}).params;
  if (!list) return {};
  uint32_t at = 0;
  for (const NodeId id : tree.Get<FieldList>(list).fields) {
    const Field field = tree.Get<Field>(id);
    const auto count = static_cast<uint32_t>(std::max<size_t>(field.names.size(), 1));
    if (const auto rest = tree.As<Ellipsis>(field.type)) return FromExpr(type.a, rest->type);
    if (index < at + count) return FromExpr(type.a, field.type);
    at += count;
  }
  return {};
}

std::string Types::QualifiedName(TypeId type) const {
  const Type named = Get(Deref(type));
  if (named.kind != TypeKind::kNamed) return {};
  std::string name(Text(named.a));
  name += '.';
  return name += Text(named.b);
}

bool Types::Is(TypeId type, std::string_view path, std::string_view name) const {
  const Type named = Get(Deref(type));
  return named.kind == TypeKind::kNamed && Text(named.b) == name && Text(named.a) == path;
}

}  // namespace seep::goscan
