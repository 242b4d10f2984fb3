#include <fmt/format.h>

#include <optional>
#include <vector>

#include "parse/pprof_legacy/builder.h"
#include "parse/pprof_legacy/formats.h"
#include "parse/pprof_legacy/memory_map.h"
#include "profile/measurement.h"

namespace seep::parse::pprof_legacy {
namespace {

struct Attributes {
  int64_t cycles_per_second = 0, period = 1, milliseconds = 0;
};

// "attribute = value" lines, up to the first line that is none: lines.text() is that one.
Result<Attributes> ReadAttributes(Lines& lines) {
  Attributes out;
  while (lines.Next()) {
    const std::string_view line = TrimSpace(lines.text());
    if (IsSpaceOrComment(line)) continue;
    const size_t equals = line.find('=');
    if (line.starts_with("---") || equals == std::string_view::npos) break;
    const std::string_view name = TrimSpace(line.substr(0, equals));
    if (name == "discarded samples") continue;
    int64_t* const value = name == "cycles/second"     ? &out.cycles_per_second
                           : name == "sampling period" ? &out.period
                           : name == "ms since reset"  ? &out.milliseconds
                                                       : nullptr;
    // Not C++'s, but Java's: it has "format" and "resolution".
    if (value == nullptr) return NotMine();
    const auto number = ParseInt(TrimSpace(line.substr(equals + 1)), 0);
    if (!number) return NotMine();
    *value = *number;
  }
  SEEP_TRY_VOID(lines.status());
  return out;
}

// The texts of "1 2 @ 0x3".
struct ContentionLine {
  std::string_view delay, count, addresses;
};

// The leftmost place where one begins. Blanks between the numbers may be missing: then the last digit is the
// second.
std::optional<ContentionLine> FindLine(std::string_view line) {
  constexpr std::string_view kDigits = "0123456789";
  while (true) {
    const size_t begin = line.find_first_of(kDigits);
    if (begin == std::string_view::npos) return std::nullopt;
    line.remove_prefix(begin);
    const std::string_view first = line.substr(0, line.find_first_not_of(kDigits));
    std::string_view rest = line.substr(first.size());
    ContentionLine out{first, {}, {}};
    if (const size_t blanks = rest.find_first_not_of(' '); blanks != 0 && blanks != std::string_view::npos) {
      const std::string_view second = rest.substr(blanks);
      out.count = second.substr(0, second.find_first_not_of(kDigits));
      if (!out.count.empty()) rest = second.substr(out.count.size());
    }
    if (out.count.empty()) {
      out.delay = first.substr(0, first.size() - 1);
      out.count = first.substr(first.size() - 1);
    }
    if (!out.delay.empty() && rest.starts_with(" @")) {
      out.addresses = AddressText(rest.substr(2));
      return out;
    }
    line.remove_prefix(first.size());
  }
}

Status AddLine(std::string_view line, const Attributes& attributes, std::vector<uint64_t>& addresses,
               Builder& out) {
  const auto found = FindLine(line);
  if (!found) return NotMine();
  const auto malformed = [&](const Error& error) {
    return Fail(ErrorCode::kBadInput, fmt::format("malformed sample: {}: {}", line, error.what));
  };
  const auto delay_read = ParseInt(found->delay, 10), count_read = ParseInt(found->count, 10);
  if (!delay_read) return malformed(delay_read.error());
  if (!count_read) return malformed(count_read.error());
  int64_t delay = *delay_read, count = *count_read;
  if (attributes.period > 0) {
    if (attributes.cycles_per_second > 0) {
      const double gigahertz = static_cast<double>(attributes.cycles_per_second) / 1e9;
      delay =
          profile::ToInt64(static_cast<double>(delay) * static_cast<double>(attributes.period) / gigahertz);
    }
    count = static_cast<int64_t>(static_cast<uint64_t>(count) * static_cast<uint64_t>(attributes.period));
  }
  addresses.clear();
  if (const Status read = ReadAddresses(found->addresses, addresses); !read) return malformed(read.error());
  for (uint64_t& address : addresses) --address;
  const int64_t values[] = {count, delay};
  out.AddSample(addresses, values);
  return {};
}

}  // namespace

Result<profile::Profile> ReadContention(std::string_view bytes) {
  Lines lines(bytes);
  const bool any = lines.Next();
  SEEP_TRY_VOID(lines.status());
  const std::string_view first = lines.text();
  if (!any || !(first.starts_with("--- contentionz ") || first.starts_with("--- mutex:") ||
                first.starts_with("--- contention:")))
    return NotMine();
  SEEP_TRY(const Attributes attributes, ReadAttributes(lines));
  Builder out;
  out.SetPeriod({"contentions", "count"}, attributes.period);
  out.SetSampleTypes({{"contentions", "count"}, {"delay", "nanoseconds"}});
  out.profile.duration_nanos =
      static_cast<int64_t>(static_cast<uint64_t>(attributes.milliseconds) * 1'000'000);
  std::vector<uint64_t> addresses;
  do {
    const std::string_view line = TrimSpace(lines.text());
    if (line.starts_with("---")) break;
    if (!IsSpaceOrComment(line)) SEEP_TRY_VOID(AddLine(line, attributes, addresses, out));
  } while (lines.Next());
  SEEP_TRY_VOID(lines.status());
  SEEP_TRY_VOID(ReadToMemoryMap(lines, out.profile));
  return std::move(out.profile);
}

}  // namespace seep::parse::pprof_legacy
