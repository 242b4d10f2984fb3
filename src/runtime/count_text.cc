#include "runtime/count_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "pprof/go_text.h"

namespace seep::runtime {
namespace {

bool IsInternal(std::string_view function) {
  return function.starts_with("runtime.") || function.starts_with("internal/runtime/");
}

// One line of a stack, before its columns are set.
using Row = std::array<std::string, 3>;

void SetColumns(const std::vector<Row>& rows, std::string& out) {
  constexpr size_t kTab = 8;
  std::array<size_t, 2> widths{};
  for (const Row& row : rows)
    for (size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size() + 1);
  for (const Row& row : rows) {
    out += "#\t";
    for (size_t i = 0; i < widths.size(); ++i) {
      const size_t width = (widths[i] + kTab - 1) / kTab * kTab;
      out += row[i];
      out.append((width - row[i].size() + kTab - 1) / kTab, '\t');
    }
    out += row[2] + "\n";
  }
}

}  // namespace

void CountText::Add(const SeenGoroutine& seen) {
  ++total_;
  const Frame begun{seen.g.start, 0, true};  // of one that runs no more is known
  const std::span<const Frame> frames = seen.frames.empty() ? std::span(&begun, 1) : seen.frames;
  const auto [found, added] = places_.try_emplace(StackKey(frames, seen.g.labels), stacks_.size());
  if (added) {
    calls_.Trim();
    stacks_.push_back({0, KeyOf(frames, seen.g.labels), {}});
    for (const Frame& frame : frames) stacks_.back().call_pcs.push_back(frame.CallPc());
  }
  ++stacks_[found->second].count;
}

std::string CountText::KeyOf(std::span<const Frame> frames, uint64_t labels) {
  std::string key = "@";
  for (const Frame& frame : frames)
    for (const Call& call : calls_.At(frame))
      if (!call.wrapper) fmt::format_to(std::back_inserter(key), " {:#x}", call.pc + 1);
  const LabelList& list = labels_.At(labels);
  if (list.empty()) return key;
  key += "\n# labels: {";
  for (size_t i = 0; i < list.size(); ++i)
    key += fmt::format("{}{}:{}", i == 0 ? "" : ", ", pprof::Quoted(list[i].first),
                       pprof::Quoted(list[i].second));
  return key + "}";
}

void CountText::Print(const Stack& stack, std::string& out) {
  calls_.Trim();
  fmt::format_to(std::back_inserter(out), "{} {}\n", stack.count, stack.key);
  std::vector<Row> rows;
  for (const bool everything : {false, true}) {
    bool show = everything;
    for (const uint64_t pc : stack.call_pcs) {
      for (const Call& call : calls_.At(pc)) {
        if (call.wrapper || call.function == "runtime.goexit") continue;
        show = show || !IsInternal(call.function);
        if (!show) continue;
        rows.push_back({fmt::format("{:#x}", call.pc),
                        fmt::format("{}+{:#x}", call.function, call.pc - call.entry),
                        fmt::format("{}:{}", call.file, call.line)});
      }
    }
    if (!rows.empty()) break;
  }
  SetColumns(rows, out);
  out += '\n';
}

std::string CountText::Take() {
  std::ranges::sort(stacks_, [](const Stack& a, const Stack& b) {
    return a.count != b.count ? a.count > b.count : a.key < b.key;
  });
  std::string out = fmt::format("goroutine profile: total {}\n", total_);
  for (const Stack& stack : stacks_) Print(stack, out);
  return out;
}

}  // namespace seep::runtime
