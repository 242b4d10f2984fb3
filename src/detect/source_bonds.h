// What binds the places that a scan found to a finding of a process, strongest first: see source_join.h.
#pragma once

#include <string>
#include <vector>

#include "detect/analysis.h"
#include "detect/source_index.h"

namespace seep::detect {

// What binds a candidate to a finding.
struct SourceBond {
  // Steps wide enough that sureness and severity of the rule only decide between equals.
  enum Weight : int {
    kNothing = 0,
    kSomeoneWorksThere = 100,  // its function was entered
    kWorksThere = 200,         // the very line was
    kLivesThere = 250,         // and at least half as many objects as leak were allocated there and are live
    kStackFunction = 300,      // the leaking goroutines are in its function
    kObjects = 500,            // as many live objects
    kLiveC = 600,
    kStarter = 650,  // who started the leaking goroutines stands on the line
    kStackLine = 700,
    kNamedPath = 750,  // the finding names a line of its path
    kNamed = 800,      // the finding names the line
  };

  size_t place = 0;     // index into ScanReport::findings
  bool holder = false;  // of its rule: ScanRule::holder
  int weight = 0;
  std::string why;  // for people
  uint64_t count = 0;
  model::StackId stack;
  bool sure = false;  // enough by itself
};

class SourceBonds {
 public:
  // All of them outlive it.
  SourceBonds(const Analysis& analysis, const model::ScanReport& scan, const SourceIndex& index);

  // The candidates for a finding: one a line, likeliest first.
  std::vector<SourceBond> Of(const model::Finding& f) const;

 private:
  // What memory says of one place in source.
  struct Memory {
    std::vector<Estimate> by_stack;  // live Go objects allocated under the line, by stack
    Estimate live;                   // all of them
    double allocated = 0;            // Go objects ever allocated under the line
    double in_function = 0;          // the same under its function, elsewhere
    bool c = false;                  // C memory was allocated under the line,
    double c_bytes = 0;              // and so much of it is live
    double c_objects = 0;
  };

  void ReadHeap();
  void ReadNative();
  void ReadWhere(const model::Finding& f, std::vector<SourceBond>& bonds) const;
  void ReadStacks(const model::Finding& f, std::vector<SourceBond>& bonds) const;
  void ReadStarters(const model::Finding& f, std::vector<SourceBond>& bonds) const;
  void ReadHolders(std::vector<SourceBond>& bonds) const;
  void ReadMemory(const model::Finding& f, std::vector<SourceBond>& bonds) const;

  const Analysis& a_;
  const model::ScanReport& scan_;
  const SourceIndex& index_;
  std::vector<Memory> memory_;  // by index of ScanReport::findings
};

}  // namespace seep::detect
