#include "goscan/rules/edits.h"

#include <algorithm>
#include <optional>
#include <string>

namespace seep::goscan {
namespace {

// The statement after `statement` in the list it stands in.
bool FindNext(const Tree& tree, NodeId node, NodeId statement, NodeId& next) {
  if (const auto block = tree.As<BlockStmt>(node))
    for (size_t i = 0; i < block->list.size(); ++i)
      if (block->list[i] == statement) {
        next = i + 1 < block->list.size() ? block->list[i + 1] : NodeId{};
        return true;
      }
  bool found = false;
  ForEachChild(tree, node, [&](NodeId child) { found = found || FindNext(tree, child, statement, next); });
  return found;
}

bool LeavesOn(const Tree& tree, NodeId branch, std::string_view error) {
  const auto check = tree.As<IfStmt>(branch);
  if (!check || check->init || check->otherwise || !check->body) return false;
  std::string wanted(error);
  wanted += " != nil";
  if (tree.text(check->cond) != wanted) return false;
  const NodeList list = tree.Get<BlockStmt>(check->body).list;
  return !list.empty() && tree.kind(list.back()) == Kind::kReturnStmt;
}

// The space before what is the first on its line; none: it is not.
std::optional<std::string_view> IndentOf(const Tree& tree, NodeId node) {
  const Offset line = tree.lines[tree.PositionOf(tree.begin(node)).line - 1];
  const std::string_view indent = tree.source.substr(line, tree.begin(node) - line);
  if (indent.find_first_not_of(" \t") != std::string_view::npos) return std::nullopt;
  return indent;
}

}  // namespace

std::vector<model::SourceEdit> DeferEdit(Analysis& analysis, const Site& site, const Outcome& outcome) {
  const model::ScanResource& resource = *site.resource;
  const Function& function = analysis.function(site.function);
  const Tree& tree = analysis.tree(function);
  const Block& block = analysis.GraphOf(site.function).blocks[site.block];
  const NodeId statement = block.items[site.item];
  const auto assign = tree.As<AssignStmt>(statement);
  const bool twice_is_wrong = !resource.release_by.empty();
  if (resource.defer_call.empty() || site.hold != Hold::kWhole || block.loop != 0 || !assign ||
      outcome.kept || (outcome.released && twice_is_wrong) || assign->right.size() != 1 ||
      site.result >= assign->left.size())
    return {};
  const bool ends = std::ranges::all_of(
      outcome.losses, [](const Loss& loss) { return loss.kind == Loss::kReturn || loss.kind == Loss::kEnd; });
  const NodeId left = assign->left[site.result];
  if (!ends || tree.kind(left) != Kind::kIdent || tree.text(left) == "_") return {};
  NodeId next;
  if (!FindNext(tree, function.body, statement, next)) return {};
  NodeId after = statement;
  if (assign->left.size() > 1 && resource.release != std::vector<std::string>{"()"}) {
    const NodeId error = assign->left[assign->left.size() - 1];
    if (!next || tree.text(error) == "_" || !LeavesOn(tree, next, tree.text(error))) return {};
    after = next;
  }
  const auto indent = IndentOf(tree, after);
  if (!indent) return {};
  std::string text = "\n";
  text += *indent;
  text += "defer ";
  std::string call = resource.defer_call;
  if (const size_t at = call.find("{}"); at != std::string::npos) call.replace(at, 2, tree.text(left));
  text += call;
  return {{analysis.program().file(function.file).path, tree.end(after), tree.end(after), text}};
}

std::vector<model::SourceEdit> ExecEdit(Analysis& analysis, const Site& site) {
  const Function& function = analysis.function(site.function);
  const Tree& tree = analysis.tree(function);
  const auto call = tree.As<CallExpr>(site.origin);
  const auto selector = call ? tree.As<SelectorExpr>(call->fun) : std::nullopt;
  const Callee& callee = analysis.CalleeOf(function.file, site.origin);
  if (!selector || !analysis.KeyText(callee.key).starts_with("database/sql.")) return {};
  const std::string_view name = tree.text(selector->name);
  if (name != "Query" && name != "QueryContext") return {};
  return {{analysis.program().file(function.file).path, tree.begin(selector->name), tree.end(selector->name),
           name == "Query" ? "Exec" : "ExecContext"}};
}

model::SourceEdit RoomEdit(Analysis& analysis, uint32_t file, NodeId make) {
  const Tree& tree = analysis.program().file(file).tree;
  const NodeList args = tree.Get<CallExpr>(make).args;
  const std::string& path = analysis.program().file(file).path;
  if (args.size() > 1) return {path, tree.begin(args[1]), tree.end(args[1]), "1"};
  return {path, tree.end(args.front()), tree.end(args.front()), ", 1"};
}

std::vector<model::SourceEdit> MoveEdit(Analysis& analysis, uint32_t file, NodeId statement, NodeId before) {
  const Tree& tree = analysis.program().file(file).tree;
  const auto indent = IndentOf(tree, statement);
  const auto to = IndentOf(tree, before);
  const size_t end = tree.source.find('\n', tree.end(statement));
  if (!indent || !to || end == std::string_view::npos) return {};
  // A comment after it, or another statement, would have to go along.
  if (tree.source.substr(tree.end(statement), end - tree.end(statement)).find_first_not_of(" \t\r") !=
      std::string_view::npos)
    return {};
  const std::string& path = analysis.program().file(file).path;
  std::string text(tree.text(statement));
  text += "\n";
  text += *to;
  const Offset line = tree.begin(statement) - static_cast<Offset>(indent->size());
  return {{path, tree.begin(before), tree.begin(before), text},
          {path, line, static_cast<Offset>(end + 1), ""}};
}

}  // namespace seep::goscan
