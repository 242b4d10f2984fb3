#include "parse/dwarf/debug_info.h"

#include <algorithm>
#include <utility>

namespace seep::parse::dwarf {
namespace {

// Calls that were inlined into one another, and entries that refer to one another: more are damage.
constexpr size_t kDeepest = 1000, kLongestChain = 16;

}  // namespace

bool DebugInfo::Earlier(const Covered& a, const Covered& b) {
  return std::pair(a.low, a.index) < std::pair(b.low, b.index);
}

Result<DebugInfo> DebugInfo::Read(const elf::File& file, const DebugLimits& limits) {
  DebugInfo info;
  info.limits_ = limits;
  SEEP_TRY(info.sections_, ReadSections(file, limits.section_bytes));
  info.ReadUnits();
  return info;
}

void DebugInfo::ReadUnits() {
  FieldReader in(sections_.info.view());
  while (in.ok() && !in.AtEnd()) {
    auto read = ReadUnit(sections_, in);
    if (!read) continue;
    for (const auto& [low, high] : RangesOf(sections_, read->first, read->second, limits_.ranges))
      covered_.push_back({low, high, units_.size()});
    units_.push_back(std::move(read->first));
  }
  std::ranges::sort(covered_, Earlier);
}

const DebugInfo::Covered* DebugInfo::Find(const std::vector<Covered>& sorted, uint64_t address) {
  const auto after = std::ranges::upper_bound(sorted, address, {}, &Covered::low);
  // Linkers set the code they throw away to low addresses, where it may overlap: some steps back are enough.
  constexpr ptrdiff_t kSteps = 64;
  for (auto at = after; at != sorted.begin() && after - at < kSteps;)
    if ((--at)->high > address) return &*at;
  return nullptr;
}

const Unit* DebugInfo::UnitAt(uint64_t offset) const {
  const auto after = std::ranges::upper_bound(units_, offset, {}, &Unit::begin);
  if (after == units_.begin()) return nullptr;
  const Unit& unit = *(after - 1);
  return offset < unit.end ? &unit : nullptr;
}

const DebugInfo::Details& DebugInfo::DetailsOf(size_t index) {
  const auto [found, is_new] = details_.try_emplace(index);
  Details& details = found->second;
  if (!is_new) return details;
  const Unit& unit = units_[index];
  ReadScopes(unit, details);
  if (!unit.lines) return details;
  if (auto lines = LineTable::Read(sections_, *unit.lines, unit.folder, limits_.line_rows))
    details.lines = std::move(*lines);
  return details;
}

// Functions and inlined calls of the unit's tree. What else is between them (blocks, name spaces, classes)
// only matters for the depth.
void DebugInfo::ReadScopes(const Unit& unit, Details& details) {
  FieldReader in(sections_.info.view().substr(0, unit.end), unit.first_entry);
  constexpr size_t kNoScope = SIZE_MAX;
  std::vector<size_t> open;  // the scope of each list of children, or none
  do {
    const auto entry = ReadEntry(sections_, unit, in);
    if (!entry) {
      if (!in.ok() || open.empty()) break;
      if (open.back() != kNoScope) details.scopes[open.back()].end = details.scopes.size();
      open.pop_back();
      continue;
    }
    size_t scope = kNoScope;
    if (entry->tag == Tag::kSubprogram || entry->tag == Tag::kInlined) {
      const std::vector<AddressRange> ranges = RangesOf(sections_, unit, *entry, limits_.ranges);
      if (!ranges.empty()) {
        scope = details.scopes.size();
        details.scopes.push_back({*entry, scope + 1, details.ranges.size(), ranges.size()});
        details.ranges.insert(details.ranges.end(), ranges.begin(), ranges.end());
        if (entry->tag == Tag::kSubprogram)
          for (const auto& [low, high] : ranges) details.functions.push_back({low, high, scope});
      }
    }
    if (entry->children) open.push_back(scope);
  } while (in.ok() && !in.AtEnd() && !open.empty());
  std::ranges::sort(details.functions, Earlier);
}

bool DebugInfo::Contains(const Details& details, const Scope& scope, uint64_t address) const {
  for (size_t i = 0; i < scope.range_count; ++i) {
    const auto& [low, high] = details.ranges[scope.first_range + i];
    if (low <= address && address < high) return true;
  }
  return false;
}

// Outermost first.
std::vector<const DebugInfo::Scope*> DebugInfo::ScopesAt(const Details& details, uint64_t address) const {
  std::vector<const Scope*> chain;
  const Covered* function = Find(details.functions, address);
  if (function == nullptr) return chain;
  chain.push_back(&details.scopes[function->index]);
  size_t i = function->index + 1, end = chain.back()->end;
  while (i < end && chain.size() < kDeepest) {
    const Scope& scope = details.scopes[i];
    if (!Contains(details, scope, address)) {
      i = std::max(scope.end, i + 1);
      continue;
    }
    chain.push_back(&scope);
    end = scope.end;
    ++i;
  }
  return chain;
}

// The name may be that of the entry, of the declaration it completes, or of the function that was inlined.
Frame DebugInfo::Named(const Entry& entry) const {
  Frame frame{entry.name, entry.linkage_name, !entry.name.empty(), {}, entry.tag == Tag::kInlined};
  std::optional<uint64_t> next = entry.origin;
  for (size_t i = 0; next && i < kLongestChain && (frame.name.empty() || frame.linkage_name.empty()); ++i) {
    const Unit* unit = UnitAt(*next);
    if (unit == nullptr) break;
    FieldReader in(sections_.info.view().substr(0, unit->end), *next);
    const auto origin = ReadEntry(sections_, *unit, in);
    if (!origin) break;
    if (frame.name.empty()) frame.name = origin->name;
    if (frame.linkage_name.empty()) frame.linkage_name = origin->linkage_name;
    next = origin->origin;
  }
  return frame;
}

std::vector<Frame> DebugInfo::Frames(uint64_t address) {
  const Covered* unit = Find(covered_, address);
  if (unit == nullptr) return {};
  const Details& details = DetailsOf(unit->index);
  std::optional<SourcePlace> place = details.lines ? details.lines->Find(address) : std::nullopt;
  std::vector<Frame> frames;
  std::vector<const Scope*> chain = ScopesAt(details, address);
  std::ranges::reverse(chain);
  for (const Scope* scope : chain) {
    Frame frame = Named(scope->entry);
    if (place) frame.at = *place;
    frames.push_back(std::move(frame));
    place.reset();  // that of the caller is where it calls
    if (scope->entry.tag == Tag::kInlined && details.lines)
      place = SourcePlace{details.lines->File(scope->entry.call_file),
                          static_cast<uint32_t>(scope->entry.call_line)};
  }
  if (frames.empty() && place) frames.push_back({{}, {}, false, *place, false});
  return frames;
}

}  // namespace seep::parse::dwarf
