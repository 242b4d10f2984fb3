#include <fmt/format.h>

#include <vector>

#include "parse/pprof_legacy/builder.h"
#include "parse/pprof_legacy/cpu_words.h"
#include "parse/pprof_legacy/expression.h"
#include "parse/pprof_legacy/formats.h"
#include "parse/pprof_legacy/memory_map.h"

namespace seep::parse::pprof_legacy {
namespace {

bool BeginsThread(std::string_view line) {
  static const Expression thread(R"(--- Thread ([[:xdigit:]]+) \(name: (.*)/(\d+)\) stack: ---)");
  return thread.Find(line);
}

// The addresses of one thread, none if it is "same as previous thread". `line` becomes the one that ends it.
Status ReadThread(Lines& lines, std::string_view& line, std::vector<uint64_t>& addresses) {
  bool same_as_previous = false;
  addresses.clear();
  line = {};
  while (lines.Next()) {
    line = TrimSpace(lines.text());
    if (line.starts_with("---")) break;
    if (line.find("same as previous thread") != std::string_view::npos)
      same_as_previous = true;
    else if (const Status read = ReadAddresses(line, addresses); !read)
      return Fail(ErrorCode::kBadInput, fmt::format("malformed sample: {}: {}", line, read.error().what));
  }
  SEEP_TRY_VOID(lines.status());
  if (same_as_previous) addresses.clear();
  return {};
}

}  // namespace

Result<profile::Profile> ReadThreads(std::string_view bytes) {
  static const Expression start(R"(--- threadz \d+ ---)");
  Lines lines(bytes);
  while (lines.Next() && IsSpaceOrComment(lines.text())) {
  }
  std::string_view line = lines.text();
  if (start.Find(line)) {
    while (lines.Next()) {
      line = lines.text();
      if (BeginsMemoryMap(line) || line.starts_with('-')) break;
    }
  } else if (!BeginsThread(line)) {
    return NotMine();
  }
  Builder out;
  out.SetPeriod({"thread", "count"}, 1);
  out.SetSampleTypes({{"thread", "count"}});
  std::vector<uint64_t> addresses;
  while (!BeginsMemoryMap(line) && !line.starts_with("---- no stack trace for")) {
    if (!BeginsThread(line)) return NotMine();
    SEEP_TRY_VOID(ReadThread(lines, line, addresses));
    if (addresses.empty()) {
      if (!out.profile.samples.values.empty()) ++out.profile.samples.values.back();
      continue;
    }
    for (size_t i = 1; i < addresses.size(); ++i) --addresses[i];
    const int64_t one = 1;
    out.AddSample(addresses, {&one, 1});
  }
  SEEP_TRY_VOID(ReadToMemoryMap(lines, out.profile));
  DropDoubledLeaves(out.profile);
  return std::move(out.profile);
}

}  // namespace seep::parse::pprof_legacy
