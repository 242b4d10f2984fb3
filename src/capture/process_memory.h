// The memory of a running process, read without stopping it: process_vm_readv(2) in batches, /proc/PID/mem
// where a seccomp filter or an old kernel refuses that call. Both need PTRACE_MODE_ATTACH (ptrace(2)): the
// same user and a dumpable process, or CAP_SYS_PTRACE, and Yama's consent. Nothing is written, no signal
// sent, no thread stopped.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/process_image.h"

namespace seep::capture {

class ProcessMemory final : public model::ProcessImage {
 public:
  // kNotFound: no such process. kPermission: the error says which of the conditions is missing and how to get
  // it.
  static Result<std::unique_ptr<ProcessMemory>> Open(const std::string& proc_root, uint64_t pid);
  ~ProcessMemory() override;

  void Read(std::span<model::ReadPart> parts) const override;
  const std::vector<model::MemoryRange>& ranges() const override { return ranges_; }
  bool Replaced() const override;

  uint64_t pid() const { return pid_; }
  // Go's nanotime in that process: CLOCK_MONOTONIC, moved where it lives in a time namespace of its own
  // (time_namespaces(7)).
  uint64_t Nanotime() const;
  // The executable, whatever mount namespace it is in and even if it was deleted or replaced since:
  // /proc/PID/exe.
  Result<Bytes> Executable(uint64_t max_file) const;

 private:
  ProcessMemory(std::string proc, uint64_t pid) : proc_(std::move(proc)), pid_(pid) {}
  Status ReadRanges();
  Status ReadProbe();
  size_t ReadBatch(std::span<model::ReadPart> parts) const;
  bool ReadMem(model::ReadPart& part) const;

  std::string proc_;  // "/proc/4711"
  uint64_t pid_;
  std::string identity_;  // start time, place of the stack, executable; "" once it has ended
  std::vector<model::MemoryRange> ranges_;
  int mem_ = -1;  // /proc/PID/mem, where process_vm_readv is refused
};

// What a failed attempt to read `pid` lacks, and what to do: for the error, and for `seep doctor`-like advice
// in docs.
Error ExplainDenied(const std::string& proc_root, uint64_t pid);

}  // namespace seep::capture
