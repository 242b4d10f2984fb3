// /proc/PID/stat (man proc_pid_stat; fs/proc/array.c do_task_stat): one line of numbers,
//
//   4711 (orders (v2)) S 1 4711 4711 0 -1 4194560 ...
//
// Field 2 is the name in parentheses and may hold spaces and parentheses itself: the LAST ")" ends it. Field
// 14 is utime, 15 stime, 22 starttime, all in ticks (USER_HZ, 100 a second); starttime counts from boot and
// tells one process from a later one with the same pid. seep's own capture adds a line of /proc/stat (the
// host's, man proc_stat), which says when the counting began:
//
//   btime 1795287733
#include <optional>

#include "base/cursor.h"
#include "base/text.h"
#include "base/time.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

bool SniffStat(const Sample& sample) {
  Cursor in(sample.head);
  if (!in.Decimal() || !in.Skip(" (")) return false;
  const std::string_view line = in.Line();
  const size_t end = line.rfind(')');
  return end != line.npos && line.size() > end + 3 && line[end + 1] == ' ' && line[end + 2] >= 'A' &&
         line[end + 3] == ' ';
}

constexpr uint64_t kTicksPerSecond = 100;        // USER_HZ, on every architecture that Go runs on
constexpr uint64_t kLastSecond = 4'102'444'800;  // the year 2100: what is later is no time

std::optional<Time> Started(std::string_view boot_line, uint64_t start_ticks) {
  Cursor in(boot_line);
  if (!in.Skip("btime ")) return std::nullopt;
  const auto boot = in.Decimal();
  const uint64_t since_boot = start_ticks / kTicksPerSecond;
  if (!boot || *boot > kLastSecond || since_boot > kLastSecond - *boot) return std::nullopt;
  return FromUnixNanos(static_cast<int64_t>(*boot + since_boot) * 1'000'000'000);
}

Result<std::vector<model::Snapshot>> ParseStat(const model::Artifact&, std::string_view bytes, Context&) {
  const auto failed = [&] {
    return Fail(ErrorCode::kBadInput,
                "expected /proc/PID/stat ('4711 (name) S ...', 22 fields and more), found: " +
                    Printable(bytes.substr(0, 60)));
  };
  Cursor whole(bytes);
  const std::string_view line = whole.Line();
  Cursor in(line);
  const auto pid = in.Decimal();
  const size_t end = line.rfind(')');
  if (!pid || end == line.npos) return failed();
  in = Cursor(line.substr(end + 1));
  model::Snapshot out;
  uint64_t ticks = 0;
  for (int field = 3; field <= 22; ++field) {
    in.SkipSpaces();
    const std::string_view word = in.Word();
    if (word.empty()) return failed();
    if (field != 14 && field != 15 && field != 22) continue;
    Cursor digits(word);
    const auto value = digits.Decimal();
    if (!value) return failed();
    if (field == 22)
      out.start_ticks = *value;
    else
      ticks += *value;
  }
  out.process.pid = pid;
  out.cpu_ticks = ticks;
  out.process.started = Started(whole.Line(), *out.start_ticks);
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_stat;
constinit const Format format_proc_stat = {
    .name = "proc/stat", .priority = 100, .sniff = SniffStat, .parse = ParseStat};

}  // namespace seep::parse
