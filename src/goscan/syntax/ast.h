// The syntax tree of one Go source file: what is written, not what it means. Shapes and positions are those
// of go/ast, so that the two can be compared node by node; a call and a conversion are one kind, as no parser
// can tell them apart.
//
// A tree is one vector of 32-bit words, about three bytes a byte of source:
//
//   node   [ height : 16 | op : 8 | kind : 8 ] [ begin ] [ end ] [ slot ]...     slots as the kind's kShape
//   says list   [ count ] [ node ]...
//
// A NodeId is the index of a node's first word. Word 0 is 0, so that id 0 is no node and list 0 is empty.
// Children are made before their parents: the id of a child is smaller. The height (nodes down to the deepest
// leaf) never exceeds kMaxHeight: a walk may recurse.
//
//   if (auto call = tree.As<CallExpr>(id)) for (NodeId argument : call->args) ...
//   ForEachChild(tree, id, [&](NodeId child) { ... });
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "goscan/syntax/token.h"

namespace seep::goscan {

using NodeId = Id<struct NodeTag>;
using Offset = uint32_t;  // bytes from the start of the file

inline constexpr uint32_t kMaxHeight = 6000;

enum class Kind : uint8_t {
  kNone,
  // Expressions and types.
  kBadExpr,
  kIdent,
  kEllipsis,
  kBasicLit,
  kFuncLit,
  kCompositeLit,
  kParenExpr,
  kSelectorExpr,
  kIndexExpr,
  kIndexListExpr,
  kSliceExpr,
  kTypeAssertExpr,
  kCallExpr,
  kStarExpr,
  kUnaryExpr,
  kBinaryExpr,
  kKeyValueExpr,
  kArrayType,
  kStructType,
  kFuncType,
  kInterfaceType,
  kMapType,
  kChanType,
  // Statements.
  kBadStmt,
  kDeclStmt,
  kEmptyStmt,
  kLabeledStmt,
  kExprStmt,
  kSendStmt,
  kIncDecStmt,
  kAssignStmt,
  kGoStmt,
  kDeferStmt,
  kReturnStmt,
  kBranchStmt,
  kBlockStmt,
  kIfStmt,
  kCaseClause,
  kSwitchStmt,
  kTypeSwitchStmt,
  kCommClause,
  kSelectStmt,
  kForStmt,
  kRangeStmt,
  // Declarations.
  kBadDecl,
  kGenDecl,
  kFuncDecl,
  kImportSpec,
  kValueSpec,
  kTypeSpec,
  // Parts of the above.
  kField,
  kFieldList,
  kFile,
};
inline constexpr int kKindCount = static_cast<int>(Kind::kFile) + 1;

std::string_view KindName(Kind kind);  // as go/ast calls it: "CallExpr"

class KindSet {
 public:
  constexpr KindSet() = default;
  constexpr KindSet(std::initializer_list<Kind> kinds) {
    for (const Kind kind : kinds) Add(kind);
  }
  constexpr void Add(Kind kind) { bits_ |= Bit(kind); }
  constexpr bool Has(Kind kind) const { return (bits_ & Bit(kind)) != 0; }
  constexpr bool Intersects(KindSet other) const { return (bits_ & other.bits_) != 0; }

