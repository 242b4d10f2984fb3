#include "goscan/syntax/parser.h"

#include "goscan/syntax/parser_state.h"

namespace seep::goscan {
namespace {

// What the word at hand is called in an error.
std::string Found(const Lexer& lexer, std::string_view source, bool held) {
  if (held) return "the next declaration";
  if (lexer.token == Token::kSemicolon && lexer.put_in)
    return lexer.begin < source.size() ? "the end of the line" : "the end of the file";
  if (lexer.token == Token::kEof) return "the end of the file";
  constexpr size_t kMost = 40;
  std::string text(source.substr(lexer.begin, std::min<size_t>(lexer.end - lexer.begin, kMost)));
  if (const size_t line_break = text.find('\n'); line_break != std::string::npos) text.resize(line_break);
  return "'" + text + "'";
}

bool EndsExpr(Token token) {
  using enum Token;
  return token == kComma || token == kColon || token == kSemicolon || token == kRparen || token == kRbrack ||
         token == kRbrace;
}

bool BeginsStmt(Token token) {
  using enum Token;
  switch (token) {
    case kBreak:
    case kCase:
    case kConst:
    case kContinue:
    case kDefault:
    case kDefer:
    case kFallthrough:
    case kFor:
    case kGo:
    case kGoto:
    case kIf:
    case kReturn:
    case kSelect:
    case kSwitch:
    case kType:
    case kVar:
      return true;
    default:
      return false;
  }
}

// `func name(` or `func (receiver) name(`: the text after the keyword `func` of a function that is not a
// literal.
bool IsNamedFunc(std::string_view after) {
  const auto blanks = [&] { after.remove_prefix(std::min(after.find_first_not_of(" \t"), after.size())); };
  const auto letter = [&] {
    const char c = after.empty() ? ' ' : after[0];
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  blanks();
  if (letter()) return true;
  if (!after.starts_with('(')) return false;
  const size_t close = after.find_first_of(")\n{");
  if (close == std::string_view::npos || after[close] != ')') return false;
  after.remove_prefix(close + 1);
  blanks();
  if (!letter()) return false;
  const size_t open = after.find_first_of("([{ \t\n,.");
  return open != std::string_view::npos && (after[open] == '(' || after[open] == '[');
}

}  // namespace

void Parser::Next() {
  if (held_) return;
  lexer_.Next();
  token_ = lexer_.token;
  if (in_decl_ && IsKeyword(token_) && DeclarationBeginsHere()) {
    held_ = true;
    token_ = Token::kEof;
  }
}

// Whether a top-level declaration begins at the word at hand although the last has not ended. Nothing but a
// declaration is written at the first column, except by hand in odd places: so it must look like nothing
// else, or an error came before.
bool Parser::DeclarationBeginsHere() {
  using enum Token;
  if (token_ != kFunc && token_ != kType && token_ != kVar && token_ != kConst && token_ != kImport)
    return false;
  if (Here() > 0 && tree_.source[Here() - 1] != '\n') return false;
  const bool unmistakable = token_ == kFunc && IsNamedFunc(tree_.source.substr(lexer_.end));
  if (unmistakable) decl_failed_ = true;
  return decl_failed_;
}

void Parser::Error(Offset at, std::string_view what) {
  decl_failed_ = true;
  if (WantsError(tree_, at)) AddError(tree_, at, std::string(what));
  if (tree_.errors.size() < kMaxErrors) return;
  held_ = true;  // for good: ParseSource looks at the number of errors
  token_ = Token::kEof;
}

void Parser::ExpectedAt(Offset at, std::string_view what) {
  Error(at, "expected " + std::string(what));
}

void Parser::Expected(std::string_view what) {
  decl_failed_ = true;
  if (!WantsError(tree_, Here())) return Error(Here(), {});
  Error(Here(), "expected " + std::string(what) + ", found " + Found(lexer_, tree_.source, held_));
}

Offset Parser::Expect(Token wanted) {
  const Offset at = Here();
  if (token_ != wanted) Expected("'" + std::string(Spelling(wanted)) + "'");
  Next();
  return at;
}

Offset Parser::ExpectClosing(Token wanted, std::string_view of) {
  if (token_ != wanted && token_ == Token::kSemicolon && lexer_.put_in) {
    Error(Here(), "expected ',' before the end of the line in " + std::string(of));
    Next();
  }
  return Expect(wanted);
}

bool Parser::AtComma(std::string_view of, Token closing) {
  if (token_ == Token::kComma) return true;
  if (token_ == closing) return false;
  if (token_ == Token::kEof) {
    Expected("'" + std::string(Spelling(closing)) + "' after " + std::string(of));
    return false;
  }
  Expected("',' in " + std::string(of));
  return true;
}

void Parser::ExpectSemicolon() {
  switch (token_) {
    case Token::kRparen:
    case Token::kRbrace:
      return;
    case Token::kSemicolon:
      return Next();
    case Token::kComma:
      Expected("';'");
      return Next();
    default:
      Expected("';'");
      Skip(Until::kStmtEnd);
      if (token_ == Token::kSemicolon) Next();
  }
}

// To where an expression or statement may end, over whole pairs of brackets; may stay where it is.
void Parser::Skip(Until until) {
  int open = 0;
  for (; token_ != Token::kEof; Next()) {
    if (open == 0) {
      if (EndsExpr(token_) &&
          (until == Until::kExprEnd || token_ == Token::kSemicolon || token_ == Token::kRbrace))
        return;
      if (BeginsStmt(token_)) return;
    }
    if (token_ == Token::kLparen || token_ == Token::kLbrack || token_ == Token::kLbrace) ++open;
    if (open > 0 && (token_ == Token::kRparen || token_ == Token::kRbrack || token_ == Token::kRbrace))
      --open;
  }
}

NodeId Parser::TooDeep(Kind bad) {
  const Offset from = Here();
  Error(from, "nested deeper than " + std::to_string(kMaxNesting) +
                  " levels: the declaration is left out from here on");
  while (token_ != Token::kEof) Next();
  return Bad(bad, from, Here());
}

NodeId Parser::TooHigh(Kind kind, Offset begin, Offset end) {
  Error(begin, "of more than " + std::to_string(kMaxHeight) + " operands: left out");
  return Bad(IsStmt(kind) ? Kind::kBadStmt : IsDecl(kind) ? Kind::kBadDecl : Kind::kBadExpr, begin, end);
}

NodeId Parser::Unparen(NodeId x) const {
  while (tree_.kind(x) == Kind::kParenExpr) x = tree_.Get<ParenExpr>(x).x;
  return x;
}

void Parser::ParseSource() {
  using enum Token;
  Next();
  const Offset begin = Expect(kPackage);
  const NodeId name = Ident();
  if (decl_failed_) return;  // no Go source, most likely
  ExpectSemicolon();
  DeclareAll(begin, name);
}

void Parser::ParseDeclarations() {
  Next();
  DeclareAll(0, {});
}

void Parser::DeclareAll(Offset begin, NodeId name) {
  using enum Token;
  const size_t mark = Mark();
  bool imports_ended = false;
  while (token_ != kEof) {
    if (token_ != kImport) {
      imports_ended = true;
    } else if (imports_ended) {
      Error(Here(), "an import after other declarations");
    }
    const Offset before = Here();
    in_decl_ = true;
    decl_failed_ = false;
    Push(Decl());
    in_decl_ = false;
    nesting_ = 0;
    expr_level_ = 0;
    in_rhs_ = false;
    if (tree_.errors.size() >= kMaxErrors) break;
    if (held_) {
      held_ = false;
      token_ = lexer_.token;
    } else if (Here() == before && token_ != kEof) {
      Next();
    }
  }
  const List decls = Take(mark);
  const Offset end = decls.size > 0 ? tree_.end(Last(decls)) : name ? tree_.end(name) : begin;
  tree_.file = Make(Kind::kFile, kIllegal, begin, end, name, decls);
}

namespace {

template <class Parse>
Tree TreeOf(std::string_view source, Bodies bodies, Parse&& parse) {
  Tree tree;
  *tree.words.Extend(1) = 0;
  constexpr size_t kMostBytes = size_t{1} << 30;
  if (source.size() >= kMostBytes) {
    tree.lines.push_back(0);
    tree.errors.push_back({0, "a file of 1 GiB or more is not read"});
    return tree;
  }
  tree.source = source;
  tree.words.Reserve(source.size() + 16);
  Parser parser(tree, bodies);
  parse(parser);
  std::sort(tree.errors.begin(), tree.errors.end(),
            [](const SyntaxError& a, const SyntaxError& b) { return a.at < b.at; });
  return tree;
}

}  // namespace

Tree ParseFile(std::string_view source, Bodies bodies) {
  return TreeOf(source, bodies, [](Parser& parser) { parser.ParseSource(); });
}

Tree ParseDeclarations(std::string_view source) {
  return TreeOf(source, Bodies::kSkipped, [](Parser& parser) { parser.ParseDeclarations(); });
}

}  // namespace seep::goscan
