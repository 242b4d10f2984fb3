// Samples of a /metrics page, kept as they are; the names seep knows are read by the detectors.
#pragma once

#include <vector>

#include "base/string_table.h"

namespace seep::model {

struct MetricSample {
  StringId name;    // "grpc_server_handled_total"
  StringId labels;  // "key=value" lines, sorted, joined by '\n'
  double value = 0;
};

struct Metrics {
  std::vector<MetricSample> samples;
};

}  // namespace seep::model
