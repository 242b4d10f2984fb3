// Parameter lists: `a, b int` and `int, string` look alike until one of them has both a name and a type.
#include "goscan/syntax/parser_state.h"

namespace seep::goscan {

NodeId Parser::Parameters() {
  const Offset lparen = Expect(Token::kLparen);
  List fields;
  if (token_ != Token::kRparen) fields = ParameterList({}, {}, Token::kRparen, true);
  const Offset rparen = Expect(Token::kRparen);
  return Make(Kind::kFieldList, Token::kLparen, lparen, rparen + 1, fields);
}

NodeId Parser::Results() {
  if (token_ == Token::kLparen) {
    const Offset lparen = Here();
    Next();
    List fields;
    if (token_ != Token::kRparen) fields = ParameterList({}, {}, Token::kRparen, false);
    const Offset rparen = Expect(Token::kRparen);
    return Make(Kind::kFieldList, Token::kLparen, lparen, rparen + 1, fields);
  }
  const NodeId type = TryType();
  if (!type) return {};
  const size_t mark = Mark();
  const Offset begin = tree_.begin(type);
  const Offset end = tree_.end(type);
  Push(Make(Kind::kField, Token::kIllegal, begin, end, List{}, type, NodeId{}));
  return Make(Kind::kFieldList, Token::kIllegal, begin, end, Take(mark));
}

// None when there is nothing between the brackets.
NodeId Parser::TypeParameters() {
  const Offset lbrack = Expect(Token::kLbrack);
  List fields;
  if (token_ != Token::kRbrack) fields = ParameterList({}, {}, Token::kRbrack, false);
  const Offset rbrack = Expect(Token::kRbrack);
  if (fields.size == 0) {
    Error(rbrack, "expected type parameters, found ']'");
    return {};
  }
  return Make(Kind::kFieldList, Token::kLbrack, lbrack, rbrack + 1, fields);
}

// One entry: a name, a type, or both. `name` is what is passed of it already.
Parser::Param Parser::ParameterDecl(NodeId name, bool type_sets) {
  using enum Token;
  Param param{name, {}};
  if (!name && type_sets && token_ == kTilde) return {{}, TypeSet({})};
  if (name || token_ == kIdent) {
    if (!name) param.name = Ident();
    switch (token_) {
      case kIdent:
      case kMul:
      case kArrow:
      case kFunc:
      case kChan:
      case kMap:
      case kStruct:
      case kInterface:
      case kLparen:
        param.type = Type();
        break;
      case kLbrack:
        param = ArrayFieldOrInstance(param.name);
        break;
      case kEllipsis: {
        const Offset begin = Here();
        Next();
        const NodeId type = Type();
        return {param.name, Make(Kind::kEllipsis, kIllegal, begin, tree_.end(type), type)};
      }
      case kPeriod:
        param = {{}, QualifiedName(param.name)};
        break;
      case kTilde:
        if (type_sets) return {param.name, TypeSet({})};
        break;
      case kOr:
        if (type_sets) return {{}, TypeSet(param.name)};
        break;
      default:
        break;
    }
  } else if (token_ == kEllipsis) {
    const Offset begin = Here();
    Next();
    const NodeId type = Type();
    return {{}, Make(Kind::kEllipsis, kIllegal, begin, tree_.end(type), type)};
  } else if (!(param.type = TryType())) {
    Expected("a parameter");
    Skip(Until::kExprEnd);
  }
  if (type_sets && token_ == kOr && param.type) param.type = TypeSet(param.type);
  return param;
}

// Up to but without `closing`. `first_name` and `first_type` are what is passed already of the first entry.
Parser::List Parser::ParameterList(NodeId first_name, NodeId first_type, Token closing, bool dots_allowed) {
  const bool type_params = closing == Token::kRbrack;
  const Offset from = first_name ? tree_.begin(first_name) : Here();
  const size_t mark = params_.size();
  size_t named = 0;
  size_t typed = 0;
  while (first_name || (token_ != closing && token_ != Token::kEof)) {
    Param param;
    if (first_type) {
      param = {first_name, type_params ? TypeSet(first_type) : first_type};
    } else {
      param = ParameterDecl(first_name, type_params);
    }
    first_name = first_type = {};
    if (param.name || param.type) params_.push_back(param);
    if (param.name && param.type) ++named;
    if (param.type) ++typed;
    if (!AtComma("the parameters", closing)) break;
    Next();
  }
  NameParameters(mark, named, typed, type_params, from);
  CheckDots(mark, dots_allowed);
  return FieldsOf(mark, named > 0);
}

// Settles what is a name and what is a type: where no entry has both, all are types; where one has, all are
// names and a name without a type has that of the next.
void Parser::NameParameters(size_t mark, size_t named, size_t typed, bool type_params, Offset from) {
  const size_t count = params_.size() - mark;
  if (count == 0) return;
  if (named == 0) {
    for (size_t i = mark; i < params_.size(); ++i) {
      if (params_[i].name) params_[i] = {{}, params_[i].name};
    }
    if (type_params && typed == 0) Error(Here(), "a type parameter without a constraint");
    if (type_params && typed != 0) Error(from, "a type parameter without a name");
    return;
  }
  if (named == count) return;
  NodeId type;
  bool wrong = false;
  Offset wrong_at = from;
  for (size_t i = params_.size(); i > mark; --i) {
    Param& param = params_[i - 1];
    if (param.type) {
      type = param.type;
      if (param.name) continue;
      wrong = true;
      wrong_at = tree_.begin(type);
      param.name = Make(Kind::kIdent, Token::kIllegal, wrong_at, wrong_at);
    } else if (type) {
      param.type = type;
    } else {
      wrong = true;
      param.type = Bad(Kind::kBadExpr, tree_.begin(param.name), Here());
    }
  }
  if (!wrong) return;
  const std::string what = type_params ? "a type parameter" : "a parameter";
  if (named == typed) return Error(Here(), what + " without a " + (type_params ? "constraint" : "type"));
  Error(wrong_at, what + " without a name, where others have one");
}

// `...T` may only be the type of the last parameter, and of no result.
void Parser::CheckDots(size_t mark, bool dots_allowed) {
  for (size_t i = mark; i < params_.size(); ++i) {
    NodeId& type = params_[i].type;
    if (tree_.kind(type) != Kind::kEllipsis || (dots_allowed && i + 1 == params_.size())) continue;
    Error(tree_.begin(type),
          dots_allowed ? "'...' in a parameter that is not the last" : "'...' where no list can be");
    type = Bad(Kind::kBadExpr, tree_.begin(type), tree_.end(type));
  }
}

// Names in a row with one and the same type node are one field.
Parser::List Parser::FieldsOf(size_t mark, bool named) {
  const size_t fields = Mark();
  for (size_t i = mark; i < params_.size();) {
    const NodeId type = params_[i].type;
    const size_t names = Mark();
    const Offset begin = tree_.begin(named ? params_[i].name : type);
    do {
      if (named) Push(params_[i].name);
      ++i;
    } while (named && i < params_.size() && params_[i].type == type);
    const List list = Take(names);
    Push(Make(Kind::kField, Token::kIllegal, begin, tree_.end(type), list, type, NodeId{}));
  }
  params_.resize(mark);
  return Take(fields);
}

}  // namespace seep::goscan
