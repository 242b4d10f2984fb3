#include "pipeline/signatures.h"

#include <gtest/gtest.h>

#include <string>

#include "seep_signatures.h"

namespace seep::pipeline {
namespace {

std::string Described(const goscan::Program& program, const goscan::Decl* decl) {
  if (decl == nullptr) return "none";
  return std::string(program.file(decl->file).tree.text(decl->node)) + " #" + std::to_string(decl->index);
}

// Every declaration of every package is found by its name in pieces as in the file read in one.
TEST(Signatures, EachPieceIsTheDeclarationThatTheWholeFileHas) {
  goscan::Program pieces(FindSignatures());
  goscan::Program whole;
  for (const EmbeddedFile& file : seep_signatures_files())
    whole.AddOwn(std::string_view(file.name).substr(0, std::string_view(file.name).size() - 7),
                 {{"x", file.bytes}});
  size_t compared = 0;
  for (uint32_t file = 0; file < seep_signatures_files().size(); ++file) {
    EXPECT_TRUE(whole.file(file).tree.errors.empty());
    const goscan::Package& in_one = whole.PackageOf(file);
    const goscan::Package* in_pieces = pieces.Find(in_one.path);
    ASSERT_NE(in_pieces, nullptr) << in_one.path;
    EXPECT_EQ(in_pieces->name, in_one.name);
    EXPECT_EQ(pieces.Member(*in_pieces, "none"), nullptr);  // after which all groups are read
    EXPECT_EQ(in_pieces->members.size(), in_one.members.size()) << in_one.path;
    for (const auto& [name, decl] : in_one.members) {
      ASSERT_EQ(Described(pieces, pieces.Member(*in_pieces, name)), Described(whole, &decl)) << in_one.path;
      ++compared;
    }
    for (const auto& [type, methods] : in_one.methods)
      for (const auto& [name, decl] : methods) {
        ASSERT_EQ(Described(pieces, pieces.Method(*in_pieces, type, name)), Described(whole, &decl))
            << in_one.path;
        ++compared;
      }
  }
  EXPECT_GT(compared, 20'000u);
}

}  // namespace
}  // namespace seep::pipeline
