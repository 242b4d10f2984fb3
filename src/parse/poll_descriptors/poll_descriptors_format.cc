// Go's poll descriptors in use (runtime/netpoll.go pollDesc, Go 1.18 to 1.27), as seep's reader of processes
// writes them down: one line each, after the line the text is recognised by.
//
//     # seep poll descriptors 1
//     37 reader=1523 writer=- read=none write=none
//     40 reader=- writer=88 read=expired write=1500ms
//
// The descriptor; the goroutine parked reading, and writing, "-" where there is none; the two deadlines: none
// (never set or taken back), expired, or milliseconds until it ends the wait; "armed" where, as in a core
// file, the time of reading is not known. Further words are skipped. A line
// "# incomplete" says that there may be others.
#include <array>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

using model::PollDescriptor;

constexpr std::string_view kHead = "# seep poll descriptors 1";

bool SniffPoll(const Sample& sample) {
  return Cursor(sample.head).Line() == kHead;
}

std::optional<uint64_t> ReadGoroutine(std::string_view text) {
  if (text == "-") return 0;
  Cursor in(text);
  const auto goid = in.Decimal();
  return goid && in.AtEnd() ? goid : std::nullopt;
}

bool ReadDeadline(std::string_view text, PollDescriptor::Deadline& kind, uint64_t& ms) {
  if (text == "none") return true;
  if (text == "expired") {
    kind = PollDescriptor::Deadline::kExpired;
    return true;
  }
  kind = PollDescriptor::Deadline::kArmed;
  if (text == "armed") return true;
  Cursor in(text);
  const auto left = in.Decimal();
  if (!left || in.Rest() != "ms") return false;
  ms = *left;
  return true;
}

std::optional<PollDescriptor> ReadDescriptor(std::string_view line) {
  Cursor in(line);
  const auto fd = in.Decimal();
  if (!fd || *fd > INT32_MAX) return std::nullopt;
  PollDescriptor out;
  out.fd = static_cast<int32_t>(*fd);
  constexpr unsigned kAll = 0b1111;
  unsigned seen = 0;  // a bit a field
  for (in.SkipSpaces(); !in.AtEnd(); in.SkipSpaces()) {
    const std::string_view word = in.Word();
    const size_t equals = word.find('=');
    if (word.empty() || equals == word.npos) return std::nullopt;
    const std::string_view key = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    if (key == "reader" || key == "writer") {
      const auto goid = ReadGoroutine(value);
      if (!goid) return std::nullopt;
      (key == "reader" ? out.reader : out.writer) = *goid;
      seen |= key == "reader" ? 1 : 2;
    } else if (key == "read") {
      if (!ReadDeadline(value, out.read_deadline, out.read_deadline_ms)) return std::nullopt;
      seen |= 4;
    } else if (key == "write") {
      if (!ReadDeadline(value, out.write_deadline, out.write_deadline_ms)) return std::nullopt;
      seen |= 8;
    }
  }
  if (seen != kAll) return std::nullopt;
  return out;
}

Result<std::vector<model::Snapshot>> ParsePoll(const model::Artifact&, std::string_view bytes, Context&) {
  Cursor in(bytes);
  if (const std::string_view head = in.Line(); head != kHead)
    return Fail(ErrorCode::kBadInput, "expected '" + std::string(kHead) +
                                          "' as the first line, found: " + Printable(head.substr(0, 60)));
  model::Snapshot out;
  out.poll_descriptors.emplace();
  uint64_t unreadable = 0;
  while (!in.AtEnd()) {
    const std::string_view line = in.Line();
    if (line == "# incomplete") out.poll_complete = false;
    if (line.empty() || line.starts_with('#')) continue;
    if (const auto descriptor = ReadDescriptor(line))
      out.poll_descriptors->push_back(*descriptor);
    else
      ++unreadable;
  }
  if (unreadable != 0)
    out.gaps.push_back({"runtime/poll", Plural(unreadable, "line") + " could not be read", "take it again"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_poll_descriptors;
constinit const Format format_poll_descriptors = {
    .name = "runtime/poll", .priority = 150, .sniff = SniffPoll, .parse = ParsePoll};

}  // namespace seep::parse
