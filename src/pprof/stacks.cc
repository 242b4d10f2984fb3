#include "pprof/stacks.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <span>
#include <utility>

#include "profile/measurement.h"
#include "profile/node.h"

namespace seep::pprof {
namespace {

using profile::NodeTable;

// A frame of a stack: the node, and whether the call was inlined.
constexpr uint32_t kInlined = 0x80000000;
constexpr uint32_t NodeOf(uint32_t frame) {
  return frame & ~kInlined;
}

// All stacks, outermost frame first, inlined calls as frames of their own.
struct Stacks {
  std::vector<uint32_t> pool;
  std::vector<size_t> first;  // one past the last as well
  std::span<const uint32_t> operator[](uint32_t i) const {
    return {pool.data() + first[i], first[i + 1] - first[i]};
  }
};

Stacks Flatten(profile::Profile& profile, const NodeTable& nodes) {
  Stacks out;
  out.first.reserve(profile.samples.size() + 1);
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    out.first.push_back(out.pool.size());
    const std::span<const profile::LocationId> stack = profile.samples.stack(i);
    for (size_t k = stack.size(); k-- > 0;) {
      const std::span<const uint32_t> calls = nodes.NodesOf(stack[k]);
      for (size_t c = calls.size(); c-- > 0;)
        out.pool.push_back(calls[c] | (c + 1 != calls.size() ? kInlined : 0));
    }
  }
  out.first.push_back(out.pool.size());
  profile.samples.pool = {};
  std::ranges::fill(profile.samples.depth, 0);
  std::ranges::fill(profile.samples.first, 0);
  return out;
}

// The samples in an order in which those that share callers stand together: quicksort in three parts by the
// frame at a depth; the middle part goes on with the next frame.
std::vector<uint32_t> Sorted(const Stacks& stacks) {
  std::vector<uint32_t> order(stacks.first.size() - 1);
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  struct Part {
    size_t begin, end, depth;
  };
  const auto key = [&](uint32_t sample, size_t depth) -> int64_t {
    const std::span<const uint32_t> stack = stacks[sample];
    return depth < stack.size() ? int64_t{NodeOf(stack[depth])} : -1;
  };
  std::vector<Part> todo = {{0, order.size(), 0}};
  while (!todo.empty()) {
    const Part part = todo.back();
    todo.pop_back();
    if (part.end - part.begin < 2) continue;
    const int64_t pivot = key(order[part.begin + (part.end - part.begin) / 2], part.depth);
    size_t low = part.begin, at = part.begin, high = part.end;
    while (at < high) {
      const int64_t k = key(order[at], part.depth);
      if (k < pivot)
        std::swap(order[low++], order[at++]);
      else if (k > pivot)
        std::swap(order[at], order[--high]);
      else
        ++at;
    }
    todo.push_back({high, part.end, part.depth});
    if (pivot >= 0) todo.push_back({low, high, part.depth + 1});
    todo.push_back({part.begin, low, part.depth});
  }
  return order;
}

struct Value {
  uint64_t now = 0, base = 0;
};

// What the tree is told of a profile's numbers: of every sample type, or the mean of one.
struct Numbers {
  const Prepared& prepared;
  bool mean = false;
  size_t columns = 1;

  explicit Numbers(const Prepared& p)
      : prepared(p), mean(p.divisor_column.has_value()), columns(mean ? 1 : p.profile.samples.columns) {}

  Value Of(uint32_t sample, size_t column) const {
    const int64_t value = mean ? profile::Quotient(prepared.Value(sample), prepared.Divisor(sample))
                               : prepared.profile.samples.value(sample)[column];
    const bool below = value < 0;
    const uint64_t size = below ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    if (below) return {0, prepared.settings.drop_negative ? 0 : size};
    return {size, 0};
  }
};

// Goes through the tree without making it: callers are entered before what they call, and left behind it.
class Walk {
 public:
  Walk(const Stacks& stacks, const std::vector<uint32_t>& order, const Numbers& numbers)
      : stacks_(stacks), order_(order), numbers_(numbers) {}

