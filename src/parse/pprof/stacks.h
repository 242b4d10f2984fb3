// Samples of a wire profile as stacks of the run's StackTable, one at a time: what every conversion stands
// on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model/stack_table.h"
#include "parse/pprof/id_table.h"
#include "parse/pprof/wire.h"

namespace seep::parse::pprof {

class Stacks {
 public:
  // Checks ids as pprof's CheckValid does and interns every frame of the profile.
  static Result<Stacks> Make(const Profile& profile, model::StackTable& table);

  // Moves to the next sample; false after the last one. In a profile that was cut off, samples whose
  // locations are lost are passed over and counted.
  Result<bool> Next();

  // Of the current sample: innermost first, inlined calls expanded.
  std::span<const model::FrameId> frames() const { return {frames_.data(), frame_count_}; }
  std::span<const int64_t> values() const { return reader_.values(); }
  // "key=value" lines as in model::Goroutine::labels.
  Result<StringId> Labels();

  size_t dropped() const { return dropped_; }

 private:
  // Frames of one location. One or two frames are by far the usual case and are kept in place, so that they
  // can be written without asking which of the two it is.
  struct Frames {
    model::FrameId frames[2];
    uint32_t count = 0;  // more than two: from pool_[first] on
    uint32_t first = 0;
    explicit operator bool() const { return count != 0; }
  };
  struct KnownLabels {
    std::string_view raw;
    StringId text;
  };

  Stacks(const Profile& profile, model::StackTable& table);
  Status AddLocations();
  Result<bool> Resolve();
  bool MakeRoom(size_t frames);
  StringId FormatLabels(const std::vector<Label>& labels);
  void GrowLabels();

  const Profile* profile_;
  model::StackTable* table_;
  IdTable<Frames> locations_;
  std::vector<model::FrameId> pool_;
  SampleReader reader_;
  size_t next_ = 0;
  size_t dropped_ = 0;
  // Few bytes can name a long location many times over; what may come of it is bounded by the size of the
  // input.
  uint64_t frame_budget_;
  std::vector<model::FrameId> frames_;
  size_t frame_count_ = 0;
  std::vector<KnownLabels> known_labels_;  // open addressing by raw bytes
  size_t known_label_count_ = 0;
};

}  // namespace seep::parse::pprof
