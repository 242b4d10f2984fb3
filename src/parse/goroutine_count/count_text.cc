#include "parse/goroutine_count/count_text.h"

#include <algorithm>
#include <vector>

#include "base/cursor.h"
#include "base/text.h"
#include "parse/goroutine_text/dump_lines.h"
#include "parse/goroutine_text/leaf_wait.h"

namespace seep::parse {
namespace {

struct GroupLine {
  uint64_t count = 0;
  std::string_view counters;  // "0x1 0x2"
};

// "12 @ 0x1 0x2"
std::optional<GroupLine> ParseGroup(std::string_view line) {
  Cursor in(line);
  const auto count = in.Decimal();
  if (!count) return std::nullopt;
  in.SkipSpaces();
  if (!in.Skip('@')) return std::nullopt;
  return GroupLine{*count, Trim(in.Rest())};
}

struct CountFrame {
  uint64_t pc = 0;
  std::string_view function;  // empty: no symbol
  std::string_view file;
  uint32_t line = 0;
};

// Where "+0xOFFSET" and the blanks behind it begin: the name may hold '+' and spaces, so the last place that
// fits counts.
size_t OffsetBegin(std::string_view text, std::string_view& after) {
  for (size_t plus = text.rfind("+0x"); plus != text.npos && plus > 0; plus = text.rfind("+0x", plus - 1)) {
    Cursor in(text.substr(plus + 1));
    if (!in.Hex() || in.AtEnd() || (in.Rest().front() != ' ' && in.Rest().front() != '\t')) continue;
    in.SkipSpaces();
    after = in.Rest();
    return plus;
  }
  return text.npos;
}

// A frame line without '#' and blanks before it.
std::optional<CountFrame> ParseFrame(std::string_view line) {
  Cursor in(line);
  CountFrame frame;
  if (!line.starts_with("0x")) return std::nullopt;
  const auto pc = in.Hex();
  if (!pc || (!in.AtEnd() && in.Rest().front() != ' ' && in.Rest().front() != '\t')) return std::nullopt;
  frame.pc = *pc;
  in.SkipSpaces();
  if (in.AtEnd()) return frame;
  std::string_view place;
  const size_t plus = OffsetBegin(in.Rest(), place);
  if (plus == std::string_view::npos) return std::nullopt;
  const auto file = ParseFileLine(place);
  if (!file) return std::nullopt;
  frame.function = in.Rest().substr(0, plus);
  frame.file = file->file;
  frame.line = file->line;
  return frame;
}

// Labels print as `{"k":"v", "k2":"v2"}`, the same form but for spaces as in dump headers.
StringId InternLabels(std::string_view line, model::StackTable& stacks) {
  const size_t open = line.find('{');
  const size_t close = line.rfind('}');
  if (open == line.npos || close == line.npos || close < open) return {};
  return stacks.strings().Intern(CanonicalLabels(line.substr(open + 1, close - open - 1)));
}

class Groups {
 public:
  Groups(model::StackTable& stacks, CountText& out) : stacks_(stacks), out_(out) {}

  void Begin(const GroupLine& line) {
    End();
    open_ = true;
    group_ = {};
    group_.count = line.count;
    counters_ = line.counters;
  }
  void Labels(std::string_view line) {
    if (open_) group_.labels = InternLabels(line, stacks_);
  }
  void Frame(const CountFrame& frame) {
    if (!open_) return;
    if (frames_.empty()) first_pc_ = frame.pc;
    if (frame.function == "runtime.goexit") return;
    std::string hex;
    if (frame.function.empty()) hex = Hex(frame.pc);
    frames_.push_back(
        stacks_.AddFrame(hex.empty() ? frame.function : std::string_view(hex), frame.file, frame.line));
  }
  void End() {
    if (!open_) return;
    open_ = false;
    if (frames_.empty()) {  // no symbols at all (a stripped text, or the title and "@" lines only)
      Cursor in(counters_);
      for (in.SkipSpaces(); auto pc = in.Hex(); in.SkipSpaces())
        frames_.push_back(stacks_.AddFrame(Hex(*pc), {}, 0));
    } else {
      group_.wait = Wait();
      StripRuntime();
    }
    group_.stack = stacks_.AddStack(frames_);
    frames_.clear();
    out_.counted += group_.count;
    out_.profile.groups.push_back(group_);
  }

 private:
  static std::string Hex(uint64_t pc) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (; pc != 0 || text.empty(); pc >>= 4) text += kDigits[pc & 15];
    text += "x0";
    std::ranges::reverse(text);
    return text;
  }

  // Only when nothing but runtime frames is there are they printed; then they are the stack. Otherwise a text
  // may still hold some in front (`internal/runtime/` before it was hidden).
  void StripRuntime() {
    std::vector<std::string_view> names;
    for (model::FrameId frame : frames_) names.push_back(stacks_.function(frame));
    const size_t strip = model::WaitFromFrames(names).runtime_frames;
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(strip));
  }

  model::Wait Wait() const {
    const model::Wait visible = WaitFromVisibleFrames(stacks_, frames_);
    if (visible != model::Wait::kUnknown) return visible;
    std::vector<std::string_view> names;
    for (model::FrameId frame : frames_) names.push_back(stacks_.function(frame));
    const model::LeafWait leaf = model::WaitFromFrames(names);
    if (leaf.wait != model::Wait::kRunnable) return leaf.wait;
    // Nothing was hidden in front of the first frame printed (counters are return addresses, frames are one
    // less): it was not parked. Otherwise the hidden frames parked it, and the text does not say in which
    // way.
    Cursor in(counters_);
    const auto first = in.Hex();
    return first && *first - first_pc_ <= 1 ? model::Wait::kRunnable : model::Wait::kUnknown;
  }

  model::StackTable& stacks_;
  CountText& out_;
  model::GoroutineGroup group_;
  std::vector<model::FrameId> frames_;
  std::string_view counters_;
  uint64_t first_pc_ = 0;
  bool open_ = false;
};

}  // namespace

std::optional<CountTitle> ParseCountTitle(std::string_view line) {
  Cursor in(Trim(line));
  CountTitle title;
  if (in.Skip("goroutine profile: total ")) {
    title.kind = CountKind::kGoroutine;
  } else if (in.Skip("goroutineleak profile: total ")) {
    title.kind = CountKind::kGoroutineLeak;
  } else if (in.Skip("threadcreate profile: total ")) {
    title.kind = CountKind::kThreadCreate;
  } else {
    return std::nullopt;
  }
  const auto total = in.Decimal();
  if (!total || !in.AtEnd()) return std::nullopt;
  title.total = *total;
  return title;
}

std::optional<CountText> ReadCounts(std::string_view text, model::StackTable& stacks,
                                    std::string_view& rest) {
  Cursor in(text);
  std::optional<CountTitle> title;
  while (!title && !in.AtEnd()) title = ParseCountTitle(in.Line());
  rest = in.Rest();
  if (!title) return std::nullopt;
  CountText out;
  out.title = *title;
  out.profile.total = title->total;
  Groups groups(stacks, out);
  while (!in.AtEnd()) {
    std::string_view line = Trim(in.PeekLine());
    if (ParseCountTitle(line)) break;
    in.Line();
    if (const auto group = ParseGroup(line)) {
      groups.Begin(*group);
      continue;
    }
    if (line.starts_with('#')) line = Trim(line.substr(1));
    if (line.starts_with("labels:")) {
      groups.Labels(line);
    } else if (const auto frame = ParseFrame(line)) {
      groups.Frame(*frame);
    }
  }
  groups.End();
  rest = in.Rest();
  return out;
}

}  // namespace seep::parse
