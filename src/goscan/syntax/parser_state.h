// What the parts of the parser share: the word at hand, the tree under construction, and how an error is got
// over.
//
// The parser is one recursive descent over the grammar of the language specification, a production a
// function, split by what it reads: parse_types.cc, parse_expressions.cc, parse_statements.cc,
// parse_declarations.cc.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "goscan/syntax/lexer.h"
#include "goscan/syntax/parser.h"

namespace seep::goscan {

class Parser {
 public:
  Parser(Tree& tree, Bodies bodies) : tree_(tree), lexer_(tree), bodies_(bodies) {}
  void ParseSource();
  void ParseDeclarations();

 private:
  // A list in the tree, with what its parent must know of it.
  struct List {
    uint32_t at = 0;
    uint32_t size = 0;
    uint32_t height = 0;
  };
  struct Param {
    NodeId name, type;
  };
  // `for key, value := range x`, of which the parts are known before the statement is.
  struct RangeClause {
    bool found = false;
    List left;
    Token op = Token::kIllegal;
    Offset op_at = 0;
    Offset range = 0;
    NodeId x;
  };
  enum class Simple { kPlain, kLabelAllowed, kRangeAllowed };
  enum class Until { kExprEnd, kStmtEnd };
  struct Depth {
    explicit Depth(int& at) : level(at) { ++level; }
    ~Depth() { --level; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    int& level;
  };

  // --- the word at hand
  Offset Here() const { return lexer_.begin; }
  void Next();
  bool DeclarationBeginsHere();
  Offset Expect(Token wanted);
  Offset ExpectClosing(Token wanted, std::string_view of);
  void ExpectSemicolon();
  bool AtComma(std::string_view of, Token closing);

  // --- errors (parser.cc)
  void Error(Offset at, std::string_view what);
  void Expected(std::string_view what);
  void ExpectedAt(Offset at, std::string_view what);
  void Skip(Until until);
  NodeId TooDeep(Kind bad);
  NodeId TooHigh(Kind kind, Offset begin, Offset end);
  NodeId Bad(Kind kind, Offset begin, Offset end) { return Make(kind, Token::kIllegal, begin, end); }

  // --- the tree
  template <class... S>
  NodeId Make(Kind kind, Token op, Offset begin, Offset end, S... slots);
  static uint32_t Word(NodeId id) { return id.value; }
  static uint32_t Word(const List& list) { return list.at; }
  static uint32_t Word(Offset value) { return value; }
  uint32_t HeightOf(NodeId id) const { return tree_.height(id); }
  uint32_t HeightOf(const List& list) const { return list.height; }
  uint32_t HeightOf(Offset) const { return 0; }
  void Push(NodeId id) { pending_.push_back(id.value); }
  size_t Mark() const { return pending_.size(); }
  List Take(size_t mark);
  NodeId First(const List& list) const { return NodeId{tree_.words[list.at + 1]}; }
  NodeId Last(const List& list) const { return NodeId{tree_.words[list.at + list.size]}; }
  NodeId Unparen(NodeId x) const;

  // --- types
  NodeId Type();
  NodeId TryType();
  NodeId TypeName(NodeId name);
  NodeId QualifiedName(NodeId name);
  NodeId TypeInstance(NodeId generic);
  NodeId TypeArguments(NodeId generic, Offset lbrack, size_t mark);
  NodeId ArrayType(Offset lbrack, NodeId length);
  Param ArrayFieldOrInstance(NodeId name);
  NodeId StructType();
  NodeId StructField();
  NodeId EmbeddedInParens();
  NodeId InterfaceType();
  NodeId InterfaceElement();
  NodeId MethodType();
  NodeId GenericInInterface(NodeId name, List* names);
  NodeId TypeSet(NodeId first);
  NodeId TypeTerm();
  NodeId MapType();
  NodeId ChanType();
  NodeId FuncType();
  NodeId Parameters();
  NodeId Results();
  NodeId TypeParameters();
  Param ParameterDecl(NodeId name, bool type_sets);
  List ParameterList(NodeId first_name, NodeId first_type, Token closing, bool dots_allowed);
  void NameParameters(size_t mark, size_t named, size_t typed, bool type_params, Offset from);
  void CheckDots(size_t mark, bool dots_allowed);
  List FieldsOf(size_t mark, bool named);
  NodeId Index(NodeId x, Offset lbrack, const List& indices, Offset rbrack);

