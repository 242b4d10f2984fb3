// Files of a memory cgroup (kernel Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst). Most hold
// one number and nothing that says what it is, so the name decides:
//
//   version 2            version 1                 content
//   memory.current       memory.usage_in_bytes     bytes
//   memory.max           memory.limit_in_bytes     bytes; no limit is "max", in version 1 a number near 2^63
//   memory.high                                    as memory.max
//   memory.swap.max                                as memory.max
//   memory.stat          memory.stat               "key N" lines
#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

using Member = std::optional<uint64_t> model::Cgroup::*;

Member MemberOf(std::string_view name) {
  const std::string_view base = BaseName(name);
  if (base == "memory.current" || base == "memory.usage_in_bytes") return &model::Cgroup::memory_current;
  if (base == "memory.max" || base == "memory.limit_in_bytes") return &model::Cgroup::memory_max;
  if (base == "memory.high") return &model::Cgroup::memory_high;
  if (base == "memory.swap.max") return &model::Cgroup::memory_swap_max;
  return nullptr;
}

// "anon 1234": the first line of memory.stat, in either version.
bool IsStatLine(std::string_view line) {
  Cursor in(line);
  const std::string_view key = in.Until(' ');
  return in.Skip(' ') && in.Decimal() && in.AtEnd() && (key == "anon" || key == "cache");
}

bool SniffCgroup(const Sample& sample) {
  const std::string_view text = Trim(sample.head);
  if (MemberOf(sample.name) != nullptr)
    return text == "max" || (!text.empty() && text.find_first_not_of("0123456789") == text.npos);
  return BaseName(sample.name) == "memory.stat" || IsStatLine(Cursor(sample.head).Line());
}

Result<std::vector<model::Snapshot>> ParseCgroup(const model::Artifact& artifact, std::string_view bytes,
                                                 Context&) {
  model::Cgroup cgroup;
  if (const Member member = MemberOf(artifact.name); member != nullptr) {
    Cursor in(Trim(bytes));
    const auto value = in.Decimal();
    if (!value && in.Rest() != "max")
      return Fail(ErrorCode::kBadInput, "expected " + std::string(BaseName(artifact.name)) +
                                            " of a cgroup: a number of bytes or 'max', found: " +
                                            Printable(in.Rest().substr(0, 40)));
    constexpr uint64_t kNoLimit = uint64_t{1} << 62;  // version 1 rounds 2^63 down to a page
    if (value && *value < kNoLimit) cgroup.*member = value;
  } else {
    for (Cursor file(bytes); !file.AtEnd();) {
      Cursor line(file.Line());
      const std::string_view key = line.Until(' ');
      if (!line.Skip(' ') || key.empty()) continue;
      if (const auto value = line.Decimal()) cgroup.memory_stat.emplace_back(Printable(key), *value);
    }
    if (cgroup.memory_stat.empty())
      return Fail(ErrorCode::kBadInput, "expected memory.stat of a cgroup ('anon 1234'), found: " +
                                            Printable(Trim(bytes).substr(0, 40)));
  }
  model::Snapshot out;
  // One file a number: each is a kind of its own, or the second would look like a later moment.
  const std::string_view base = MemberOf(artifact.name) != nullptr ? BaseName(artifact.name) : "memory.stat";
  out.sources.push_back({"cgroup " + std::string(base), artifact.source, {}, artifact.bytes.size()});
  out.cgroup = std::move(cgroup);
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_cgroup;
// 95: by name, before the formats that would take a lone number for something else.
constinit const Format format_proc_cgroup = {
    .name = "proc/cgroup", .priority = 95, .sniff = SniffCgroup, .parse = ParseCgroup};

}  // namespace seep::parse
