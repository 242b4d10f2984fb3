// The contract of a detector: src/detect/detectors/<id_with_underscores>.cc defining
// `const Detector detector_<id_with_underscores>`. Pure: values in, findings out; no clock, no I/O, no
// format. Adding one edits no existing file; its texts live in knowledge/findings/.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "detect/analysis.h"
#include "model/finding.h"

namespace seep::detect {

// What a detector says. Texts left empty are filled from the knowledge of the finding id.
class Sink {
 public:
  void Report(model::Finding finding) { findings_.push_back(std::move(finding)); }
  void Note(model::Note note) { notes_.push_back(std::move(note)); }

  std::vector<model::Finding>& findings() { return findings_; }
  std::vector<model::Note>& notes() { return notes_; }

 private:
  std::vector<model::Finding> findings_;
  std::vector<model::Note> notes_;
};

// Evidence without which a detector has nothing to say; the engine turns "not there" into a gap instead of
// silence.
enum class Need : uint8_t { kNone, kGoroutines, kHeap, kRss, kSockets, kFds, kMetrics };

struct Detector {
  std::string_view id;  // the finding id; detectors of several ids name the main one
  Need needs = Need::kNone;
  void (*run)(const Analysis& analysis, Sink& sink) = nullptr;
};

std::span<const Detector* const> AllDetectors();  // generated

}  // namespace seep::detect
