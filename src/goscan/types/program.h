// The packages of a scan: their files, what they declare, and what they import. Names, not meaning; types.h
// gives them types.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "goscan/syntax/ast.h"

namespace seep::goscan {

// A file as it comes in; `text` outlives the scan.
struct FileText {
  std::string path;  // for people
  std::string_view text;
};

struct Import {
  std::string_view name;  // as written before the path; empty: the package's own
  std::string_view path;
};

struct SourceFile {
  std::string path;
  Tree tree;
  uint32_t package = 0;
  uint32_t imports_of = 0;  // the file whose imports its names go by: itself, or the one it is a piece of
  std::vector<Import> imports;
  // What names were found to stand for (ImportNamed); empty: for none of the imports.
  std::unordered_map<std::string_view, std::string_view> named;
};

enum class DeclKind : uint8_t { kFunc, kType, kVar, kConst };

struct Decl {
  DeclKind kind = DeclKind::kFunc;
  uint32_t file = 0;
  NodeId node;         // FuncDecl, TypeSpec or ValueSpec; none: a piece that is not read yet
  uint32_t index = 0;  // which name of a ValueSpec; which piece
};

struct Package {
  uint32_t id = 0;  // in its Program
  std::string path;
  std::string_view name;
  bool own = false;  // its functions have bodies, and are judged
  std::vector<uint32_t> files;
  std::vector<FileText> unread;          // of a package that is imported, until a name in it is asked for
  std::vector<std::string_view> pieces;  // of its files, a declaration each (pieces.h)
  // Pieces that declare several names, and their files: read when a name is found in no other.
  std::vector<std::pair<uint32_t, std::string_view>> groups;
  // Asked for through Program, which reads pieces.
  std::unordered_map<std::string_view, Decl> members;
  // By the name of the receiver's type; in source order.
  std::unordered_map<std::string_view, std::vector<std::pair<std::string_view, Decl>>> methods;
};

class Program {
 public:
  // Files of a package that is imported and was not added; none: not known.
  using Finder = std::function<std::vector<FileText>(std::string_view import_path)>;

  explicit Program(Finder find = {}) : find_(std::move(find)) {}

  void AddOwn(std::string_view path, std::vector<FileText> files);
  // Null: nothing is known of it. Reads it when it is asked for the first time.
  const Package* Find(std::string_view path);
  // Null: it has none of that name.
  const Decl* Member(const Package& package, std::string_view member);
  const Decl* Method(const Package& package, std::string_view type, std::string_view method);

  const SourceFile& file(uint32_t id) const { return files_[id]; }
  const Package& package(uint32_t id) const { return packages_[id]; }
  const Package& PackageOf(uint32_t file) const { return packages_[files_[file].package]; }
  size_t file_count() const { return files_.size(); }

  // The import path that `name` stands for in a file; empty: it names no import.
  std::string_view ImportNamed(uint32_t file, std::string_view name);

 private:
  uint32_t Add(std::string_view path, std::vector<FileText> files, bool own);
  uint32_t AddFile(uint32_t package, const std::string& path, Tree tree);
  void Read(Package& package);
  void ReadGroups(Package& package);
  void AddPieces(Package& package, const FileText& text);
  const Decl* WithNode(const Package& package, Decl& decl);
  void Declare(Package& package, uint32_t file);
  std::string_view FindImport(uint32_t file, std::string_view name);

  struct PathHash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  Finder find_;
  std::deque<SourceFile> files_;
  std::deque<Package> packages_;
  // UINT32_MAX: looked for and not found.
  std::unordered_map<std::string, uint32_t, PathHash, std::equal_to<>> by_path_;
};

// "demo/price.(*client).look", as the runtime prints it.
std::string RuntimeName(const Program& program, uint32_t file, NodeId func_decl);

// The name of a receiver's type, or of any type expression that is a name: "T" of *T[K].
std::string_view BaseTypeName(const Tree& tree, NodeId type);

// The text of an interpreted or raw string literal without its quotes; escapes stay as they are.
std::string_view Unquoted(std::string_view literal);

}  // namespace seep::goscan
