// The call graph in callgrind's format, for KCachegrind (valgrind.org/docs/manual/cl-format.html), with its
// compressed names and addresses.
#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "pprof/json_layout.h"
#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/writer.h"
#include "profile/measurement.h"

namespace seep::pprof {
namespace {

using profile::Graph;
using profile::NodeInfo;

// "(1) name" the first time, then "(1)".
class NameNumbers {
 public:
  std::string operator()(std::string_view name) {
    if (name.empty()) return {};
    const auto [at, is_new] = numbers_.try_emplace(std::string(name), numbers_.size() + 1);
    return is_new ? fmt::format("({}) {}", at->second, name) : fmt::format("({})", at->second);
  }

 private:
  std::map<std::string, size_t, std::less<>> numbers_;
};

// An address, or the way from the one before where that is shorter.
std::string Address(const NodeInfo* before, uint64_t address) {
  std::string absolute = fmt::format("{:#x}", address);
  if (before == nullptr) return absolute;
  if (before->address == address) return "*";
  std::string relative = fmt::format("{:+d}", static_cast<int64_t>(address - before->address));
  return relative.size() < absolute.size() ? relative : absolute;
}

// KCachegrind takes functions of one file and name for one: " [1/2]" keeps apart those that are not (of
// different binaries, or of different callers in a call tree).
std::vector<std::string> DistinctNames(const profile::Profile& profile, const Graph& graph, bool is_tree) {
  // What makes a function: its caller in a tree, start line, column where there is no line, binary.
  using Whole = std::tuple<uint32_t, int64_t, int64_t, StringId>;
  std::map<std::pair<StringId, StringId>, std::map<Whole, size_t>> functions;
  const auto key = [](const NodeInfo& info) { return std::pair(info.file, info.name); };
  const auto whole = [&](uint32_t node) {
    const NodeInfo& info = graph.nodes[node].info;
    const bool called = is_tree && !graph.In(node).empty();
    const int64_t column = info.address == 0 && info.line == 0 ? info.column : 0;
    return Whole{called ? graph.edges[graph.In(node)[0]].src + 1 : 0, info.start_line, column, info.objfile};
  };
  for (uint32_t i = 0; i < graph.shown; ++i) {
    auto& known = functions[key(graph.nodes[i].info)];
    known.try_emplace(whole(i), known.size() + 1);
  }
  std::vector<std::string> names(graph.nodes.size());  // of nodes not shown: empty
  for (uint32_t i = 0; i < graph.shown; ++i) {
    const auto& known = functions[key(graph.nodes[i].info)];
    names[i] = profile.text(graph.nodes[i].info.name);
    if (known.size() > 1) names[i] += fmt::format(" [{}/{}]", known.at(whole(i)), known.size());
  }
  return names;
}

class Printer {
 public:
  Printer(const Prepared& prepared, const Graph& graph, Writer& out)
      : prepared_(prepared), graph_(graph), out_(out) {}

  Status Print() {
    out_ << "positions: instr line\nevents: " << prepared_.sample_type << "(" << prepared_.output_unit
         << ")\n";
    const std::vector<std::string> names =
        DistinctNames(prepared_.profile, graph_, prepared_.settings.call_tree);
    const NodeInfo* before = nullptr;
    for (uint32_t i = 0; i < graph_.shown; ++i) {
      const NodeInfo& info = graph_.nodes[i].info;
      if (before == nullptr || info.objfile != before->objfile || info.file != before->file ||
          info.name != before->name)
        out_ << "\nob=" << objects_(Text(info.objfile)) << "\nfl=" << files_(Text(info.file))
             << "\nfn=" << functions_(Text(info.name)) << "\n";
      out_ << fmt::format("{} {} {}\n", Address(before, info.address), info.line,
                          Whole(graph_.nodes[i].FlatValue()));
      for (uint32_t out : graph_.Sorted(graph_.Out(i))) PrintCall(graph_.edges[out], before, names);
      before = &info;
      SEEP_TRY_VOID(out_.Spill());
    }
    return {};
  }

 private:
  void PrintCall(const profile::Edge& edge, const NodeInfo* before, const std::vector<std::string>& names) {
    const NodeInfo& callee = graph_.nodes[edge.dest].info;
    out_ << "cfl=" << files_(Text(callee.file)) << "\ncfn=" << functions_(names[edge.dest]) << "\n";
    out_ << fmt::format("calls=0 {} {}\n* * {}\n", Address(before, callee.address), callee.line,
                        Whole(edge.weight));
  }
  std::string_view Text(StringId id) const { return prepared_.profile.text(id); }
  int64_t Whole(int64_t value) const {
    return profile::ToInt64(profile::Scale(value, prepared_.sample_unit, prepared_.output_unit).value);
  }

  const Prepared& prepared_;
  const Graph& graph_;
  Writer& out_;
  NameNumbers objects_, files_, functions_;
};

Status Print(Prepared& prepared, Writer& out) {
  const profile::TrimmedGraph trimmed = MakeGraph(
      prepared,
      {.edges = profile::EdgeUse::kAll, .objects = true, .call_trees = true, .whole_numbers = true});
  return Printer(prepared, trimmed.graph, out).Print();
}

}  // namespace

extern const Report report_callgrind;
constinit const Report report_callgrind = {
    .name = "callgrind",
    .title = "The graph for KCachegrind",
    .usage = "callgrind [N] [FOCUS_REGEX]... [-IGNORE_REGEX]... [-cum] [>FILE]",
    .untrimmed = true,
    .granularity = "addresses",
    .ending = "callgraph.out",
    .print = &Print,
    .json = &CallgrindJson,
};

}  // namespace seep::pprof
