#include "runtime/idle_thread.h"

#include <string_view>

namespace seep::runtime {
namespace {

constexpr int kMostFrames = 32;

bool IsRuntime(std::string_view name) {
  return name.starts_with("runtime.") || name.starts_with("internal/runtime/") ||
         name.starts_with("runtime/internal/");
}

// runtime/proc.go, Go 1.18 to 1.27: schedule() sends a thread to stopm() or has it wait for the network only
// if no goroutine is locked to it, and one is locked while C code that called Go is on the stack
// (cgocallbackg). sysmon() has a thread of its own.
bool IsWaitingForWork(std::string_view name) {
  return name == "runtime.stopm" || name == "runtime.sysmon" || name == "runtime.netpoll";
}

bool IsOutermost(std::string_view name) {
  return name == "runtime.mstart" || name == "runtime.mcall";
}

}  // namespace

bool IsIdleThread(const GoProcess& process, uint64_t pc, uint64_t sp) {
  bool waiting = false;
  for (int i = 0; i < kMostFrames; ++i) {
    // The system call instruction is just behind; a return address may be the next function's first byte.
    const uint64_t at = pc - 1;
    const auto place = process.functions.Find(at);
    if (!place) return false;
    const std::string_view name = place->function().name;
    if (!IsRuntime(name)) return false;
    if (IsOutermost(name)) return waiting;
    waiting = waiting || IsWaitingForWork(name);
    const auto size = place->table->FrameSize(place->index, at);
    if (!size) return false;
    const auto caller = process.image->Value<uint64_t>(sp + *size);
    if (!caller) return false;
    pc = *caller;
    sp += *size + sizeof(uint64_t);
  }
  return false;
}

}  // namespace seep::runtime
