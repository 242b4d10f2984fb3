// Sockets of targets, with the goroutines that wait on them, for `seep sockets`.
#pragma once

#include <string>
#include <vector>

#include "detect/socket_groups.h"
#include "pipeline/pipeline.h"

namespace seep::pipeline {

// What one target has: a process, or all processes of a bundle or folder.
struct SocketLists {
  model::StackTable stacks;
  std::vector<model::SocketList> lists;  // one a process
};

// Of a running process: its descriptors, the kernel's list of sockets and, where it is a Go program, its
// poller and goroutines, out of its memory. Of all else: whatever evidence of sockets it has; of the newest
// moment.
// In their order; one that has none is a warning while others have. Processes of one network namespace share
// one look at it.
Result<std::vector<SocketLists>> ListSockets(const std::vector<std::string>& targets, const Options& options,
                                             const detect::SocketOptions& groups, const capture::Clock& clock,
                                             const Log& log);

}  // namespace seep::pipeline
