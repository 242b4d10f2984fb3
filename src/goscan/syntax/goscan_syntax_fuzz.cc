// Any bytes as Go source: the parser ends, and every tree is one.
#include <cstdint>

#include "goscan/syntax/lexer.h"
#include "goscan/syntax/parser.h"

namespace {

using namespace seep::goscan;

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

void CheckWords(std::string_view source) {
  Tree tree;
  tree.source = source;
  Lexer lexer(tree);
  Offset end = 0;
  for (lexer.Next(); lexer.token != Token::kEof; lexer.Next()) {
    Require(lexer.begin >= end || lexer.put_in);
    Require(lexer.begin <= lexer.end && lexer.end <= source.size());
    Require(lexer.end > end || lexer.put_in);
    end = lexer.end;
  }
}

void CheckNode(const Tree& tree, NodeId id) {
  Require(id.value + 2 < tree.words.size());
  Require(tree.begin(id) <= tree.source.size() && tree.end(id) <= tree.source.size() + 1);
  ForEachChild(tree, id, [&](NodeId child) {
    Require(child.value < id.value);
    Require(tree.height(child) < tree.height(id));
    CheckNode(tree, child);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  CheckWords(source);
  const Tree tree = ParseFile(source);
  Require(tree.file || !tree.errors.empty());
  Require(tree.errors.size() <= kMaxErrors);
  if (tree.file) {
    Require(tree.height(tree.file) <= kMaxHeight + 16);
    CheckNode(tree, tree.file);
  }
  for (size_t i = 1; i < tree.comments.size(); ++i)
    Require(tree.comments[i].begin >= tree.comments[i - 1].end);
  return 0;
}
