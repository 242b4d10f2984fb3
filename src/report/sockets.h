// The rendering of `seep sockets`.
#pragma once

#include <span>
#include <string>

#include "model/socket_list.h"
#include "report/reporter.h"

namespace seep::report {

// At most `groups` groups; 0: all. With style.verbosity > 0 every socket has a line.
std::string SocketsText(const model::SocketList& list, const model::StackTable& stacks, const Style& style,
                        size_t groups);
// A process and the table its stacks are of; both the caller's.
struct SocketTarget {
  const model::SocketList* list;
  const model::StackTable* stacks;
};
// Schema "seep.sockets/1", docs/sockets.schema.json: one object for each process.
std::string SocketsJson(std::span<const SocketTarget> targets, const Style& style);

}  // namespace seep::report
