// Any bytes as the source of a package: names, graphs, paths and rules come to an end, and what they say lies
// in the file.
#include <cstdint>

#include "goscan/scan.h"

namespace {

using namespace seep;

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

model::ScanResource Resource(const char* id, std::vector<std::string> acquire,
                             std::vector<std::string> release) {
  model::ScanResource resource;
  resource.id = id;
  resource.noun = "it";
  resource.rule = "R1";
  resource.defer_loop_rule = "R2";
  resource.acquire = std::move(acquire);
  resource.release = std::move(release);
  return resource;
}

model::Knowledge SmallKnowledge() {
  model::Knowledge knowledge;
  auto& resources = knowledge.scan_resources;
  resources.push_back(Resource("body", {"net/http.Get", "p.open"}, {"Close"}));
  resources.back().at = "Body";
  resources.push_back(Resource("cancel", {"context.WithCancel"}, {"()"}));
  resources.back().index = 1;
  resources.push_back(Resource("mutex", {"sync.Mutex.Lock"}, {"Unlock"}));
  resources.back().held_by = "receiver";
  resources.push_back(Resource("transport", {"&net/http.Transport"}, {"CloseIdleConnections"}));
  resources.back().shared = true;
  resources.push_back(Resource("memory", {"C.malloc"}, {}));
  resources.back().release_by = {"C.free"};
  resources.push_back(Resource("rows", {"database/sql.DB.Query"}, {"Close"}));
  resources.back().drained_by = {"Next"};
  resources.back().types = {"p.T"};
  knowledge.scan_functions.ends = {"os.Exit"};
  return knowledge;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  goscan::ScanInput input;
  input.module = "p";
  input.go_version = "1.20";
  goscan::ScannedPackage package;
  package.import_path = "p";
  // Two files, so that what one declares the other may use.
  const size_t half = source.find("\npackage ", 1);
  package.files.push_back({"a.go", source.substr(0, half)});
  if (half != std::string_view::npos) package.files.push_back({"b.go", source.substr(half)});
  input.packages.push_back(std::move(package));
  const goscan::Scanned scanned = goscan::Scan(std::move(input), SmallKnowledge());
  for (const model::ScanFinding& finding : scanned.report.findings) {
    Require(!finding.rule.empty() && finding.where.line > 0 && finding.where.column > 0);
    for (const model::SourceEdit& edit : finding.edits) Require(edit.begin <= edit.end && edit.end <= size);
  }
  return 0;
}
