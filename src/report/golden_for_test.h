// Golden files in tests/report/: golden_test.cc.
#pragma once

#include <string>

#include "report/reporter.h"

namespace seep::report {

// SEEP_UPDATE_GOLDEN=1 rewrites the file instead (tools/update_golden.sh); look at the diff before committing
// it.
void ExpectGolden(const std::string& name, const std::string& actual);
// 80 columns without colour, of version 0.1.
inline Style PlainStyle() {
  Style style;
  style.version = "0.1";
  return style;
}
// A file of the source tree; a failure of the test when it is not there.
std::string ReadSource(const std::string& path);

}  // namespace seep::report
