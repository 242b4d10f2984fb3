// Changes of the source that are certain to be right.
#pragma once

#include <vector>

#include "goscan/rules/holding.h"
#include "model/scan.h"

namespace seep::goscan {

// `defer resp.Body.Close()` after the check of the error; none where that is not certain: in loops, where the
// check is no plain return, or where it would free twice.
std::vector<model::SourceEdit> DeferEdit(Analysis& analysis, const Site& site, const Outcome& outcome);

// db.Query for db.Exec where the rows are dropped: `_, err := db.Query(...)`.
std::vector<model::SourceEdit> ExecEdit(Analysis& analysis, const Site& site);

// make(chan T, 1) for make(chan T) and make(chan T, 0).
model::SourceEdit RoomEdit(Analysis& analysis, uint32_t file, NodeId make);

// `statement`, alone on its line, before `before`, which is the first on its own; none where either is not
// so.
std::vector<model::SourceEdit> MoveEdit(Analysis& analysis, uint32_t file, NodeId statement, NodeId before);

}  // namespace seep::goscan
