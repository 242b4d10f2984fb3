#include "pipeline/outside.h"

#include <fmt/format.h>

#include "base/cursor.h"
#include "capture/owner.h"
#include "capture/process_memory.h"

namespace seep::pipeline {

Result<Outside> OpenOutside(const std::string& target, const OutsideOptions& options) {
  Cursor in(target);
  const auto pid = in.Decimal();
  if (!pid || !in.AtEnd())
    return Fail(ErrorCode::kUsage, fmt::format("\"{}\": expected a pid", target), "",
                "pgrep -f NAME prints the pids of a program");
  SEEP_TRY(auto memory, capture::ProcessMemory::Open(options.proc_root, *pid));
  auto go = runtime::OpenGoProcess(*memory);
  if (!go) {
    Error error = std::move(go.error());
    if (error.where.empty()) error.where = fmt::format("pid {}", *pid);
    return Fail(std::move(error));
  }
  Outside outside;
  outside.now = memory->Nanotime();
  outside.image = std::move(memory);
  outside.go = std::move(*go);
  outside.pid = *pid;
  outside.name = capture::ProcessName(options.proc_root, *pid);
  return outside;
}

}  // namespace seep::pipeline
