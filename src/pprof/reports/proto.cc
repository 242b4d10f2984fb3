#include "pprof/encode.h"
#include "pprof/prepared.h"
#include "pprof/writer.h"
#include "profile/measurement.h"

namespace seep::pprof {
extern const Report report_proto;

namespace {

Status Print(Prepared& prepared, Writer& out) {
  if (prepared.ratio > 0 && prepared.ratio != 1)
    for (int64_t& value : prepared.profile.samples.values)
      value = profile::ToInt64(static_cast<double>(value) * prepared.ratio);
  out.text() += EncodeGzip(prepared.profile);
  return {};
}

}  // namespace

constinit const Report report_proto = {
    .name = "proto",
    .title = "The profile as gzipped protobuf",
    .untrimmed = true,
    .granularity = "addresses",
    .ending = "pb.gz",
    .print = &Print,
};

}  // namespace seep::pprof
