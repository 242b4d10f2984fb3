#include "goscan/types/program.h"

#include <algorithm>

#include "goscan/syntax/parser.h"
#include "goscan/types/pieces.h"

namespace seep::goscan {
namespace {

bool IsVersion(std::string_view part) {
  return part.size() > 1 && part[0] == 'v' &&
         std::ranges::all_of(part.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

// Whether a package whose source is not known may well be called `name`, going by its path:
// "github.com/redis/go-redis/v9" is redis, "gopkg.in/yaml.v3" yaml, "github.com/nats-io/nats.go" nats.
bool MayBeCalled(std::string_view path, std::string_view name) {
  size_t slash = path.rfind('/');
  std::string_view last = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  if (IsVersion(last) && slash != std::string_view::npos) {
    path = path.substr(0, slash);
    slash = path.rfind('/');
    last = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  }
  if (last == name) return true;
  if (const size_t dot = last.rfind('.'); dot != std::string_view::npos && last.substr(0, dot) == name)
    return true;
  if (last.starts_with("go-") && last.substr(3) == name) return true;
  if (last.ends_with("-go") && last.substr(0, last.size() - 3) == name) return true;
  const size_t dash = last.rfind('-');
  return dash != std::string_view::npos && last.substr(dash + 1) == name;
}

}  // namespace

std::string_view Unquoted(std::string_view literal) {
  return literal.size() >= 2 ? literal.substr(1, literal.size() - 2) : std::string_view();
}

std::string RuntimeName(const Program& program, uint32_t file, NodeId decl) {
  const Tree& tree = program.file(file).tree;
  const Package& package = program.PackageOf(file);
  std::string name(package.name == "main" ? "main" : package.path);
  name += '.';
  if (tree.kind(decl) != Kind::kFuncDecl) return name += "init";  // .func1 and so on (cmd/compile, Go 1.21)
  const auto func = tree.Get<FuncDecl>(decl);
  if (func.receiver) {
    const NodeList fields = tree.Get<FieldList>(func.receiver).fields;
    const NodeId type = fields.empty() ? NodeId{} : tree.Get<Field>(fields.front()).type;
    const bool pointer = type && tree.kind(type) == Kind::kStarExpr;
    name += pointer ? "(*" : "";
    name += BaseTypeName(tree, type);
    name += pointer ? ")." : ".";
  }
  return name += tree.text(func.name);
}

std::string_view BaseTypeName(const Tree& tree, NodeId type) {
  for (int depth = 0; type && depth < 8; ++depth) {
    switch (tree.kind(type)) {
      case Kind::kIdent:
        return tree.text(type);
      case Kind::kStarExpr:
        type = tree.Get<StarExpr>(type).x;
        break;
      case Kind::kParenExpr:
        type = tree.Get<ParenExpr>(type).x;
        break;
      case Kind::kIndexExpr:
        type = tree.Get<IndexExpr>(type).x;
        break;
      case Kind::kIndexListExpr:
        type = tree.Get<IndexListExpr>(type).x;
        break;
      case Kind::kSelectorExpr:
        type = tree.Get<SelectorExpr>(type).name;
        break;
      default:
        return {};
    }
  }
  return {};
}

const Decl* Program::Member(const Package& of, std::string_view member) {
  Package& package = packages_[of.id];
  if (!package.unread.empty()) Read(package);
  auto found = package.members.find(member);
  if (found == package.members.end() && !package.groups.empty()) {
    ReadGroups(package);
    found = package.members.find(member);
  }
  return found == package.members.end() ? nullptr : WithNode(package, found->second);
}

const Decl* Program::Method(const Package& of, std::string_view type, std::string_view method) {
  Package& package = packages_[of.id];
  if (!package.unread.empty()) Read(package);
  const auto found = package.methods.find(type);
  if (found == package.methods.end()) return nullptr;
  for (auto& [declared, decl] : found->second)
    if (declared == method) return WithNode(package, decl);
  return nullptr;
}

void Program::AddOwn(std::string_view path, std::vector<FileText> files) {
  Add(path, std::move(files), true);
}

const Package* Program::Find(std::string_view path) {
  if (const auto known = by_path_.find(path); known != by_path_.end())
    return known->second == UINT32_MAX ? nullptr : &packages_[known->second];
  std::vector<FileText> files;
  if (find_) files = find_(path);
  if (files.empty()) {
    by_path_.emplace(path, UINT32_MAX);
    return nullptr;
  }
  return &packages_[Add(path, std::move(files), false)];
}

uint32_t Program::Add(std::string_view path, std::vector<FileText> files, bool own) {
  const auto id = static_cast<uint32_t>(packages_.size());
  Package& package = packages_.emplace_back();
  package.id = id;
  package.path = path;
  package.own = own;
  by_path_[package.path] = id;
  if (own) {
    for (const FileText& text : files) {
      const uint32_t file = AddFile(id, text.path, ParseFile(text.text));
      if (files_[file].tree.file) Declare(package, file);
    }
    return id;
  }
  // Of most packages that are imported no more than the name is asked for.
  for (const FileText& text : files)
    if (package.name = PackageName(text.text); !package.name.empty()) break;
  package.unread = std::move(files);
  return id;
}

void Program::Read(Package& package) {
  const std::vector<FileText> files = std::move(package.unread);
  package.unread.clear();
  for (const FileText& text : files) AddPieces(package, text);
}

uint32_t Program::AddFile(uint32_t package, const std::string& path, Tree tree) {
  const auto id = static_cast<uint32_t>(files_.size());
  SourceFile& file = files_.emplace_back();
  file.path = path;
  file.tree = std::move(tree);
  file.package = package;
  file.imports_of = id;
  packages_[package].files.push_back(id);
  return id;
}

void Program::AddPieces(Package& package, const FileText& text) {
  const std::vector<std::string_view> pieces = Pieces(text.text);
  const uint32_t file = AddFile(package.id, text.path, ParseFile(pieces.front()));
  if (files_[file].tree.file) Declare(package, file);
  for (size_t i = 1; i < pieces.size(); ++i) {
    const PieceHead head = HeadOf(pieces[i]);
    if (head.name.empty()) {
      package.groups.emplace_back(file, pieces[i]);
      continue;
    }
    const Decl decl{head.kind, file, {}, static_cast<uint32_t>(package.pieces.size())};
    package.pieces.push_back(pieces[i]);
    if (head.receiver.empty()) {
      package.members.emplace(head.name, decl);
    } else {
      package.methods[head.receiver].emplace_back(head.name, decl);
    }
  }
}

void Program::ReadGroups(Package& package) {
  const auto groups = std::move(package.groups);
  package.groups.clear();
  for (const auto& [of, piece] : groups) {
    const uint32_t file = AddFile(package.id, files_[of].path, ParseDeclarations(piece));
    files_[file].imports_of = of;
    if (files_[file].tree.file) Declare(package, file);
  }
}

// The declaration, its piece read. Null: that does not parse.
const Decl* Program::WithNode(const Package& package, Decl& decl) {
  if (decl.node) return &decl;
  const uint32_t whole = decl.file;
  const uint32_t file =
      AddFile(package.id, files_[whole].path, ParseDeclarations(package.pieces[decl.index]));
  files_[file].imports_of = whole;
  const Tree& tree = files_[file].tree;
  const NodeList decls = tree.file ? tree.Get<File>(tree.file).decls : NodeList();
  if (decls.empty()) return nullptr;
  NodeId node = decls.front();
  if (const auto group = tree.As<GenDecl>(node))
    node = group->specs.empty() ? NodeId{} : group->specs.front();
  const Kind kind = tree.kind(node);
  if (kind != Kind::kFuncDecl && kind != Kind::kTypeSpec && kind != Kind::kValueSpec) return nullptr;
  decl.file = file;
  decl.node = node;
  decl.index = 0;
  return &decl;
}

void Program::Declare(Package& package, uint32_t file_id) {
  SourceFile& file = files_[file_id];
  const Tree& tree = file.tree;
  const File root = tree.Get<File>(tree.file);
  if (package.name.empty()) package.name = tree.text(root.name);
  for (const NodeId id : root.decls) {
    if (const auto func = tree.As<FuncDecl>(id)) {
      const Decl decl{DeclKind::kFunc, file_id, id, 0};
      if (!func->receiver) {
        package.members.emplace(tree.text(func->name), decl);
        continue;
      }
      const NodeList fields = tree.Get<FieldList>(func->receiver).fields;
      if (fields.empty()) continue;
      const std::string_view type = BaseTypeName(tree, tree.Get<Field>(fields.front()).type);
      package.methods[type].emplace_back(tree.text(func->name), decl);
    } else if (const auto group = tree.As<GenDecl>(id)) {
      for (const NodeId spec : group->specs) {
        if (const auto import = tree.As<ImportSpec>(spec)) {
          file.imports.push_back({tree.text(import->name), Unquoted(tree.text(import->path))});
        } else if (const auto type = tree.As<TypeSpec>(spec)) {
          package.members.emplace(tree.text(type->name), Decl{DeclKind::kType, file_id, spec, 0});
        } else if (const auto value = tree.As<ValueSpec>(spec)) {
          const DeclKind kind = tree.op(id) == Token::kConst ? DeclKind::kConst : DeclKind::kVar;
          for (uint32_t i = 0; i < value->names.size(); ++i)
            package.members.emplace(tree.text(value->names[i]), Decl{kind, file_id, spec, i});
        }
      }
    }
  }
}

std::string_view Program::ImportNamed(uint32_t file, std::string_view name) {
  file = files_[file].imports_of;
  auto& named = files_[file].named;
  if (const auto known = named.find(name); known != named.end()) return known->second;
  return named[name] = FindImport(file, name);
}

std::string_view Program::FindImport(uint32_t file, std::string_view name) {
  const std::vector<Import>& imports = files_[file].imports;
  for (const Import& import : imports)
    if (import.name == name) return import.path;
  for (const Import& import : imports) {
    if (!import.name.empty()) continue;
    if (import.path == name) return import.path;  // "C", "os": the commonest, without looking further
    if (!MayBeCalled(import.path, name) && !import.path.ends_with(name)) {
      // A package may be called anything: only its source tells.
      const Package* package = Find(import.path);
      if (package != nullptr && package->name == name) return import.path;
      continue;
    }
    const Package* package = Find(import.path);
    if (package == nullptr ? MayBeCalled(import.path, name) : package->name == name) return import.path;
  }
  return {};
}

}  // namespace seep::goscan