  // --- expressions
  NodeId Ident();
  NodeId Literal();
  NodeId Expr() { return Binary({}, 1); }
  NodeId Rhs();
  NodeId Binary(NodeId left, int least);
  NodeId Unary();
  NodeId ReceiveOrChanType();
  NodeId Primary(NodeId x);
  bool LiteralMayFollow(NodeId type) const;
  NodeId Operand();
  NodeId FuncTypeOrLit();
  NodeId SelectorOrAssertion(NodeId x);
  NodeId IndexOrSlice(NodeId x);
  NodeId SliceRest(NodeId x, Offset lbrack, NodeId low);
  NodeId Call(NodeId fun);
  NodeId LiteralValue(NodeId type);
  NodeId Element();
  NodeId ElementValue();
  void PushExprs(bool rhs);  // onto pending_

  // --- statements
  NodeId Stmt();
  NodeId SimpleStmt(Simple mode, RangeClause* range);
  NodeId LabelOrBad(NodeId label, Simple mode);
  List StmtList();
  NodeId Block();
  NodeId GoOrDefer();
  NodeId Return();
  NodeId Branch();
  NodeId If();
  void IfHeader(NodeId* init, NodeId* cond);
  NodeId Switch();
  bool IsTypeSwitchGuard(NodeId stmt);
  NodeId CaseClause();
  NodeId Select();
  NodeId CommClause();
  NodeId CommOf();
  NodeId For();
  void ForHeader(NodeId* init, NodeId* cond, NodeId* post, RangeClause* range);
  NodeId RangeOf(Offset begin, const RangeClause& range, NodeId body);
  NodeId ExprOf(NodeId stmt, std::string_view wanted);

  // --- declarations
  NodeId Decl();
  NodeId GenDecl();
  NodeId FuncDecl();
  NodeId Body();
  void DeclareAll(Offset begin, NodeId name);
  NodeId Spec(Token keyword);
  NodeId ImportSpec();
  NodeId ValueSpec(Token keyword);
  NodeId TypeSpec();
  NodeId GenericTypeSpec(NodeId name, Offset lbrack, const Param& first);
  Param SplitTypeParameter(NodeId x, bool force);
  bool IsTypeElement(NodeId x) const;

  Tree& tree_;
  Lexer lexer_;
  Bodies bodies_;
  Token token_ = Token::kIllegal;
  int nesting_ = 0;
  int expr_level_ = 0;        // below 0: in the header of an if, for or switch, where '{' begins the block
  bool in_rhs_ = false;       // '=' is then taken for a mistyped '=='
  bool in_decl_ = false;      // inside a top-level declaration
  bool decl_failed_ = false;  // ... that has an error
  bool held_ =
      false;  // the next top-level declaration begins at the word at hand; until then this is the end
  std::vector<uint32_t> pending_;  // elements of lists whose end is not reached; a stack
  std::vector<Param> params_;      // the same for parameters
};

template <class... S>
NodeId Parser::Make(Kind kind, Token op, Offset begin, Offset end, S... slots) {
  uint32_t height = 0;
  ((height = std::max(height, HeightOf(slots))), ...);
  ++height;
  if (height > kMaxHeight) return TooHigh(kind, begin, end);
  TreeWords& words = tree_.words;
  const size_t at = words.size();
  uint32_t* word = words.Extend(3 + sizeof...(slots));
  *word++ = height << 16 | static_cast<uint32_t>(op) << 8 | static_cast<uint32_t>(kind);
  *word++ = begin;
  *word++ = end;
  ((*word++ = Word(slots)), ...);
  return NodeId{static_cast<uint32_t>(at)};
}

inline Parser::List Parser::Take(size_t mark) {
  const size_t size = pending_.size() - mark;
  if (size == 0) return {};
  TreeWords& words = tree_.words;
  const size_t at = words.size();
  uint32_t* word = words.Extend(1 + size);
  *word++ = static_cast<uint32_t>(size);
  uint32_t height = 0;
  for (size_t i = mark; i < pending_.size(); ++i) {
    height = std::max(height, tree_.height(NodeId{pending_[i]}));
    *word++ = pending_[i];
  }
  pending_.resize(mark);
  return {static_cast<uint32_t>(at), static_cast<uint32_t>(size), height};
}

}  // namespace seep::goscan
