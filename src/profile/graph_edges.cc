// Edges from samples. The inner loop sees every frame of the profile, so what can be known of a location is
// worked out before: which of its nodes are kept, and the edges between them.
#include <utility>

#include "profile/edge_table.h"
#include "profile/graph_parts.h"

namespace seep::profile {
namespace {

constexpr uint32_t kNone = NodeTable::kNone;

// What the inner loop needs to know of a location.
enum : uint8_t {
  kKept = 1,           // it has kept nodes
  kResidualAfter = 2,  // nodes inside of the innermost kept one are left out
  kEdges = 4,          // edges into or between its nodes are wanted
  kEdgesOut = 8,       // edges out of its innermost kept node are wanted
};

// The kept nodes of a location, outermost first: steps [first, first + count).
struct Plan {
  uint32_t first = 0, count = 0;
  uint32_t last_node = kNone;
  bool residual_before = false;  // nodes outside of the first are left out
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
  Collector(const Profile& profile, const NodeTable& table, const EdgeWish& wish)
      : wish_(wish), flags_(profile.locations.size(), 0) {
    plans_.reserve(profile.locations.size());
    for (uint32_t id = 0; id < profile.locations.size(); ++id)
      plans_.push_back(MakePlan(table.NodesOf({id}), flags_[id]));
    last_calls_.resize(plans_.size());
  }

  void Add(std::span<const LocationId> stack, uint32_t epoch, Weight weight) {
    uint32_t caller = 0;  // the location before, of those with kept nodes
    uint8_t caller_flags = 0;
    bool residual = false;
    for (size_t k = stack.size(); k-- > 0;) {
      const uint32_t location = stack[k].value;
      const uint8_t flags = flags_[location];
      if ((flags & kKept) == 0) {
        residual = true;
        continue;
      }
      if (((flags & kEdges) | (caller_flags & kEdgesOut)) != 0)
        AddLocation(location, caller, residual, epoch, weight);
      caller = location;
      caller_flags = flags;
      residual = (flags & kResidualAfter) != 0;
    }
  }

  std::vector<Edge> Take() { return edges_.Take(); }

 private:
  void AddLocation(uint32_t location, uint32_t caller, bool residual, uint32_t epoch, Weight weight) {
    const Plan& plan = plans_[location];
    const Step* step = &steps_[plan.first];
    const uint32_t parent = caller == 0 ? kNone : plans_[caller].last_node;
    if (parent != kNone && parent != step->node && Wanted(parent, step->node)) {
      LastCall& call = last_calls_[caller];
      if (call.node != step->node) call = {step->node, edges_.Intern(parent, step->node)};
      edges_.Touch(call.edge, epoch, weight, residual || plan.residual_before, plan.first_inlined);
    }
    for (const Step* end = step + plan.count; ++step != end;)
      if (step->edge != kNone) edges_.Touch(step->edge, epoch, weight, step->residual, true);
  }

  bool Wanted(uint32_t src, uint32_t dest) const {
    return ((wish_.wanted[src] & kWantOut) | (wish_.wanted[dest] & kWantIn)) != 0;
  }

  Plan MakePlan(std::span<const uint32_t> nodes, uint8_t& flags) {
    Plan plan{.first = static_cast<uint32_t>(steps_.size())};
    bool residual = false;
    for (size_t i = nodes.size(); i-- > 0;) {
      const uint32_t node = nodes[i];
      if (wish_.kept[node] == 0) {
        residual = true;
        continue;
      }
      Step step{.node = node, .residual = residual};
      if ((wish_.wanted[node] & kWantIn) != 0) flags |= kEdges;
      if (plan.count++ == 0) {
        plan.residual_before = residual;
        plan.first_inlined = i + 1 != nodes.size();
      } else if (const uint32_t caller = steps_.back().node; caller != node && Wanted(caller, node)) {
        step.edge = edges_.Intern(caller, node);
        flags |= kEdges;
      }
      plan.last_node = node;
      steps_.push_back(step);
      residual = false;
    }
    if (plan.count == 0) return plan;
    flags |= kKept;
    if (residual) flags |= kResidualAfter;
    if ((wish_.wanted[plan.last_node] & kWantOut) != 0) flags |= kEdgesOut;
    return plan;
  }

  const EdgeWish& wish_;
  std::vector<uint8_t> flags_;  // by location
  std::vector<Plan> plans_;     // by location
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
