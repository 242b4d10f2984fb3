// knowledge/*.yaml -> model::Knowledge. Not a Format: knowledge is never sniffed, it is embedded or named by
// --knowledge.
//
// A file is a map of any of these lists; the keys of an entry are the fields of its struct in
// model/knowledge.h:
//
//   patterns:                    model::Pattern; role: pile|companion|evidence|benign, driver:
//   code|clients|load|defect
//     - id: http-client-write
//       any_of:                  model::Signature; one word may stand for a list of one
//         - {wait: select, top: net/http.(*persistConn).writeLoop}
//   findings:                    model::FindingText
//   owners:                      model::Owner, known by its object
//   standard_packages:           import paths
//
// An entry whose id an earlier file has used changes that entry: the keys it names are replaced, the others
// stay.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/embedded.h"
#include "base/result.h"
#include "model/knowledge.h"

namespace seep::parse {

// Adds one file; on an error `knowledge` is as before. `name` is the file's name for errors.
Status AddKnowledge(std::string_view yaml, const std::string& name, model::Knowledge& knowledge);

// What one file cannot see: every pattern and owner speaks for a finding that has a text, `see` names
// findings or documents (docs/...). For after the last AddKnowledge.
Status CheckKnowledge(const model::Knowledge& knowledge);

// The embedded files: added in order, an id used by two files is an error, checked.
Result<model::Knowledge> ParseKnowledge(std::span<const EmbeddedFile> files);

}  // namespace seep::parse
