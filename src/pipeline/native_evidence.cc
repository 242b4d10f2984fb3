#include "pipeline/native_evidence.h"

#include <fmt/format.h>

#include <utility>

#include "base/cursor.h"
#include "capture/process_memory.h"
#include "pipeline/native.h"
#include "pipeline/native_process.h"
#include "pprof/encode.h"

namespace seep::pipeline {
namespace {

constexpr char kName[] = "native";
constexpr uint64_t kRate = 512 << 10;

// Empty where there is nothing to say: not sampled, and nobody asked for it.
Result<Bytes> Profile(uint64_t pid, bool wanted, Time at, const OutsideOptions& options) {
  auto samples = ReadNativeProcess(pid, options);
  if (!samples && !wanted) return Bytes();
  if (!samples) return Fail(std::move(samples.error()));
  // At the first look the sampler has only just come.
  if (samples->samples == 0) return Bytes();
  SEEP_TRY(NativeResult result, ReadNative({*samples}, Log{}));
  // It is of this moment, and of what was allocated since the sampler came.
  result.profile.duration_nanos = UnixNanos(at) - result.profile.time_nanos;
  result.profile.time_nanos = UnixNanos(at);
  return Bytes(pprof::EncodeGzip(result.profile));
}

}  // namespace

void NativeEvidence::Take(const capture::InsideRequest& request, capture::Round& round) {
  Cursor in(request.target);
  const auto pid = in.Decimal();
  if (!pid || !in.AtEnd()) return;  // a core file
  const Time at = round.Now();
  const std::string source = fmt::format("native sampler in pid {}", *pid);
  if (inject_ && asked_.insert(*pid).second) {
    const auto switched = SwitchNativeSampler(*pid, true, kRate, options_);
    if (!switched) {
      round.AddError(kName, source, at, switched.error());
      return;
    }
    if (!switched->already) on_.push_back(*pid);
  }
  auto bytes = Profile(*pid, inject_, at, options_);
  if (!bytes)
    round.AddError(kName, source, at, std::move(bytes.error()));
  else if (!bytes->empty())
    round.Add(kName, source, at, std::move(*bytes));
}

void NativeEvidence::End(const Log& log) {
  for (const uint64_t pid : std::exchange(on_, {})) {
    const auto off = SwitchNativeSampler(pid, false, 0, options_);
    if (!off && off.error().code != ErrorCode::kNotFound)
      log.Warn(fmt::format("the native sampler is still on: {}; seep native {} --off switches it off",
                           off.error().Text(), pid));
  }
}

}  // namespace seep::pipeline
