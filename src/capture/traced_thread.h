// A thread of another process, held by ptrace(2). Its end lets go of it.
#pragma once

#include <signal.h>
#include <sys/types.h>
#include <sys/user.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

namespace seep::capture {

class TracedThread {
 public:
  // Stops the thread where it is.
  static Result<TracedThread> Seize(pid_t process, pid_t thread);
  TracedThread(TracedThread&& other) noexcept;
  TracedThread& operator=(TracedThread&&) = delete;
  ~TracedThread();

  Result<user_regs_struct> Registers() const;
  Status SetRegisters(const user_regs_struct& registers);
  Result<uint64_t> SignalMask() const;
  Status SetSignalMask(uint64_t mask);
  Status WriteCode(uint64_t address, std::span<const uint64_t> words);  // also where it may not write itself

  // A system call by the thread, which has stopped with `at`: the instruction is the one at `instruction`.
  Result<uint64_t> Call(const user_regs_struct& at, uint64_t instruction, uint64_t number,
                        std::span<const uint64_t> arguments);

  Status Resume();
  Status Interrupt();  // and waits until it has stopped
  // Nothing while it runs.
  struct Stop {
    int signal = 0;      // one it is about to get; 0: stopped for another reason
    bool ended = false;  // the process has
  };
  Result<std::optional<Stop>> Poll();
  void Delay(int signal) { delayed_.push_back(signal); }
  Status Detach();  // signals that came in between are sent again

 private:
  TracedThread(pid_t process, pid_t thread) : process_(process), thread_(thread) {}
  Result<Stop> Wait();
  Status WaitForInterrupt();
  std::unexpected<Error> Gone() const;

  pid_t process_, thread_;
  bool held_ = true, running_ = false;
  std::vector<int> delayed_;
};

}  // namespace seep::capture
