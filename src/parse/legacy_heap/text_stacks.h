// What the text profiles of runtime/pprof (debug=1) have in common: a line of numbers, "@" and addresses,
// then one symbolised line a frame, outermost last:
//
//   312: 1306160 [362: 5036336] @ 0x51aa72 0x51ab5b 0x451255
//   #<TAB>0x51aa71<TAB>main.store+0x51<TAB>/src/orders/main.go:19
//
// The columns are padded with tabs (text/tabwriter). Leading runtime frames are left out of the symbolised
// lines, not out of the addresses (printStackRecord). Without symbolised lines (another writer, a grep) the
// addresses are the frames.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/cursor.h"
#include "model/stack_table.h"

namespace seep::parse {

// The frame of a symbolised line; nothing if it is none.
std::optional<model::FrameId> ReadFrameLine(std::string_view line, model::StackTable& stacks);

// The frames of one record: `addresses` is what follows "@", and the symbolised lines that follow are taken
// from `in`. Comment lines of another kind ("# labels: ...") are passed over. False if an address is none.
bool ReadTextStack(std::string_view addresses, Cursor& in, model::StackTable& stacks,
                   std::vector<model::FrameId>& out);

}  // namespace seep::parse
