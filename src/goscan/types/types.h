// Types of declarations, as far as source tells without checking it: names resolve through imports and
// packages, methods through embedding. What is not known is kUnknown, and stays so for whoever asks.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/string_table.h"
#include "goscan/types/program.h"

namespace seep::goscan {

using TypeId = Id<struct TypeTag>;  // 0: unknown

enum class TypeKind : uint8_t {
  kUnknown,
  kBasic,      // a: StringId of its name ("int"; "nil")
  kNamed,      // a: StringId of the import path, b: of the name
  kPointer,    // a: element
  kSlice,      // a: element; arrays too
  kMap,        // a: key, b: element
  kChan,       // a: element
  kFunc,       // a: file, b: node of the FuncType
  kStruct,     // a: file, b: node
  kInterface,  // a: file, b: node
  kTuple,      // a: which
  kPackage,    // a: StringId of the import path
};

struct Type {
  TypeKind kind = TypeKind::kUnknown;
  uint32_t a = 0;
  uint32_t b = 0;
  bool operator==(const Type&) const = default;
};

// What x.name is.
struct Selected {
  enum Kind : uint8_t { kNone, kField, kMethod, kInterfaceMethod, kMember } kind = kNone;
  TypeId type;                 // of a field or variable; of a function: its kFunc type
  const Decl* decl = nullptr;  // of a function or member
  StringId key;                // "net/http.Client.Do": the type that declares it, whichever embeds it
};

// A name declared in a function: variable, parameter, result, local constant or type.
struct Var {
  std::string_view name;
  TypeId type;
  NodeId decl;              // its Ident
  NodeId function;          // the FuncDecl or FuncLit that declares it
  NodeId local_type;        // a type declared in a function: its type expression
  Offset captured_at = 0;   // first use in a function literal inside `function`; 0: none
  Offset address_at = 0;    // where its address is taken first; 0: nowhere
  bool parameter = false;   // the receiver too
  bool result = false;      // a named result
  bool element = false;     // of what a loop ranges over
  bool in_clauses = false;  // of a type switch: there is one for each of its clauses
  bool fresh = false;       // begins as a value made here: x := T{}, &T{}, new(T), var x T
};

// What the names of one file's functions mean; binder.h fills it. A node is its own index: nodes take three
// words at least.
struct Bindings {
  std::vector<uint32_t> var_of;  // by NodeId / 3: index into `vars`; 0: not a local name
  std::vector<uint32_t> memo;    // by NodeId / 3: TypeId + 1 once asked for
  std::vector<Var> vars{Var{}};

  // The same table for what is no name: a CallExpr's callee, a function's number; 0: none yet.
  uint32_t* SlotOf(NodeId node) {
    const size_t slot = node.value / 3;
    return slot < var_of.size() ? &var_of[slot] : nullptr;
  }
  uint32_t VarOf(NodeId ident) const {
    const size_t slot = ident.value / 3;
    return slot < var_of.size() ? var_of[slot] : 0;
  }
};

enum class CalleeKind : uint8_t {
  kUnknown,
  kFunction,   // declared, with or without a body: decl is null where only its name is known
  kMethod,     // the same
  kInterface,  // of an interface
  kBuiltin,
  kConversion,
  kLiteral,  // func() {...}()
  kValue,    // a variable, field or parameter of function type
};

struct Callee {
  CalleeKind kind = CalleeKind::kUnknown;
  StringId key;                // "net/http.Client.Do", "append"
  const Decl* decl = nullptr;  // its declaration, with or without a body
  TypeId type;                 // its kFunc, or what a conversion converts to
  uint32_t var = 0;            // kValue: the local variable that is called
};

class Types {
 public:
  explicit Types(Program& program);

  const Type& Get(TypeId id) const { return types_[id.value]; }
  TypeKind kind(TypeId id) const { return types_[id.value].kind; }
  std::string_view Text(uint32_t string_id) const { return strings_.View(StringId{string_id}); }
  StringTable& strings() { return strings_; }
  Program& program() { return program_; }

  TypeId Intern(Type type);
  TypeId Basic(std::string_view name);
  TypeId Named(std::string_view path, std::string_view name);
  TypeId Pointer(TypeId element) { return Intern({TypeKind::kPointer, element.value, 0}); }
  TypeId Tuple(const std::vector<TypeId>& elements);
  const std::vector<TypeId>& Elements(TypeId tuple) const { return tuples_[Get(tuple).a]; }

  // What a type expression in a file means.
  TypeId FromExpr(uint32_t file, NodeId expr, int depth = 0);
  // Of a package-level variable, constant or function.
  TypeId OfDecl(const Decl& decl, int depth = 0);
  // Behind names: a struct, interface, map, ...
  TypeId Underlying(TypeId type, int depth = 0);
  TypeId Deref(TypeId type) const { return kind(type) == TypeKind::kPointer ? TypeId{Get(type).a} : type; }
  Selected Select(TypeId x, std::string_view name, int depth = 0);
  // What a call of a kFunc gives: none, one type or a tuple.
  TypeId Results(TypeId func);
  // The i-th parameter; of a variadic one its element.
  TypeId Parameter(TypeId func, uint32_t index);

  // The type of an expression; `bindings` may be null outside functions.
  TypeId OfExpr(uint32_t file, NodeId expr, Bindings* bindings, int depth = 0);
  Callee CalleeOf(uint32_t file, NodeId call, Bindings* bindings, int depth = 0);

  // "net/http.Response" for it and pointers to it; empty: it has no name.
  std::string QualifiedName(TypeId type) const;
  bool Is(TypeId type, std::string_view path, std::string_view name) const;  // it or a pointer to it

 private:
  TypeId FromList(uint32_t file, NodeId field_list);
  TypeId Compute(uint32_t file, NodeId expr, Bindings* bindings, int depth);
  TypeId OfCall(uint32_t file, NodeId call, Bindings* bindings, int depth);
  Callee CalleeOfName(uint32_t file, NodeId fun, Bindings* bindings);
  StringId Key(std::string_view path, std::string_view name, std::string_view method = {});
  Selected SelectField(const Type& holder, std::string_view name, int depth);
  Selected SelectInterface(const Type& holder, TypeId named, std::string_view name, int depth);

  struct Hash {
    size_t operator()(const Type& t) const {
      return (static_cast<size_t>(t.kind) * 31 + t.a) * 0x9E3779B97F4A7C15ull ^ (t.b * 0xC2B2AE3D27D4EB4Full);
    }
  };

  struct TupleHash {
    size_t operator()(const std::vector<TypeId>& elements) const {
      size_t hash = 0;
      for (const TypeId element : elements) hash = (hash ^ element.value) * 0x9E3779B97F4A7C15ull;
      return hash;
    }
  };

  Program& program_;
  StringTable strings_;
  std::vector<Type> types_;
  std::unordered_map<Type, uint32_t, Hash> ids_;
  std::vector<std::vector<TypeId>> tuples_;
  std::unordered_map<std::vector<TypeId>, uint32_t, TupleHash> tuple_ids_;
  std::unordered_map<uint32_t, TypeId> results_;     // by TypeId of kFunc
  std::unordered_map<uint32_t, TypeId> underlying_;  // by TypeId of kNamed
  std::unordered_map<const Decl*, TypeId> decls_;    // of variables and constants
  std::unordered_map<uint64_t, Selected> selected_;  // by TypeId and StringId of the name
};

}  // namespace seep::goscan
