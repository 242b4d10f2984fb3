// seep scan: Go source in, findings out. Reads no files itself; capture/ and pipeline/ hand them in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "goscan/types/program.h"
#include "model/knowledge.h"
#include "model/scan.h"

namespace seep::goscan {

struct ScannedPackage {
  std::string import_path;
  std::vector<FileText> files;
};

struct ScanInput {
  std::string module;
  std::string go_version;                // of go.mod; empty: not said
  std::vector<ScannedPackage> packages;  // of the module: what is judged
  Program::Finder find;                  // the source of what they import; may be empty
};

// What was read stays readable: suppressions and excerpts are of its trees.
struct Scanned {
  model::ScanReport report;
  std::unique_ptr<Program> program;
};

Scanned Scan(ScanInput input, const model::Knowledge& knowledge);

}  // namespace seep::goscan
