// Edges from samples. The inner loop sees every frame of the profile, so what can be known of a location is
// worked out before: which of its nodes are kept, and the edges between them.
#include <utility>

#include "base/hash.h"
#include "profile/graph_parts.h"

namespace seep::profile {
namespace {

constexpr uint32_t kNone = NodeTable::kNone;

struct Pending {
  Edge edge;
  uint32_t epoch = 0;  // the sample that was added last; 0: none
};

class EdgeTable {
 public:
  EdgeTable() : slots_(1024, 0) {}

  uint32_t Intern(uint32_t src, uint32_t dest) {
    if ((edges_.size() + 1) * 2 > slots_.size()) Grow();
    const size_t mask = slots_.size() - 1;
    size_t i = Hash(src, dest) & mask;
    for (; slots_[i] != 0; i = (i + 1) & mask) {
      const Edge& known = edges_[slots_[i] - 1].edge;
      if (known.src == src && known.dest == dest) return slots_[i] - 1;
    }
    edges_.push_back({Edge{.src = src, .dest = dest}});
    slots_[i] = static_cast<uint32_t>(edges_.size());
    return slots_[i] - 1;
  }

  // A sample counts once an edge, and as it takes it first.
  void Touch(uint32_t index, uint32_t epoch, Weight weight, bool residual, bool inlined) {
    Pending& pending = edges_[index];
    if (pending.epoch == epoch) return;
    Edge& edge = pending.edge;
    edge.inlined = inlined && (edge.inlined || pending.epoch == 0);
    edge.residual = edge.residual || residual;
    Add(edge.weight, weight.value);
    Add(edge.weight_div, weight.div);
    pending.epoch = epoch;
  }

  std::vector<Edge> Take() {
    std::vector<Edge> out;
    for (const Pending& pending : edges_)
      if (pending.epoch != 0) out.push_back(pending.edge);
    return out;
  }

 private:
  static size_t Hash(uint32_t src, uint32_t dest) {
    return MultiplyFold(uint64_t{src} << 32 | dest, 0x9E3779B97F4A7C15ull);
  }
  void Grow() {
    slots_.assign(slots_.size() * 2, 0);
    const size_t mask = slots_.size() - 1;
    for (uint32_t index = 0; index < edges_.size(); ++index) {
      size_t i = Hash(edges_[index].edge.src, edges_[index].edge.dest) & mask;
      while (slots_[i] != 0) i = (i + 1) & mask;
      slots_[i] = index + 1;
    }
  }

  std::vector<Pending> edges_;
  std::vector<uint32_t> slots_;  // open addressing: index + 1, 0 = free
};

// The kept nodes of a location, outermost first: steps [first, first + count).
struct Plan {
  uint32_t first = 0, count = 0;
  bool residual_before = false, residual_after = false;  // nodes left out around them
  bool first_inlined = false;
};
struct Step {
  uint32_t node = 0;
  uint32_t edge = kNone;  // from the step before; kNone: nobody asks for it
  bool residual = false;
};
// What a location called last: a call site mostly calls one function.
struct LastCall {
  uint32_t node = kNone, edge = kNone;
};

class Collector {
 public:
  Collector(const Profile& profile, const NodeTable& table, const EdgeWish& wish) : wish_(wish) {
    plans_.reserve(profile.locations.size());
    for (uint32_t id = 0; id < profile.locations.size(); ++id)
      plans_.push_back(MakePlan(table.NodesOf({id})));
    last_calls_.resize(plans_.size());
  }

  void Add(std::span<const LocationId> stack, uint32_t epoch, Weight weight) {
    uint32_t parent = kNone, parent_location = 0;
    bool residual = false;
    for (size_t k = stack.size(); k-- > 0;) {
      const Plan& plan = plans_[stack[k].value];
      if (plan.count == 0) {
        residual = true;
        continue;
      }
      const Step* step = &steps_[plan.first];
      if (parent != kNone && parent != step->node && Wanted(parent, step->node)) {
        LastCall& call = last_calls_[parent_location];
        if (call.node != step->node) call = {step->node, edges_.Intern(parent, step->node)};
        edges_.Touch(call.edge, epoch, weight, residual || plan.residual_before, plan.first_inlined);
      }
      for (const Step* end = step + plan.count; ++step != end;)
        if (step->edge != kNone) edges_.Touch(step->edge, epoch, weight, step->residual, true);
      parent = step[-1].node;
      parent_location = stack[k].value;
      residual = plan.residual_after;
    }
  }

  std::vector<Edge> Take() { return edges_.Take(); }

 private:
  bool Wanted(uint32_t src, uint32_t dest) const {
    return ((wish_.wanted[src] & kWantOut) | (wish_.wanted[dest] & kWantIn)) != 0;
  }

  Plan MakePlan(std::span<const uint32_t> nodes) {
    Plan plan{.first = static_cast<uint32_t>(steps_.size())};
    bool residual = false;
    for (size_t i = nodes.size(); i-- > 0;) {
      const uint32_t node = nodes[i];
      if (wish_.kept[node] == 0) {
        residual = true;
        continue;
      }
      Step step{.node = node, .residual = residual};
      if (plan.count++ == 0) {
        plan.residual_before = residual;
        plan.first_inlined = i + 1 != nodes.size();
      } else if (const uint32_t caller = steps_.back().node; caller != node && Wanted(caller, node)) {
        step.edge = edges_.Intern(caller, node);
      }
      steps_.push_back(step);
      residual = false;
    }
    plan.residual_after = residual;
    return plan;
  }

  const EdgeWish& wish_;
  std::vector<Plan> plans_;  // by location
  std::vector<Step> steps_;
  std::vector<LastCall> last_calls_;  // by location
  EdgeTable edges_;
};

}  // namespace

std::vector<Edge> CollectEdges(const Profile& profile, const NodeTable& table, const GraphOptions& options,
                               const EdgeWish& wish) {
  Collector collector(profile, table, wish);
  uint32_t epoch = 0;
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const Weight weight = WeightOf(profile.samples, options, i);
    if (!weight.nothing()) collector.Add(profile.samples.stack(i), ++epoch, weight);
  }
  return collector.Take();
}

}  // namespace seep::profile
