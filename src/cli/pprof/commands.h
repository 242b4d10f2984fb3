// What `seep pprof` can be told to do with a profile: print a report, make a picture of one, or show that.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pprof/report.h"

namespace seep::cli {

struct PprofCommand {
  std::string_view name;    // "svg"
  std::string_view report;  // the report it is made from: "dot"
  std::string_view title;
  std::string usage;
  bool takes_symbol = false;
  std::string_view dot_format;  // what graphviz makes of the report; empty: it is not asked
  bool pannable = false;        // a picture that a browser can drag and zoom
  std::string_view ending;      // what is not for a terminal is saved under a name that ends so
  std::string_view viewer;  // the program that shows it, with its arguments; "browser": whichever is there
  std::string_view viewer_ending;
};

// Reports and what is made of them, by name.
std::vector<PprofCommand> PprofCommands();
// Null if there is none. The view is into `all`.
const PprofCommand* FindCommand(const std::vector<PprofCommand>& all, std::string_view name);

}  // namespace seep::cli
