// HTTP/1 client connections as goroutines show them: one readLoop and one writeLoop each. Shared by the
// detectors that ask why there are so many.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "detect/analysis.h"

namespace seep::detect {

struct ClientConnections {
  std::vector<uint64_t> idle;     // readLoop waits for the next response: idle, or a call is under way
  std::vector<uint64_t> unread;   // readLoop waits for a body to be finished
  std::vector<uint64_t> waiting;  // calls under way: goroutines in roundTrip
  std::vector<uint64_t> readers;  // goroutines reading a body right now
  std::vector<uint64_t> total;    // idle + unread
  uint64_t goroutines = 0;        // newest: readLoops and writeLoops
  std::optional<Lives> lives;  // of connections: born, died, stayed (moves between the states are no events)
  std::vector<std::pair<model::StackId, uint64_t>> stacks;
  double heap_bytes = 0;            // live under net/http's client
  std::optional<uint64_t> sockets;  // ESTABLISHED, dialled
  size_t remotes = 0;               // distinct peers of those
  // Counted in memory: different http.Transports, and connections that were followed to one.
  std::optional<model::CountedObjects> first_transports, transports;  // of the first and the newest
  std::string busiest_remote;

  // New connections brought clients of their own with them; and a few clients have them all. Both false: not
  // counted, or neither. That there are many clients says nothing: a service may have one for each of its
  // customers.
  bool NewTransports() const;
  bool SharedTransports() const {
    return transports && 2 * transports->holders >= now() && 10 * transports->objects <= transports->holders;
  }

  uint64_t now() const { return total.empty() ? 0 : total.back(); }
  // Connections nobody uses at this moment.
  uint64_t Unused(size_t k) const { return idle[k] > waiting[k] ? idle[k] - waiting[k] : 0; }
};

ClientConnections GatherClientConnections(const Analysis& analysis);

// Births per second, deaths and the mean life, from whichever evidence has them.
struct Flow {
  std::optional<double> per_second;  // new objects
  std::string from;                  // "goroutine ids", "allocations in the heap profile"
  std::optional<double> life_seconds;
  bool turnover = false;    // the count is held: as many go as come
  bool only_grows = false;  // none go
  bool falling = false;
};
Flow FlowOf(const ClientConnections& connections, const std::vector<OwnerSite>& owners,
            const Analysis& analysis);

}  // namespace seep::detect
