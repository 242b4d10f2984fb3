// Values of samples by their labels, at each node: the small boxes of a graph. Of numeric labels only "bytes"
// is shown.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "base/hash.h"
#include "profile/graph_parts.h"
#include "profile/measurement.h"

namespace seep::profile {
namespace {

constexpr uint32_t kNone = NodeTable::kNone;

// A tag that the samples with a set of labels count to, and the number that they would give it.
struct Entry {
  uint32_t kind = 0;
  int64_t value = 0;
};

// The tags of every set of labels.
class Kinds {
 public:
  Kinds(const Profile& profile, const GraphOptions& options)
      : profile_(profile),
        options_(options),
        bytes_(profile.strings.Find("bytes")),
        base_(profile.strings.Find("pprof::base")),
        entries_(profile.label_sets.size()),
        known_(profile.label_sets.size(), false) {
    if (const auto unit = options.label_units->find(bytes_); bytes_ && unit != options.label_units->end())
      unit_ = profile.text(unit->second);
  }

  const std::vector<Entry>& EntriesOf(LabelSetId id) {
    if (!known_[id.value]) {
      known_[id.value] = true;
      entries_[id.value] = MakeEntries(profile_.label_sets.labels(id));
    }
    return entries_[id.value];
  }
  const Tag& kind(uint32_t index) const { return kinds_[index]; }

 private:
  std::vector<Entry> MakeEntries(std::span<const Label> labels) {
    std::vector<Entry> entries;
    std::vector<std::string> texts;
    for (const Label& label : labels)
      if (label.text && !(base_ && label.key == base_))
        texts.push_back(std::string(profile_.text(label.key)) + ":" + std::string(profile_.text(label.text)));
    std::ranges::sort(texts);
    std::string joined;
    for (size_t i = 0; i < texts.size(); ++i) joined += (i == 0 ? "" : "\\n") + texts[i];
    if (!joined.empty()) entries.push_back({Intern({.name = joined}), 0});
    for (const Label& label : labels) {
      if (label.text || !bytes_ || label.key != bytes_) continue;
      entries.push_back({Intern({.name = ScaledLabel(label.number, unit_, options_.tag_unit),
                                 .under = joined,
                                 .unit = std::string(unit_),
                                 .numeric = true}),
                         label.number});
    }
    return entries;
  }

  uint32_t Intern(const Tag& tag) {
    const auto [at, is_new] =
        index_.try_emplace({tag.numeric, tag.under, tag.name}, static_cast<uint32_t>(kinds_.size()));
    if (is_new) kinds_.push_back(tag);
    return at->second;
  }

  const Profile& profile_;
  const GraphOptions& options_;
  StringId bytes_, base_;
  std::string_view unit_;
  std::vector<std::vector<Entry>> entries_;  // by set of labels
  std::vector<bool> known_;
  std::vector<Tag> kinds_;
  std::map<std::tuple<bool, std::string, std::string>, uint32_t> index_;
};

struct Cell {
  uint32_t node = 0, kind = 0;
  int64_t value = 0;
  int64_t flat = 0, cum = 0, flat_div = 0, cum_div = 0;
};

// Cells of (node, tag).
class Cells {
 public:
  Cells() : slots_(1024, 0) {}

  // The first sample gives a tag its number.
  Cell& At(uint32_t node, Entry entry) {
    if ((cells_.size() + 1) * 2 > slots_.size()) Grow();
    const size_t mask = slots_.size() - 1;
    size_t i = Hash(node, entry.kind) & mask;
    for (; slots_[i] != 0; i = (i + 1) & mask) {
      Cell& cell = cells_[slots_[i] - 1];
      if (cell.node == node && cell.kind == entry.kind) return cell;
    }
    cells_.push_back({node, entry.kind, entry.value});
    slots_[i] = static_cast<uint32_t>(cells_.size());
    return cells_.back();
  }
  const std::vector<Cell>& all() const { return cells_; }

 private:
  static size_t Hash(uint32_t node, uint32_t kind) {
    return MultiplyFold(uint64_t{node} << 32 | kind, 0x9E3779B97F4A7C15ull);
  }
  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    const size_t mask = slots_.size() - 1;
    for (uint32_t index = 0; index < cells_.size(); ++index) {
      size_t i = Hash(cells_[index].node, cells_[index].kind) & mask;
      while (slots_[i] != 0) i = (i + 1) & mask;
      slots_[i] = index + 1;
    }
  }

  std::vector<Cell> cells_;
  std::vector<uint32_t> slots_;  // open addressing: index + 1, 0 = free
};

void AddSample(Cells& cells, uint32_t node, const std::vector<Entry>& entries, Weight weight, bool flat) {
  for (Entry entry : entries) {
    Cell& cell = cells.At(node, entry);
    Add(flat ? cell.flat : cell.cum, weight.value);
    Add(flat ? cell.flat_div : cell.cum_div, weight.div);
  }
}

}  // namespace

std::vector<std::vector<Tag>> CollectTags(const Profile& profile, const NodeTable& table,
                                          const CallTree* tree, const GraphOptions& options,
                                          const std::vector<uint8_t>& kept, int64_t cutoff) {
  std::vector<uint32_t> parents;
  if (tree != nullptr) {
    parents.assign(kept.size(), kNone);
    for (const Edge& edge : tree->edges) parents[edge.dest] = edge.src;
  }
  Kinds kinds(profile, options);
  Cells cells;
  std::vector<uint32_t> epochs(kept.size(), 0);
  uint32_t epoch = 0;
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const Weight weight = WeightOf(profile.samples, options, i);
    const std::span<const LocationId> stack = profile.samples.stack(i);
    const std::vector<Entry>& entries = kinds.EntriesOf(profile.samples.labels[i]);
    if (weight.nothing() || stack.empty() || entries.empty()) continue;
    if (tree != nullptr) {
      const uint32_t leaf = tree->leaves[i];
      for (uint32_t node = leaf; node != kNone; node = parents[node])
        if (kept[node] != 0) AddSample(cells, node, entries, weight, false);
      if (leaf != kNone && kept[leaf] != 0) AddSample(cells, leaf, entries, weight, true);
      continue;
    }
    ++epoch;
    for (LocationId location : stack) {
      for (uint32_t node : table.NodesOf(location)) {
        if (kept[node] == 0 || epochs[node] == epoch) continue;
        epochs[node] = epoch;
        AddSample(cells, node, entries, weight, false);
      }
    }
    const uint32_t leaf = table.NodesOf(stack[0])[0];
    if (kept[leaf] != 0) AddSample(cells, leaf, entries, weight, true);
  }
  std::vector<std::vector<Tag>> tags(kept.size());
  for (const Cell& cell : cells.all()) {
    if (Abs(cell.flat) < cutoff && Abs(cell.cum) < cutoff) continue;
    Tag tag = kinds.kind(cell.kind);
    tag.value = cell.value;
    tag.flat = cell.flat;
    tag.cum = cell.cum;
    tag.flat_div = cell.flat_div;
    tag.cum_div = cell.cum_div;
    tags[cell.node].push_back(std::move(tag));
  }
  return tags;
}

}  // namespace seep::profile
