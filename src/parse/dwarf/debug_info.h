// DWARF debug information: which function, file and line of C, C++ or Rust an address belongs to, and which
// calls were inlined there. Versions 2 to 5, both formats, sections compressed or not; what is in another
// file (split and supplementary debug information) is not followed. Read as it is asked for: a program of a
// gigabyte costs a look at the head of each unit, and the units that are asked about.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "parse/dwarf/line_table.h"
#include "parse/dwarf/sections.h"
#include "parse/dwarf/unit.h"
#include "parse/elf/file.h"

namespace seep::parse::dwarf {

// One call of those that an address stands for.
struct Frame {
  std::string_view name;          // as it is declared: "push_back"; empty if nothing names the function
  std::string_view linkage_name;  // as the linker knows it: "_ZN5queue9push_backEi"; empty in C
  bool names_itself = false;      // the name stands with the code, not at a declaration elsewhere
  SourcePlace at;                 // empty and 0 where not known
  bool inlined = false;
};

struct DebugLimits {
  uint64_t section_bytes = uint64_t{8} << 30;  // inflated, all together
  uint64_t ranges = 50'000'000;                // of code, in all units
  uint64_t line_rows = 50'000'000;             // of all units asked about
};

// Views are into the sections, which it keeps.
class DebugInfo {
 public:
  static Result<DebugInfo> Read(const elf::File& file, const DebugLimits& limits = {});

  bool empty() const { return units_.empty(); }
  // Innermost first; the last is the function itself. Empty if the address is in no unit, or its unit says
  // neither function nor line. Not const: what was read for it is kept.
  std::vector<Frame> Frames(uint64_t address);

 private:
  // A function, or a call inlined into it. Its inner ones follow it, up to `end`.
  struct Scope {
    Entry entry;
    size_t end = 0;
    size_t first_range = 0, range_count = 0;
  };
  struct Covered {
    uint64_t low = 0, high = 0;
    size_t index = 0;  // of a unit, or of a scope
  };
  struct Details {
    std::vector<Scope> scopes;
    std::vector<AddressRange> ranges;
    std::vector<Covered> functions;  // by low
    std::optional<LineTable> lines;
  };

  static bool Earlier(const Covered& a, const Covered& b);
  void ReadUnits();
  const Details& DetailsOf(size_t unit);
  void ReadScopes(const Unit& unit, Details& details);
  bool Contains(const Details& details, const Scope& scope, uint64_t address) const;
  std::vector<const Scope*> ScopesAt(const Details& details, uint64_t address) const;
  Frame Named(const Entry& entry) const;
  const Unit* UnitAt(uint64_t offset) const;
  static const Covered* Find(const std::vector<Covered>& sorted, uint64_t address);

  Sections sections_;
  DebugLimits limits_;
  std::vector<Unit> units_;       // by begin
  std::vector<Covered> covered_;  // by low
  std::map<size_t, Details> details_;
};

}  // namespace seep::parse::dwarf
