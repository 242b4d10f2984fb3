// A report in the form the flags ask for, and the exit status that goes with it.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "cli/terminal.h"
#include "pipeline/pipeline.h"

namespace seep::cli {

struct OutputFlags {
  std::map<std::string, bool> chosen;        // by reporter name: to stdout instead of the text
  std::map<std::string, std::string> files;  // by reporter name: written beside it
  int verbose = 0;
  bool quiet = false;
  bool strict = false;

  // One flag a report form, made from the list of forms.
  void Add(CLI::App& app);
  int verbosity() const { return quiet ? -1 : verbose; }
  bool talks() const;  // the terminal text is what is printed
};

// Prints and writes; returns the exit status.
int Deliver(const pipeline::Outcome& outcome, const OutputFlags& flags, const report::Style& style);

}  // namespace seep::cli
