// How many http.Transports the client connections of a process belong to: one shared client has one, a client
// per call has as many as connections. Counted, where a heap profile would estimate.
//
// Every HTTP/1 connection has a goroutine in (*persistConn).readLoop, whose receiver is its first argument
// (net/http/transport.go, the same from Go 1.18 to 1.27):
//
//   persistConn {alt RoundTripper: two words, nil of HTTP/1; t *Transport; ...}
#pragma once

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "runtime/goroutines.h"

namespace seep::runtime {

class HttpTransports {
 public:
  explicit HttpTransports(const GoProcess& process) : process_(process) {}
  void See(const SeenGoroutine& seen);
  uint64_t connections() const { return connections_; }
  uint64_t transports() const { return transports_.size(); }

 private:
  bool IsReadLoop(uint64_t pc);

  const GoProcess& process_;
  std::unordered_map<uint64_t, bool> known_;  // by pc
  std::unordered_set<uint64_t> transports_;   // addresses
  uint64_t connections_ = 0;                  // of which the Transport is known
};

}  // namespace seep::runtime
