#include "pprof/dot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "base/text.h"
#include "pprof/dot_tags.h"
#include "pprof/short_name.h"
#include "profile/measurement.h"

namespace seep::pprof {
namespace {

using profile::Abs;

std::string Replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string out;
  for (size_t at = 0; at <= text.size();) {
    const size_t found = std::min(text.find(from, at), text.size());
    out += text.substr(at, found - at);
    if (found == text.size()) break;
    out += to;
    at = found + from.size();
  }
  return out;
}

// For strings of DOT. A line break aligns the line before it to the left.
std::string Escaped(std::string_view text) {
  return Replaced(Replaced(Replaced(text, "\\", "\\\\"), "\"", "\\\""), "\n", "\\l");
}

// A component of a color, as Go converts it to a byte; what is no number is 0.
int Byte(double value) {
  return std::isnan(value) ? 0 : static_cast<int>(value * 255) & 0xFF;
}

std::string Share(int64_t value, int64_t total) {
  return std::string(Trim(profile::Percentage(value, total)));
}

double ScoreOf(int64_t value, int64_t total) {
  return static_cast<double>(value) / static_cast<double>(Abs(total));
}

class Composer {
 public:
  Composer(const Prepared& prepared, const profile::Graph& graph, std::string& out)
      : prepared_(prepared), graph_(graph), out_(out) {}

  void Run(const std::vector<std::string>& legend) {
    const std::string& title = prepared_.title;
    out_ += "digraph \"" + (title.empty() ? "unnamed" : title) + "\" {\n";
    out_ += "node [style=filled fillcolor=\"#f8f8f8\"]\n";
    if (!legend.empty()) AddLegend(legend);
    for (size_t i = 0; i < graph_.shown; ++i)
      max_flat_ = std::max(max_flat_, static_cast<double>(Abs(graph_.nodes[i].FlatValue())));
    std::vector<bool> has_tags;
    for (uint32_t i = 0; i < graph_.shown; ++i) {
      AddNode(i);
      has_tags.push_back(AddTags(prepared_, graph_.tags[i], i + 1, !graph_.Out(i).empty(), out_));
    }
    std::vector<uint32_t> edges;
    for (uint32_t i = 0; i < graph_.shown; ++i)
      edges.insert(edges.end(), graph_.Out(i).begin(), graph_.Out(i).end());
    for (uint32_t edge : graph_.Sorted(edges)) AddEdge(graph_.edges[edge], has_tags[graph_.edges[edge].src]);
    out_ += "}\n";
  }

 private:
  void AddLegend(const std::vector<std::string>& legend) {
    out_ += fmt::format("subgraph cluster_L {{ \"{}\" [shape=box fontsize=16 label=\"", Escaped(legend[0]));
    for (size_t i = 0; i < legend.size(); ++i) out_ += (i == 0 ? "" : "\\l") + Escaped(legend[i]);
    out_ += "\\l\"";
    if (!prepared_.title.empty()) out_ += " tooltip=\"" + prepared_.title + "\"";
    out_ += "] }\n";
  }

  // The name, a part a line.
  std::string NameLabel(uint32_t node) const {
    profile::NameParts parts = profile::PartsOf(prepared_.profile.strings, graph_.nodes[node].info);
    std::string name = Escaped(shorten_(parts.name));
    name = Replaced(name, "::", "\\n");
    // Type parameters, which Go writes like this, are no parts.
    name = Replaced(name, "[...]", "[…]");
    name = Replaced(name, ".", "\\n");
    parts.name = name;
    if (!parts.file.empty()) parts.file = profile::BaseName(parts.file);
    std::string label;
    for (const std::string& part : profile::NameComponents(parts)) label += part + "\\n";
    return label;
  }

