#include "pipeline/signatures.h"

#include <gtest/gtest.h>

#include <string>

#include "goscan/syntax/parser.h"
#include "seep_signatures.h"

namespace seep::pipeline {
namespace {

std::string Described(const goscan::Program& program, const goscan::Decl* decl) {
  if (decl == nullptr) return "none";
  return std::string(program.file(decl->file).tree.text(decl->node)) + " #" + std::to_string(decl->index);
}

// Every declaration of every package, found by its name in pieces as in the file read in one.
TEST(Signatures, EachPieceIsTheDeclarationThatTheWholeFileHas) {
  const goscan::Program::Finder stubs = FindSignatures();
  goscan::Program pieces(stubs);
  goscan::Program whole([&](std::string_view path) {
    auto files = stubs(path);
    for (goscan::FileText& file : files) file.stub = false;
    return files;
  });
  size_t compared = 0;
  for (const EmbeddedFile& file : seep_signatures_files()) {
    const std::string path(file.name.substr(0, file.name.size() - std::string_view(".go.txt").size()));
    EXPECT_TRUE(goscan::ParseFile(file.bytes).errors.empty()) << path;
    const goscan::Package* in_one = whole.Find(path);
    const goscan::Package* in_pieces = pieces.Find(path);
    ASSERT_NE(in_one, nullptr) << path;
    ASSERT_NE(in_pieces, nullptr) << path;
    EXPECT_EQ(in_pieces->name, in_one->name);
    whole.Member(*in_one, "");  // reads it
    for (const auto& [name, decl] : in_one->members) {
      ASSERT_EQ(Described(pieces, pieces.Member(*in_pieces, name)), Described(whole, &decl)) << path;
      ++compared;
    }
    EXPECT_EQ(in_pieces->members.size(), in_one->members.size()) << path;
    for (const auto& [type, methods] : in_one->methods)
      for (const auto& [name, decl] : methods) {
        ASSERT_EQ(Described(pieces, pieces.Method(*in_pieces, type, name)), Described(whole, &decl)) << path;
        ++compared;
      }
  }
  EXPECT_GT(compared, 20'000u);
}

}  // namespace
}  // namespace seep::pipeline
