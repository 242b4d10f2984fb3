// What our lexer and parser make of Go files, in the form that tests/goscan/oracle prints of go/scanner and
// go/parser.
//
//   goscan_dump LIST           for each file named in LIST: path, words, hash of words, nodes, hash of tree,
//   "ok" or "errors" goscan_dump --words FILE   each word goscan_dump --tree FILE    each node goscan_dump
//   --errors FILE  each error
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "goscan/syntax/lexer.h"
#include "goscan/syntax/parser.h"

namespace {

using namespace seep::goscan;

// FNV-1a, and the lines themselves where they are asked for.
struct Sink {
  bool print = false;
  uint64_t hash = 14695981039346656037ull;
  uint64_t lines = 0;
  void Line(const std::string& line) {
    for (const char c : line) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
    ++lines;
    if (print) std::fputs(line.c_str(), stdout);
  }
};

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// go/scanner leaves carriage returns out of raw strings and comments.
std::string Text(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != '\r') kept += c;
  }
  return kept;
}

std::string WordLine(std::string_view kind, Offset begin, std::string_view text) {
  return std::string(kind) + ' ' + std::to_string(begin) + ' ' + Text(text) + '\n';
}

void Words(std::string_view source, Sink& sink) {
  Tree tree;
  tree.source = source;
  Lexer lexer(tree);
  size_t comments = 0;
  do {
    lexer.Next();
    for (; comments < tree.comments.size() && tree.comments[comments].begin < std::max(lexer.begin, 1u);
         ++comments) {
      const Comment& comment = tree.comments[comments];
      sink.Line(
          WordLine("COMMENT", comment.begin, source.substr(comment.begin, comment.end - comment.begin)));
    }
    std::string_view text;
    if (IsLiteral(lexer.token) || IsKeyword(lexer.token))
      text = source.substr(lexer.begin, lexer.end - lexer.begin);
    if (lexer.token == Token::kSemicolon) text = lexer.put_in ? "\n" : ";";
    sink.Line(WordLine(Spelling(lexer.token), lexer.begin, text));
  } while (lexer.token != Token::kEof);
}

void Node(const Tree& tree, NodeId id, Sink& sink) {
  if (!id) return sink.Line("-\n");
  const std::string_view shape = ShapeOf(tree.kind(id));
  const Slots slots = tree.slots(id);
  std::string line(KindName(tree.kind(id)));
  line += ' ' + std::to_string(tree.begin(id)) + ' ' + std::to_string(tree.end(id)) + ' ';
  // The bracket that opens a list of fields shows in its extent, and go/ast does not say which it is.
  if (tree.op(id) != Token::kIllegal && tree.kind(id) != Kind::kFieldList) line += Spelling(tree.op(id));
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'v') line += ' ' + std::to_string(slots.At(static_cast<int>(i)));
  }
  sink.Line(line + '\n');
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'n') Node(tree, slots.Node(static_cast<int>(i)), sink);
    if (shape[i] != 'l') continue;
    const NodeList list = slots.List(static_cast<int>(i));
    sink.Line('[' + std::to_string(list.size()) + '\n');
    for (const NodeId child : list) Node(tree, child, sink);
  }
}

void OneFile(const std::string& path) {
  const std::string source = ReadFile(path);
  Sink words;
  Words(source, words);
  const Tree tree = ParseFile(source);
  Sink nodes;
  if (tree.file) Node(tree, tree.file, nodes);
  std::printf("%s %llu %016llx %llu %016llx %s\n", path.c_str(), static_cast<unsigned long long>(words.lines),
              static_cast<unsigned long long>(words.hash), static_cast<unsigned long long>(nodes.lines),
              static_cast<unsigned long long>(nodes.hash), tree.errors.empty() ? "ok" : "errors");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) {
    std::ifstream list(argv[1]);
    for (std::string path; std::getline(list, path);) OneFile(path);
    return 0;
  }
  if (argc != 3) return 2;
  const std::string mode = argv[1];
  const std::string source = ReadFile(argv[2]);
  Sink sink{.print = true};
  if (mode == "--words") {
    Words(source, sink);
    return 0;
  }
  const Tree tree = ParseFile(source);
  if (mode == "--tree" && tree.file) Node(tree, tree.file, sink);
  if (mode != "--errors") return 0;
  for (const SyntaxError& error : tree.errors) {
    const Position at = tree.PositionOf(error.at);
    std::printf("%s:%u:%u: %s\n", argv[2], at.line, at.column, error.what.c_str());
  }
  return 0;
}
