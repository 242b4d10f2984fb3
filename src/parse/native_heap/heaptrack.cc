#include "parse/native_heap/heaptrack.h"

#include <fmt/format.h>

#include <array>
#include <unordered_map>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"
#include "profile/making.h"

namespace seep::parse {
namespace {

constexpr uint64_t kNewestFormat = 3;
constexpr uint32_t kDeepest = 1024;              // frames of a stack; the outermost beyond are left out
constexpr uint64_t kFrames = uint64_t{1} << 26;  // of all stacks: traces share callers, stacks do not

// One or more hexadecimal digits without prefix, and the blank behind them.
bool Number(Cursor& in, uint64_t& out) {
  uint64_t value = 0;
  int digits = 0;
  for (; !in.AtEnd() && digits < 16; ++digits) {
    const char c = in.Rest().front();
    uint64_t digit = 0;
    if (c >= '0' && c <= '9')
      digit = static_cast<uint64_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<uint64_t>(c - 'a') + 10;
    else
      break;
    value = value << 4 | digit;
    in.Skip(c);
  }
  if (digits == 0 || (!in.AtEnd() && !in.Skip(' '))) return false;
  out = value;
  return true;
}

struct Trace {
  uint32_t ip = 0, caller = 0;
};
struct Amount {
  int64_t allocated_objects = 0, allocated_bytes = 0, live_objects = 0, live_bytes = 0;
};
struct Blocks {
  uint64_t size = 0;
  uint32_t trace = 0;
};

class Reader {
 public:
  Reader() {
    profile::Profile& p = file_.profile;
    for (const auto& [type, unit] : {std::pair{"alloc_objects", "count"}, std::pair{"alloc_space", "bytes"},
                                     std::pair{"inuse_objects", "count"}, std::pair{"inuse_space", "bytes"}})
      p.sample_types.push_back({p.strings.Intern(type), p.strings.Intern(unit)});
    p.default_sample_type = p.sample_types.back().type;
    p.samples.columns = p.sample_types.size();
    p.period_type = {p.strings.Intern("native_space"), p.strings.Intern("bytes")};
    p.period = 1;
  }

  Status Read(std::string_view bytes) {
    Cursor in(bytes);
    while (!in.AtEnd()) {
      const std::string_view line = in.Line();
      if (line.empty()) continue;
      Cursor fields(line.substr(line.size() < 2 ? line.size() : 2));
      SEEP_TRY(const bool readable, One(line[0], fields));
      if (!readable) ++file_.unreadable;
    }
    return {};
  }

  Result<HeaptrackFile> Take() {
    profile::Profile& p = file_.profile;
    std::vector<profile::LocationId>& pool = p.samples.pool;
    for (uint32_t trace = 0; trace < traces_.size(); ++trace) {
      const Amount& amount = amounts_[trace];
      if (amount.allocated_objects == 0) continue;
      const size_t first = pool.size();
      for (uint32_t at = trace; at != 0 && pool.size() - first < kDeepest; at = traces_[at].caller)
        if (traces_[at].ip != 0) pool.push_back(ips_[traces_[at].ip]);
      if (pool.size() > kFrames)
        return Fail(ErrorCode::kTooLarge,
                    fmt::format("heaptrack file: its stacks have more than {} frames", FormatCount(kFrames)));
      p.samples.first.push_back(static_cast<uint32_t>(first));
      p.samples.depth.push_back(static_cast<uint32_t>(pool.size() - first));
      p.samples.labels.push_back({});
      for (const int64_t value :
           {amount.allocated_objects, amount.allocated_bytes, amount.live_objects, amount.live_bytes})
        p.samples.values.push_back(value);
    }
    return std::move(file_);
  }

 private:
  // False: the line cannot be read.
  Result<bool> One(char kind, Cursor& in) {
    switch (kind) {
      case 'v':
        return Version(in);
      case 's':
        return String(in);
      case 'i':
        return Address(in);
      case 't':
        return AddTrace(in);
      case 'a':
        return AddBlocks(in);
      case '+':
      case '-':
        return Count(in, kind == '+');
      case 'x':
      case 'm':
        return Fail(ErrorCode::kUnsupported, "a raw recording of heaptrack, without names", "",
                    "on the machine where it was made: heaptrack --interpret FILE");
      case 'X':
        file_.profile.comments.push_back(file_.profile.strings.Intern(in.Rest()));
        return true;
      case 'c':
      case 'R':
      case 'I':
      case 'A':
      case 'S':
      case '#':
        return true;
      default:
        return false;
    }
  }

  Result<bool> Version(Cursor& in) {
    uint64_t heaptrack = 0;
    if (!Number(in, heaptrack)) return false;
    // 1.0.0 gave itself for 1.2.0 at first, and then said nothing of the file's format, which was 1.
    if (!Number(in, format_)) format_ = heaptrack == 0x010200 ? 1 : 0;
    if (format_ >= 1 && format_ <= kNewestFormat) return true;
    return Fail(ErrorCode::kUnsupported,
                fmt::format("heaptrack's file format {}; known are 1 to {}", format_, kNewestFormat));
  }

