#include "parse/goroutine_text/dump_builder.h"

#include <algorithm>
#include <limits>

#include "parse/goroutine_text/dump_lines.h"
#include "parse/goroutine_text/leaf_wait.h"

namespace seep::parse {
namespace {
constexpr size_t kMostExpected = 4'000'000;  // reserved address space stays below 300 MB
constexpr uint8_t kNotAsked = 255;

// Go < 1.21 stops at 100 frames but counts the runtime's own, which it then hides: a stack of 97 frames
// printed, without
// "...additional frames elided...", is a longer one cut short
// (tests/formats/goroutine_text/go1.19.8-debug2.txt). Those versions do not print the creator's goroutine.
bool SilentlyCut(const model::Goroutine& goroutine, size_t frames) {
  constexpr size_t kMostPrinted = 100,
                   kMostHidden = 5;  // semacquire1, goparkunlock, gopark and their wrappers
  return frames >= kMostPrinted - kMostHidden && frames < kMostPrinted && goroutine.goid != 1 &&
         goroutine.parent == 0;
}

}  // namespace

GoidSet::Block& GoidSet::Find(uint64_t number) {
  const size_t mask = blocks_.size() - 1;
  size_t i = Home(number, mask);
  while (blocks_[i].members != 0 && blocks_[i].number != number) i = (i + 1) & mask;
  return blocks_[i];
}

void GoidSet::Grow() {
  std::vector<Block> old(std::max<size_t>(blocks_.size() * 2, 256));
  old.swap(blocks_);
  for (const Block& block : old)
    if (block.members != 0) Find(block.number) = block;
}

bool GoidSet::Insert(uint64_t goid) {
  if (used_ * 2 >= blocks_.size()) Grow();
  Block& block = Find(goid >> 6);
  const uint64_t member = uint64_t{1} << (goid & 63);
  if ((block.members & member) != 0) return false;
  if (block.members == 0) ++used_;
  block.number = goid >> 6;
  block.members |= member;
  return true;
}

void GoidSet::Clear() {
  blocks_.clear();
  used_ = 0;
}

DumpBuilder::DumpBuilder(Context& context, size_t expected)
    : context_(context), expected_(std::min(expected, kMostExpected)) {}

DumpBuilder::State DumpBuilder::Intern(std::string_view state) {
  const size_t last = state.empty() ? 0 : static_cast<unsigned char>(state.back());
  const size_t first = state.empty() ? 0 : static_cast<unsigned char>(state.front());
  Known& known = states_[(state.size() * 7 + first * 3 + last) % states_.size()];
  if (known.text == state && !state.empty()) return known.state;
  const StringId id = context_.stacks.strings().Intern(state);
  model::Wait wait = model::WaitFromState(state);
  // Go 1.25+ appends " (durable)" to states that are not named so themselves ("sleep (durable)").
  if (constexpr std::string_view kDurable = " (durable)";
      wait == model::Wait::kUnknown && state.ends_with(kDurable))
    wait = model::WaitFromState(state.substr(0, state.size() - kDurable.size()));
  known = {context_.stacks.text(id), {id, wait}};
  return known.state;
}

StringId DumpBuilder::InternLabels(std::string_view between_braces) {
  if (between_braces.empty()) return {};
  return context_.stacks.strings().Intern(CanonicalLabels(between_braces));
}

model::Wait DumpBuilder::Refined(const model::Goroutine& goroutine) {
  if (goroutine.wait == model::Wait::kUnknown)
    return RefineWait(goroutine.wait, context_.stacks, goroutine.stack);
  if (goroutine.wait != model::Wait::kSemacquire) return goroutine.wait;
  const size_t stack = goroutine.stack.value;
  if (stack >= semaphore_waits_.size())
    semaphore_waits_.resize(std::max(stack + 1, context_.stacks.stack_count()), kNotAsked);
  if (semaphore_waits_[stack] == kNotAsked)
    semaphore_waits_[stack] =
        static_cast<uint8_t>(RefineWait(goroutine.wait, context_.stacks, goroutine.stack));
  return static_cast<model::Wait>(semaphore_waits_[stack]);
}

uint32_t DumpBuilder::KeepArguments(Dump& dump, std::span<const uint64_t> arguments) {
  model::GoroutineDump& out = dump.goroutines;
  if (!arguments_kept_ || arguments.empty()) return 0;
  // The second bound holds deep stacks to 256 bytes a goroutine on average.
  if (out.goroutines.size() >= context_.limits.keep_arguments_below ||
      out.arguments.size() / 32 >= context_.limits.keep_arguments_below) {
    arguments_kept_ = false;
    out.arguments = {};
    for (model::Goroutine& g : out.goroutines) g.arguments = 0;
    return 0;
  }
  if (out.arguments.empty()) out.arguments.push_back(0);
  if (out.arguments.size() + arguments.size() > std::numeric_limits<uint32_t>::max()) return 0;
  const auto begin = static_cast<uint32_t>(out.arguments.size());
  out.arguments.insert(out.arguments.end(), arguments.begin(), arguments.end());
  return begin;
}

void DumpBuilder::Add(model::Goroutine goroutine, std::span<const uint64_t> arguments,
                      std::optional<Time> at) {
  if (goroutine.goid == 0) return;
  if (SilentlyCut(goroutine, arguments.size())) goroutine.cut = true;
  goroutine.wait = Refined(goroutine);
  const bool asked = stray_ && !continues_ && goroutine.wait == model::Wait::kRunning && goroutine.stack;
  if (dumps_.empty() || boundary_ || asked) Begin();
  boundary_ = stray_ = dashes_ = false;
  if (!goids_.Insert(goroutine.goid)) {
    if (continues_ && Replace(goroutine, arguments)) return;
    Begin();
    goids_.Insert(goroutine.goid);
  }
  Dump& dump = dumps_.back();
  if (!dump.at) dump.at = at;
  if (goroutine.goid != 1) ++(goroutine.creator ? dump.creators : dump.no_creators);
  goroutine.arguments = KeepArguments(dump, arguments);
  dump.goroutines.goroutines.push_back(goroutine);
}

void DumpBuilder::Begin() {
  Close();
  dumps_.emplace_back();
  // Only the first dump's room is guessed: pages never touched cost nothing, but a log may hold many dumps.
  const size_t expected = dumps_.size() == 1 ? expected_ : 0;
  dumps_.back().goroutines.goroutines.reserve(expected);
  if (expected < context_.limits.keep_arguments_below)
    dumps_.back().goroutines.arguments.reserve(expected * 10);
  goids_.Clear();
  places_.clear();
  continues_ = false;
  arguments_kept_ = true;
}

// Sets a lone running goroutine aside.
void DumpBuilder::Close() {
  if (dumps_.empty()) return;
  const auto& last = dumps_.back().goroutines.goroutines;
  if (last.size() != 1 || last.front().wait != model::Wait::kRunning) return;
  trace_ = dumps_.back();  // a copy: without the room made for more
  ++traces_;
  dumps_.pop_back();
}

void DumpBuilder::Boundary(bool sigquit) {
  continues_ = sigquit && dashes_ && !dumps_.empty();
  boundary_ = !continues_;
  dashes_ = false;
}

// Puts a goroutine in the place of its first print, if that had no stack.
bool DumpBuilder::Replace(const model::Goroutine& goroutine, std::span<const uint64_t> arguments) {
  Dump& dump = dumps_.back();
  auto& all = dump.goroutines.goroutines;
  for (size_t i = places_.size(); i < all.size(); ++i) places_.emplace(all[i].goid, i);
  model::Goroutine& known = all[places_.at(goroutine.goid)];
  if (known.stack) return false;
  known = goroutine;
  known.arguments = KeepArguments(dump, arguments);
  return true;
}

void DumpBuilder::Truncated() {
  if (!dumps_.empty()) dumps_.back().goroutines.truncated = true;
}

std::vector<DumpBuilder::Dump> DumpBuilder::Take(size_t& traces_left_out) {
  Close();
  if (dumps_.empty() && trace_) {
    dumps_.push_back(*std::move(trace_));
    --traces_;
  }
  traces_left_out = traces_;
  return std::move(dumps_);
}

}  // namespace seep::parse
