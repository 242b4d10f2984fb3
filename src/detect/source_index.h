// Which frames of a process stand on lines of source that a scan found fault with. A frame and a finding are
// of one file when package and file name agree: so neither -trimpath, nor another folder, nor a build machine
// matters.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/scan.h"
#include "model/stack_table.h"

namespace seep::detect {

// The declared function that a closure, a wrapper or a loop body of the compiler belongs to:
// "a/b.(*T).run" of "a/b.(*T).run.func2.1", "a/b.run" of "a/b.run-range1" and "a/b.run[...].gowrap1".
std::string DeclaredFunction(std::string_view function);

// Weakest first. On the path: a line between where it is taken and where it is lost.
enum class Nearness : uint8_t { kFunction, kPath, kLine };

struct SourceMatch {
  size_t finding = 0;  // index into ScanReport::findings
  Nearness nearness = Nearness::kFunction;
};

class SourceIndex {
 public:
  SourceIndex(const model::ScanReport& scan, const model::StackTable& stacks);

  // What is found on the frame's line or in its function; remembered.
  const std::vector<SourceMatch>& Of(model::FrameId frame) const;
  // A line of the process that lies outside of its function as the source has it: another commit runs. In
  // such files lines say nothing, and only functions are matched.
  struct Moved {
    model::FrameId frame;
    const model::SourceFunction* now = nullptr;
    size_t more = 0;  // other files of which the same holds
  };
  const std::optional<Moved>& moved() const { return moved_; }
  // A function of the process, on a stack or in a profile, is declared in the source. Every program has a
  // main: that one counts by its folder.
  bool known() const { return known_function_; }

  // The same for a place that has no frame.
  std::vector<SourceMatch> At(std::string_view function, std::string_view file, uint32_t line) const;

 private:
  void FindMoved();
  bool SameFile(const std::string& file, std::string_view other) const;

  const model::ScanReport& scan_;
  const model::StackTable& stacks_;
  std::map<std::string, std::vector<size_t>, std::less<>> by_package_;
  std::map<std::string, std::vector<size_t>, std::less<>> by_function_;
  std::set<std::string, std::less<>> moved_files_;  // package and file name
  std::optional<Moved> moved_;
  bool known_function_ = false;
  mutable std::vector<std::vector<SourceMatch>> known_;  // by frame id
  mutable std::vector<bool> decided_;
};

}  // namespace seep::detect