  bool String(Cursor& in) {
    std::string_view text = in.Rest();
    uint64_t length = 0;
    bool whole = true;
    if (format_ >= 3) {
      whole = Number(in, length) && length <= in.Left();
      text = whole ? in.Rest().substr(0, length) : std::string_view();
    }
    strings_.push_back(file_.profile.strings.Intern(text));  // others are counted from its place
    return whole;
  }

  bool Address(Cursor& in) {
    uint64_t address = 0, module = 0;
    const bool whole = Number(in, address) && Number(in, module) && module < strings_.size();
    // The interpreter names the modules before anything else, the executable first.
    if (mappings_.empty() && strings_.size() > 1) MappingOf(1);
    std::vector<profile::Line> lines;
    std::array<uint64_t, 3> f{};
    while (whole && Number(in, f[0]) && Number(in, f[1]) && Number(in, f[2])) {
      if (f[0] >= strings_.size() || f[1] >= strings_.size() || f[0] == 0) continue;
      profile::Profile& p = file_.profile;
      lines.push_back({functions_.Add(p, p.text(strings_[f[0]]), p.text(strings_[f[1]])),
                       static_cast<int64_t>(f[2] & INT32_MAX), 0});
    }
    ips_.push_back(profile::AddLocation(file_.profile, address,
                                        whole ? MappingOf(module) : profile::MappingId{}, lines));
    return whole;
  }

  profile::MappingId MappingOf(uint64_t module) {
    if (module == 0) return {};
    const auto [found, added] = mappings_.try_emplace(module);
    if (!added) return found->second;
    profile::Mapping mapping;  // where it lay, the file does not say
    mapping.file = strings_[module];
    mapping.has_functions = mapping.has_filenames = mapping.has_line_numbers = mapping.has_inline_frames =
        true;
    found->second = {static_cast<uint32_t>(file_.profile.mappings.size())};
    file_.profile.mappings.push_back(mapping);
    return found->second;
  }

  bool AddTrace(Cursor& in) {
    uint64_t ip = 0, caller = 0;
    // A caller came before: there is no circle.
    const bool whole =
        Number(in, ip) && Number(in, caller) && ip < ips_.size() && caller < traces_.size() && ip != 0;
    traces_.push_back(whole ? Trace{static_cast<uint32_t>(ip), static_cast<uint32_t>(caller)} : Trace{});
    amounts_.emplace_back();
    return whole;
  }

  bool AddBlocks(Cursor& in) {
    uint64_t size = 0, trace = 0;
    const bool whole = Number(in, size) && Number(in, trace) && trace < traces_.size() && size <= kLargest;
    blocks_.push_back(whole ? Blocks{size, static_cast<uint32_t>(trace)} : Blocks{});
    return whole;
  }

  bool Count(Cursor& in, bool allocated) {
    uint64_t index = 0;
    if (!Number(in, index) || index >= blocks_.size()) return false;
    const Blocks& blocks = blocks_[index];
    Amount& amount = amounts_[blocks.trace];
    const int64_t size = static_cast<int64_t>(blocks.size);
    if (!allocated) {
      if (amount.live_objects == 0 || amount.live_bytes < size) return false;
      --amount.live_objects;
      amount.live_bytes -= size;
      return true;
    }
    if (amount.allocated_bytes > INT64_MAX - size) return false;
    ++amount.allocated_objects;
    amount.allocated_bytes += size;
    ++amount.live_objects;
    amount.live_bytes += size;
    return true;
  }

  static constexpr uint64_t kLargest = uint64_t{1} << 56;  // of a block
  HeaptrackFile file_;
  uint64_t format_ = 0;
  // Index 0 of each means none.
  std::vector<StringId> strings_{StringId{}};
  std::vector<profile::LocationId> ips_{profile::LocationId{}};
  std::vector<Trace> traces_{Trace{}};
  std::vector<Amount> amounts_{Amount{}};
  std::vector<Blocks> blocks_;
  std::unordered_map<uint64_t, profile::MappingId> mappings_;
  profile::FunctionIndex functions_;
};

}  // namespace

bool IsHeaptrack(std::string_view head) {
  // "v 10400 3", then what ran, the system, or the raw form's executable.
  Cursor in(head);
  uint64_t version = 0, format = 0;
  if (!in.Skip("v ")) return false;
  Cursor fields(in.Line());
  if (!Number(fields, version) || version < 0x010000 || version >= 0x100000) return false;
  if (!Number(fields, format) && version != 0x010200) return false;
  return in.AtEnd() || std::string_view("XxIs#Ac").find(in.Rest().front()) != std::string_view::npos;
}

Result<HeaptrackFile> ReadHeaptrack(std::string_view bytes) {
  if (!IsHeaptrack(bytes))
    return Fail(ErrorCode::kNoEvidence, "not a file of heaptrack: no 'v' line begins it");
  Reader reader;
  SEEP_TRY_VOID(reader.Read(bytes));
  return reader.Take();
}

}  // namespace seep::parse
