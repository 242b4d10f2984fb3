// The rendering of `seep heap`.
#pragma once

#include <string>

#include "model/heap_view.h"
#include "report/reporter.h"

namespace seep::report {

struct HeapStyle {
  size_t sites = 10;    // at most so many are shown; 0: all
  size_t classes = 10;  // the same
  size_t calls = 4;     // of a stack; 0: all
};

std::string HeapText(const model::HeapView& view, const Style& style, const HeapStyle& how);
// Schema "seep.heap/1", docs/heap.schema.json.
std::string HeapJson(const model::HeapView& view, const Style& style);

}  // namespace seep::report
