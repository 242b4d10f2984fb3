#include "goscan/syntax/token.h"

namespace seep::goscan {

std::string_view Spelling(Token token) {
  static constexpr std::string_view kSpellings[kTokenCount] = {
      "ILLEGAL",   "EOF",  "COMMENT",     "IDENT", "INT",    "FLOAT",  "IMAG",   "CHAR",     "STRING",
      "+",         "-",    "*",           "/",     "%",      "&",      "|",      "^",        "<<",
      ">>",        "&^",   "+=",          "-=",    "*=",     "/=",     "%=",     "&=",       "|=",
      "^=",        "<<=",  ">>=",         "&^=",   "&&",     "||",     "<-",     "++",       "--",
      "==",        "<",    ">",           "=",     "!",      "!=",     "<=",     ">=",       ":=",
      "...",       "(",    "[",           "{",     ",",      ".",      ")",      "]",        "}",
      ";",         ":",    "~",           "break", "case",   "chan",   "const",  "continue", "default",
      "defer",     "else", "fallthrough", "for",   "func",   "go",     "goto",   "if",       "import",
      "interface", "map",  "package",     "range", "return", "select", "struct", "switch",   "type",
      "var"};
  return kSpellings[static_cast<int>(token)];
}

}  // namespace seep::goscan
