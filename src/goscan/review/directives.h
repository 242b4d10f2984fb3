// Comments that set findings aside, in the forms people already write:
//
//   //nolint   //nolint:seep,bodyclose // reason        golangci-lint
//   //seep:ignore R103,R104 reason                      ours
//   //lint:ignore R103 reason  //lint:file-ignore ...   staticcheck
//   //noinspection GoResourceLeak                       GoLand
//   // #nosec G112 -- reason                            gosec
//
// A comment at the end of a line speaks for that line, and for the whole declaration that begins on it. One
// on a line of its own speaks for the statement or declaration that begins on the next line of code; above
// the package clause, for the file.
#pragma once

#include <string>
#include <vector>

#include "goscan/syntax/ast.h"
#include "model/scan.h"
#include "model/scan_review.h"

namespace seep::goscan {

struct Directive {
  model::ScanSuppression said;     // file left empty
  std::vector<std::string> names;  // empty: every rule
  uint32_t first_line = 0, last_line = 0;
};

// By line.
std::vector<Directive> ReadDirectives(const Tree& tree);

// Whether the directive names the rule: by id, by name, by a name other tools have for it, or as a whole.
bool Names(const Directive& directive, const model::ScanRule& rule);

}  // namespace seep::goscan
