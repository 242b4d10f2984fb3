#include <optional>
#include <vector>

#include "parse/pprof_legacy/builder.h"
#include "parse/pprof_legacy/expression.h"
#include "parse/pprof_legacy/formats.h"
#include "parse/pprof_legacy/memory_map.h"

namespace seep::parse::pprof_legacy {
namespace {

// "5 @ 0x1 0x2": nothing more, nothing less. False if it is anything else.
bool ReadCountLine(std::string_view line, int64_t& count, std::vector<uint64_t>& addresses) {
  const size_t digits = line.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || !line.substr(digits).starts_with(" @")) return false;
  const std::string_view stack = line.substr(digits + 2);
  if (stack.empty()) return false;
  for (size_t at = 0; at < stack.size();) {
    if (!stack.substr(at).starts_with(" 0x")) return false;
    const size_t end = stack.find_first_not_of("0123456789abcdef", at + 3);
    if (end == at + 3 || at + 3 == stack.size()) return false;
    at = end == std::string_view::npos ? stack.size() : end;
  }
  const auto value = ParseInt(line.substr(0, digits), 0);
  if (!value) return false;
  count = *value;
  addresses.clear();
  return ReadAddresses(stack, addresses).has_value();
}

}  // namespace

Result<profile::Profile> ReadCounts(std::string_view bytes) {
  static const Expression header(R"(\A(\S+) profile: total \d+\z)");
  Lines lines(bytes);
  while (lines.Next() && IsSpaceOrComment(lines.text())) {
  }
  SEEP_TRY_VOID(lines.status());
  std::string_view groups[2];
  if (!header.Find(lines.text(), groups)) return NotMine();
  Builder out;
  out.SetPeriod({groups[1], "count"}, 1);
  out.SetSampleTypes({{groups[1], "count"}});
  std::vector<uint64_t> addresses;
  while (lines.Next()) {
    const std::string_view line = lines.text();
    if (IsSpaceOrComment(line)) continue;
    if (line.starts_with("---")) break;
    int64_t count = 0;
    if (!ReadCountLine(line, count, addresses)) return Fail(ErrorCode::kBadInput, "malformed profile format");
    for (uint64_t& address : addresses) --address;
    out.AddSample(addresses, {&count, 1});
  }
  SEEP_TRY_VOID(lines.status());
  SEEP_TRY_VOID(ReadToMemoryMap(lines, out.profile));
  return std::move(out.profile);
}

}  // namespace seep::parse::pprof_legacy
