// What `seep pprof` can be told to do with a profile: print a report, or make something of one (a picture, a
// page).
#pragma once

#include <string_view>
#include <vector>

#include "pprof/report.h"

namespace seep::cli {

struct PprofCommand {
  std::string_view name;    // "svg"
  std::string_view report;  // the report it is made from: "dot"
  std::string_view title;
  std::string_view usage;
  bool takes_symbol = false;
  std::string_view dot_format;  // handed to graphviz
  std::string_view ending;      // what is not for a terminal is saved under a name that ends so
};

// Reports and what is made of them, by name.
std::vector<PprofCommand> PprofCommands();

}  // namespace seep::cli
