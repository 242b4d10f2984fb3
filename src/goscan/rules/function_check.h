// A check that looks at one function at a time: what it is given, under the names that all of them use.
//
//   class Spawning : FunctionCheck {
//    public:
//     using FunctionCheck::FunctionCheck;
//     void Run();
//   };
//   constinit const Check check_spawning = {"spawning", &RunInEach<Spawning>};
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "goscan/rules/rule.h"
#include "goscan/rules/walk.h"

namespace seep::goscan {

class FunctionCheck {
 public:
  FunctionCheck(Analysis& analysis, Findings& findings, uint32_t function)
      : analysis_(analysis),
        findings_(findings),
        id_(function),
        function_(analysis.function(function)),
        tree_(analysis.tree(function_)),
        bindings_(analysis.bindings(function_.file)) {}

 protected:
  model::ScanFinding& Add(std::string_view rule, NodeId at, model::ScanConfidence confidence,
                          std::string message) {
    return findings_.Add(rule, id_, at, confidence, std::move(message));
  }
  model::SourceSpot Spot(NodeId node, std::string note) const {
    return findings_.Spot(function_.file, node, std::move(note));
  }
  // "net/http.Client.Do"; empty: not known.
  std::string_view KeyOf(NodeId call) const {
    return analysis_.KeyText(analysis_.CalleeOf(function_.file, call).key);
  }
  TypeId TypeOf(NodeId expr) const { return analysis_.types().OfExpr(function_.file, expr, &bindings_); }
  const Function& declared() const { return analysis_.function(function_.declared); }

  Analysis& analysis_;
  Findings& findings_;
  const uint32_t id_;
  const Function& function_;
  const Tree& tree_;
  Bindings& bindings_;
};

template <class OneCheck>
void RunInEach(Analysis& analysis, Findings& findings) {
  for (uint32_t function = 0; function < analysis.function_count(); ++function)
    OneCheck(analysis, findings, function).Run();
}

}  // namespace seep::goscan
