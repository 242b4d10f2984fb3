#include <cstring>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "parse/pprof_legacy/builder.h"
#include "parse/pprof_legacy/cpu_words.h"
#include "parse/pprof_legacy/formats.h"
#include "parse/pprof_legacy/java_names.h"
#include "parse/pprof_legacy/memory_map.h"

namespace seep::parse::pprof_legacy {
namespace {

using profile::LocationId;
using profile::Samples;

struct CpuHeader {
  Words words;  // behind the header
  bool is_java = false;
  int64_t period_us = 0;
};

std::optional<CpuHeader> ReadHeader(std::string_view bytes) {
  for (const WordForm form : {WordForm{4, false}, WordForm{4, true}, WordForm{8, false}, WordForm{8, true}}) {
    Words words(bytes, form);
    const uint64_t zero = words.Next(), three = words.Next(), java = words.Next(), period = words.Next(),
                   padding = words.Next();
    if (!words.failed() && zero == 0 && three == 3 && java <= 1 && period > 0 && padding == 0)
      return CpuHeader{words, java == 1, static_cast<int64_t>(period)};
  }
  return std::nullopt;
}

// Until the sample 0 1 0 or the end.
Status ReadSamples(Words& words, bool return_addresses, Builder& out) {
  const auto period = static_cast<uint64_t>(out.profile.period);
  std::vector<uint64_t> stack;
  while (!words.AtEnd()) {
    const uint64_t count = words.Next(), depth = words.Next();
    if (words.failed() || depth > words.left() / 4) return NotMine();
    stack.clear();
    for (uint64_t i = 0; i < depth; ++i) stack.push_back(words.Next());
    if (count == 0 && depth == 1 && stack[0] == 0) break;
    if (return_addresses)
      for (size_t i = 1; i < stack.size(); ++i) --stack[i];
    const int64_t values[] = {static_cast<int64_t>(count), static_cast<int64_t>(count * period)};
    out.AddSample(stack, values);
  }
  return {};
}

// The caller of the interrupted function is in truth the signal handler if (almost) all samples share it: up
// to two such frames go. One sample in 32 may be different.
void DropSignalHandlers(profile::Profile& p) {
  Samples& samples = p.samples;
  const size_t needed = samples.size() - samples.size() / 32;
  for (int round = 0; round < 2; ++round) {
    std::unordered_map<uint32_t, size_t> seen;
    LocationId handler;
    for (size_t i = 0; i < samples.size(); ++i) {
      if (samples.depth[i] < 2) continue;
      const LocationId second = samples.stack(i)[1];
      if (++seen[second.value] >= needed) handler = second;
    }
    if (!handler) return;
    for (size_t i = 0; i < samples.size(); ++i)
      if (samples.depth[i] > 1 && samples.stack(i)[1] == handler) DropSecondFrame(samples, i);
  }
}

}  // namespace

void DropDoubledLeaves(profile::Profile& p) {
  for (size_t i = 0; i < p.samples.size(); ++i) {
    const std::span<const LocationId> stack = p.samples.stack(i);
    if (stack.size() > 1 && p.locations[stack[0].value].address == p.locations[stack[1].value].address + 1)
      DropSecondFrame(p.samples, i);
  }
}

Result<profile::Profile> ReadCpu(std::string_view bytes) {
  std::optional<CpuHeader> header = ReadHeader(bytes);
  if (!header) return NotMine();
  Builder out;
  out.SetSampleTypes({{"samples", "count"}, {"cpu", "nanoseconds"}});
  out.SetPeriod({"cpu", "nanoseconds"},
                static_cast<int64_t>(static_cast<uint64_t>(header->period_us) * 1000));
  SEEP_TRY_VOID(ReadSamples(header->words, !header->is_java, out));
  if (header->is_java) {
    SEEP_TRY_VOID(ReadJavaNames(header->words.Rest(), out));
    return std::move(out.profile);
  }
  DropSignalHandlers(out.profile);
  Lines lines(header->words.Rest());
  SEEP_TRY_VOID(ReadMemoryMap(lines, out.profile));
  DropDoubledLeaves(out.profile);
  return std::move(out.profile);
}

}  // namespace seep::parse::pprof_legacy
