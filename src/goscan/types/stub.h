// Source that says no more than what a package exports (FileText::stub), taken to pieces without parsing it.
#pragma once

#include <string_view>

#include "goscan/types/program.h"

namespace seep::goscan {

// Where the next piece begins, from `at` on: a line that begins with the keyword of a declaration other than
// an import.
size_t NextPiece(std::string_view text, size_t at);

struct PieceHead {
  DeclKind kind = DeclKind::kFunc;
  std::string_view receiver;  // the name of its type
  std::string_view name;      // empty: it has several, or none that is seen at once
};

// What is declared by a piece.
PieceHead HeadOf(std::string_view piece);

// The name in the package clause, which only comments may stand before; empty: there is none.
std::string_view PackageName(std::string_view source);

}  // namespace seep::goscan
