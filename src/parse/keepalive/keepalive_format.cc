// The keepalive settings of sockets of a process, as getsockopt(2) told them to seep (capture/keepalive.h):
// one line each, after the line the text is recognised by.
//
//     # seep keepalive 1
//     37 socket=66201 on idle=15 interval=15 count=9 user_timeout=0
//     40 socket=66207 off idle=7200 interval=75 count=9 user_timeout=0
//
// Descriptor and inode; SO_KEEPALIVE; TCP_KEEPIDLE and TCP_KEEPINTVL in seconds, TCP_KEEPCNT;
// TCP_USER_TIMEOUT in milliseconds.
#include <utility>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

constexpr std::string_view kHead = "# seep keepalive 1";

bool SniffKeepalive(const Sample& sample) {
  return Cursor(sample.head).Line() == kHead;
}

std::optional<model::FdKeepalive> ReadLine(std::string_view line) {
  Cursor in(line);
  model::FdKeepalive out;
  const auto fd = in.Decimal();
  if (!fd || *fd > INT32_MAX || !in.Skip(" socket=")) return std::nullopt;
  out.fd = static_cast<int32_t>(*fd);
  const auto inode = in.Decimal();
  if (!inode) return std::nullopt;
  out.inode = *inode;
  if (in.Skip(" on"))
    out.keepalive.on = true;
  else if (!in.Skip(" off"))
    return std::nullopt;
  for (const auto& [key, field] : {std::pair{" idle=", &out.keepalive.idle_s},
                                   {" interval=", &out.keepalive.interval_s},
                                   {" count=", &out.keepalive.count},
                                   {" user_timeout=", &out.keepalive.user_timeout_ms}}) {
    if (!in.Skip(key)) return std::nullopt;
    const auto value = in.Decimal();
    if (!value || *value > UINT32_MAX) return std::nullopt;
    *field = static_cast<uint32_t>(*value);
  }
  return in.AtEnd() ? std::optional(out) : std::nullopt;
}

Result<std::vector<model::Snapshot>> ParseKeepalive(const model::Artifact&, std::string_view bytes,
                                                    Context&) {
  Cursor in(bytes);
  if (const std::string_view head = in.Line(); head != kHead)
    return Fail(ErrorCode::kBadInput, "expected '" + std::string(kHead) +
                                          "' as the first line, found: " + Printable(head.substr(0, 60)));
  model::Snapshot out;
  out.keepalives.emplace();
  uint64_t unreadable = 0;
  while (!in.AtEnd()) {
    const std::string_view line = in.Line();
    if (line.empty() || line.starts_with('#')) continue;
    if (const auto one = ReadLine(line))
      out.keepalives->push_back(*one);
    else
      ++unreadable;
  }
  if (unreadable != 0)
    out.gaps.push_back({"net/keepalive", Plural(unreadable, "line") + " could not be read", "take it again"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_keepalive;
constinit const Format format_keepalive = {
    .name = "net/keepalive", .priority = 150, .sniff = SniffKeepalive, .parse = ParseKeepalive};

}  // namespace seep::parse
