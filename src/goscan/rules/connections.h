// Reads from network connections, and what bounds them in time.
#pragma once

#include "goscan/rules/analysis.h"

namespace seep::goscan {

// What a call reads from, when that is a network connection, straight or through a reader, scanner or
// decoder: conn.Read(b), io.ReadFull(conn, b), bufio.NewReader(conn).ReadString('\n'); none: it reads no
// connection.
bool ReadsConnection(Analysis& analysis, const Function& function, NodeId call);

enum class Deadline : uint8_t {
  kNone,
  kMaybe,  // under a condition
  kSet,    // or somebody closes the connection at a time
  kTakenAway,
};

// What the declared function does before a node. Which connection it is done to is not asked.
Deadline DeadlineBefore(Analysis& analysis, const Function& function, NodeId node);

}  // namespace seep::goscan
