#include "parse/symbolz/symbolz.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace seep::parse {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";
constexpr std::string_view kSpaces = " \t\n\f\r";

// "0x4a1b2c" and the name behind it; both empty where the line has none.
struct Parts {
  std::string_view address, name;
};

// `line` has its end: an address with nothing behind it has the empty name.
Parts Find(std::string_view line) {
  for (size_t at = line.find("0x"); at != line.npos; at = line.find("0x", at + 2)) {
    const size_t digits = at + 2;
    const size_t end = std::min(line.find_first_not_of(kHexDigits, digits), line.size());
    const size_t name = std::min(line.find_first_not_of(kSpaces, end), line.size());
    if (end == digits || name == end) continue;
    const std::string_view rest = line.substr(name);
    return {line.substr(at, end - at), rest.substr(0, rest.find('\n'))};
  }
  return {};
}

}  // namespace

Result<std::vector<RemoteSymbol>> ReadSymbolz(std::string_view reply) {
  std::vector<RemoteSymbol> out;
  for (size_t end = reply.find('\n'); end != reply.npos; end = reply.find('\n')) {
    const Parts found = Find(reply.substr(0, end + 1));
    reply.remove_prefix(end + 1);
    if (found.address.empty()) continue;
    uint64_t address = 0;
    const char* const last = found.address.data() + found.address.size();
    if (std::from_chars(found.address.data() + 2, last, address, 16).ec != std::errc())
      return Fail(
          ErrorCode::kBadInput,
          fmt::format("unexpected parse failure {0}: strconv.ParseUint: parsing \"{0}\": value out of range",
                      found.address));
    out.push_back({address, std::string(found.name)});
  }
  return out;
}

}  // namespace seep::parse