  // enter(frame), sample(id), leave(): `leave` for the innermost that was entered.
  template <class Visitor>
  void Run(Visitor& visitor) const {
    std::span<const uint32_t> path;
    for (uint32_t sample : order_) {
      const std::span<const uint32_t> stack = stacks_[sample];
      size_t shared = 0;
      while (shared < path.size() && shared < stack.size() && NodeOf(path[shared]) == NodeOf(stack[shared]))
        ++shared;
      for (size_t depth = path.size(); depth > shared; --depth) visitor.Leave();
      for (size_t depth = 0; depth < shared; ++depth) visitor.Again(depth, stack[depth]);
      for (uint32_t frame : stack.subspan(shared)) visitor.Enter(frame);
      visitor.Sample(sample, numbers_);
      path = stack;
    }
    for (size_t depth = path.size(); depth > 0; --depth) visitor.Leave();
  }

 private:
  const Stacks& stacks_;
  const std::vector<uint32_t>& order_;
  const Numbers& numbers_;
};

// The largest share that a call has of any sample type, from the sums of it and what it calls; as a step on a
// scale of sixteenths of powers of two, 0 being all.
class Shares {
 public:
  static constexpr size_t kSteps = 64 * 16;

  explicit Shares(const std::vector<Value>& totals) {
    for (const Value& total : totals)
      parts_.push_back(1 / std::max(1.0, static_cast<double>(total.now) + static_cast<double>(total.base)));
  }
  size_t Step(std::span<const Value> sums) const {
    double most = 0;
    for (size_t c = 0; c < sums.size(); ++c)
      most =
          std::max(most, (static_cast<double>(sums[c].now) + static_cast<double>(sums[c].base)) * parts_[c]);
    // The exponent and the first four bits behind the point, counted down from those of 1.
    const uint64_t below = std::bit_cast<uint64_t>(1.0) - std::bit_cast<uint64_t>(std::min(most, 1.0));
    return std::min<size_t>(below >> 48, kSteps - 1);
  }

 private:
  std::vector<double> parts_;
};

// Sums of the calls that are open, one row of columns a depth; row 0 is the root's.
class OpenCalls {
 public:
  explicit OpenCalls(size_t columns) : columns_(columns), sums_(columns) {}
  void Open() { sums_.resize(sums_.size() + columns_); }
  std::span<Value> Last() { return {sums_.data() + sums_.size() - columns_, columns_}; }
  // Ends the last one: what it has is its caller's too.
  void Close() {
    const size_t last = sums_.size() - columns_;
    for (size_t c = 0; c < columns_; ++c) {
      sums_[last - columns_ + c].now += sums_[last + c].now;
      sums_[last - columns_ + c].base += sums_[last + c].base;
    }
    sums_.resize(last);
  }

 private:
  size_t columns_;
  std::vector<Value> sums_;
};

// How many calls have which share; and the sums of every frame, which need all calls.
class Counter {
 public:
  Counter(size_t columns, size_t frames, const Shares& shares)
      : shares_(shares),
        columns_(columns),
        open_(columns),
        depth_of_(frames),
        flat_(frames * columns),
        cum_(frames * columns) {}

  void Again(size_t, uint32_t) {}
  void Enter(uint32_t frame) {
    path_.push_back(NodeOf(frame));
    ++depth_of_[NodeOf(frame)];
    open_.Open();
  }
  void Sample(uint32_t sample, const Numbers& numbers) {
    const std::span<Value> sums = open_.Last();
    const std::span<Value> flat = path_.empty() ? std::span<Value>() : Row(flat_, path_.back());
    for (size_t c = 0; c < sums.size(); ++c) {
      const Value value = numbers.Of(sample, c);
      Add(sums[c], value);
      if (!flat.empty()) Add(flat[c], value);
    }
  }
  void Leave() {
    const uint32_t frame = path_.back();
    path_.pop_back();
    const std::span<const Value> sums = open_.Last();
    ++counts_[shares_.Step(sums)];
    if (--depth_of_[frame] == 0) {  // the outermost of recursive calls
      const std::span<Value> cum = Row(cum_, frame);
      for (size_t c = 0; c < sums.size(); ++c) Add(cum[c], sums[c]);
    }
    open_.Close();
  }

  // The first step whose calls are too many.
  size_t Limit(size_t max_nodes) const {
    size_t kept = 0, step = 0;
    while (step < counts_.size() && kept + counts_[step] <= max_nodes) kept += counts_[step++];
    return step;
  }

  void GiveSums(StackTree& tree) const {
    for (size_t c = 0; c < columns_; ++c) {
      StackColumn& column = tree.columns[c];
      for (size_t at = c; at < flat_.size(); at += columns_) {
        column.now_sums.flat.push_back(flat_[at].now);
        column.now_sums.cum.push_back(cum_[at].now);
        if (column.base_total == 0) continue;
        column.base_sums.flat.push_back(flat_[at].base);
        column.base_sums.cum.push_back(cum_[at].base);
      }
    }
  }

