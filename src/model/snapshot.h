// All evidence of one process at one moment. A parser fills the fields its format knows and leaves the rest
// empty; assemble/ joins such fragments into whole snapshots and snapshots into series.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/goroutine.h"
#include "model/memory.h"
#include "model/metrics.h"
#include "model/net.h"
#include "model/profile.h"

namespace seep::model {

// What is missing, why, and the command or step that would supply it.
struct Gap {
  std::string what;  // "sockets"
  std::string why;   // "no pid was given"
  std::string how;   // "seep diagnose --pid 4711"
  auto operator<=>(const Gap&) const = default;
};

// Who the evidence is about. Empty fields: not said.
struct Process {
  std::string name;  // for people: "orders"
  std::optional<uint64_t> pid;
  std::string host;
  std::string go_version;  // "go1.26.8"
  std::string build_id;
  std::string main_binary;
  std::string cmdline;
  std::optional<Time> started;
};

// One piece of evidence: for -v and the report's list of sources.
struct Source {
  std::string kind;    // "heap", "goroutine debug=2", "proc/status"
  std::string origin;  // file or URL
  std::optional<Time> at;
  uint64_t bytes = 0;
};

struct Snapshot {
  std::optional<Time> at;  // the evidence's own time; else the capture's; else the file's
  Process process;
  std::vector<Source> sources;
  std::vector<Gap> gaps;

  std::optional<GoroutineDump> dump;           // debug=2, SIGQUIT
  std::optional<GoroutineProfile> goroutines;  // proto, debug=1
  std::optional<GoroutineProfile> leaked;      // goroutineleak
  std::optional<Profile> heap;                 // inuse_* (allocs profiles carry the same samples)
  // Memory that C code allocated: alloc_objects, alloc_space, inuse_objects, inuse_space by stacks of C and
  // Go frames. Told from a Go heap profile by its period type, "native_space"/"bytes".
  std::optional<Profile> native;
  std::optional<Profile> block, mutex, cpu;
  std::optional<uint64_t> threads_created;  // threadcreate total
  std::optional<MemStats> mem_stats;
  std::optional<Metrics> metrics;
  std::optional<ProcStatus> status;
  std::optional<SmapsRollup> smaps_rollup;
  std::optional<std::vector<Mapping>> smaps;
  std::optional<std::vector<Thread>> threads;
  std::optional<CHeap> c_heap;
  std::optional<Limits> limits;
  std::optional<std::vector<Fd>> fds;
  // Sockets of the network namespace (sock_diag, or /proc/PID/net/tcp{,6}); those of the process are the ones
  // whose inode is in `fds`.
  std::optional<std::vector<Socket>> sockets;
  std::optional<std::vector<FdKeepalive>> keepalives;  // of some sockets of the process
  std::optional<std::vector<PollDescriptor>> poll_descriptors;
  bool poll_complete = true;  // false: there may be others
  std::optional<Cgroup> cgroup;
  std::vector<CountedObjects> counted;
  std::vector<std::pair<uint64_t, uint64_t>> go_arenas;    // address space of the Go heap: {begin, end}
  std::vector<std::pair<uint64_t, uint64_t>> go_metadata;  // memory the Go runtime keeps its own records in
  std::optional<uint64_t> start_ticks;  // /proc/PID/stat field 22: changes when the pid is another process
  std::optional<uint64_t> cpu_ticks;    // utime + stime
};

// Snapshots of one process in time order; at least one. All stacks live in one StackTable.
struct Series {
  Process process;
  std::vector<Snapshot> snapshots;
  std::vector<Gap> gaps;  // of the series as a whole: "restarted between 2 and 3"
};

}  // namespace seep::model
