#include "goscan/rules/handing_out.h"

#include <algorithm>

#include "goscan/flow/ways.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {
namespace {

class Returns {
 public:
  Returns(Analysis& analysis, uint32_t function)
      : tree_(analysis.tree(analysis.function(function))),
        bindings_(analysis.bindings(analysis.function(function).file)),
        graph_(analysis.GraphOf(function)) {}

  bool Of(const GivenBack& given) const {
    // return resp, drained(resp.Body)
    const auto at_once = tree_.As<ReturnStmt>(graph_.blocks[given.block].items[given.item]);
    if (at_once && Names(at_once->results, given)) return true;
    bool again = false;
    FollowWays(
        graph_, {{given.block, given.item + 1}}, [](NodeId) { return true; },
        [&](const Block& block) {
          const auto result =
              block.end == BlockEnd::kReturn ? tree_.As<ReturnStmt>(block.items.back()) : std::nullopt;
          again = again || (result && Names(result->results, given) && !Fails(result->results, block));
          return again ? std::vector<uint32_t>() : block.next;
        });
    return again;
  }

 private:
  bool Names(const NodeList& results, const GivenBack& given) const {
    const auto is_result = [&](uint32_t var) { return bindings_.vars[var].result; };
    if (results.empty()) return std::ranges::any_of(given.names, is_result);
    bool named = false;
    for (const NodeId result : results)
      named |= tree_.kind(result) == Kind::kIdent &&
               std::ranges::find(given.names, bindings_.VarOf(result)) != given.names.end();
    return named;
  }

  // return x, fmt.Errorf(...); return x, err where it is known that there is one.
  bool Fails(const NodeList& results, const Block& block) const {
    if (results.size() < 2) return false;
    NodeId last;
    for (const NodeId result : results) last = result;
    if (IsNil(tree_, last)) return false;
    const uint32_t var = tree_.kind(last) == Kind::kIdent ? bindings_.VarOf(last) : 0;
    if (var == 0) return true;
    for (uint32_t given = block.condition_of; given != 0; given = graph_.given[given].outer) {
      const NodeId condition = WithoutParens(tree_, graph_.given[given].condition);
      const auto compare = tree_.As<BinaryExpr>(condition);
      if (!compare || !IsNil(tree_, compare->y) || bindings_.VarOf(compare->x) != var) continue;
      return (tree_.op(condition) == Token::kNeq) == graph_.given[given].holds;
    }
    return false;
  }

  const Tree& tree_;
  const Bindings& bindings_;
  const Graph& graph_;
};

}  // namespace

bool ReturnsWhatItGaveBack(Analysis& analysis, uint32_t function, const Outcome& outcome) {
  const Returns returns(analysis, function);
  return std::ranges::any_of(outcome.given_back, [&](const GivenBack& given) { return returns.Of(given); });
}

bool GivesNothingAtTimes(Analysis& analysis, uint32_t function, uint32_t result) {
  const Function& f = analysis.function(function);
  const Tree& tree = analysis.tree(f);
  bool nothing = false;
  ForEachOwn(tree, f, {Kind::kReturnStmt}, [&](NodeId id) {
    const NodeList results = tree.Get<ReturnStmt>(id).results;
    if (results.size() < 2 || result + 1 >= results.size()) return;
    nothing = nothing || (IsNil(tree, results[result]) && IsNil(tree, results[results.size() - 1]));
  });
  return nothing;
}

}  // namespace seep::goscan
