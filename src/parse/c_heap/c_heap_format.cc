// What a walk of a process' C heap found (runtime/c_heap):
//
//   # seep c heap 1
//   allocator glibc 2.36
//   walked unread=0
//   main address=139830071118944 mapped=15679488 in_use=15608832 in_use_chunks=102904 free=13376
//   free_chunks=26
//       top=57280 2f8ac000-307a0000                                                    (one line)
//   arena address=139827827703856 mapped=135168 in_use=2912 in_use_chunks=1 free=0 free_chunks=0 top=132256
//       7f2c34000000-7f2c34021000
//   blocks bytes=1052672 count=1 7f2c70000000-7f2c70101000
//   size bytes=128 chunks=312381
//
// Without the line `walked` the allocator was recognised and there is no walk for it. Lines with other first
// words are of later versions and are passed over.
#include <string_view>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"

namespace seep::parse {
namespace {

constexpr std::string_view kFirstLine = "# seep c heap 1\n";
constexpr size_t kMostLines = 1 << 20;

bool SniffCHeap(const Sample& sample) {
  return sample.head.starts_with(kFirstLine);
}

// A line of "NAME=123" fields and "begin-end" ranges.
struct Fields {
  model::CArena arena;
  uint64_t bytes = 0, count = 0, unread = 0;
};

void SetField(std::string_view name, uint64_t value, Fields& out) {
  const struct {
    std::string_view name;
    uint64_t& field;
  } known[] = {{"address", out.arena.address}, {"mapped", out.arena.mapped},
               {"in_use", out.arena.in_use},   {"in_use_chunks", out.arena.in_use_chunks},
               {"free", out.arena.free},       {"free_chunks", out.arena.free_chunks},
               {"top", out.arena.top},         {"bytes", out.bytes},
               {"count", out.count},           {"chunks", out.count},
               {"unread", out.unread}};
  for (const auto& k : known)
    if (k.name == name) k.field = value;
}

Fields ReadFields(std::string_view line) {
  Fields out;
  for (const std::string_view word : Split(line, ' ')) {
    Cursor field(word);
    const std::string_view name = field.Until('=');
    if (field.Skip('=')) {
      SetField(name, field.Decimal().value_or(0), out);
      continue;
    }
    Cursor range(word);
    const auto begin = range.Hex();
    const bool dash = range.Skip('-');
    const auto end = range.Hex();
    if (begin && dash && end && *begin < *end) out.arena.ranges.emplace_back(*begin, *end);
  }
  return out;
}

void AddLine(std::string_view line, model::CHeap& heap) {
  Cursor words(line);
  const std::string_view kind = words.Word();
  if (kind == "allocator") {
    words.SkipSpaces();
    heap.allocator = Printable(words.Rest());
    return;
  }
  Fields fields = ReadFields(words.Rest());
  if (kind == "walked") {
    heap.walked = true;
    heap.unread = fields.unread;
  } else if (kind == "main" || kind == "arena") {
    fields.arena.main = kind == "main";
    heap.arenas.push_back(std::move(fields.arena));
  } else if (kind == "blocks") {
    heap.mapped_bytes = fields.bytes;
    heap.mapped_chunks = fields.count;
    heap.mapped_ranges = std::move(fields.arena.ranges);
  } else if (kind == "size" && fields.bytes > 0) {
    heap.sizes.push_back({fields.bytes, fields.count});
  }
}

Result<std::vector<model::Snapshot>> ParseCHeap(const model::Artifact&, std::string_view bytes, Context&) {
  Cursor in(bytes);
  if (!in.Skip(kFirstLine))
    return Fail(ErrorCode::kBadInput,
                "expected \"# seep c heap 1\", found: " + Printable(bytes.substr(0, 40)));
  model::Snapshot out;
  out.c_heap.emplace();
  for (size_t i = 0; !in.AtEnd() && i < kMostLines; ++i) AddLine(in.Line(), *out.c_heap);
  if (out.c_heap->unread > 0)
    out.gaps.push_back({FormatBytes(static_cast<double>(out.c_heap->unread)) + " of the C heap",
                        "its chunks made no sense, or changed under the read",
                        "take another look; if it stays, the heap is corrupted or grows in another way"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_c_heap;
constinit const Format format_c_heap = {.name = "c-heap", .sniff = &SniffCHeap, .parse = &ParseCHeap};

}  // namespace seep::parse
