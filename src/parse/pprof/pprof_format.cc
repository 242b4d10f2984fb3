// pprof profiles in protobuf, whatever wrote them: wire.h has the layout, convert.h what becomes of it.
#include <algorithm>

#include "parse/format.h"
#include "parse/pprof/convert.h"
#include "parse/pprof/wire.h"

namespace seep::parse {
namespace {

// A profile holds lengths and ids below 0x20 or bytes above 0x7e within its first few bytes; text holds
// neither.
bool LooksLikeText(std::string_view head) {
  return std::ranges::all_of(head, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' || byte == '\t';
  });
}

// Reads a varint; false where it is none or the head ends in it.
bool Varint(std::string_view& rest, uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    value |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// Every field of the head must be one of Profile with the wire type it has there; a ValueType or a Sample at
// the start must read as one, too.
bool SniffPprof(const Sample& sample) {
  std::string_view rest = sample.head;
  if (rest.empty() || LooksLikeText(rest)) return false;
  bool any = false;
  while (!rest.empty()) {
    uint64_t tag = 0;
    uint64_t value = 0;
    if (!Varint(rest, tag)) return any;
    const uint64_t field = tag >> 3;
    const uint64_t type = tag & 7;
    const bool message = (field >= 1 && field <= 6) || field == 11;
    const bool packed = field == 13 && type == 2;
    if (field < 1 || field > 15 || (!packed && type != (message ? 2u : 0u))) return false;
    if (!Varint(rest, value)) return any;
    if (type == 2) {
      const std::string_view body = rest.substr(0, value);
      const bool whole = value <= rest.size();
      if ((field == 1 || field == 11) && whole) {
        std::string_view in = body;
        uint64_t inner = 0;
        while (!in.empty()) {
          if (!Varint(in, inner) || (inner != 0x08 && inner != 0x10) || !Varint(in, inner)) return false;
        }
      }
      if ((field == 1 || field == 11) && value > 24) return false;  // two varints and their tags
      rest.remove_prefix(body.size());
    }
    any = true;
  }
  return any;
}

Result<std::vector<model::Snapshot>> ParsePprof(const model::Artifact& artifact, std::string_view bytes,
                                                Context& context) {
  SEEP_TRY(const pprof::Profile profile, pprof::ReadProfile(bytes));
  SEEP_TRY(model::Snapshot snapshot, pprof::ToSnapshot(profile, artifact.name, context.stacks));
  snapshot.sources.push_back(
      {pprof::KindName(profile, snapshot), artifact.source, snapshot.at, artifact.bytes.size()});
  std::vector<model::Snapshot> out;
  out.push_back(std::move(snapshot));
  return out;
}

}  // namespace

extern const Format format_pprof;
constinit const Format format_pprof = {
    .name = "pprof", .priority = 100, .sniff = SniffPprof, .parse = ParsePprof};

}  // namespace seep::parse
