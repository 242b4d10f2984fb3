// What the usual metrics of a Go service say about the process itself (client_golang
// collectors/go_collector.go and process_collector.go; the same names since 0.9):
//
//   go_memstats_*                   runtime.MemStats, field by field
//   go_gc_gomemlimit_bytes          GOMEMLIMIT; 2^63-1 stands for none
//   go_gc_cycles_total_gc_cycles_total   completed collections
//   go_info{version="go1.26.8"}     the toolchain
//   process_resident_memory_bytes, process_virtual_memory_bytes, process_open_fds, process_max_fds,
//   process_start_time_seconds      as in /proc
#pragma once

#include "model/snapshot.h"
#include "parse/metrics/exposition.h"

namespace seep::parse {

void TakeKnownMetric(const ExpositionLine& line, model::Snapshot& out);

}  // namespace seep::parse
