// Which goroutine waits for which file descriptor, and whether a deadline will end its wait: the runtime's
// pollDescs (runtime/netpoll.go, Go 1.18 to 1.27), one for each descriptor the network poller knows.
//
//   pollDesc {*link, uintptr fd, ..., rg, wg: the g parked reading, writing, or 0, 1, 2, ..., bool closing,
//             ..., i64 rd, ..., i64 wd: deadlines in nanotime, -1 expired, 0 none, *self}
//
// They lie in chunks outside of the heap that no variable leads to but a list of free ones. A goroutine that
// waits has the address of its pollDesc on its stack, and a pollDesc holds its own address: that is how the
// first is recognised. It tells the list of chunks, and all others are in those.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
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
  // Whether there can be no others. False where nobody waited, so that the first was not found, and where
  // the list of chunks was not.
  bool complete() const { return complete_; }

 private:
  void LookFrom(uint64_t first);
  void LookThrough(uint64_t begin, uint64_t end);

  const GoProcess& process_;
  uint8_t io_wait_ = 0;                           // number of "IO wait"
  std::unordered_map<uint64_t, uint64_t> goids_;  // of those that wait, by the address of their g
  bool looked_ = false, complete_ = false;
  std::vector<uint64_t> found_;  // addresses of pollDescs, used or free
};

// "# seep poll descriptors 1" and a line for each: "37 reader=1523 writer=- read=none write=1500ms". `now`:
// nanotime of the process; where it is not known, a deadline is said to be armed and no more.
std::string PollDescriptorText(const std::vector<PollDescriptor>& descriptors, bool complete,
                               std::optional<uint64_t> now);

}  // namespace seep::runtime
