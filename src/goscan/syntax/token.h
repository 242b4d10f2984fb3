// The words of Go source, as the language specification names them ("Lexical elements"); the same set as
// go/token.
#pragma once

#include <cstdint>
#include <string_view>

namespace seep::goscan {

// The order matters twice: kIdent..kString carry text of their own, kBreak..kVar are the keywords.
enum class Token : uint8_t {
  kIllegal,  // a byte that begins no token; also "none" where a node has no operator
  kEof,
  kComment,
  kIdent,
  kInt,
  kFloat,
  kImag,
  kChar,
  kString,
  kAdd,           // +
  kSub,           // -
  kMul,           // *
  kQuo,           // /
  kRem,           // %
  kAnd,           // &
  kOr,            // |
  kXor,           // ^
  kShl,           // <<
  kShr,           // >>
  kAndNot,        // &^
  kAddAssign,     // +=
  kSubAssign,     // -=
  kMulAssign,     // *=
  kQuoAssign,     // /=
  kRemAssign,     // %=
  kAndAssign,     // &=
  kOrAssign,      // |=
  kXorAssign,     // ^=
  kShlAssign,     // <<=
  kShrAssign,     // >>=
  kAndNotAssign,  // &^=
  kLand,          // &&
  kLor,           // ||
  kArrow,         // <-
  kInc,           // ++
  kDec,           // --
  kEql,           // ==
  kLss,           // <
  kGtr,           // >
  kAssign,        // =
  kNot,           // !
  kNeq,           // !=
  kLeq,           // <=
  kGeq,           // >=
  kDefine,        // :=
  kEllipsis,      // ...
  kLparen,
  kLbrack,
  kLbrace,
  kComma,
  kPeriod,
  kRparen,
  kRbrack,
  kRbrace,
  kSemicolon,  // written, or put in at the end of a line
  kColon,
  kTilde,
  kBreak,
  kCase,
  kChan,
  kConst,
  kContinue,
  kDefault,
  kDefer,
  kElse,
  kFallthrough,
  kFor,
  kFunc,
  kGo,
  kGoto,
  kIf,
  kImport,
  kInterface,
  kMap,
  kPackage,
  kRange,
  kReturn,
  kSelect,
  kStruct,
  kSwitch,
  kType,
  kVar,
};
inline constexpr int kTokenCount = static_cast<int>(Token::kVar) + 1;

// As written in source ("+=", "func"); for tokens with text of their own what they are ("IDENT", "STRING").
std::string_view Spelling(Token token);

constexpr bool IsLiteral(Token token) {
  return token >= Token::kIdent && token <= Token::kString;
}
constexpr bool IsKeyword(Token token) {
  return token >= Token::kBreak;
}

// Precedence of a binary operator: 1 (||) to 5 (*); 0 for what is none.
constexpr int Precedence(Token token) {
  using enum Token;
  switch (token) {
    case kLor:
      return 1;
    case kLand:
      return 2;
    case kEql:
    case kNeq:
    case kLss:
    case kLeq:
    case kGtr:
    case kGeq:
      return 3;
    case kAdd:
    case kSub:
    case kOr:
    case kXor:
      return 4;
    case kMul:
    case kQuo:
    case kRem:
    case kShl:
    case kShr:
    case kAnd:
    case kAndNot:
      return 5;
    default:
      return 0;
  }
}

}  // namespace seep::goscan
