#include "goscan/types/program.h"

#include <gtest/gtest.h>

#include "goscan/types/pieces.h"
#include "goscan/types/types.h"

namespace seep::goscan {
namespace {

constexpr std::string_view kSource = R"(// Generated; do not edit.
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
func (l *List) Close() error {
	var s = '{' + "}{\"" // {
	if s == '\'' {
var inside int
	}
	return nil
}
func (t *Table[K, V]) Close() error
func (List) Len() int { return 1 }
var Text = `
func InText() {}
`
/*
func InComment() {}
*/
const Limit = 10
const (
	Open = iota
)
  var Indented int
)";

Program::Finder Has(std::string_view text) {
  return [=](std::string_view path) -> std::vector<FileText> {
    if (path != "shop/price") return {};
    return {{"price.go", text}};
  };
}

std::string Text(const Program& program, const Decl* decl) {
  return decl == nullptr ? "none" : std::string(program.file(decl->file).tree.text(decl->node));
}

TEST(Program, WhatIsReadPieceByPieceDeclaresWhatItDoesReadInOne) {
  Program pieces(Has(kSource));
  Program whole;
  whole.AddOwn("shop/price", {{"price.go", kSource}});
  const Package* in_pieces = pieces.Find("shop/price");
  const Package* in_one = whole.Find("shop/price");
  ASSERT_NE(in_pieces, nullptr);
  EXPECT_EQ(in_pieces->name, "price");
  for (const std::string_view name : {"List", "Table", "A", "B", "Default", "First", "Second", "New", "Text",
                                      "Open", "Limit", "Indented", "InText", "InComment", "inside", "Gone"}) {
    const Decl* piece = pieces.Member(*in_pieces, name);
    const Decl* one = whole.Member(*in_one, name);
    ASSERT_EQ(piece == nullptr, one == nullptr) << name;
    if (piece == nullptr) continue;
    EXPECT_EQ(piece->kind, one->kind) << name;
    EXPECT_EQ(piece->index, one->index) << name;
    EXPECT_EQ(piece, pieces.Member(*in_pieces, name)) << "asked again";
    if (piece->kind == DeclKind::kFunc) continue;  // without its body
    EXPECT_EQ(Text(pieces, piece), Text(whole, one)) << name;
  }
  for (const auto& [type, method] :
       {std::pair{"List", "Close"}, {"List", "Len"}, {"Table", "Close"}, {"A", "Len"}}) {
    const Decl* piece = pieces.Method(*in_pieces, type, method);
    const Decl* one = whole.Method(*in_one, type, method);
    ASSERT_EQ(piece == nullptr, one == nullptr) << type << "." << method;
    if (piece == nullptr) continue;
    EXPECT_TRUE(Text(whole, one).starts_with(Text(pieces, piece))) << type << "." << method;
  }
}

TEST(Program, APieceGoesByTheImportsOfItsFile) {
  Program program(Has(kSource));
  Types types(program);
  const Decl* second = program.Member(*program.Find("shop/price"), "Second");
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(types.QualifiedName(types.OfDecl(*second)), "net/http.Client");
}

TEST(Program, WhatIsNoDeclarationIsNotFound) {
  Program program(Has("package price\nfunc Broken(\n)\ntype (\n)\nvar \nconst X = 1\nfunc ("));
  const Package* package = program.Find("shop/price");
  ASSERT_NE(package, nullptr);
  EXPECT_NE(program.Member(*package, "X"), nullptr);
  for (const std::string_view name : {"Broken", "(", ""}) program.Member(*package, name);
  EXPECT_EQ(program.Member(*package, "Other"), nullptr);
}

TEST(Program, WhatImportedFunctionsDoIsNotRead) {
  Program program(Has("package price\nfunc F() int { if true { return 1 }; return 2 }\nfunc G() {}\n"));
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
