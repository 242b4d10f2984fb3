// Declarations.
#include "goscan/syntax/parser_state.h"

namespace seep::goscan {

NodeId Parser::Decl() {
  switch (token_) {
    case Token::kImport:
    case Token::kConst:
    case Token::kVar:
    case Token::kType:
      return GenDecl();
    case Token::kFunc:
      return FuncDecl();
    default:
      break;
  }
  const Offset begin = Here();
  Expected("a declaration");
  decl_failed_ = true;
  do {
    Next();
  } while (token_ != Token::kEof && token_ != Token::kImport && token_ != Token::kConst &&
           token_ != Token::kType && token_ != Token::kVar && token_ != Token::kFunc);
  return Bad(Kind::kBadDecl, begin, Here());
}

NodeId Parser::GenDecl() {
  const Token keyword = token_;
  const Offset begin = Here();
  Next();
  const size_t mark = Mark();
  Offset lparen = 0;
  Offset end = 0;
  if (token_ == Token::kLparen) {
    lparen = Here();
    Next();
    while (token_ != Token::kRparen && token_ != Token::kEof) {
      const Offset before = Here();
      Push(Spec(keyword));
      if (Here() == before && token_ != Token::kEof) Next();
    }
    end = Expect(Token::kRparen) + 1;
    ExpectSemicolon();
  } else {
    const NodeId spec = Spec(keyword);
    Push(spec);
    end = tree_.end(spec);
  }
  return Make(Kind::kGenDecl, keyword, begin, end, Take(mark), lparen);
}

NodeId Parser::Spec(Token keyword) {
  switch (keyword) {
    case Token::kImport:
      return ImportSpec();
    case Token::kType:
      return TypeSpec();
    default:
      return ValueSpec(keyword);
  }
}

NodeId Parser::ImportSpec() {
  NodeId name;
  if (token_ == Token::kIdent) {
    name = Ident();
  } else if (token_ == Token::kPeriod) {
    name = Make(Kind::kIdent, Token::kIllegal, Here(), lexer_.end);
    Next();
  }
  const Offset begin = Here();
  NodeId path;
  if (token_ == Token::kString) {
    path = Literal();
  } else {
    Expected("the path of an import in quotes");
    path = Make(Kind::kBasicLit, Token::kString, begin, begin);
    if (IsLiteral(token_)) Next();
  }
  ExpectSemicolon();
  return Make(Kind::kImportSpec, Token::kIllegal, tree_.begin(name ? name : path), tree_.end(path), name,
              path);
}

NodeId Parser::ValueSpec(Token keyword) {
  const size_t mark = Mark();
  Push(Ident());
  while (token_ == Token::kComma) {
    Next();
    Push(Ident());
  }
  const List names = Take(mark);
  NodeId type;
  if (keyword == Token::kVar) {
    if (token_ != Token::kAssign) type = Type();
  } else if (token_ != Token::kEof && token_ != Token::kSemicolon && token_ != Token::kRparen) {
    type = TryType();
  }
  if (token_ == Token::kAssign) {
    Next();
    PushExprs(true);
  }
  const List values = Take(mark);
  const Offset end = tree_.end(values.size > 0 ? Last(values) : type ? type : Last(names));
  ExpectSemicolon();
  return Make(Kind::kValueSpec, Token::kIllegal, tree_.begin(First(names)), end, names, type, values);
}

NodeId Parser::TypeSpec() {
  const NodeId name = Ident();
  NodeId spec;
  const Offset lbrack = Here();
  if (token_ == Token::kLbrack) {
    Next();
    NodeId x;
    if (token_ == Token::kIdent) {
      // An array length or the first type parameter: `[N * M]T` and `[P *C] T` are told apart by what was
      // read as an expression. `[P []E]` cannot be one.
      x = Ident();
      if (token_ != Token::kLbrack) {
        ++expr_level_;
        x = Binary(Primary(x), 1);
        --expr_level_;
      }
      const Param first = SplitTypeParameter(x, token_ == Token::kComma);
      if (first.name && (first.type || token_ != Token::kRbrack)) spec = GenericTypeSpec(name, lbrack, first);
    }
    if (!spec) {
      const NodeId type = ArrayType(lbrack, x);
      spec = Make(Kind::kTypeSpec, Token::kIllegal, tree_.begin(name), tree_.end(type), name, NodeId{}, type,
                  Offset{0});
    }
  } else {
    Offset assign = 0;
    if (token_ == Token::kAssign) {
      assign = Here();
      Next();
    }
    const NodeId type = Type();
    spec = Make(Kind::kTypeSpec, Token::kIllegal, tree_.begin(name), tree_.end(type), name, NodeId{}, type,
                assign);
  }
  ExpectSemicolon();
  return spec;
}

NodeId Parser::GenericTypeSpec(NodeId name, Offset lbrack, const Param& first) {
  const List params = ParameterList(first.name, first.type, Token::kRbrack, false);
  const Offset rbrack = Expect(Token::kRbrack);
  const NodeId type_params = Make(Kind::kFieldList, Token::kLbrack, lbrack, rbrack + 1, params);
  Offset assign = 0;
  if (token_ == Token::kAssign) {
    assign = Here();
    Next();
  }
  const NodeId type = Type();
  return Make(Kind::kTypeSpec, Token::kIllegal, tree_.begin(name), tree_.end(type), name, type_params, type,
              assign);
}

// `P *C`, `P (C)` and `P *C|D` were read as a product, a call and their like: takes them apart where what is
// on the right can only be a type, or where `force` says that a list follows. No name: it is an expression.
Parser::Param Parser::SplitTypeParameter(NodeId x, bool force) {
  if (tree_.kind(x) == Kind::kIdent) return {x, {}};
  if (const auto call = tree_.As<CallExpr>(x)) {
    const bool one = call->args.size() == 1 && call->ellipsis == 0;
    if (!one || tree_.kind(call->fun) != Kind::kIdent) return {};
    const NodeId argument = call->args[0];
    if (!force && !IsTypeElement(argument)) return {};
    return {call->fun, Make(Kind::kParenExpr, Token::kIllegal, call->lparen, tree_.end(x), argument)};
  }
  const auto binary = tree_.As<BinaryExpr>(x);
  if (!binary) return {};
  const Offset end = tree_.end(binary->y);
  if (tree_.op(x) == Token::kMul) {
    if (tree_.kind(binary->x) != Kind::kIdent || !(force || IsTypeElement(binary->y))) return {};
    return {binary->x, Make(Kind::kStarExpr, Token::kIllegal, binary->op_at, end, binary->y)};
  }
  if (tree_.op(x) != Token::kOr) return {};
  const Param left = SplitTypeParameter(binary->x, force || IsTypeElement(binary->y));
  if (!left.name || !left.type) return {};
  return {left.name, Make(Kind::kBinaryExpr, Token::kOr, tree_.begin(left.type), end, left.type, binary->y,
                          binary->op_at)};
}

// Whether x can only be a type or a set of types.
bool Parser::IsTypeElement(NodeId x) const {
  switch (tree_.kind(x)) {
    case Kind::kArrayType:
    case Kind::kStructType:
    case Kind::kFuncType:
    case Kind::kInterfaceType:
    case Kind::kMapType:
    case Kind::kChanType:
      return true;
    case Kind::kBinaryExpr: {
      const auto binary = tree_.Get<BinaryExpr>(x);
      return IsTypeElement(binary.x) || IsTypeElement(binary.y);
    }
    case Kind::kUnaryExpr:
      return tree_.op(x) == Token::kTilde;
    case Kind::kParenExpr:
      return IsTypeElement(tree_.Get<ParenExpr>(x).x);
    default:
      return false;
  }
}

// None where bodies are skipped.
NodeId Parser::Body() {
  if (bodies_ == Bodies::kRead) return Block();
  int open = 0;
  for (; token_ != Token::kEof; Next()) {
    if (token_ == Token::kLbrace) ++open;
    if (token_ == Token::kRbrace && --open == 0) break;
  }
  Expect(Token::kRbrace);
  return {};
}

NodeId Parser::FuncDecl() {
  const Offset begin = Expect(Token::kFunc);
  NodeId receiver;
  if (token_ == Token::kLparen) receiver = Parameters();
  const NodeId name = Ident();
  NodeId type_params;
  if (token_ == Token::kLbrack) type_params = TypeParameters();
  const NodeId params = Parameters();
  const NodeId results = Results();
  const NodeId type = Make(Kind::kFuncType, Token::kIllegal, begin, tree_.end(results ? results : params),
                           type_params, params, results);
  NodeId body;
  if (token_ == Token::kSemicolon) {
    Next();
    if (token_ == Token::kLbrace) Error(Here(), "a '{' that is not on the line of its function");
  } else if (token_ != Token::kLbrace) {
    ExpectSemicolon();
  }
  if (token_ == Token::kLbrace) {
    body = Body();
    ExpectSemicolon();
  }
  return Make(Kind::kFuncDecl, Token::kIllegal, begin, tree_.end(body ? body : type), receiver, name, type,
              body);
}

}  // namespace seep::goscan
