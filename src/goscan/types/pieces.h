// Source of what is imported, taken to pieces without parsing it: of most packages few declarations are asked
// for.
#pragma once

#include <string_view>
#include <vector>

#include "goscan/types/program.h"

namespace seep::goscan {

// The clause and imports of a file, and then a piece for each top-level declaration, as long as each begins a
// line; a faulty file may come in other pieces.
std::vector<std::string_view> Pieces(std::string_view source);

struct PieceHead {
  DeclKind kind = DeclKind::kFunc;
  std::string_view receiver;  // the name of its type
  std::string_view name;      // empty: it has several, or none that is seen at once
};

// What is declared by a piece other than the first.
PieceHead HeadOf(std::string_view piece);

// The name in the package clause, which only comments may stand before; empty: there is none.
std::string_view PackageName(std::string_view source);

}  // namespace seep::goscan
