// What go/parser cannot be asked: how much of a faulty file stands, and what holds of every tree.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "goscan/syntax/lexer.h"
#include "goscan/syntax/parser.h"

namespace seep::goscan {
namespace {

std::vector<std::string> FuncsOf(const Tree& tree) {
  std::vector<std::string> names;
  if (!tree.file) return names;
  for (const NodeId decl : tree.Get<File>(tree.file).decls) {
    if (const auto func = tree.As<FuncDecl>(decl)) names.emplace_back(tree.text(func->name));
  }
  return names;
}

std::string ErrorsOf(const Tree& tree) {
  std::string text;
  for (const SyntaxError& error : tree.errors) {
    const Position at = tree.PositionOf(error.at);
    text += std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + error.what + "\n";
  }
  return text;
}

std::string Repeat(std::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

using Names = std::vector<std::string>;

TEST(Parser, ReadsWhatIsWritten) {
  const std::string source =
      "package p\n\nfunc f[T any](a, b T, c ...int) (r T) {\n\tfor x := range ch { go g(x) }\n\treturn "
      "*new(5)\n}\n";
  const Tree tree = ParseFile(source);
  EXPECT_EQ(ErrorsOf(tree), "");
  const auto func = tree.Get<FuncDecl>(tree.Get<File>(tree.file).decls[0]);
  const auto type = tree.Get<FuncType>(func.type);
  const auto params = tree.Get<FieldList>(type.params).fields;
  ASSERT_EQ(params.size(), 2u);
  EXPECT_EQ(tree.Get<Field>(params[0]).names.size(), 2u);
  EXPECT_EQ(tree.text(params[1]), "c ...int");
  const auto body = tree.Get<BlockStmt>(func.body).list;
  const auto range = tree.As<RangeStmt>(body[0]);
  ASSERT_TRUE(range);
  EXPECT_EQ(tree.op(body[0]), Token::kDefine);
  EXPECT_EQ(tree.text(range->x), "ch");
  EXPECT_EQ(tree.text(tree.Get<GoStmt>(tree.Get<BlockStmt>(range->body).list[0]).call), "g(x)");
  EXPECT_EQ(tree.PositionOf(tree.begin(body[1])), (Position{5, 2}));
}

TEST(Parser, AFaultyFunctionLeavesTheOthers) {
  const Tree tree = ParseFile(
      "package p\n\nfunc a() {\n\tx := )\n\tdefer b()\n}\n\nfunc b() {\n\tif {\n\t}\n}\n\nfunc c() {}\n");
  EXPECT_EQ(FuncsOf(tree), (Names{"a", "b", "c"}));
  EXPECT_EQ(ErrorsOf(tree), "4:7: expected an operand, found ')'\n9:5: expected a condition, found '{'\n");
  const auto first = tree.Get<FuncDecl>(tree.Get<File>(tree.file).decls[0]);
  const auto list = tree.Get<BlockStmt>(first.body).list;
  EXPECT_EQ(tree.kind(list.back()), Kind::kDeferStmt) << "the statement after the fault is there";
}

TEST(Parser, AMissingBraceEndsWhereTheNextDeclarationBegins) {
  const Tree tree = ParseFile(
      "package p\n\nfunc a() {\n\tfor {\n\t\tb()\n\nfunc (r *R[T]) b() {\n}\n\ntype C struct {\n\tx "
      "int\n\nfunc c() {}\n");
  EXPECT_EQ(FuncsOf(tree), (Names{"a", "b", "c"}));
  EXPECT_EQ(
      ErrorsOf(tree),
      "7:1: expected '}', found the next declaration\n13:1: expected '}', found the next declaration\n");
}

TEST(Parser, AFunctionAtTheFirstColumnIsNoNewDeclaration) {
  const Tree tree = ParseFile(
      "package p\n\nvar handlers = []func(int) error{\nfunc(i int) error {\nreturn nil\n},\n}\n\nfunc c() "
      "{\ntype T int\n}\n");
  EXPECT_EQ(ErrorsOf(tree), "");
  EXPECT_EQ(FuncsOf(tree), (Names{"c"}));
}

TEST(Parser, WhatIsNoGoIsNoTree) {
  for (const char* source : {"", "\n", "<html>", "packag p", "package", "package 5\n", "\xFF\xFEp\0a\0"}) {
    const Tree tree = ParseFile(source);
    EXPECT_FALSE(tree.file) << source;
    EXPECT_EQ(tree.errors.size(), 1u) << source;
  }
}

TEST(Parser, BytesThatAreNoTextAreNamedAndTheRestStands) {
  const Tree tree = ParseFile("package p // caf\xE9\n\nfunc a() { s := \"\xE9\"; use(s) }\nfunc b() {}\n");
  EXPECT_EQ(FuncsOf(tree), (Names{"a", "b"}));
  EXPECT_EQ(ErrorsOf(tree), "1:17: a byte that is no UTF-8\n3:18: a byte that is no UTF-8\n");
}

TEST(Parser, CommentsAreKept) {
  const std::string source =
      "//go:build linux\n\npackage p\n\n/*\n#include <stdlib.h>\n*/\nimport \"C\"\n\nvar x = 1 "
      "//nolint:seep\n";
  const Tree tree = ParseFile(source);
  ASSERT_EQ(tree.comments.size(), 3u);
  EXPECT_EQ(source.substr(tree.comments[1].begin, tree.comments[1].end - tree.comments[1].begin),
            "/*\n#include <stdlib.h>\n*/");
  EXPECT_EQ(source.substr(tree.comments[2].begin), "//nolint:seep\n");
}

// Whatever is nested without end: an error that says so, the next function stands, and no walk of the tree is
// deep.
TEST(Parser, DepthIsBounded) {
  constexpr int kMany = 100'000;
  const std::string pieces[] = {
      "var x = " + Repeat("(", kMany) + "1" + Repeat(")", kMany),
      "var x = " + Repeat("[]", kMany) + "int{}",
      "var x = " + Repeat("{", kMany),
      "var x = T" + Repeat("{{", kMany),
      "var x = " + Repeat("-", kMany) + "1",
      "var x = " + Repeat("<-", kMany) + "c",
      "var x = 1" + Repeat(" +\n\t1", kMany),
      "var x = a" + Repeat(".b", kMany),
      "var x = a" + Repeat("()", kMany),
      "var x = a" + Repeat("[0]", kMany),
      "type x " + Repeat("*", kMany) + "int",
      "type x " + Repeat("struct{ y ", kMany) + "int",
      "type x[P " + Repeat("interface{", kMany) + "] int",
      "type x[T int" + Repeat("|int", kMany) + "] int",
      "func x() {" + Repeat("{", kMany) + Repeat("}", kMany) + "}",
      "func x() {\nif a {} " + Repeat("else if b {} ", kMany) + "\n}",
      "func x() {\n" + Repeat("func() {", kMany) + "}",
      "func x() {\n" + Repeat("L:\n", kMany) + "}",
      "func x() {\n" + Repeat("switch {\ncase a:\n", kMany) + "}",
      "func x" + Repeat("(func", kMany),
  };
  for (const std::string& piece : pieces) {
    const std::string source = "package p\n\n" + piece + "\n\nfunc after() {}\n";
    const Tree tree = ParseFile(source);
    const std::string what = piece.substr(0, 24);
    EXPECT_FALSE(tree.errors.empty()) << what;
    ASSERT_TRUE(tree.file) << what;
    EXPECT_LE(tree.height(tree.file), kMaxHeight + 16) << what;
    const Names funcs = FuncsOf(tree);
    EXPECT_TRUE(!funcs.empty() && funcs.back() == "after") << what << ErrorsOf(tree).substr(0, 300);
  }
}

TEST(Parser, LongIsNotDeep) {
  const std::string source = "package p\n\nvar x = []int{" + Repeat("1 + 2*f(3, a.b),", 100'000) +
                             "}\n\nvar s = \"\"" + Repeat(" +\n\t\"0123456789\"", 5000) + "\n";
  EXPECT_EQ(ErrorsOf(ParseFile(source)), "");
}

TEST(Parser, ErrorsAreBounded) {
  const Tree tree = ParseFile("package p\n\n" + Repeat("func ) {\n'\n", 100'000));
  EXPECT_EQ(tree.errors.size(), kMaxErrors);
}

TEST(Parser, ManyImportsAreFound) {
  const Tree tree = ParseFile("package p\n\nimport \"a\"\nimport (\n\tb \"c\"\n\t. \"d\"\n\t_ \"e\"\n)\n");
  std::string imports;
  for (const NodeId decl : tree.Get<File>(tree.file).decls) {
    for (const NodeId spec : tree.Get<GenDecl>(decl).specs) {
      const auto import = tree.Get<ImportSpec>(spec);
      imports += std::string(tree.text(import.name)) + "=" + std::string(tree.text(import.path)) + " ";
    }
  }
  EXPECT_EQ(imports, "=\"a\" b=\"c\" .=\"d\" _=\"e\" ");
}

TEST(Lexer, PutsSemicolonsWhereTheLanguageDoes) {
  Tree tree;
  tree.source = "x /* a\n b */ y // c\n)\n+";
  Lexer lexer(tree);
  std::string words;
  do {
    lexer.Next();
    words +=
        std::string(Spelling(lexer.token)) + "@" + std::to_string(lexer.begin) + (lexer.put_in ? "! " : " ");
  } while (lexer.token != Token::kEof);
  EXPECT_EQ(words, "IDENT@0 ;@6! IDENT@13 ;@19! )@20 ;@21! +@22 EOF@23 ");
}

}  // namespace
}  // namespace seep::goscan
