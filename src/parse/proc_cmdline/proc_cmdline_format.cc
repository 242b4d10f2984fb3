// /proc/PID/cmdline (man proc_pid_cmdline) and /debug/pprof/cmdline (net/http/pprof Cmdline): the arguments,
// separated by NUL (the first also ends with one). Nothing in it says what it is, so only its name makes a
// file a command line.
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

bool SniffCmdline(const Sample& sample) {
  std::string_view name = BaseName(sample.name);
  if (name.ends_with(".txt")) name.remove_suffix(4);
  return name == "cmdline" && !sample.head.empty() && sample.head.front() != '<' &&
         sample.head.find('\n') == sample.head.npos;  // no error page, no HTML
}

Result<std::vector<model::Snapshot>> ParseCmdline(const model::Artifact&, std::string_view bytes, Context&) {
  while (bytes.ends_with('\0') || bytes.ends_with('\n')) bytes.remove_suffix(1);
  if (bytes.empty())
    return Fail(ErrorCode::kBadInput,
                "the command line is empty: a kernel thread, or a process that is ending");
  const auto arguments = Split(bytes, '\0');
  model::Snapshot out;
  for (std::string_view argument : arguments) {
    if (!out.process.cmdline.empty()) out.process.cmdline += ' ';
    out.process.cmdline += Printable(argument);
  }
  out.process.name = Printable(BaseName(arguments[0]));
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_cmdline;
// 10: last, since it can tell nothing from the content.
constinit const Format format_proc_cmdline = {
    .name = "cmdline", .priority = 10, .sniff = SniffCmdline, .parse = ParseCmdline};

}  // namespace seep::parse
