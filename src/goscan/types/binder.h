// Which declaration a name in a function means, and what type it has: scopes as the language has them, in one
// pass from top to bottom.
#pragma once

#include "goscan/types/types.h"

namespace seep::goscan {

// Binds the names in a FuncDecl, its literals included. Once for each function of the file.
void BindFunction(Types& types, uint32_t file, NodeId func_decl, Bindings& bindings);
// The same of a FuncLit outside all functions: var handle = func() { ... }.
void BindLiteral(Types& types, uint32_t file, NodeId func_lit, Bindings& bindings);

}  // namespace seep::goscan
