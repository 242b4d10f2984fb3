// Which goroutine waits for which file descriptor, and whether a deadline will end its wait: the runtime's
// pollDescs (runtime/netpoll.go, Go 1.18 to 1.27), one for each descriptor the network poller knows.
//
//   pollDesc {*link, uintptr fd, ..., rg, wg: the g parked reading, writing, or 0, 1, 2, ..., bool closing,
//             ..., i64 rd, ..., i64 wd: deadlines in nanotime, -1 expired, 0 none, *self}
//
// They lie in blocks outside of the heap that no variable leads to but a list of free ones. A goroutine that
// waits has the address of its pollDesc on its stack, and a pollDesc holds its own address: that is how the
// first of a block is recognised; the others lie around it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/goroutines.h"

namespace seep::runtime {

struct PollDescriptor {
  int32_t fd = -1;
  uint64_t reader = 0, writer = 0;                // goid of who is parked on it; 0: nobody
  int64_t read_deadline = 0, write_deadline = 0;  // nanotime; -1 expired, 0 none
};

class PollDescriptors {
 public:
  explicit PollDescriptors(const GoProcess& process);
  // Of every goroutine that is read: notes those that wait for the poller, and finds where its pollDescs are.
  void See(const SeenGoroutine& seen);
  // All that are in use now, by fd.
  std::vector<PollDescriptor> Read() const;

 private:
  void LookAround(uint64_t address);

  const GoProcess& process_;
  uint8_t io_wait_ = 0;                           // number of "IO wait"
  std::unordered_map<uint64_t, uint64_t> goids_;  // of those that wait, by the address of their g
  std::unordered_set<uint64_t> waited_for_;       // g addresses that the pollDescs found name
  std::unordered_set<uint64_t> chunks_;           // looked through
  std::vector<uint64_t> found_;                   // addresses of pollDescs, used or free
};

// "# seep poll descriptors 1" and a line for each: "37 reader=1523 writer=- read=none write=1500ms". `now`:
// nanotime of the process; where it is not known, a deadline is said to be armed and no more.
std::string PollDescriptorText(const std::vector<PollDescriptor>& descriptors, std::optional<uint64_t> now);

}  // namespace seep::runtime
