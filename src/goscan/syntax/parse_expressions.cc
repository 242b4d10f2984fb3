// Expressions. A type may stand where an operand may (conversions, make), so that some of what is accepted
// means nothing.
#include "goscan/syntax/parser_state.h"

namespace seep::goscan {

NodeId Parser::Ident() {
  const Offset begin = Here();
  if (token_ != Token::kIdent) {
    Expect(Token::kIdent);
    return Make(Kind::kIdent, Token::kIllegal, begin, begin);
  }
  const Offset end = lexer_.end;
  Next();
  return Make(Kind::kIdent, Token::kIllegal, begin, end);
}

NodeId Parser::Literal() {
  const NodeId literal = Make(Kind::kBasicLit, token_, Here(), lexer_.end);
  Next();
  return literal;
}

NodeId Parser::Rhs() {
  const bool before = in_rhs_;
  in_rhs_ = true;
  const NodeId x = Expr();
  in_rhs_ = before;
  return x;
}

void Parser::PushExprs(bool rhs) {
  const bool before = in_rhs_;
  in_rhs_ = rhs;
  Push(Expr());
  while (token_ == Token::kComma) {
    Next();
    Push(Expr());
  }
  in_rhs_ = before;
}

// Operators of at least the precedence `least`; they group to the left.
NodeId Parser::Binary(NodeId left, int least) {
  if (!left) left = Unary();
  for (;;) {
    const bool mistyped = in_rhs_ && token_ == Token::kAssign;
    const Token op = mistyped ? Token::kEql : token_;
    const int precedence = Precedence(op);
    if (precedence < least) return left;
    const Offset at = Here();
    if (mistyped) Expected("'=='");
    Next();
    const NodeId right = Binary({}, precedence + 1);
    left = Make(Kind::kBinaryExpr, op, tree_.begin(left), tree_.end(right), left, right, at);
  }
}

NodeId Parser::Unary() {
  if (nesting_ >= kMaxNesting) return TooDeep(Kind::kBadExpr);
  const Depth depth(nesting_);
  const Offset begin = Here();
  switch (token_) {
    case Token::kAdd:
    case Token::kSub:
    case Token::kNot:
    case Token::kXor:
    case Token::kAnd:
    case Token::kTilde: {
      const Token op = token_;
      Next();
      const NodeId x = Unary();
      return Make(Kind::kUnaryExpr, op, begin, tree_.end(x), x);
    }
    case Token::kArrow:
      return ReceiveOrChanType();
    case Token::kMul: {
      Next();
      const NodeId x = Unary();
      return Make(Kind::kStarExpr, Token::kIllegal, begin, tree_.end(x), x);
    }
    default:
      return Primary({});
  }
}

// `<-x` receives; `<-chan T` is a type, which only its end tells. There the arrow belongs to the first
// 'chan', whose own arrow
// (<-chan<- T) to the next: (<-chan (<-T)) is no type.
NodeId Parser::ReceiveOrChanType() {
  using Direction = goscan::ChanType;
  const Offset begin = Here();
  Next();
  const NodeId x = Unary();
  if (tree_.kind(x) != Kind::kChanType) return Make(Kind::kUnaryExpr, Token::kArrow, begin, tree_.end(x), x);
  Offset arrow = begin;
  Offset direction = Direction::kSend;
  NodeId type = x;
  while (direction == Direction::kSend && tree_.kind(type) == Kind::kChanType) {
    uint32_t* words = &tree_.words[type.value];
    direction = words[4];
    if (direction == Direction::kReceive) ExpectedAt(words[5], "'chan', found '<-'");
    const Offset own = words[5];
    words[1] = arrow;
    words[4] = Direction::kReceive;
    words[5] = arrow;
    arrow = own;
    type = NodeId{words[3]};
  }
  if (direction == Direction::kSend) ExpectedAt(arrow, "a channel type after '<-'");
  return x;
}

NodeId Parser::Primary(NodeId x) {
  if (!x) x = Operand();
  for (;;) {
    switch (token_) {
      case Token::kPeriod:
        x = SelectorOrAssertion(x);
        break;
      case Token::kLbrack:
        x = IndexOrSlice(x);
        break;
      case Token::kLparen:
        x = Call(x);
        break;
      case Token::kLbrace: {
        const NodeId type = Unparen(x);
        if (!LiteralMayFollow(type)) return x;
        if (type != x)
          Error(tree_.begin(type), "the type of a composite literal may not stand in parentheses");
        x = LiteralValue(x);
        break;
      }
      default:
        return x;
    }
  }
}

// Whether '{' after `type` begins a composite literal, and not the block of a statement.
bool Parser::LiteralMayFollow(NodeId type) const {
  switch (tree_.kind(type)) {
    case Kind::kBadExpr:
    case Kind::kIdent:
    case Kind::kSelectorExpr:
    case Kind::kIndexExpr:
    case Kind::kIndexListExpr:
      return expr_level_ >= 0;
    case Kind::kArrayType:
    case Kind::kStructType:
    case Kind::kMapType:
      return true;
    default:
      return false;
  }
}

NodeId Parser::Operand() {
  const Offset begin = Here();
  switch (token_) {
    case Token::kIdent:
      return Ident();
    case Token::kInt:
    case Token::kFloat:
    case Token::kImag:
    case Token::kChar:
    case Token::kString:
      return Literal();
    case Token::kLparen: {
      Next();
      ++expr_level_;
      const NodeId x = Rhs();
      --expr_level_;
      const Offset close = Expect(Token::kRparen);
      return Make(Kind::kParenExpr, Token::kIllegal, begin, close + 1, x);
    }
    case Token::kFunc:
      return FuncTypeOrLit();
    default:
      break;
  }
  if (const NodeId type = TryType()) return type;
  Expected("an operand");
  Skip(Until::kExprEnd);
  return Bad(Kind::kBadExpr, begin, Here());
}

NodeId Parser::FuncTypeOrLit() {
  const NodeId type = FuncType();
  if (token_ != Token::kLbrace) return type;
  ++expr_level_;
  const NodeId body = Block();
  --expr_level_;
  return Make(Kind::kFuncLit, Token::kIllegal, tree_.begin(type), tree_.end(body), type, body);
}

NodeId Parser::SelectorOrAssertion(NodeId x) {
  const Offset begin = tree_.begin(x);
  Next();
  if (token_ == Token::kLparen) {
    Next();
    NodeId type;
    if (token_ == Token::kType) {
      Next();
    } else {
      type = Type();
    }
    const Offset close = Expect(Token::kRparen);
    return Make(Kind::kTypeAssertExpr, Token::kIllegal, begin, close + 1, x, type);
  }
  NodeId name;
  if (token_ == Token::kIdent) {
    name = Ident();
  } else {
    // What is being typed, often: the word at hand is the next line's, so it stays.
    Expected("a name or '(' after '.'");
    name = Make(Kind::kIdent, Token::kIllegal, Here(), Here());
  }
  return Make(Kind::kSelectorExpr, Token::kIllegal, begin, tree_.end(name), x, name);
}

NodeId Parser::IndexOrSlice(NodeId x) {
  const Offset lbrack = Expect(Token::kLbrack);
  const Offset begin = tree_.begin(x);
  if (token_ == Token::kRbrack) {
    Expected("an operand");
    const Offset rbrack = Here();
    Next();
    return Make(Kind::kIndexExpr, Token::kIllegal, begin, rbrack + 1, x, Bad(Kind::kBadExpr, rbrack, rbrack),
                lbrack);
  }
  ++expr_level_;
  NodeId first;
  if (token_ != Token::kColon) first = Rhs();
  if (token_ == Token::kColon) return SliceRest(x, lbrack, first);
  const size_t mark = Mark();
  Push(first);
  while (token_ == Token::kComma) {
    Next();
    if (token_ != Token::kRbrack && token_ != Token::kEof) Push(Type());
  }
  --expr_level_;
  const Offset rbrack = Expect(Token::kRbrack);
  return Index(x, lbrack, Take(mark), rbrack);
}

// From the first colon on, one expression level deeper than what is around it.
NodeId Parser::SliceRest(NodeId x, Offset lbrack, NodeId low) {
  NodeId bounds[3] = {low};
  Offset colons[2] = {};
  int count = 0;
  while (token_ == Token::kColon && count < 2) {
    colons[count++] = Here();
    Next();
    if (token_ != Token::kColon && token_ != Token::kRbrack && token_ != Token::kEof) bounds[count] = Rhs();
  }
  --expr_level_;
  const Offset rbrack = Expect(Token::kRbrack);
  for (int i = 1; count == 2 && i <= 2; ++i) {
    if (bounds[i]) continue;
    Error(colons[i - 1], "a slice with two colons needs what stands after each");
    bounds[i] = Bad(Kind::kBadExpr, colons[i - 1] + 1, i == 1 ? colons[1] : rbrack);
  }
  return Make(Kind::kSliceExpr, Token::kIllegal, tree_.begin(x), rbrack + 1, x, bounds[0], bounds[1],
              bounds[2], lbrack);
}

NodeId Parser::Call(NodeId fun) {
  const Offset lparen = Expect(Token::kLparen);
  const size_t mark = Mark();
  Offset ellipsis = 0;
  ++expr_level_;
  while (token_ != Token::kRparen && token_ != Token::kEof && ellipsis == 0) {
    Push(Rhs());
    if (token_ == Token::kEllipsis) {
      ellipsis = Here();
      Next();
    }
    if (!AtComma("the arguments", Token::kRparen)) break;
    Next();
  }
  --expr_level_;
  const Offset rparen = ExpectClosing(Token::kRparen, "the arguments");
  return Make(Kind::kCallExpr, Token::kIllegal, tree_.begin(fun), rparen + 1, fun, Take(mark), lparen,
              ellipsis);
}

NodeId Parser::LiteralValue(NodeId type) {
  if (nesting_ >= kMaxNesting) return TooDeep(Kind::kBadExpr);
  const Depth depth(nesting_);
  const Offset lbrace = Expect(Token::kLbrace);
  const size_t mark = Mark();
  ++expr_level_;
  while (token_ != Token::kRbrace && token_ != Token::kEof) {
    Push(Element());
    if (!AtComma("the composite literal", Token::kRbrace)) break;
    Next();
  }
  --expr_level_;
  const Offset rbrace = ExpectClosing(Token::kRbrace, "the composite literal");
  const Offset begin = type ? tree_.begin(type) : lbrace;
  return Make(Kind::kCompositeLit, Token::kIllegal, begin, rbrace + 1, type, Take(mark), lbrace);
}

NodeId Parser::Element() {
  const NodeId key = ElementValue();
  if (token_ != Token::kColon) return key;
  const Offset colon = Here();
  Next();
  const NodeId value = ElementValue();
  return Make(Kind::kKeyValueExpr, Token::kIllegal, tree_.begin(key), tree_.end(value), key, value, colon);
}

NodeId Parser::ElementValue() {
  return token_ == Token::kLbrace ? LiteralValue({}) : Expr();
}

}  // namespace seep::goscan
