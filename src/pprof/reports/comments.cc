#include "pprof/json.h"
#include "pprof/prepared.h"
#include "pprof/writer.h"

namespace seep::pprof {
extern const Report report_comments;

namespace {

Status Print(Prepared& prepared, Writer& out) {
  for (StringId comment : prepared.profile.comments) out << prepared.profile.text(comment) << "\n";
  return {};
}

Status PrintJson(Prepared&, Json&) {
  return {};  // they are said at every report's head
}

}  // namespace

constinit const Report report_comments = {
    .name = "comments",
    .title = "What is remarked in the profile",
    .print = &Print,
    .json = &PrintJson,
};

}  // namespace seep::pprof
