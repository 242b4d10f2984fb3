// Frames and stacks, interned once per run and shared by every snapshot: a goroutine, a heap sample and an
// allocation site name a stack by a 32-bit id, and equal stacks have equal ids.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/string_table.h"

namespace seep::model {

struct FrameTag {};
struct StackTag {};
using FrameId = Id<FrameTag>;
using StackId = Id<StackTag>;

// `function` as Go prints it, package path included: "net/http.(*persistConn).readLoop".
// `file` and `line` of the call (the return address minus one); empty and 0 where the evidence has none.
struct Frame {
  StringId function;
  StringId file;
  uint32_t line = 0;
  bool operator==(const Frame&) const = default;
};

// Frames of a stack are innermost first: frame 0 is where the goroutine stands.
class StackTable {
 public:
  StackTable();
  StackTable(StackTable&&) = default;
  StackTable& operator=(StackTable&&) = default;

  FrameId AddFrame(const Frame& frame);
  FrameId AddFrame(std::string_view function, std::string_view file, uint32_t line);
  // The empty stack is id 0.
  StackId AddStack(std::span<const FrameId> innermost_first);
  // AddStack in two steps, for readers of millions: the memory the second will need is fetched while the
  // caller works on.
  uint64_t Prepare(std::span<const FrameId> innermost_first) const;
  StackId AddStack(std::span<const FrameId> innermost_first, uint64_t prepared);
  // Makes room for that many more, so that a big profile does not grow the table step by step. Only a matter
  // of speed.
  void ReserveStacks(size_t stacks, size_t frames);

  const Frame& frame(FrameId id) const { return frames_[id.value]; }
  std::span<const FrameId> frames(StackId id) const {
    return {pool_.data() + begins_[id.value], begins_[id.value + 1] - begins_[id.value]};
  }
  std::string_view function(FrameId id) const { return strings_.View(frames_[id.value].function); }
  std::string_view file(FrameId id) const { return strings_.View(frames_[id.value].file); }
  uint32_t line(FrameId id) const { return frames_[id.value].line; }

  // Every other text of the evidence (states, labels, paths) lives in the same table.
  StringTable& strings() { return strings_; }
  const StringTable& strings() const { return strings_; }
  std::string_view text(StringId id) const { return strings_.View(id); }

  size_t frame_count() const { return frames_.size(); }  // ids 0 .. frame_count()-1
  size_t stack_count() const { return begins_.size() - 1; }

 private:
  void GrowFrames();
  void GrowStacks(size_t slots);
  bool SameStack(uint32_t id, std::span<const FrameId> frames) const;

  StringTable strings_;
  std::vector<Frame> frames_;
  std::vector<uint32_t> frame_slots_;  // open addressing, 0 = free
  std::vector<FrameId> pool_;          // frames of all stacks, one after the other
  std::vector<uint32_t> begins_;       // stack id -> first index in pool_; one past the last as well
  std::vector<uint64_t> stack_hashes_;
  std::vector<uint32_t> stack_slots_;
};

}  // namespace seep::model
