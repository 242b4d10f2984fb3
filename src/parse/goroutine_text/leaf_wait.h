// What a goroutine waits for, from frames alone, where debug=2 and debug=1 hide the runtime's own frames.
#pragma once

#include <span>
#include <string_view>

#include "model/goroutine.h"
#include "model/stack_table.h"

namespace seep::parse {

// The innermost few frames decide; kUnknown where they do not (a channel operation is made by hidden frames
// only).
model::Wait WaitFromVisibleFrames(const model::StackTable& stacks,
                                  std::span<const model::FrameId> innermost_first);

// `printed` made sharper by the stack: "semacquire" has meant a Mutex (< 1.20), a WaitGroup (< 1.24) or a
// Cond (< 1.11).
model::Wait RefineWait(model::Wait printed, const model::StackTable& stacks, model::StackId stack);

}  // namespace seep::parse
