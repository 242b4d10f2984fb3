// /proc/PID/status (man proc_pid_status; fs/proc/array.c, fs/proc/task_mmu.c): "Key:<TAB>value" lines. Kernel
// threads and zombies have no Vm lines; RssAnon, RssFile and RssShmem came with Linux 4.5.
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

bool SniffStatus(const Sample& sample) {
  const std::string_view head = sample.head;
  if (!head.starts_with("Name:") && !head.starts_with("VmPeak:") && !head.starts_with("VmRSS:")) return false;
  return head.find("\nState:") != head.npos || head.find("VmRSS:") != head.npos ||
         head.find("\nUmask:") != head.npos;
}

void SetField(const ProcField& field, model::ProcStatus& out) {
  struct Name {
    std::string_view key;
    std::optional<uint64_t> model::ProcStatus::* member;
  };
  using model::ProcStatus;
  static constexpr Name kNames[] = {
      {"Pid", &ProcStatus::pid},          {"VmSize", &ProcStatus::vm_size},
      {"VmRSS", &ProcStatus::vm_rss},     {"VmHWM", &ProcStatus::vm_hwm},
      {"VmSwap", &ProcStatus::vm_swap},   {"RssAnon", &ProcStatus::rss_anon},
      {"RssFile", &ProcStatus::rss_file}, {"RssShmem", &ProcStatus::rss_shmem},
      {"Threads", &ProcStatus::threads},  {"Uid", &ProcStatus::uid},  // the first of four: the real one
  };
  for (const Name& name : kNames)
    if (name.key == field.key) out.*name.member = field.value;
}

Result<std::vector<model::Snapshot>> ParseStatus(const model::Artifact&, std::string_view bytes, Context&) {
  model::Snapshot out;
  model::ProcStatus status;
  bool any = false;
  for (Cursor in(bytes); !in.AtEnd();) {
    const std::string_view line = in.Line();
    if (line.starts_with("Name:")) {
      status.name = Printable(Trim(line.substr(5)));
      any = true;
    } else if (const auto field = ReadProcField(line)) {
      SetField(*field, status);
      any = true;
    }
  }
  if (!any)
    return Fail(ErrorCode::kBadInput,
                "expected /proc/PID/status with 'Name:' and 'VmRSS:' lines, found none");
  out.process.pid = status.pid;
  out.process.name = status.name;
  if (!status.vm_rss)
    out.gaps.push_back(
        {"proc/status", "no VmRSS line: the process was ending, or the file is cut off", "take it again"});
  out.status = std::move(status);
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_status;
constinit const Format format_proc_status = {
    .name = "proc/status", .priority = 100, .sniff = SniffStatus, .parse = ParseStatus};

}  // namespace seep::parse
