// Comparing with golden files, for the other tests of this folder.
#include "report/golden_for_test.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace seep::report {

std::string ReadSource(const std::string& path) {
  std::ifstream file(std::string(SEEP_SOURCE_DIR) + "/" + path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path << " is missing: run tools/update_golden.sh";
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string path = "tests/report/" + name;
  if (std::getenv("SEEP_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(std::string(SEEP_SOURCE_DIR) + "/" + path, std::ios::binary) << actual;
    return;
  }
  EXPECT_EQ(ReadSource(path), actual) << path << " differs: run tools/update_golden.sh if that is intended";
}

}  // namespace seep::report
