// One family of rules over a whole scan; rules/checks/<name>.cc defines `const Check check_<name>`.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "goscan/rules/analysis.h"
#include "model/scan.h"

namespace seep::goscan {

// Where checks put what they find.
class Findings {
 public:
  explicit Findings(Analysis& analysis) : analysis_(analysis) {}

  // About a node of the function's file.
  model::ScanFinding& Add(std::string_view rule, uint32_t function, NodeId at,
                          model::ScanConfidence confidence, std::string message);
  model::SourceSpot Spot(uint32_t file, NodeId node, std::string note) const;
  // A place of no extent: the end of a body.
  model::SourceSpot SpotAt(uint32_t file, Offset offset, std::string note) const;

  std::vector<model::ScanFinding> Take();  // sorted; what two checks found alike is there once

 private:
  Analysis& analysis_;
  std::vector<model::ScanFinding> all_;
};

struct Check {
  std::string_view name;
  void (*run)(Analysis& analysis, Findings& findings) = nullptr;
};

std::span<const Check* const> AllChecks();  // generated

// The first line of a node's source, cut to a length a message can bear.
std::string Excerpt(const Tree& tree, NodeId node);

}  // namespace seep::goscan