 private:
  std::span<Value> Row(std::vector<Value>& values, uint32_t frame) const {
    return {values.data() + size_t{frame} * columns_, columns_};
  }
  static void Add(Value& to, const Value& value) {
    to.now += value.now;
    to.base += value.base;
  }

  const Shares& shares_;
  size_t columns_;
  OpenCalls open_;
  std::vector<uint32_t> path_;
  std::vector<uint32_t> depth_of_;  // by frame: how often it is open
  std::vector<Value> flat_, cum_;   // a row of columns a frame
  std::vector<size_t> counts_ = std::vector<size_t>(Shares::kSteps);
};

// Makes the nodes. A call is appended when it is entered; if it turns out too light when it is left, all that
// it called went before it, so that it is the last one and can be taken back.
class Builder {
 public:
  Builder(StackTree& tree, const Shares& shares, size_t limit)
      : tree_(tree), shares_(shares), limit_(limit), open_(tree.columns.size()) {
    Append(StackTree::kRoot, false);
    path_.push_back({0, {}, 0});
  }

  void Again(size_t depth, uint32_t frame) {
    if ((frame & kInlined) == 0) tree_.inlined[path_[depth + 1].node] = false;
  }
  void Enter(uint32_t frame) {
    path_.push_back({tree_.size(), {}, 0});
    Append(NodeOf(frame), (frame & kInlined) != 0);
    open_.Open();
  }
  void Sample(uint32_t sample, const Numbers& numbers) {
    const std::span<Value> sums = open_.Last();
    const size_t node = path_.back().node;
    for (size_t c = 0; c < sums.size(); ++c) {
      const Value value = numbers.Of(sample, c);
      sums[c].now += value.now;
      sums[c].base += value.base;
      AddSelf(c, node, value);
    }
  }
  void Leave() {
    Call call = std::move(path_.back());
    path_.pop_back();
    if (const std::span<const Value> sums = open_.Last(); shares_.Step(sums) >= limit_) {
      Truncate(call.node);
      Call& caller = path_.back();
      caller.lighter.resize(tree_.columns.size());
      for (size_t c = 0; c < sums.size(); ++c) {
        caller.lighter[c].now += sums[c].now;
        caller.lighter[c].base += sums[c].base;
      }
      caller.lighter_calls += 1 + call.lighter_calls;
    } else {
      AddLighter(call);
    }
    open_.Close();
  }
  void Finish() {
    AddLighter(path_.front());
    const size_t columns = tree_.columns.size();
    for (size_t c = 0; c < columns; ++c) {
      StackColumn& column = tree_.columns[c];
      for (size_t at = c; at < values_.size(); at += columns) {
        column.now.push_back(values_[at].now);
        if (column.base_total != 0) column.base.push_back(values_[at].base);
      }
    }
  }

 private:
  struct Call {
    size_t node;
    std::vector<Value> lighter;  // sums of calls taken back; by column, or none
    uint64_t lighter_calls;
  };

  void Append(uint32_t frame, bool inlined) {
    tree_.frame.push_back(frame);
    tree_.depth.push_back(static_cast<uint32_t>(path_.empty() ? 0 : path_.size() - 1));
    tree_.inlined.push_back(inlined);
    values_.resize(values_.size() + tree_.columns.size());
  }
  void AddSelf(size_t column, size_t node, const Value& value) {
    Value& own = values_[node * tree_.columns.size() + column];
    own.now += value.now;
    own.base += value.base;
  }
  void Truncate(size_t size) {
    tree_.frame.resize(size);
    tree_.depth.resize(size);
    tree_.inlined.resize(size);
    values_.resize(size * tree_.columns.size());
  }
  void AddLighter(const Call& call) {
    if (call.lighter.empty()) return;
    path_.push_back({tree_.size(), {}, 0});
    Append(StackTree::kLighter, false);
    tree_.depth.back() = tree_.depth[call.node] + 1;
    for (size_t c = 0; c < call.lighter.size(); ++c) AddSelf(c, path_.back().node, call.lighter[c]);
    tree_.left_out += call.lighter_calls;
    path_.pop_back();
  }

