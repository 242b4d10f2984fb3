#include "goscan/syntax/ast.h"

#include <algorithm>
#include <array>

namespace seep::goscan {
namespace {

using Shapes = std::array<std::string_view, kKindCount>;

template <class... Nodes>
constexpr Shapes ShapesOf() {
  Shapes shapes{};
  ((shapes[static_cast<int>(Nodes::kKind)] = Nodes::kShape), ...);
  return shapes;
}

constexpr Shapes kShapes =
    ShapesOf<Ellipsis, FuncLit, CompositeLit, ParenExpr, SelectorExpr, IndexExpr, IndexListExpr, SliceExpr,
             TypeAssertExpr, CallExpr, StarExpr, UnaryExpr, BinaryExpr, KeyValueExpr, ArrayType, StructType,
             FuncType, InterfaceType, MapType, ChanType, DeclStmt, LabeledStmt, ExprStmt, SendStmt,
             IncDecStmt, AssignStmt, GoStmt, DeferStmt, ReturnStmt, BranchStmt, BlockStmt, IfStmt, CaseClause,
             SwitchStmt, TypeSwitchStmt, CommClause, SelectStmt, ForStmt, RangeStmt, GenDecl, FuncDecl,
             ImportSpec, ValueSpec, TypeSpec, Field, FieldList, File>();

}  // namespace

std::string_view ShapeOf(Kind kind) {
  return kShapes[static_cast<int>(kind)];
}

std::string_view KindName(Kind kind) {
  static constexpr std::string_view kNames[kKindCount] = {
      "None",           "BadExpr",    "Ident",        "Ellipsis",      "BasicLit",       "FuncLit",
      "CompositeLit",   "ParenExpr",  "SelectorExpr", "IndexExpr",     "IndexListExpr",  "SliceExpr",
      "TypeAssertExpr", "CallExpr",   "StarExpr",     "UnaryExpr",     "BinaryExpr",     "KeyValueExpr",
      "ArrayType",      "StructType", "FuncType",     "InterfaceType", "MapType",        "ChanType",
      "BadStmt",        "DeclStmt",   "EmptyStmt",    "LabeledStmt",   "ExprStmt",       "SendStmt",
      "IncDecStmt",     "AssignStmt", "GoStmt",       "DeferStmt",     "ReturnStmt",     "BranchStmt",
      "BlockStmt",      "IfStmt",     "CaseClause",   "SwitchStmt",    "TypeSwitchStmt", "CommClause",
      "SelectStmt",     "ForStmt",    "RangeStmt",    "BadDecl",       "GenDecl",        "FuncDecl",
      "ImportSpec",     "ValueSpec",  "TypeSpec",     "Field",         "FieldList",      "File"};
  return kNames[static_cast<int>(kind)];
}

Position Tree::PositionOf(Offset offset) const {
  const auto after = std::upper_bound(lines.begin(), lines.end(), offset);
  const auto line = static_cast<uint32_t>(after - lines.begin());
  return {line, line == 0 ? offset + 1 : offset - lines[line - 1] + 1};
}

}  // namespace seep::goscan
