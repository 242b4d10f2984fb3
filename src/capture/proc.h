// A process of this host as /proc shows it. /proc/PID/environ and cmdline are never kept: they hold secrets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/round.h"

namespace seep::capture {

// kNotFound when there is no such process.
Status CheckProcess(const std::string& proc_root, uint64_t pid);

// Every process of this host but the one that asks, by pid.
std::vector<uint64_t> Processes(const std::string& proc_root);

// Where the file that a process knows as `path` is read from here: its executable whatever became of its
// name, and what lies in a container in that.
std::string FileOfProcess(const std::string& proc_root, uint64_t pid, const std::string& path);

// "proc/fd" (lines "FD LINKTARGET"), "net/sock_diag" (where it is refused: "proc/net/tcp", "proc/net/tcp6")
// and "net/keepalive": taken next to the goroutine dump they are joined with.
void TakeSockets(const CaptureOptions& options, uint64_t pid, Round& round);

// "proc/threads", "proc/status", "proc/stat", "proc/limits", "proc/smaps_rollup", "proc/smaps",
// "proc/cgroup/memory.*": taken next to the MemStats they are compared with. The cgroup files are those of
// version 2; version 1 is given their names.
void TakeMemory(const CaptureOptions& options, uint64_t pid, Round& round);

// A file of unknown size (all of /proc) up to `limit` bytes, in blocks of 1 MiB: the kernel renders
// /proc/PID/smaps anew from the position for each read, so small reads of large maps are slow and torn.
Result<std::string> ReadWhole(const std::string& path, uint64_t limit);

}  // namespace seep::capture
