#include "goscan/syntax/ast.h"

#include <algorithm>

namespace seep::goscan {

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
