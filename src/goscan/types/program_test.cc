#include "goscan/types/program.h"

#include <gtest/gtest.h>

#include "goscan/types/stub.h"
#include "goscan/types/types.h"

namespace seep::goscan {
namespace {

constexpr std::string_view kStub = R"(// Generated; do not edit.
package price

import "io"
import net "net/http"
type List struct {
Next	*List
Body	io.Reader
}
type Table[K comparable, V any] struct {
Rows	map[K]V
}
type (
A	int
B	= List
)
var Default *List
var First, Second net.Client
func New(name string,
func() error) *List
func (l *List) Close() error
func (t *Table[K, V]) Close() error
func (List) Len() int
)";

Program::Finder Has(std::string_view text, bool stub) {
  return [=](std::string_view path) -> std::vector<FileText> {
    if (path != "shop/price") return {};
    return {{"price.go", text, stub}};
  };
}

std::string Text(const Program& program, const Decl* decl) {
  return decl == nullptr ? "none" : std::string(program.file(decl->file).tree.text(decl->node));
}

TEST(Program, AStubReadPieceByPieceDeclaresWhatItDoesReadInOne) {
  Program pieces(Has(kStub, true));
  Program whole(Has(kStub, false));
  const Package* in_pieces = pieces.Find("shop/price");
  const Package* in_one = whole.Find("shop/price");
  ASSERT_NE(in_pieces, nullptr);
  EXPECT_EQ(in_pieces->name, "price");
  for (const std::string_view name :
       {"List", "Table", "A", "B", "Default", "First", "Second", "New", "Gone"}) {
    const Decl* piece = pieces.Member(*in_pieces, name);
    const Decl* one = whole.Member(*in_one, name);
    EXPECT_EQ(Text(pieces, piece), Text(whole, one)) << name;
    if (piece == nullptr || one == nullptr) continue;
    EXPECT_EQ(piece->kind, one->kind) << name;
    EXPECT_EQ(piece->index, one->index) << name;
    EXPECT_EQ(piece, pieces.Member(*in_pieces, name)) << "asked again";
  }
  for (const auto& [type, method] :
       {std::pair{"List", "Close"}, {"List", "Len"}, {"Table", "Close"}, {"A", "Len"}})
    EXPECT_EQ(Text(pieces, pieces.Method(*in_pieces, type, method)),
              Text(whole, whole.Method(*in_one, type, method)))
        << type << "." << method;
}

TEST(Program, APieceGoesByTheImportsOfItsStub) {
  Program program(Has(kStub, true));
  Types types(program);
  const Decl* second = program.Member(*program.Find("shop/price"), "Second");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(types.QualifiedName(types.OfDecl(*second)), "net/http.Client");
}

TEST(Program, WhatIsNoDeclarationIsNotFound) {
  Program program(Has("package price\nfunc Broken(\ntype (\nvar \nconst X = 1\nfunc (", true));
  const Package* package = program.Find("shop/price");
  ASSERT_NE(package, nullptr);
  for (const std::string_view name : {"Broken", "X", "("}) program.Member(*package, name);
  EXPECT_EQ(program.Member(*package, "Other"), nullptr);
}

TEST(Program, WhatImportedFunctionsDoIsNotRead) {
  Program program(
      Has("package price\nfunc F() int { if true { return 1 }; return 2 }\nfunc G() {}\n", false));
  const Decl* f = program.Member(*program.Find("shop/price"), "F");
  ASSERT_NE(f, nullptr);
  const Tree& tree = program.file(f->file).tree;
  EXPECT_TRUE(tree.errors.empty());
  EXPECT_FALSE(tree.Get<FuncDecl>(f->node).body);
  EXPECT_NE(program.Member(*program.Find("shop/price"), "G"), nullptr);
}

TEST(Program, TheNameOfAPackageIsReadFromItsClause) {
  EXPECT_EQ(PackageName("package price\n"), "price");
  EXPECT_EQ(PackageName("\xEF\xBB\xBF// package a\n/* package b\n*/ package\tc; import \"x\""), "c");
  EXPECT_EQ(PackageName("package d// doc"), "d");
  EXPECT_EQ(PackageName("//go:build x"), "");
  EXPECT_EQ(PackageName("/* open"), "");
  EXPECT_EQ(PackageName("packaged x"), "");
  EXPECT_EQ(PackageName(""), "");
}

}  // namespace
}  // namespace seep::goscan