 private:
  static constexpr uint64_t Bit(Kind kind) { return uint64_t{1} << static_cast<int>(kind); }
  uint64_t bits_ = 0;
};
static_assert(kKindCount <= 64);

constexpr bool IsExpr(Kind kind) {
  return kind >= Kind::kBadExpr && kind <= Kind::kChanType;
}
constexpr bool IsStmt(Kind kind) {
  return kind >= Kind::kBadStmt && kind <= Kind::kRangeStmt;
}
constexpr bool IsDecl(Kind kind) {
  return kind >= Kind::kBadDecl && kind <= Kind::kFuncDecl;
}

// A view over the ids of a list; valid as long as the tree is not changed.
class NodeList {
 public:
  struct Iterator {
    const uint32_t* at;
    NodeId operator*() const { return NodeId{*at}; }
    Iterator& operator++() {
      ++at;
      return *this;
    }
    bool operator==(const Iterator&) const = default;
  };
  NodeList() = default;
  explicit NodeList(const uint32_t* list) : first_(list + 1), size_(*list) {}
  Iterator begin() const { return {first_}; }
  Iterator end() const { return {first_ + size_}; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  NodeId operator[](size_t i) const { return NodeId{first_[i]}; }
  NodeId front() const { return NodeId{first_[0]}; }
  NodeId back() const { return NodeId{first_[size_ - 1]}; }

 private:
  const uint32_t* first_ = nullptr;
  uint32_t size_ = 0;
};

// The slots of one node, as the typed nodes below read them.
struct Slots {
  const uint32_t* words;
  const uint32_t* first;
  NodeId Node(int i) const { return NodeId{first[i]}; }
  NodeList List(int i) const { return NodeList(words + first[i]); }
  Offset At(int i) const { return first[i]; }
};

// A comment as written, with its marks; a line comment ends before its line break.
struct Comment {
  Offset begin = 0;
  Offset end = 0;
};

struct SyntaxError {
  Offset at = 0;
  std::string what;  // "expected an operand, found ')'"
};

struct Position {
  uint32_t line = 0;    // from 1
  uint32_t column = 0;  // from 1, in bytes
  bool operator==(const Position&) const = default;
};

// The words of a tree. A vector would set each new word to 0 first, and by a call.
class TreeWords {
 public:
  size_t size() const { return size_; }
  const uint32_t* data() const { return words_.get(); }
  uint32_t operator[](size_t i) const { return words_[i]; }
  uint32_t& operator[](size_t i) { return words_[i]; }
  void Reserve(size_t capacity) {
    auto larger = std::make_unique_for_overwrite<uint32_t[]>(capacity);
    std::copy_n(words_.get(), size_, larger.get());
    words_ = std::move(larger);
    capacity_ = capacity;
  }
  // So many more at the end, to be set by who asks.
  uint32_t* Extend(size_t count) {
    if (capacity_ - size_ < count) Reserve(2 * (size_ + count));
    size_ += count;
    return words_.get() + size_ - count;
  }

 private:
  std::unique_ptr<uint32_t[]> words_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

struct Tree {
  std::string_view source;  // not owned: outlives the tree
  TreeWords words;
  std::vector<Comment> comments;    // all of them, in source order
  std::vector<Offset> lines;        // where each line begins; lines[0] is 0
  std::vector<SyntaxError> errors;  // in source order; what could not be read is a Bad node, the rest stands
  NodeId file;                      // none when there is no package clause

  Kind kind(NodeId id) const { return static_cast<Kind>(words[id.value] & 0xff); }
  Token op(NodeId id) const { return static_cast<Token>(words[id.value] >> 8 & 0xff); }
  uint32_t height(NodeId id) const { return words[id.value] >> 16; }
  Offset begin(NodeId id) const { return words[id.value + 1]; }
  Offset end(NodeId id) const { return words[id.value + 2]; }
  std::string_view text(NodeId id) const {
    return id ? source.substr(begin(id), end(id) - begin(id)) : std::string_view();
  }
  Slots slots(NodeId id) const { return {words.data(), words.data() + id.value + 3}; }

  // The node as a T; Get is for where the kind is known.
  template <class T>
  std::optional<T> As(NodeId id) const {
    if (kind(id) != T::kKind) return std::nullopt;
    return T::Read(slots(id));
  }
  template <class T>
  T Get(NodeId id) const {
    return T::Read(slots(id));
  }

