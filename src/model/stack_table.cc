#include "model/stack_table.h"

#include <algorithm>
#include <bit>

#include "base/hash.h"

namespace seep::model {
namespace {
uint64_t HashFrame(const Frame& f) {
  return Mix(Mix(Hash128{1, 2}, (uint64_t{f.function.value} << 32) | f.file.value), f.line).low;
}
uint64_t HashStack(std::span<const FrameId> frames) {
  // Two frames a step: each step waits for the one before, and stacks are long.
  Hash128 h{3, frames.size()};
  size_t i = 0;
  for (; i + 1 < frames.size(); i += 2) h = Mix(h, (uint64_t{frames[i].value} << 32) | frames[i + 1].value);
  if (i < frames.size()) h = Mix(h, frames[i].value);
  return h.low;
}
}  // namespace

StackTable::StackTable()
    : frames_(1), frame_slots_(1024, 0), begins_{0, 0}, stack_hashes_{0}, stack_slots_(1024, 0) {}

FrameId StackTable::AddFrame(std::string_view function, std::string_view file, uint32_t line) {
  return AddFrame(Frame{strings_.Intern(function), strings_.Intern(file), line});
}

FrameId StackTable::AddFrame(const Frame& frame) {
  if (frame == Frame{}) return {};
  if (frames_.size() * 2 > frame_slots_.size()) GrowFrames();
  const size_t mask = frame_slots_.size() - 1;
  size_t i = HashFrame(frame) & mask;
  for (; frame_slots_[i] != 0; i = (i + 1) & mask) {
    if (frames_[frame_slots_[i]] == frame) return {frame_slots_[i]};
  }
  frame_slots_[i] = static_cast<uint32_t>(frames_.size());
  frames_.push_back(frame);
  return {frame_slots_[i]};
}

bool StackTable::SameStack(uint32_t id, std::span<const FrameId> frames) const {
  return std::ranges::equal(this->frames({id}), frames);
}

uint64_t StackTable::Prepare(std::span<const FrameId> frames) const {
  const uint64_t hash = HashStack(frames);
  __builtin_prefetch(&stack_slots_[hash & (stack_slots_.size() - 1)]);
  return hash;
}

StackId StackTable::AddStack(std::span<const FrameId> frames) {
  return AddStack(frames, HashStack(frames));
}

StackId StackTable::AddStack(std::span<const FrameId> frames, uint64_t hash) {
  if (frames.empty()) return {};
  if (begins_.size() * 2 > stack_slots_.size()) GrowStacks(stack_slots_.size() * 2);
  const size_t mask = stack_slots_.size() - 1;
  size_t i = hash & mask;
  for (; stack_slots_[i] != 0; i = (i + 1) & mask) {
    const uint32_t id = stack_slots_[i];
    if (stack_hashes_[id] == hash && SameStack(id, frames)) return {id};
  }
  const auto id = static_cast<uint32_t>(stack_hashes_.size());
  pool_.insert(pool_.end(), frames.begin(), frames.end());
  begins_.push_back(static_cast<uint32_t>(pool_.size()));
  stack_hashes_.push_back(hash);
  stack_slots_[i] = id;
  return {id};
}

void StackTable::GrowFrames() {
  frame_slots_.assign(frame_slots_.size() * 2, 0);
  const size_t mask = frame_slots_.size() - 1;
  for (uint32_t id = 1; id < frames_.size(); ++id) {
    size_t i = HashFrame(frames_[id]) & mask;
    while (frame_slots_[i] != 0) i = (i + 1) & mask;
    frame_slots_[i] = id;
  }
}

void StackTable::ReserveStacks(size_t stacks, size_t frames) {
  const size_t wanted = begins_.size() + stacks;
  pool_.reserve(pool_.size() + frames);
  begins_.reserve(wanted);
  stack_hashes_.reserve(wanted);
  if (wanted * 2 > stack_slots_.size()) GrowStacks(std::bit_ceil(wanted * 2));
}

void StackTable::GrowStacks(size_t slots) {
  stack_slots_.assign(slots, 0);
  const size_t mask = stack_slots_.size() - 1;
  for (uint32_t id = 1; id < stack_hashes_.size(); ++id) {
    size_t i = stack_hashes_[id] & mask;
    while (stack_slots_[i] != 0) i = (i + 1) & mask;
    stack_slots_[i] = id;
  }
}

}  // namespace seep::model
