// Statements.
#include "goscan/syntax/parser_state.h"

namespace seep::goscan {

NodeId Parser::Stmt() {
  if (nesting_ >= kMaxNesting) return TooDeep(Kind::kBadStmt);
  const Depth depth(nesting_);
  using enum Token;
  const Offset begin = Here();
  switch (token_) {
    case kConst:
    case kType:
    case kVar: {
      const NodeId decl = GenDecl();
      return Make(Kind::kDeclStmt, kIllegal, tree_.begin(decl), tree_.end(decl), decl);
    }
    case kIdent:
    case kInt:
    case kFloat:
    case kImag:
    case kChar:
    case kString:
    case kFunc:
    case kLparen:
    case kLbrack:
    case kStruct:
    case kMap:
    case kChan:
    case kInterface:
    case kAdd:
    case kSub:
    case kMul:
    case kAnd:
    case kXor:
    case kArrow:
    case kNot: {
      const NodeId stmt = SimpleStmt(Simple::kLabelAllowed, nullptr);
      if (tree_.kind(stmt) != Kind::kLabeledStmt) ExpectSemicolon();
      return stmt;
    }
    case kGo:
    case kDefer:
      return GoOrDefer();
    case kReturn:
      return Return();
    case kBreak:
    case kContinue:
    case kGoto:
    case kFallthrough:
      return Branch();
    case kLbrace: {
      const NodeId block = Block();
      ExpectSemicolon();
      return block;
    }
    case kIf:
      return If();
    case kSwitch:
      return Switch();
    case kSelect:
      return Select();
    case kFor:
      return For();
    case kSemicolon: {
      const Token written = lexer_.put_in ? kIllegal : kSemicolon;
      const Offset end = lexer_.end;
      Next();
      return Make(Kind::kEmptyStmt, written, begin, end);
    }
    case kRbrace:
      return Make(Kind::kEmptyStmt, kIllegal, begin, begin);
    default:
      Expected("a statement");
      Next();
      Skip(Until::kStmtEnd);
      return Bad(Kind::kBadStmt, begin, Here());
  }
}

// Without `range` no range clause is looked for. When one is found the result is none.
NodeId Parser::SimpleStmt(Simple mode, RangeClause* range) {
  const size_t mark = Mark();
  PushExprs(false);
  const Token op = token_;
  if (op == Token::kDefine || op == Token::kAssign ||
      (op >= Token::kAddAssign && op <= Token::kAndNotAssign)) {
    const List left = Take(mark);
    const Offset at = Here();
    Next();
    if (mode == Simple::kRangeAllowed && token_ == Token::kRange &&
        (op == Token::kDefine || op == Token::kAssign)) {
      *range = {true, left, op, at, Here(), {}};
      Next();
      range->x = Rhs();
      return {};
    }
    PushExprs(true);
    const List right = Take(mark);
    return Make(Kind::kAssignStmt, op, tree_.begin(First(left)), tree_.end(Last(right)), left, right, at);
  }
  const NodeId x{pending_[mark]};
  if (Mark() - mark > 1) ExpectedAt(tree_.begin(x), "one expression, found several");
  pending_.resize(mark);
  const Offset begin = tree_.begin(x);
  const Offset at = Here();
  switch (token_) {
    case Token::kColon:
      return LabelOrBad(x, mode);
    case Token::kArrow: {
      Next();
      const NodeId value = Rhs();
      return Make(Kind::kSendStmt, Token::kIllegal, begin, tree_.end(value), x, value, at);
    }
    case Token::kInc:
    case Token::kDec:
      Next();
      return Make(Kind::kIncDecStmt, op, begin, at + 2, x);
    default:
      return Make(Kind::kExprStmt, Token::kIllegal, begin, tree_.end(x), x);
  }
}

NodeId Parser::LabelOrBad(NodeId label, Simple mode) {
  const Offset begin = tree_.begin(label);
  const Offset colon = Here();
  Next();
  if (mode != Simple::kLabelAllowed || tree_.kind(label) != Kind::kIdent) {
    Error(colon, "a ':' after what is no label");
    return Bad(Kind::kBadStmt, begin, colon + 1);
  }
  const NodeId stmt = Stmt();
  return Make(Kind::kLabeledStmt, Token::kIllegal, begin, tree_.end(stmt), label, stmt, colon);
}

Parser::List Parser::StmtList() {
  const size_t mark = Mark();
  while (token_ != Token::kCase && token_ != Token::kDefault && token_ != Token::kRbrace &&
         token_ != Token::kEof) {
    const Offset before = Here();
    Push(Stmt());
    if (Here() == before && token_ != Token::kEof) Next();
  }
  return Take(mark);
}

NodeId Parser::Block() {
  const Offset lbrace = Expect(Token::kLbrace);
  const List list = StmtList();
  Offset rbrace = 0;
  Offset end = list.size > 0 ? tree_.end(Last(list)) : lbrace + 1;
  if (token_ == Token::kRbrace) {
    rbrace = Here();
    end = rbrace + 1;
  } else {
    Expected("'}'");
  }
  Next();
  return Make(Kind::kBlockStmt, Token::kIllegal, lbrace, end, list, rbrace);
}

NodeId Parser::GoOrDefer() {
  const bool is_go = token_ == Token::kGo;
  const std::string word(Spelling(token_));
  const Offset begin = Here();
  const Offset word_end = lexer_.end;
  Next();
  const NodeId x = Rhs();
  const NodeId call = Unparen(x);
  if (call != x) Error(tree_.begin(x), "the call of a '" + word + "' may not stand in parentheses");
  const bool is_call = tree_.kind(call) == Kind::kCallExpr;
  if (!is_call && tree_.kind(call) != Kind::kBadExpr) ExpectedAt(tree_.end(x), "a call after '" + word + "'");
  ExpectSemicolon();
  if (!is_call) return Bad(Kind::kBadStmt, begin, word_end);
  return Make(is_go ? Kind::kGoStmt : Kind::kDeferStmt, Token::kIllegal, begin, tree_.end(call), call);
}

NodeId Parser::Return() {
  const Offset begin = Here();
  Offset end = lexer_.end;
  Next();
  const size_t mark = Mark();
  if (token_ != Token::kSemicolon && token_ != Token::kRbrace) PushExprs(true);
  const List results = Take(mark);
  if (results.size > 0) end = tree_.end(Last(results));
  ExpectSemicolon();
  return Make(Kind::kReturnStmt, Token::kIllegal, begin, end, results);
}

NodeId Parser::Branch() {
  const Token word = token_;
  const Offset begin = Here();
  Offset end = lexer_.end;
  Next();
  NodeId label;
  if (word == Token::kGoto || (word != Token::kFallthrough && token_ == Token::kIdent)) {
    label = Ident();
    end = tree_.end(label);
  }
  ExpectSemicolon();
  return Make(Kind::kBranchStmt, word, begin, end, label);
}

// The expression that a statement in a header is.
NodeId Parser::ExprOf(NodeId stmt, std::string_view wanted) {
  if (!stmt) return {};
  if (tree_.kind(stmt) == Kind::kExprStmt) return tree_.Get<ExprStmt>(stmt).x;
  ExpectedAt(tree_.begin(stmt),
             std::string(wanted) + ", found a statement (a composite literal there stands in parentheses)");
  return Bad(Kind::kBadExpr, tree_.begin(stmt), tree_.end(stmt));
}

void Parser::IfHeader(NodeId* init, NodeId* cond) {
  if (token_ == Token::kLbrace) {
    Expected("a condition");
    *cond = Bad(Kind::kBadExpr, Here(), Here());
    return;
  }
  const int level = expr_level_;
  expr_level_ = -1;
  if (token_ == Token::kVar) {
    Error(Here(), "a 'var' in the header of an if");
    Next();
  }
  if (token_ != Token::kSemicolon) *init = SimpleStmt(Simple::kPlain, nullptr);
  NodeId cond_stmt;
  if (token_ == Token::kLbrace) {
    cond_stmt = *init;
    *init = {};
  } else {
    const bool line_end = token_ == Token::kSemicolon && lexer_.put_in;
    const Offset semicolon = Expect(Token::kSemicolon);
    if (token_ != Token::kLbrace) {
      cond_stmt = SimpleStmt(Simple::kPlain, nullptr);
    } else {
      ExpectedAt(semicolon, line_end ? "'{' on the line of the if" : "a condition");
    }
  }
  *cond = ExprOf(cond_stmt, "a condition");
  if (!*cond) *cond = Bad(Kind::kBadExpr, Here(), Here());
  expr_level_ = level;
}

NodeId Parser::If() {
  if (nesting_ >= kMaxNesting) return TooDeep(Kind::kBadStmt);
  const Depth depth(nesting_);
  const Offset begin = Expect(Token::kIf);
  NodeId init;
  NodeId cond;
  IfHeader(&init, &cond);
  const NodeId body = Block();
  NodeId otherwise;
  if (token_ == Token::kElse) {
    Next();
    if (token_ == Token::kIf) {
      otherwise = If();
    } else if (token_ == Token::kLbrace) {
      otherwise = Block();
      ExpectSemicolon();
    } else {
      Expected("'if' or '{' after 'else'");
      otherwise = Bad(Kind::kBadStmt, Here(), Here());
    }
  } else {
    ExpectSemicolon();
  }
  return Make(Kind::kIfStmt, Token::kIllegal, begin, tree_.end(otherwise ? otherwise : body), init, cond,
              body, otherwise);
}

NodeId Parser::CaseClause() {
  const Token word = token_;
  const Offset begin = Here();
  Next();
  const size_t mark = Mark();
  if (word == Token::kCase) PushExprs(true);
  const List values = Take(mark);
  const Offset colon = Expect(Token::kColon);
  const List body = StmtList();
  const Offset end = body.size > 0 ? tree_.end(Last(body)) : colon + 1;
  return Make(Kind::kCaseClause, word, begin, end, values, body, colon);
}

// x.(type), or v := x.(type)
bool Parser::IsTypeSwitchGuard(NodeId stmt) {
  const auto is_guard = [&](NodeId x) {
    const auto assertion = tree_.As<TypeAssertExpr>(x);
    return assertion && !assertion->type;
  };
  if (const auto expr = tree_.As<ExprStmt>(stmt)) return is_guard(expr->x);
  const auto assign = tree_.As<AssignStmt>(stmt);
  if (!assign || assign->left.size() != 1 || assign->right.size() != 1 || !is_guard(assign->right[0]))
    return false;
  if (tree_.op(stmt) == Token::kAssign) ExpectedAt(assign->op_at, "':=', found '='");
  return tree_.op(stmt) == Token::kAssign || tree_.op(stmt) == Token::kDefine;
}

NodeId Parser::Switch() {
  const Offset begin = Expect(Token::kSwitch);
  NodeId init;
  NodeId tag;
  if (token_ != Token::kLbrace) {
    const int level = expr_level_;
    expr_level_ = -1;
    if (token_ != Token::kSemicolon) tag = SimpleStmt(Simple::kPlain, nullptr);
    if (token_ == Token::kSemicolon) {
      Next();
      init = tag;
      tag = {};
      if (token_ != Token::kLbrace) tag = SimpleStmt(Simple::kPlain, nullptr);
    }
    expr_level_ = level;
  }
  const bool on_type = IsTypeSwitchGuard(tag);
  const Offset lbrace = Expect(Token::kLbrace);
  const size_t mark = Mark();
  while (token_ == Token::kCase || token_ == Token::kDefault) Push(CaseClause());
  const Offset rbrace = Expect(Token::kRbrace);
  ExpectSemicolon();
  const NodeId body = Make(Kind::kBlockStmt, Token::kIllegal, lbrace, rbrace + 1, Take(mark), rbrace);
  if (!on_type) tag = ExprOf(tag, "an expression to switch on");
  return Make(on_type ? Kind::kTypeSwitchStmt : Kind::kSwitchStmt, Token::kIllegal, begin, rbrace + 1, init,
              tag, body);
}

// What stands after 'case' in a select: a send, or a receive with or without targets.
NodeId Parser::CommOf() {
  const size_t mark = Mark();
  PushExprs(false);
  const Token op = token_;
  const Offset at = Here();
  const NodeId first{pending_[mark]};
  const Offset begin = tree_.begin(first);
  if (op == Token::kAssign || op == Token::kDefine) {
    if (Mark() - mark > 2) {
      ExpectedAt(begin, "one or two targets of a receive");
      pending_.resize(mark + 2);
    }
    const List left = Take(mark);
    Next();
    const NodeId value = Rhs();
    Push(value);
    return Make(Kind::kAssignStmt, op, begin, tree_.end(value), left, Take(mark), at);
  }
  if (Mark() - mark > 1) ExpectedAt(begin, "one expression, found several");
  pending_.resize(mark);
  if (op != Token::kArrow) return Make(Kind::kExprStmt, Token::kIllegal, begin, tree_.end(first), first);
  Next();
  const NodeId value = Rhs();
  return Make(Kind::kSendStmt, Token::kIllegal, begin, tree_.end(value), first, value, at);
}

NodeId Parser::CommClause() {
  const bool is_default = token_ == Token::kDefault;
  const Offset begin = Here();
  Next();
  NodeId comm;
  if (!is_default) comm = CommOf();
  const Offset colon = Expect(Token::kColon);
  const List body = StmtList();
  const Offset end = body.size > 0 ? tree_.end(Last(body)) : colon + 1;
  return Make(Kind::kCommClause, Token::kIllegal, begin, end, comm, body, colon);
}

NodeId Parser::Select() {
  const Offset begin = Expect(Token::kSelect);
  const Offset lbrace = Expect(Token::kLbrace);
  const size_t mark = Mark();
  while (token_ == Token::kCase || token_ == Token::kDefault) Push(CommClause());
  const Offset rbrace = Expect(Token::kRbrace);
  ExpectSemicolon();
  const NodeId body = Make(Kind::kBlockStmt, Token::kIllegal, lbrace, rbrace + 1, Take(mark), rbrace);
  return Make(Kind::kSelectStmt, Token::kIllegal, begin, rbrace + 1, body);
}

void Parser::ForHeader(NodeId* init, NodeId* cond, NodeId* post, RangeClause* range) {
  if (token_ == Token::kLbrace) return;
  const int level = expr_level_;
  expr_level_ = -1;
  if (token_ == Token::kRange) {
    *range = {true, {}, Token::kIllegal, 0, Here(), {}};
    Next();
    range->x = Rhs();
  } else if (token_ != Token::kSemicolon) {
    *cond = SimpleStmt(Simple::kRangeAllowed, range);
  }
  if (!range->found && token_ == Token::kSemicolon) {
    Next();
    *init = *cond;
    *cond = {};
    if (token_ != Token::kSemicolon) *cond = SimpleStmt(Simple::kPlain, nullptr);
    ExpectSemicolon();
    if (token_ != Token::kLbrace) *post = SimpleStmt(Simple::kPlain, nullptr);
  }
  expr_level_ = level;
}

NodeId Parser::For() {
  const Offset begin = Expect(Token::kFor);
  NodeId init;
  NodeId cond;
  NodeId post;
  RangeClause range;
  ForHeader(&init, &cond, &post, &range);
  const NodeId body = Block();
  ExpectSemicolon();
  if (range.found) return RangeOf(begin, range, body);
  const NodeId condition = ExprOf(cond, "a condition or a range");
  return Make(Kind::kForStmt, Token::kIllegal, begin, tree_.end(body), init, condition, post, body);
}

NodeId Parser::RangeOf(Offset begin, const RangeClause& range, NodeId body) {
  const Offset end = tree_.end(body);
  if (range.left.size > 2) {
    ExpectedAt(tree_.begin(Last(range.left)), "at most two variables of a range");
    return Bad(Kind::kBadStmt, begin, end);
  }
  const NodeId key = range.left.size > 0 ? First(range.left) : NodeId{};
  const NodeId value = range.left.size > 1 ? Last(range.left) : NodeId{};
  return Make(Kind::kRangeStmt, range.op, begin, end, key, value, range.x, body, range.op_at, range.range);
}

}  // namespace seep::goscan
