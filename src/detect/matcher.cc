#include "detect/matcher.h"

#include <algorithm>

namespace seep::detect {
namespace {

// Glob over function names. Recursion depth is the number of stars in a pattern we wrote, not anything a
// target sends.
bool Glob(std::string_view pattern, std::string_view text) {
  while (!pattern.empty() && pattern.front() != '*') {
    if (text.empty() || text.front() != pattern.front()) return false;
    pattern.remove_prefix(1);
    text.remove_prefix(1);
  }
  if (pattern.empty()) return text.empty();
  const bool anything = pattern.starts_with("**");
  pattern.remove_prefix(anything ? 2 : 1);
  if (pattern.empty()) return anything || text.find('/') == text.npos;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (Glob(pattern, text.substr(i))) return true;
    if (i < text.size() && text[i] == '/' && !anything) return false;
  }
  return false;
}

std::string Normal(std::string_view function) {
  std::string out;
  out.reserve(function.size());
  while (!function.empty()) {
    if (function.starts_with("[...]")) {
      function.remove_prefix(5);
    } else if (function.starts_with("%2e")) {
      out += '.';
      function.remove_prefix(3);
    } else {
      out += function.front();
      function.remove_prefix(1);
    }
  }
  return out;
}

// "f" of "f.func1.2", "f.gowrap1", "f.deferwrap1", "f-fm", "f-range1", "f.func1-range2": one suffix is cut at
// a time.
bool CutClosure(std::string& name) {
  const size_t cut = name.find_last_of(".-");
  if (cut == name.npos || cut == 0) return false;
  const std::string_view suffix = std::string_view(name).substr(cut + 1);
  const auto numbered = [&](std::string_view word) {
    return suffix.starts_with(word) && suffix.size() > word.size() &&
           std::ranges::all_of(suffix.substr(word.size()), [](char c) { return c >= '0' && c <= '9'; });
  };
  const bool closure =
      suffix == "fm" || numbered("func") || numbered("gowrap") || numbered("deferwrap") ||
      numbered("range") ||
      (!suffix.empty() && std::ranges::all_of(suffix, [](char c) { return c >= '0' && c <= '9'; }));
  if (closure) name.resize(cut);
  return closure;
}

}  // namespace

bool FunctionMatches(std::string_view pattern, std::string_view function) {
  std::string name = Normal(function);
  do {
    if (Glob(pattern, name)) return true;
  } while (CutClosure(name));
  return false;
}

Matcher::Matcher(const Frames& frames, const std::vector<model::Pattern>& patterns)
    : frames_(frames), stacks_(frames.stacks()) {
  for (const model::Pattern& pattern : patterns) {
    for (const model::Signature& s : pattern.any_of) {
      Compiled c{.pattern = &pattern, .signature = &s};
      for (const std::string& wait : s.wait) c.wait.push_back(model::WaitFromState(wait));
      // The two-value receive is a receive too; only a signature that names it alone is about `range`.
      if (std::ranges::find(c.wait, model::Wait::kChanReceive) != c.wait.end())
        c.wait.push_back(model::Wait::kChanRange);
      if (!s.top.empty()) c.top = Compile(s.top);
      if (!s.root.empty()) c.root = Compile(s.root);
      if (!s.creator.empty()) c.creator = Compile(s.creator);
      for (const std::string& f : s.stack) c.stack.push_back(Compile(f));
      for (const std::string& f : s.without) c.without.push_back(Compile(f));
      signatures_.push_back(std::move(c));
    }
  }
  std::ranges::stable_sort(signatures_, [](const Compiled& a, const Compiled& b) {
    if (a.pattern->priority != b.pattern->priority) return a.pattern->priority > b.pattern->priority;
    return a.pattern->id < b.pattern->id;
  });
}

uint32_t Matcher::Compile(const std::string& function) {
  const auto [it, inserted] = index_.try_emplace(function, static_cast<uint32_t>(texts_.size() + 1));
  if (inserted) {
    texts_.push_back(function);
    tables_.emplace_back();
  }
  return it->second;
}

bool Matcher::Is(uint32_t compiled, model::FrameId frame) const {
  std::vector<int8_t>& table = tables_[compiled - 1];
  const uint32_t function = stacks_.frame(frame).function.value;
  if (function >= table.size()) table.resize(stacks_.strings().size(), 0);
  int8_t& known = table[function];
  if (known == 0) known = FunctionMatches(texts_[compiled - 1], stacks_.text({function})) ? 1 : -1;
  return known > 0;
}

bool Matcher::Matches(const Compiled& c, model::StackId stack, model::FrameId creator,
                      model::Wait wait) const {
  if (!c.wait.empty() && std::ranges::find(c.wait, wait) == c.wait.end()) return false;
  const auto frames = stacks_.frames(stack);
  if (frames.empty()) return false;
  const auto in_runtime = [&](model::FrameId f) { return frames_.Of(f) == Ownership::kRuntime; };
  if (c.signature->max_frames != 0 &&
      frames.size() >
          c.signature->max_frames + static_cast<size_t>(std::ranges::count_if(frames, in_runtime)))
    return false;
  if (c.signature->user_frame && !frames_.Outside(stack)) return false;
  if (c.creator != 0 && creator && !Is(c.creator, creator)) return false;
  if (c.root != 0 && !Is(c.root, frames.back())) return false;
  if (c.top != 0) {
    const auto outside = std::ranges::find_if_not(frames, in_runtime);
    if (outside == frames.end() || !Is(c.top, *outside)) return false;
  }
  size_t wanted = 0;
  for (size_t i = 0; i < frames.size() && wanted < c.stack.size(); ++i)
    if (Is(c.stack[wanted], frames[i])) ++wanted;
  if (wanted < c.stack.size()) return false;
  return std::ranges::none_of(c.without, [&](uint32_t w) {
    return std::ranges::any_of(frames, [&](model::FrameId f) { return Is(w, f); });
  });
}

const model::Pattern* Matcher::Match(model::StackId stack, model::FrameId creator, model::Wait wait) const {
  for (const Compiled& c : signatures_)
    if (c.pattern->role != model::Pattern::Role::kEvidence && Matches(c, stack, creator, wait))
      return c.pattern;
  return nullptr;
}

std::vector<const model::Pattern*> Matcher::MatchEvidence(model::StackId stack, model::FrameId creator,
                                                          model::Wait wait) const {
  std::vector<const model::Pattern*> found;
  for (const Compiled& c : signatures_) {
    if (c.pattern->role == model::Pattern::Role::kEvidence &&
        std::ranges::find(found, c.pattern) == found.end() && Matches(c, stack, creator, wait))
      found.push_back(c.pattern);
  }
  return found;
}

bool Matcher::FrameMatches(model::FrameId frame, const std::string& pattern) const {
  const auto it = index_.find(pattern);
  if (it != index_.end()) return Is(it->second, frame);
  return FunctionMatches(pattern, stacks_.function(frame));
}

bool Matcher::AnyFrame(model::StackId stack, const std::vector<std::string>& functions) const {
  return std::ranges::any_of(stacks_.frames(stack), [&](model::FrameId f) {
    return std::ranges::any_of(functions, [&](const std::string& p) { return FrameMatches(f, p); });
  });
}

}  // namespace seep::detect