  StackTree& tree_;
  const Shares& shares_;
  size_t limit_;  // a step
  OpenCalls open_;
  std::vector<Call> path_;
  std::vector<Value> values_;  // a row of columns a node
};

std::vector<StackFrame> Frames(const profile::Profile& profile, const NodeTable& nodes) {
  std::vector<StackFrame> frames = {{"all", ""}, {"lighter calls", ""}};
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    const profile::NodeInfo& info = nodes.info(node);
    StackFrame frame{std::string(profile.text(info.name)), std::string(profile.text(info.file))};
    if (frame.name.empty() || info.address != 0) {
      frame.name = profile::PrintableName(profile.strings, info);
    } else if (info.line != 0) {
      frame.name += ":" + std::to_string(info.line);
      if (info.column != 0) frame.name += ":" + std::to_string(info.column);
    }
    frames.push_back(std::move(frame));
  }
  return frames;
}

// Leaves out the frames that neither a node nor a sum has: those of samples that the filters took away.
void DropUnusedFrames(StackTree& tree) {
  std::vector<uint32_t> number(tree.frames.size(), 0);
  for (uint32_t frame : tree.frame) number[frame] = 1;
  number[StackTree::kRoot] = number[StackTree::kLighter] = 1;
  std::vector<std::vector<uint64_t>*> sums;
  for (StackColumn& column : tree.columns)
    for (FrameSums* both : {&column.now_sums, &column.base_sums})
      for (std::vector<uint64_t>* by_frame : {&both->flat, &both->cum})
        if (!by_frame->empty()) sums.push_back(by_frame);
  for (const std::vector<uint64_t>* by_frame : sums)
    for (size_t frame = 0; frame < number.size(); ++frame)
      if ((*by_frame)[frame] != 0) number[frame] = 1;
  uint32_t next = 0;
  for (uint32_t frame = 0; frame < number.size(); ++frame) {
    if (number[frame] == 0) continue;
    if (next != frame) tree.frames[next] = std::move(tree.frames[frame]);
    for (std::vector<uint64_t>* by_frame : sums) (*by_frame)[next] = (*by_frame)[frame];
    number[frame] = next++;
  }
  tree.frames.resize(next);
  for (std::vector<uint64_t>* by_frame : sums) by_frame->resize(next);
  for (uint32_t& frame : tree.frame) frame = number[frame];
}

std::vector<Value> Totals(const Numbers& numbers, size_t samples) {
  std::vector<Value> totals(numbers.columns);
  for (uint32_t i = 0; i < samples; ++i) {
    for (size_t c = 0; c < numbers.columns; ++c) {
      const Value value = numbers.Of(i, c);
      totals[c].now += value.now;
      totals[c].base += value.base;
    }
  }
  return totals;
}

}  // namespace

StackTree MakeStackTree(Prepared& prepared, size_t max_nodes) {
  profile::Profile& profile = prepared.profile;
  const NodeTable nodes(
      profile, {.trim_path = prepared.settings.trim_path, .source_path = prepared.settings.source_path});
  const Numbers numbers(prepared);
  StackTree tree;
  const std::vector<Value> totals = Totals(numbers, profile.samples.size());
  for (size_t c = 0; c < numbers.columns; ++c) {
    const profile::ValueType& type = profile.sample_types[numbers.mean ? prepared.column : c];
    tree.columns.push_back({.type = (numbers.mean ? "mean_" : "") + std::string(profile.text(type.type)),
                            .unit = std::string(profile.text(type.unit)),
                            .now_total = totals[c].now,
                            .base_total = totals[c].base});
  }
  tree.column = numbers.mean ? 0 : prepared.column;
  tree.frames = Frames(profile, nodes);

  Stacks stacks = Flatten(profile, nodes);
  for (uint32_t& frame : stacks.pool) frame += 2;  // behind kRoot and kLighter
  const std::vector<uint32_t> order = Sorted(stacks);
  const Walk walk(stacks, order, numbers);
  const Shares shares(totals);
  size_t limit = Shares::kSteps;
  std::optional<Counter> counter;
  if (stacks.pool.size() > max_nodes) {  // else there cannot be too many
    counter.emplace(numbers.columns, tree.frames.size(), shares);
    walk.Run(*counter);
    limit = counter->Limit(max_nodes);
  }
  Builder builder(tree, shares, limit);
  walk.Run(builder);
  builder.Finish();
  if (tree.left_out > 0) counter->GiveSums(tree);
  DropUnusedFrames(tree);
  return tree;
}

}  // namespace seep::pprof
