// Types, and the parameter lists of functions and generics.
#include "goscan/syntax/parser_state.h"

namespace seep::goscan {

NodeId Parser::Type() {
  if (const NodeId type = TryType()) return type;
  const Offset from = Here();
  Expected("a type");
  Skip(Until::kExprEnd);
  return Bad(Kind::kBadExpr, from, Here());
}

// None when no type begins here, and nothing is passed.
NodeId Parser::TryType() {
  if (nesting_ >= kMaxNesting) return TooDeep(Kind::kBadExpr);
  const Depth depth(nesting_);
  const Offset begin = Here();
  switch (token_) {
    case Token::kIdent:
      return QualifiedName({});
    case Token::kLbrack:
      Next();
      return ArrayType(begin, {});
    case Token::kStruct:
      return StructType();
    case Token::kMul: {
      Next();
      const NodeId base = Type();
      return Make(Kind::kStarExpr, Token::kIllegal, begin, tree_.end(base), base);
    }
    case Token::kFunc:
      return FuncType();
    case Token::kInterface:
      return InterfaceType();
    case Token::kMap:
      return MapType();
    case Token::kChan:
    case Token::kArrow:
      return ChanType();
    case Token::kLparen: {
      Next();
      const NodeId type = Type();
      const Offset close = Expect(Token::kRparen);
      return Make(Kind::kParenExpr, Token::kIllegal, begin, close + 1, type);
    }
    default:
      return {};
  }
}

// name or package.name; `name` is what is passed of it already.
NodeId Parser::TypeName(NodeId name) {
  if (!name) name = Ident();
  if (token_ != Token::kPeriod) return name;
  Next();
  const NodeId selected = Ident();
  return Make(Kind::kSelectorExpr, Token::kIllegal, tree_.begin(name), tree_.end(selected), name, selected);
}

NodeId Parser::QualifiedName(NodeId name) {
  const NodeId type = TypeName(name);
  return token_ == Token::kLbrack ? TypeInstance(type) : type;
}

NodeId Parser::Index(NodeId x, Offset lbrack, const List& indices, Offset rbrack) {
  const Offset begin = tree_.begin(x);
  if (indices.size == 1)
    return Make(Kind::kIndexExpr, Token::kIllegal, begin, rbrack + 1, x, First(indices), lbrack);
  return Make(Kind::kIndexListExpr, Token::kIllegal, begin, rbrack + 1, x, indices, lbrack);
}

NodeId Parser::TypeInstance(NodeId generic) {
  const Offset lbrack = Expect(Token::kLbrack);
  return TypeArguments(generic, lbrack, Mark());
}

// The rest of a list of type arguments, of which those above `mark` are passed already.
NodeId Parser::TypeArguments(NodeId generic, Offset lbrack, size_t mark) {
  ++expr_level_;
  while (token_ != Token::kRbrack && token_ != Token::kEof) {
    Push(Type());
    if (!AtComma("type arguments", Token::kRbrack)) break;
    Next();
  }
  --expr_level_;
  const Offset rbrack = ExpectClosing(Token::kRbrack, "type arguments");
  if (Mark() == mark) {
    ExpectedAt(rbrack, "type arguments");
    Push(Bad(Kind::kBadExpr, lbrack + 1, rbrack));
  }
  return Index(generic, lbrack, Take(mark), rbrack);
}

// After '['. `length` is what is passed already.
NodeId Parser::ArrayType(Offset lbrack, NodeId length) {
  if (!length) {
    ++expr_level_;
    if (token_ == Token::kEllipsis) {
      length = Make(Kind::kEllipsis, Token::kIllegal, Here(), lexer_.end, NodeId{});
      Next();
    } else if (token_ != Token::kRbrack) {
      length = Rhs();
    }
    --expr_level_;
  }
  if (token_ == Token::kComma) {
    Expected("']'");
    Next();
  }
  Expect(Token::kRbrack);
  const NodeId element = Type();
  return Make(Kind::kArrayType, Token::kIllegal, lbrack, tree_.end(element), length, element);
}

// `x []E`, `x [N]E`, or an embedded or nameless x[A, B]: only what follows ']' tells them apart.
Parser::Param Parser::ArrayFieldOrInstance(NodeId name) {
  const Offset lbrack = Expect(Token::kLbrack);
  const size_t mark = Mark();
  bool trailing_comma = false;
  Offset comma = 0;
  if (token_ != Token::kRbrack) {
    ++expr_level_;
    Push(Rhs());
    while (token_ == Token::kComma) {
      comma = Here();
      Next();
      if (token_ == Token::kRbrack) {
        trailing_comma = true;
        break;
      }
      Push(Rhs());
    }
    --expr_level_;
  }
  const Offset rbrack = Expect(Token::kRbrack);
  const size_t count = Mark() - mark;
  NodeId length;
  NodeId element;
  if (count == 0) {
    element = Type();
  } else if (count == 1 && (element = TryType())) {
    length = NodeId{pending_[mark]};
    pending_.resize(mark);
    if (trailing_comma) ExpectedAt(comma, "']', found ','");
  }
  if (!element) return {NodeId{}, Index(name, lbrack, Take(mark), rbrack)};
  return {name, Make(Kind::kArrayType, Token::kIllegal, lbrack, tree_.end(element), length, element)};
}

NodeId Parser::StructType() {
  const Offset begin = Expect(Token::kStruct);
  const Offset lbrace = Expect(Token::kLbrace);
  const size_t mark = Mark();
  while (token_ == Token::kIdent || token_ == Token::kMul || token_ == Token::kLparen) Push(StructField());
  const Offset rbrace = Expect(Token::kRbrace);
  const NodeId fields = Make(Kind::kFieldList, Token::kLbrace, lbrace, rbrace + 1, Take(mark));
  return Make(Kind::kStructType, Token::kIllegal, begin, rbrace + 1, fields);
}

NodeId Parser::StructField() {
  const Offset begin = Here();
  const size_t mark = Mark();
  NodeId type;
  if (token_ == Token::kIdent) {
    const NodeId name = Ident();
    if (token_ == Token::kPeriod) {
      type = QualifiedName(name);
    } else if (token_ == Token::kString || token_ == Token::kSemicolon || token_ == Token::kRbrace) {
      type = name;
    } else {
      Push(name);
      while (token_ == Token::kComma) {
        Next();
        Push(Ident());
      }
      if (Mark() - mark == 1 && token_ == Token::kLbrack) {
        const Param field = ArrayFieldOrInstance(name);
        if (!field.name) pending_.resize(mark);
        type = field.type;
      } else {
        type = Type();
      }
    }
  } else if (token_ == Token::kMul) {
    Next();
    const NodeId base = token_ == Token::kLparen ? EmbeddedInParens() : QualifiedName({});
    type = Make(Kind::kStarExpr, Token::kIllegal, begin, tree_.end(base), base);
  } else {
    type = EmbeddedInParens();
  }
  const List names = Take(mark);
  Offset end = tree_.end(type);
  NodeId tag;
  if (token_ == Token::kString) {
    tag = Literal();
    end = tree_.end(tag);
  }
  ExpectSemicolon();
  return Make(Kind::kField, Token::kIllegal, names.size > 0 ? begin : tree_.begin(type), end, names, type,
              tag);
}

// (T) and (*T), which Go does not allow to be embedded.
NodeId Parser::EmbeddedInParens() {
  Error(Here(), "an embedded type may not stand in parentheses");
  Next();
  const Offset star = Here();
  const bool pointer = token_ == Token::kMul;
  if (pointer) Next();
  NodeId type = QualifiedName({});
  if (pointer) type = Make(Kind::kStarExpr, Token::kIllegal, star, tree_.end(type), type);
  if (token_ == Token::kRparen) Next();
  return type;
}

NodeId Parser::InterfaceType() {
  const Offset begin = Expect(Token::kInterface);
  const Offset lbrace = Expect(Token::kLbrace);
  const size_t mark = Mark();
  while (token_ != Token::kEof) {
    const NodeId element = InterfaceElement();
    if (!element) break;
    Push(element);
  }
  const Offset rbrace = Expect(Token::kRbrace);
  const NodeId methods = Make(Kind::kFieldList, Token::kLbrace, lbrace, rbrace + 1, Take(mark));
  return Make(Kind::kInterfaceType, Token::kIllegal, begin, rbrace + 1, methods);
}

// A method or a set of types; none where no such thing begins.
NodeId Parser::InterfaceElement() {
  const Offset begin = Here();
  List names;
  NodeId type;
  if (token_ == Token::kIdent) {
    const NodeId name = TypeName({});
    if (tree_.kind(name) != Kind::kIdent) {
      type = token_ == Token::kLbrack ? TypeInstance(name) : name;
    } else if (token_ == Token::kLbrack) {
      type = GenericInInterface(name, &names);
    } else if (token_ == Token::kLparen) {
      const size_t mark = Mark();
      Push(name);
      names = Take(mark);
      type = MethodType();
    } else {
      type = name;
    }
    if (names.size == 0) type = TypeSet(type);
  } else if (token_ == Token::kTilde) {
    type = TypeSet({});
  } else if (const NodeId first = TryType()) {
    type = TypeSet(first);
  } else {
    return {};
  }
  ExpectSemicolon();
  return Make(Kind::kField, Token::kIllegal, names.size > 0 ? begin : tree_.begin(type), tree_.end(type),
              names, type, NodeId{});
}

// The parameters and results of a method of an interface: a FuncType that begins at '('.
NodeId Parser::MethodType() {
  const NodeId params = Parameters();
  const NodeId results = Results();
  return Make(Kind::kFuncType, Token::kIllegal, tree_.begin(params), tree_.end(results ? results : params),
              NodeId{}, params, results);
}

// name[A, B] is embedded; name[T any](...) would be a generic method, which Go does not have in interfaces.
NodeId Parser::GenericInInterface(NodeId name, List* names) {
  const Offset lbrack = Here();
  Next();
  const size_t mark = Mark();
  ++expr_level_;
  const NodeId first = Expr();
  --expr_level_;
  if (tree_.kind(first) == Kind::kIdent && token_ != Token::kComma && token_ != Token::kRbrack) {
    ParameterList(first, {}, Token::kRbrack, false);
    Expect(Token::kRbrack);
    Error(lbrack, "a method of an interface may not have type parameters");
    Push(name);
    *names = Take(mark);
    return MethodType();
  }
  Push(first);
  if (AtComma("type arguments", Token::kRbrack)) Next();
  return TypeArguments(name, lbrack, mark);
}

// first | second | ~third
NodeId Parser::TypeSet(NodeId first) {
  if (!first) first = TypeTerm();
  while (token_ == Token::kOr) {
    const Offset at = Here();
    Next();
    const NodeId second = TypeTerm();
    first = Make(Kind::kBinaryExpr, Token::kOr, tree_.begin(first), tree_.end(second), first, second, at);
  }
  return first;
}

NodeId Parser::TypeTerm() {
  const Offset begin = Here();
  if (token_ == Token::kTilde) {
    Next();
    const NodeId type = Type();
    return Make(Kind::kUnaryExpr, Token::kTilde, begin, tree_.end(type), type);
  }
  if (const NodeId type = TryType()) return type;
  Expected("a type or '~'");
  Skip(Until::kExprEnd);
  return Bad(Kind::kBadExpr, begin, Here());
}

NodeId Parser::MapType() {
  const Offset begin = Expect(Token::kMap);
  Expect(Token::kLbrack);
  const NodeId key = Type();
  Expect(Token::kRbrack);
  const NodeId value = Type();
  return Make(Kind::kMapType, Token::kIllegal, begin, tree_.end(value), key, value);
}

NodeId Parser::ChanType() {
  using Direction = goscan::ChanType;
  const Offset begin = Here();
  Offset arrow = 0;
  Offset direction = Direction::kBoth;
  if (token_ == Token::kChan) {
    Next();
    if (token_ == Token::kArrow) {
      arrow = Here();
      Next();
      direction = Direction::kSend;
    }
  } else {
    arrow = Expect(Token::kArrow);
    Expect(Token::kChan);
    direction = Direction::kReceive;
  }
  const NodeId value = Type();
  return Make(Kind::kChanType, Token::kIllegal, begin, tree_.end(value), value, direction, arrow);
}

NodeId Parser::FuncType() {
  const Offset begin = Expect(Token::kFunc);
  if (token_ == Token::kLbrack) {
    const Offset at = Here();
    if (TypeParameters()) Error(at, "a function type may not have type parameters");
  }
  const NodeId params = Parameters();
  const NodeId results = Results();
  return Make(Kind::kFuncType, Token::kIllegal, begin, tree_.end(results ? results : params), NodeId{},
              params, results);
}

}  // namespace seep::goscan
