// /proc/PID/smaps: mapping_reader.h has the layout.
//
// The kernel renders the file anew for every read(2). A mapping that grows between two of them is printed
// twice, the second time under another end, and the sum is too large by the first (measured: 1 of 6 reads of
// a busy process). Such pairs overlap, which mappings never do: the earlier one is dropped, and a gap says
// so.
#include <fmt/format.h>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/format.h"
#include "parse/proc_fields.h"
#include "parse/proc_smaps/mapping_reader.h"

namespace seep::parse {
namespace {

bool SniffSmaps(const Sample& sample) {
  Cursor in(sample.head);
  const auto mapping = ReadMappingLine(in.Line());
  return mapping && mapping->path != "[rollup]" && in.Line().starts_with("Size:");
}

struct Block {
  model::Mapping mapping;
  model::SmapsRollup sizes;
};

void AddTo(std::optional<uint64_t>& sum, const std::optional<uint64_t>& value) {
  if (value) sum = sum.value_or(0) + *value;
}

class Reader {
 public:
  explicit Reader(model::StackTable& stacks) : stacks_(stacks) {}

  void Begin(const MappingLine& line) {
    while (!blocks_.empty() && line.begin < blocks_.back().mapping.end) {
      if (line.end <= blocks_.back().mapping.begin)
        break;  // out of order: two files glued together, not a growing mapping
      blocks_.pop_back();
      ++dropped_;
    }
    model::Mapping m;
    m.begin = line.begin;
    m.end = line.end;
    m.path = stacks_.strings().Intern(line.path);
    m.readable = line.permissions[0] == 'r';
    m.writable = line.permissions[1] == 'w';
    m.executable = line.permissions[2] == 'x';
    m.shared = line.permissions[3] == 's';
    blocks_.push_back({m, {}});
  }

  bool Field(std::string_view line) { return !blocks_.empty() && AddSmapsField(line, blocks_.back().sizes); }

  model::Snapshot Finish() {
    model::Snapshot out;
    std::vector<model::Mapping> mappings;
    mappings.reserve(blocks_.size());
    model::SmapsRollup sum;
    for (Block& block : blocks_) {
      block.mapping.rss = block.sizes.rss.value_or(0);
      block.mapping.anonymous = block.sizes.anonymous.value_or(0);
      block.mapping.lazy_free = block.sizes.lazy_free.value_or(0);
      block.mapping.anon_huge_pages = block.sizes.anon_huge_pages.value_or(0);
      block.mapping.swap = block.sizes.swap.value_or(0);
      mappings.push_back(block.mapping);
      for (auto member :
           {&model::SmapsRollup::rss, &model::SmapsRollup::pss, &model::SmapsRollup::private_dirty,
            &model::SmapsRollup::anonymous, &model::SmapsRollup::lazy_free,
            &model::SmapsRollup::anon_huge_pages, &model::SmapsRollup::swap})
        AddTo(sum.*member, block.sizes.*member);
    }
    out.smaps = std::move(mappings);
    out.smaps_rollup = sum;
    if (dropped_ != 0)
      out.gaps.push_back(
          {"proc/smaps",
           fmt::format(
               "{} printed twice because memory was mapped during the read; the older values were dropped",
               Plural(dropped_, "mapping was", "mappings were")),
           "compare with smaps_rollup, which is read at once"});
    return out;
  }

 private:
  model::StackTable& stacks_;
  std::vector<Block> blocks_;
  uint64_t dropped_ = 0;
};

Result<std::vector<model::Snapshot>> ParseSmaps(const model::Artifact&, std::string_view bytes,
                                                Context& context) {
  Reader reader(context.stacks);
  bool any = false;
  uint64_t unreadable = 0;
  for (Cursor in(bytes); !in.AtEnd();) {
    const std::string_view line = in.Line();
    if (const auto mapping = ReadMappingLine(line)) {
      reader.Begin(*mapping);
      any = true;
    } else if (!line.empty() && !line.starts_with("VmFlags:") && !reader.Field(line)) {
      ++unreadable;
    }
  }
  if (!any) return Fail(ErrorCode::kBadInput, "expected /proc/PID/smaps, found no mapping in it");
  model::Snapshot out = reader.Finish();
  if (unreadable != 0)
    out.gaps.push_back({"proc/smaps", Plural(unreadable, "line") + " could not be read", "take it again"});
  return OneSnapshot(std::move(out));
}

}  // namespace

extern const Format format_proc_smaps;
constinit const Format format_proc_smaps = {
    .name = "proc/smaps", .priority = 100, .sniff = SniffSmaps, .parse = ParseSmaps};

}  // namespace seep::parse
