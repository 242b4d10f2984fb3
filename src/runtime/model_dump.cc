#include "runtime/model_dump.h"

#include "parse/goroutine_text/leaf_wait.h"

namespace seep::runtime {

void ModelDump::Add(const SeenGoroutine& seen) {
  const State& state = StateFor(seen.g);
  model::Goroutine g;
  g.goid = seen.g.goid;
  g.parent = seen.g.parent;
  g.stack = StackOf(seen.frames);
  g.creator = CreatorOf(seen.g);
  g.state = state.id;
  g.labels = LabelsOf(seen.g.labels);
  if (const auto minutes = MinutesOf(seen.g, now_)) g.minutes = static_cast<int32_t>(*minutes);
  g.wait = state.wait;
  if (g.wait == model::Wait::kSemacquire) g.wait = parse::RefineWait(g.wait, stacks_, g.stack);
  g.leaked = seen.g.status == Status::kLeaked;
  g.locked = seen.g.locked;
  g.cut = seen.cut;
  dump_.goroutines.push_back(g);
}

model::StackId ModelDump::StackOf(std::span<const Frame> frames) {
  const auto [found, added] = known_stacks_.try_emplace(StackKey(frames));
  if (!added) return found->second;
  calls_.Trim();
  frames_.clear();
  ForShownCalls(calls_, frames, [this](const Frame&, const Call& call) {
    frames_.push_back(stacks_.AddFrame(call.function == "runtime.gopanic" ? "panic" : call.function,
                                       call.file, static_cast<uint32_t>(call.line)));
  });
  found->second = stacks_.AddStack(frames_);
  return found->second;
}

model::FrameId ModelDump::CreatorOf(const G& g) {
  if (g.created == 0) return {};
  const auto [found, added] = creators_.try_emplace(g.created);
  if (!added) return found->second;
  if (const auto creator = FindCreator(process_, g))
    found->second = stacks_.AddFrame(creator->function, creator->file, static_cast<uint32_t>(creator->line));
  return found->second;
}

const ModelDump::State& ModelDump::StateFor(const G& g) {
  const uint32_t key = static_cast<uint32_t>(g.status) << 8 | g.reason;
  const auto [found, added] = states_.try_emplace(key);
  if (added) {
    std::string text = StateOf(process_, g);
    constexpr std::string_view kLeaked = " (leaked)";
    if (text.ends_with(kLeaked)) text.resize(text.size() - kLeaked.size());
    found->second = {stacks_.strings().Intern(text), model::WaitFromState(text)};
  }
  return found->second;
}

StringId ModelDump::LabelsOf(uint64_t address) {
  if (address == 0) return {};
  const auto [found, added] = known_labels_.try_emplace(address);
  if (added) {
    std::string text;
    for (const auto& [key, value] : labels_.At(address))
      text += (text.empty() ? "" : "\n") + key + "=" + value;
    found->second = stacks_.strings().Intern(text);
  }
  return found->second;
}

}  // namespace seep::runtime