  Position PositionOf(Offset offset) const;
};

// Each kind with slots: what they are ('n' a node that may be none, 'l' a list, 'v' a value, mostly a
// position), in source order, and how they read. `op` (Tree::op) is named where a kind has one. Kinds without
// slots: BadExpr, Ident, BasicLit (op: kInt .. kString), BadStmt, EmptyStmt (op: kSemicolon when it is
// written), BadDecl.

struct Ellipsis {  // ...T, or the length of [...]T
  static constexpr Kind kKind = Kind::kEllipsis;
  static constexpr std::string_view kShape = "n";
  NodeId type;
  static Ellipsis Read(Slots s) { return {s.Node(0)}; }
};
struct FuncLit {
  static constexpr Kind kKind = Kind::kFuncLit;
  static constexpr std::string_view kShape = "nn";
  NodeId type, body;
  static FuncLit Read(Slots s) { return {s.Node(0), s.Node(1)}; }
};
struct CompositeLit {
  static constexpr Kind kKind = Kind::kCompositeLit;
  static constexpr std::string_view kShape = "nlv";
  NodeId type;  // none inside another literal
  NodeList elements;
  Offset lbrace;
  static CompositeLit Read(Slots s) { return {s.Node(0), s.List(1), s.At(2)}; }
};
struct ParenExpr {
  static constexpr Kind kKind = Kind::kParenExpr;
  static constexpr std::string_view kShape = "n";
  NodeId x;
  static ParenExpr Read(Slots s) { return {s.Node(0)}; }
};
struct SelectorExpr {
  static constexpr Kind kKind = Kind::kSelectorExpr;
  static constexpr std::string_view kShape = "nn";
  NodeId x, name;
  static SelectorExpr Read(Slots s) { return {s.Node(0), s.Node(1)}; }
};
struct IndexExpr {  // x[i], also an instance with one type argument
  static constexpr Kind kKind = Kind::kIndexExpr;
  static constexpr std::string_view kShape = "nnv";
  NodeId x, index;
  Offset lbrack;
  static IndexExpr Read(Slots s) { return {s.Node(0), s.Node(1), s.At(2)}; }
};
struct IndexListExpr {  // x[A, B]
  static constexpr Kind kKind = Kind::kIndexListExpr;
  static constexpr std::string_view kShape = "nlv";
  NodeId x;
  NodeList indices;
  Offset lbrack;
  static IndexListExpr Read(Slots s) { return {s.Node(0), s.List(1), s.At(2)}; }
};
struct SliceExpr {
  static constexpr Kind kKind = Kind::kSliceExpr;
  static constexpr std::string_view kShape = "nnnnv";
  NodeId x, low, high, max;
  Offset lbrack;
  static SliceExpr Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2), s.Node(3), s.At(4)}; }
};
struct TypeAssertExpr {
  static constexpr Kind kKind = Kind::kTypeAssertExpr;
  static constexpr std::string_view kShape = "nn";
  NodeId x, type;  // no type: x.(type)
  static TypeAssertExpr Read(Slots s) { return {s.Node(0), s.Node(1)}; }
};
struct CallExpr {  // or a conversion
  static constexpr Kind kKind = Kind::kCallExpr;
  static constexpr std::string_view kShape = "nlvv";
  NodeId fun;
  NodeList args;
  Offset lparen;
  Offset ellipsis;  // 0: none
  static CallExpr Read(Slots s) { return {s.Node(0), s.List(1), s.At(2), s.At(3)}; }
};
struct StarExpr {  // *x: dereference or pointer type
  static constexpr Kind kKind = Kind::kStarExpr;
  static constexpr std::string_view kShape = "n";
  NodeId x;
  static StarExpr Read(Slots s) { return {s.Node(0)}; }
};
struct UnaryExpr {  // op: + - ! ^ & ~ <-
  static constexpr Kind kKind = Kind::kUnaryExpr;
  static constexpr std::string_view kShape = "n";
  NodeId x;
  static UnaryExpr Read(Slots s) { return {s.Node(0)}; }
};
struct BinaryExpr {  // op
  static constexpr Kind kKind = Kind::kBinaryExpr;
  static constexpr std::string_view kShape = "nnv";
  NodeId x, y;
  Offset op_at;
  static BinaryExpr Read(Slots s) { return {s.Node(0), s.Node(1), s.At(2)}; }
};
struct KeyValueExpr {
  static constexpr Kind kKind = Kind::kKeyValueExpr;
  static constexpr std::string_view kShape = "nnv";
  NodeId key, value;
  Offset colon;
  static KeyValueExpr Read(Slots s) { return {s.Node(0), s.Node(1), s.At(2)}; }
};
struct ArrayType {  // no length: a slice
  static constexpr Kind kKind = Kind::kArrayType;
  static constexpr std::string_view kShape = "nn";
  NodeId length, element;
  static ArrayType Read(Slots s) { return {s.Node(0), s.Node(1)}; }
};
struct StructType {
  static constexpr Kind kKind = Kind::kStructType;
  static constexpr std::string_view kShape = "n";
  NodeId fields;
  static StructType Read(Slots s) { return {s.Node(0)}; }
};
struct FuncType {  // each a FieldList; type_params and results may be none
  static constexpr Kind kKind = Kind::kFuncType;
  static constexpr std::string_view kShape = "nnn";
  NodeId type_params, params, results;
  static FuncType Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2)}; }
};
struct InterfaceType {
  static constexpr Kind kKind = Kind::kInterfaceType;
  static constexpr std::string_view kShape = "n";
  NodeId methods;
  static InterfaceType Read(Slots s) { return {s.Node(0)}; }
};
struct MapType {
  static constexpr Kind kKind = Kind::kMapType;
  static constexpr std::string_view kShape = "nn";
  NodeId key, value;
  static MapType Read(Slots s) { return {s.Node(0), s.Node(1)}; }
};
struct ChanType {
  static constexpr Kind kKind = Kind::kChanType;
  static constexpr std::string_view kShape = "nvv";
  enum Direction : uint32_t { kSend = 1, kReceive = 2, kBoth = 3 };
  NodeId value;
  Direction direction;
  Offset arrow;  // 0: none
  static ChanType Read(Slots s) { return {s.Node(0), static_cast<Direction>(s.At(1)), s.At(2)}; }
};
struct DeclStmt {
  static constexpr Kind kKind = Kind::kDeclStmt;
  static constexpr std::string_view kShape = "n";
  NodeId decl;
  static DeclStmt Read(Slots s) { return {s.Node(0)}; }
};
struct LabeledStmt {
  static constexpr Kind kKind = Kind::kLabeledStmt;
  static constexpr std::string_view kShape = "nnv";
  NodeId label, stmt;
  Offset colon;
  static LabeledStmt Read(Slots s) { return {s.Node(0), s.Node(1), s.At(2)}; }
};
struct ExprStmt {
  static constexpr Kind kKind = Kind::kExprStmt;
  static constexpr std::string_view kShape = "n";
  NodeId x;
  static ExprStmt Read(Slots s) { return {s.Node(0)}; }
};
struct SendStmt {
  static constexpr Kind kKind = Kind::kSendStmt;
  static constexpr std::string_view kShape = "nnv";
  NodeId channel, value;
  Offset arrow;
  static SendStmt Read(Slots s) { return {s.Node(0), s.Node(1), s.At(2)}; }
};
struct IncDecStmt {  // op: kInc, kDec
  static constexpr Kind kKind = Kind::kIncDecStmt;
  static constexpr std::string_view kShape = "n";
  NodeId x;
  static IncDecStmt Read(Slots s) { return {s.Node(0)}; }
};
struct AssignStmt {  // op: kAssign, kDefine, or += and its like
  static constexpr Kind kKind = Kind::kAssignStmt;
  static constexpr std::string_view kShape = "llv";
  NodeList left, right;
  Offset op_at;
  static AssignStmt Read(Slots s) { return {s.List(0), s.List(1), s.At(2)}; }
};
struct GoStmt {
  static constexpr Kind kKind = Kind::kGoStmt;
  static constexpr std::string_view kShape = "n";
  NodeId call;
  static GoStmt Read(Slots s) { return {s.Node(0)}; }
};
struct DeferStmt {
  static constexpr Kind kKind = Kind::kDeferStmt;
  static constexpr std::string_view kShape = "n";
  NodeId call;
  static DeferStmt Read(Slots s) { return {s.Node(0)}; }
};
struct ReturnStmt {
  static constexpr Kind kKind = Kind::kReturnStmt;
  static constexpr std::string_view kShape = "l";
  NodeList results;
  static ReturnStmt Read(Slots s) { return {s.List(0)}; }
};
struct BranchStmt {  // op: kBreak, kContinue, kGoto, kFallthrough
  static constexpr Kind kKind = Kind::kBranchStmt;
  static constexpr std::string_view kShape = "n";
  NodeId label;
  static BranchStmt Read(Slots s) { return {s.Node(0)}; }
};
struct BlockStmt {
  static constexpr Kind kKind = Kind::kBlockStmt;
  static constexpr std::string_view kShape = "lv";
  NodeList list;
  Offset rbrace;  // 0: missing
  static BlockStmt Read(Slots s) { return {s.List(0), s.At(1)}; }
};
struct IfStmt {
  static constexpr Kind kKind = Kind::kIfStmt;
  static constexpr std::string_view kShape = "nnnn";
  NodeId init, cond, body, otherwise;
  static IfStmt Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2), s.Node(3)}; }
};
struct CaseClause {  // in a switch; op: kCase or kDefault
  static constexpr Kind kKind = Kind::kCaseClause;
  static constexpr std::string_view kShape = "llv";
  NodeList values, body;
  Offset colon;
  static CaseClause Read(Slots s) { return {s.List(0), s.List(1), s.At(2)}; }
};
struct SwitchStmt {  // body: a BlockStmt of CaseClauses
  static constexpr Kind kKind = Kind::kSwitchStmt;
  static constexpr std::string_view kShape = "nnn";
  NodeId init, tag, body;
  static SwitchStmt Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2)}; }
};
struct TypeSwitchStmt {  // guard: x.(type) as ExprStmt, or v := x.(type)
  static constexpr Kind kKind = Kind::kTypeSwitchStmt;
  static constexpr std::string_view kShape = "nnn";
  NodeId init, guard, body;
  static TypeSwitchStmt Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2)}; }
};
struct CommClause {  // in a select; no comm: default
  static constexpr Kind kKind = Kind::kCommClause;
  static constexpr std::string_view kShape = "nlv";
  NodeId comm;
  NodeList body;
  Offset colon;
  static CommClause Read(Slots s) { return {s.Node(0), s.List(1), s.At(2)}; }
};
struct SelectStmt {  // body: a BlockStmt of CommClauses
  static constexpr Kind kKind = Kind::kSelectStmt;
  static constexpr std::string_view kShape = "n";
  NodeId body;
  static SelectStmt Read(Slots s) { return {s.Node(0)}; }
};
struct ForStmt {
  static constexpr Kind kKind = Kind::kForStmt;
  static constexpr std::string_view kShape = "nnnn";
  NodeId init, cond, post, body;
  static ForStmt Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2), s.Node(3)}; }
};
struct RangeStmt {  // op: kDefine, kAssign, or kIllegal when there is no key
  static constexpr Kind kKind = Kind::kRangeStmt;
  static constexpr std::string_view kShape = "nnnnvv";
  NodeId key, value, x, body;
  Offset op_at, range;
  static RangeStmt Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2), s.Node(3), s.At(4), s.At(5)}; }
};
struct GenDecl {  // op: kImport, kConst, kType, kVar
  static constexpr Kind kKind = Kind::kGenDecl;
  static constexpr std::string_view kShape = "lv";
  NodeList specs;
  Offset lparen;  // 0: none
  static GenDecl Read(Slots s) { return {s.List(0), s.At(1)}; }
};
struct FuncDecl {  // receiver: a FieldList, none for a function; no body: written elsewhere
  static constexpr Kind kKind = Kind::kFuncDecl;
  static constexpr std::string_view kShape = "nnnn";
  NodeId receiver, name, type, body;
  static FuncDecl Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2), s.Node(3)}; }
};
struct ImportSpec {  // name: an Ident, "." or "_" too
  static constexpr Kind kKind = Kind::kImportSpec;
  static constexpr std::string_view kShape = "nn";
  NodeId name, path;
  static ImportSpec Read(Slots s) { return {s.Node(0), s.Node(1)}; }
};
struct ValueSpec {
  static constexpr Kind kKind = Kind::kValueSpec;
  static constexpr std::string_view kShape = "lnl";
  NodeList names;
  NodeId type;
  NodeList values;
  static ValueSpec Read(Slots s) { return {s.List(0), s.Node(1), s.List(2)}; }
};
struct TypeSpec {
  static constexpr Kind kKind = Kind::kTypeSpec;
  static constexpr std::string_view kShape = "nnnv";
  NodeId name, type_params, type;
  Offset assign;  // of an alias; 0: a new type
  static TypeSpec Read(Slots s) { return {s.Node(0), s.Node(1), s.Node(2), s.At(3)}; }
};
struct Field {  // of a struct, interface or parameter list; without names: embedded, or a nameless parameter
  static constexpr Kind kKind = Kind::kField;
  static constexpr std::string_view kShape = "lnn";
  NodeList names;
  NodeId type, tag;
  static Field Read(Slots s) { return {s.List(0), s.Node(1), s.Node(2)}; }
};
struct FieldList {
  static constexpr Kind kKind = Kind::kFieldList;
  static constexpr std::string_view kShape = "l";
  NodeList fields;
  static FieldList Read(Slots s) { return {s.List(0)}; }
};
struct File {
  static constexpr Kind kKind = Kind::kFile;
  static constexpr std::string_view kShape = "nl";
  NodeId name;
  NodeList decls;
  static File Read(Slots s) { return {s.Node(0), s.List(1)}; }
};

