// Go source to a syntax tree. Never fails: what does not parse is a Bad node and an error with its place, the
// rest stands.
#pragma once

#include <cstdint>
#include <string_view>

#include "goscan/syntax/ast.h"

namespace seep::goscan {

// How deep blocks, types and parentheses may be nested: what is deeper becomes a Bad node. The parser
// recurses this far.
inline constexpr int kMaxNesting = 1000;

// After so many errors a file is no Go source and the rest of it is not read.
inline constexpr size_t kMaxErrors = 200;

// The tree refers to `source`, which must outlive it and be smaller than 1 GiB. Accepts Go 1.18 to 1.27: what
// a newer version allows is allowed.
// kSkipped: what functions do is passed over, and no FuncDecl has a body.
enum class Bodies : uint8_t { kRead, kSkipped };
Tree ParseFile(std::string_view source, Bodies bodies = Bodies::kRead);

// Declarations alone, without the package clause (the File has no name) and without bodies.
Tree ParseDeclarations(std::string_view source);

}  // namespace seep::goscan
