// What reports over a graph say in JSON (docs/pprof.schema.json). Values are integers in the unit of the
// profile; nothing is rounded.
#pragma once

#include "pprof/json.h"
#include "pprof/prepared.h"

namespace seep::pprof {

// "labels": {"key": ["text", 64], ...}; nothing where there are none.
void WriteLabels(const profile::Profile& profile, profile::LabelSetId set, Json& json);

// Members that every report begins with: schema, report, profile.
void WriteJsonHead(const Prepared& prepared, Json& json);

Status TextJson(Prepared& prepared, Json& json);       // top, text: "rows"
Status TreeJson(Prepared& prepared, Json& json);       // tree, peek: rows with "callers" and "callees"
Status DotJson(Prepared& prepared, Json& json);        // "nodes" and "edges" by index
Status CallgrindJson(Prepared& prepared, Json& json);  // the same by address

}  // namespace seep::pprof
