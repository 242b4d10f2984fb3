// What seep notes of a Go process whose memory it has read itself, beside the artifacts that an endpoint
// would have given:
//
//   # seep go process 1
//   go go1.26.8
//   goroutines seen=6056 moved=3 unreadable=0 cut=1
//   objects net/http.Transport different=3000 holders=3000
//   memstats HeapAlloc=3548000 HeapInuse=4956160 HeapObjects=21842 StackInuse=1802240 NumGC=4
//
//   arenas c000000000-c004000000
//   metadata 7f10a0000000-7f10a0040000
//   limit 1073741824
//
// `arenas` is the address space of the Go heap, `metadata` where the runtime keeps its own records.
// `memstats` are fields of runtime.MemStats as far as they can be counted from outside. `moved` goroutines
// ran each time they were looked at and are in no dump; of `cut` ones a part of the stack is there. Lines
// with other first words are of later versions and are passed over.
#include <optional>
#include <utility>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"
#include "model/goroutine_list.h"
#include "parse/format.h"
#include "parse/mem_stats/mem_stats.h"

namespace seep::parse {
namespace {

constexpr std::string_view kFirstLine = "# seep go process 1\n";

bool SniffGoProcess(const Sample& sample) {
  return sample.head.starts_with(kFirstLine);
}

// The number of "NAME=123" in a line of such fields; 0 where it is not.
uint64_t Field(std::string_view line, std::string_view name) {
  for (const std::string_view word : Split(line, ' ')) {
    Cursor in(word);
    if (in.Skip(name) && in.Skip('=')) return in.Decimal().value_or(0);
  }
  return 0;
}

void AddGaps(std::string_view line, model::Snapshot& out) {
  for (model::Gap& gap : model::GapsOf({.seen = Field(line, "seen"),
                                        .moved = Field(line, "moved"),
                                        .unreadable = Field(line, "unreadable"),
                                        .cut = Field(line, "cut")}))
    out.gaps.push_back(std::move(gap));
}

void AddMemStats(std::string_view fields, model::Snapshot& out) {
  if (!out.mem_stats) out.mem_stats.emplace();
  for (const std::string_view word : Split(fields, ' ')) {
    Cursor in(word);
    const std::string_view name = in.Until('=');
    if (const auto value = in.Skip('=') ? in.Decimal() : std::nullopt)
      SetMemStat(name, *value, *out.mem_stats);
  }
}

void AddRanges(Cursor words, std::vector<std::pair<uint64_t, uint64_t>>& out) {
  for (words.SkipSpaces(); !words.AtEnd(); words.SkipSpaces()) {
    const std::string_view word = words.Word();
    if (word.empty()) return;  // a control character that is neither a space nor a word
    Cursor range(word);
    const auto begin = range.Hex();
    const bool dash = range.Skip('-');
    const auto end = range.Hex();
    if (begin && dash && end && *begin < *end) out.emplace_back(*begin, *end);
  }
}

Result<std::vector<model::Snapshot>> ParseGoProcess(const model::Artifact&, std::string_view bytes,
                                                    Context&) {
  Cursor in(bytes);
  if (!in.Skip(kFirstLine))
    return Fail(ErrorCode::kBadInput,
                "expected \"# seep go process 1\", found: " + Printable(bytes.substr(0, 40)));
  model::Snapshot out;
  while (!in.AtEnd()) {
    const std::string_view line = in.Line();
    Cursor words(line);
    if (words.Skip("go ")) out.process.go_version = Printable(words.Rest());
    if (line.starts_with("goroutines ")) AddGaps(line, out);
    if (words.Skip("objects "))
      out.counted.push_back({Printable(words.Word()), Field(line, "different"), Field(line, "holders")});
    if (words.Skip("arenas")) AddRanges(words, out.go_arenas);
    if (words.Skip("metadata")) AddRanges(words, out.go_metadata);
    if (words.Skip("memstats ")) AddMemStats(words.Rest(), out);
    if (words.Skip("limit ")) {
      if (!out.mem_stats) out.mem_stats.emplace();
      out.mem_stats->gc_limit = words.Decimal();
    }
  }
  std::vector<model::Snapshot> all;
  all.push_back(std::move(out));
  return all;
}

}  // namespace

extern const Format format_go_process;
constinit const Format format_go_process = {
    .name = "go-process", .sniff = &SniffGoProcess, .parse = &ParseGoProcess};

}  // namespace seep::parse
