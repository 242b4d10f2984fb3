// The threads of a process, a line each: its number, its stack pointer in hexadecimal or "-" while it runs,
// and its name, which may hold anything (/proc/PID/task/TID/{syscall,comm}; capture/proc):
//
//   # seep threads 1
//   4711 7ffd5a1b2c30 orders
//   4712 - orders
#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

constexpr std::string_view kFirstLine = "# seep threads 1\n";

bool SniffThreads(const Sample& sample) {
  return sample.head.starts_with(kFirstLine);
}

Result<std::vector<model::Snapshot>> ParseThreads(const model::Artifact&, std::string_view bytes, Context&) {
  Cursor in(bytes);
  if (!in.Skip(kFirstLine))
    return Fail(ErrorCode::kBadInput,
                "expected \"# seep threads 1\", found: " + Printable(bytes.substr(0, 40)));
  model::Snapshot out;
  out.threads.emplace();
  uint64_t unreadable = 0;
  while (!in.AtEnd()) {
    Cursor line(in.Line());
    model::Thread thread;
    const auto id = line.Decimal();
    const bool space = line.Skip(' ');
    if (!line.Skip('-')) {
      thread.stack_pointer = line.Hex();
      if (!thread.stack_pointer) ++unreadable;
    }
    if (!id || !space) {
      ++unreadable;
      continue;
    }
    thread.id = *id;
    line.SkipSpaces();
    thread.name = Printable(line.Rest());
    out.threads->push_back(std::move(thread));
  }
  if (unreadable > 0)
    out.gaps.push_back({"threads", Plural(unreadable, "line") + " could not be read", "take it again"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_threads;
constinit const Format format_proc_threads = {
    .name = "proc/threads", .sniff = &SniffThreads, .parse = &ParseThreads};

}  // namespace seep::parse
