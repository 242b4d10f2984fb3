// The rendering of `seep goroutines`.
#pragma once

#include <string>

#include "model/goroutine_list.h"
#include "report/reporter.h"

namespace seep::report {

struct ListStyle {
  size_t groups = 20;  // at most so many are shown; 0: all
  size_t frames = 8;   // of a stack; 0: all
};

std::string GoroutinesText(const model::GoroutineList& list, const model::StackTable& stacks,
                           const Style& style, const ListStyle& how);
// Schema "seep.goroutines/1", docs/goroutines.schema.json: one object for each process.
std::string GoroutinesJson(std::span<const model::GoroutineList> lists, const model::StackTable& stacks,
                           const Style& style);

}  // namespace seep::report