// By Kind. `children` is the shape up to the last child, two bits a slot from the lowest: 1 a node, 2 a list,
// 3 a value. Walks over trees are most of a scan, and this is what their innermost loop reads.
struct NodeTables {
  std::array<std::string_view, kKindCount> shapes{};  // empty for kinds without slots
  std::array<uint16_t, kKindCount> children{};
};
constexpr uint16_t ChildrenOf(std::string_view shape) {
  uint32_t children = 0;
  size_t size = shape.size();
  while (size > 0 && shape[size - 1] == 'v') --size;
  for (size_t i = 0; i < size; ++i) children |= (shape[i] == 'n' ? 1u : shape[i] == 'l' ? 2u : 3u) << (2 * i);
  return static_cast<uint16_t>(children);
}
template <class... Nodes>
consteval NodeTables TablesOf() {
  NodeTables tables;
  ((tables.shapes[static_cast<int>(Nodes::kKind)] = Nodes::kShape), ...);
  ((tables.children[static_cast<int>(Nodes::kKind)] = ChildrenOf(Nodes::kShape)), ...);
  return tables;
}
inline constexpr NodeTables kNodeTables =
    TablesOf<Ellipsis, FuncLit, CompositeLit, ParenExpr, SelectorExpr, IndexExpr, IndexListExpr, SliceExpr,
             TypeAssertExpr, CallExpr, StarExpr, UnaryExpr, BinaryExpr, KeyValueExpr, ArrayType, StructType,
             FuncType, InterfaceType, MapType, ChanType, DeclStmt, LabeledStmt, ExprStmt, SendStmt,
             IncDecStmt, AssignStmt, GoStmt, DeferStmt, ReturnStmt, BranchStmt, BlockStmt, IfStmt, CaseClause,
             SwitchStmt, TypeSwitchStmt, CommClause, SelectStmt, ForStmt, RangeStmt, GenDecl, FuncDecl,
             ImportSpec, ValueSpec, TypeSpec, Field, FieldList, File>();

constexpr std::string_view ShapeOf(Kind kind) {
  return kNodeTables.shapes[static_cast<int>(kind)];
}

constexpr bool HasChildren(Kind kind) {
  return kNodeTables.children[static_cast<size_t>(kind)] != 0;
}

// Calls visit(NodeId) for each child there is, in source order.
template <class Visit>
void ForEachChild(const Tree& tree, NodeId id, Visit&& visit) {
  const Slots slots = tree.slots(id);
  int i = 0;
  for (uint32_t left = kNodeTables.children[static_cast<size_t>(tree.kind(id))]; left != 0; left >>= 2, ++i) {
    if ((left & 3) == 1) {
      if (NodeId child = slots.Node(i)) visit(child);
    } else if ((left & 3) == 2) {
      for (NodeId child : slots.List(i)) visit(child);
    }
  }
}

}  // namespace seep::goscan
