// The links of /proc/PID/fd, as seep lists them and as `ls -l` does:
//
//   7 socket:[12345]
//   lrwx------ 1 root root 64 Nov 21 18:49 7 -> socket:[12345]
//
// Link texts (man proc_pid_fd): socket:[INODE], pipe:[INODE], anon_inode:[eventpoll] and the like, or a path.
#include <charconv>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

using model::FdKind;

struct Link {
  int32_t number = 0;
  std::string_view target;
};

std::optional<Link> ReadLink(std::string_view line) {
  std::string_view number;
  std::string_view target;
  if (const size_t arrow = line.find(" -> "); arrow != line.npos && line.starts_with('l')) {
    const std::string_view left = line.substr(0, arrow);
    const size_t space = left.rfind(' ');
    number = space == left.npos ? left : left.substr(space + 1);
    target = line.substr(arrow + 4);
  } else {
    Cursor in(line);
    number = in.Until(' ');
    if (!in.Skip(' ')) return std::nullopt;
    target = in.Rest();
  }
  Link link{0, target};
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), link.number);
  if (error != std::errc{} || end != number.data() + number.size() || link.number < 0 || target.empty())
    return std::nullopt;
  return link;
}

bool LooksLikeTarget(std::string_view target) {
  for (std::string_view start : {"socket:[", "pipe:[", "anon_inode:", "/"})
    if (target.starts_with(start)) return true;
  return false;
}

bool SniffFd(const Sample& sample) {
  if (sample.name == "proc/fd") return true;  // a process may well have no descriptor open
  Cursor in(sample.head);
  if (in.PeekLine().starts_with("total ")) in.Line();
  const auto link = ReadLink(in.Line());
  return link && LooksLikeTarget(link->target);
}

FdKind KindOf(std::string_view target) {
  if (target.starts_with("socket:[")) return FdKind::kSocket;
  if (target.starts_with("pipe:[")) return FdKind::kPipe;
  if (target.starts_with("/dev/")) return FdKind::kDevice;
  if (target.starts_with('/')) return FdKind::kFile;
  if (!target.starts_with("anon_inode:")) return FdKind::kOther;
  target.remove_prefix(std::string_view("anon_inode:").size());
  if (target.starts_with('[')) target.remove_prefix(1);
  if (target.starts_with("eventpoll")) return FdKind::kEventPoll;
  if (target.starts_with("eventfd")) return FdKind::kEventFd;
  if (target.starts_with("inotify")) return FdKind::kInotify;
  if (target.starts_with("timerfd")) return FdKind::kTimer;
  return FdKind::kOther;
}

Result<std::vector<model::Snapshot>> ParseFd(const model::Artifact&, std::string_view bytes,
                                             Context& context) {
  std::vector<model::Fd> fds;
  uint64_t unreadable = 0;
  for (Cursor in(bytes); !in.AtEnd();) {
    const std::string_view line = in.Line();
    if (line.empty() || line.starts_with("total ")) continue;
    const auto link = ReadLink(line);
    if (!link) {
      ++unreadable;
      continue;
    }
    model::Fd fd{link->number, KindOf(link->target), 0, context.stacks.strings().Intern(link->target)};
    if (fd.kind == FdKind::kSocket || fd.kind == FdKind::kPipe) {
      Cursor inode(link->target.substr(link->target.find('[') + 1));
      fd.inode = inode.Decimal().value_or(0);
    }
    fds.push_back(fd);
  }
  if (fds.empty() && unreadable != 0)
    return Fail(ErrorCode::kBadInput, "expected a list of /proc/PID/fd ('7 socket:[12345]'), found: " +
                                          Printable(Trim(bytes).substr(0, 60)));
  model::Snapshot out;
  out.fds = std::move(fds);
  if (unreadable != 0)
    out.gaps.push_back({"proc/fd", Plural(unreadable, "line") + " could not be read", "ls -l /proc/PID/fd"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_fd;
// 90: after the formats that are known by a header, because a number and a path is little to go by.
constinit const Format format_proc_fd = {
    .name = "proc/fd", .priority = 90, .sniff = SniffFd, .parse = ParseFd};

}  // namespace seep::parse