  void AddNode(uint32_t i) {
    const int64_t flat = graph_.nodes[i].FlatValue(), cum = graph_.nodes[i].CumValue();
    std::string label = NameLabel(i);
    const std::string flat_text = prepared_.Format(flat);
    std::string cum_text = flat_text;
    label += flat == 0 ? "0" : fmt::format("{} ({})", flat_text, Share(flat, prepared_.total));
    if (cum != flat) {
      cum_text = prepared_.Format(cum);
      label += fmt::format("{}of {} ({})", flat == 0 ? " " : "\\n", cum_text, Share(cum, prepared_.total));
    }
    int font_size = 8;
    const auto absolute = static_cast<double>(Abs(flat));
    if (max_flat_ != 0 && flat != 0 && absolute <= max_flat_)
      font_size += static_cast<int>(std::ceil(16 * std::sqrt(absolute / max_flat_)));
    const double score = ScoreOf(cum, prepared_.total);
    out_ += fmt::format(
        "N{0} [label=\"{1}\" id=\"node{0}\" fontsize={2} shape=box tooltip=\"{3} ({4})\" color=\"{5}\" "
        "fillcolor=\"{6}\"]\n",
        i + 1, label, font_size, Escaped(graph_.names[i]), cum_text, DotColor(score, false),
        DotColor(score, true));
  }

  // A share of the total in parts, at most all of them.
  int64_t Parts(int64_t weight, int64_t parts) const {
    const auto product = static_cast<int64_t>(static_cast<uint64_t>(weight) * static_cast<uint64_t>(parts));
    return 1 + std::min(Abs(profile::Quotient(product, prepared_.total)), parts);
  }

  void AddEdge(const profile::Edge& edge, bool has_tags) {
    const int64_t weight = edge.WeightValue();
    const std::string text = prepared_.Format(weight);
    std::string attributes = fmt::format("label=\" {}{}\"", text, edge.inlined ? "\\n (inline)" : "");
    if (prepared_.total != 0) {
      if (const int64_t parts = Parts(weight, 100); parts > 1) attributes += fmt::format(" weight={}", parts);
      if (const int64_t parts = Parts(weight, 5); parts > 1) attributes += fmt::format(" penwidth={}", parts);
      attributes += fmt::format(" color=\"{}\"", DotColor(ScoreOf(weight, prepared_.total), false));
    }
    const std::string tooltip =
        fmt::format("\"{} {} {} ({})\"", Escaped(graph_.names[edge.src]), edge.residual ? "..." : "->",
                    Escaped(graph_.names[edge.dest]), text);
    attributes += fmt::format(" tooltip={0} labeltooltip={0}", tooltip);
    if (edge.residual) attributes += " style=\"dotted\"";
    if (has_tags) attributes += " minlen=2";
    out_ += fmt::format("N{} -> N{} [{}]\n", NodeId(edge.src), NodeId(edge.dest), attributes);
  }

  // Nodes that are not shown have pprof's 0.
  size_t NodeId(uint32_t node) const { return node < graph_.shown ? node + 1 : 0; }

  const Prepared& prepared_;
  const profile::Graph& graph_;
  std::string& out_;
  NameShortener shorten_;
  double max_flat_ = 0;
};

}  // namespace

std::string DotColor(double score, bool background) {
  double saturation = background ? 0.1 : 1.0;
  const double value = background ? 0.93 : 0.7;
  if (!std::isnan(score)) score = std::clamp(score, -1.0, 1.0);
  // Near 0 grey, not yellow.
  if (std::abs(score) < 0.2) saturation *= std::abs(score) / 0.2;
  // Small values are told apart from 0.
  constexpr double kPower = 0.3;
  if (score > 0) score = std::pow(score, kPower);
  if (score < 0) score = -std::pow(-score, kPower);
  const double red = score < 0 ? value * (1 + saturation * score) : value;
  const double green = score < 0 ? value : value * (1 - saturation * score);
  const double blue = value * (1 - saturation);
  return fmt::format("#{:02x}{:02x}{:02x}", Byte(red), Byte(green), Byte(blue));
}

profile::TrimmedGraph MakeVisualGraph(Prepared& prepared) {
  return MakeGraph(prepared, {.edges = profile::EdgeUse::kVisual, .call_trees = true});
}

void ComposeDot(const Prepared& prepared, const profile::Graph& graph, const std::vector<std::string>& legend,
                std::string& out) {
  Composer(prepared, graph, out).Run(legend);
}

}  // namespace seep::pprof
