// Golden files in tests/report/: golden_test.cc.
#pragma once

#include <string>

namespace seep::report {

// SEEP_UPDATE_GOLDEN=1 rewrites the file instead (tools/update_golden.sh); look at the diff before committing
// it.
void ExpectGolden(const std::string& name, const std::string& actual);
// A file of the source tree; a failure of the test when it is not there.
std::string ReadSource(const std::string& path);

}  // namespace seep::report
