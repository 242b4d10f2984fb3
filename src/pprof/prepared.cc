#include "pprof/prepared.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include "base/text.h"
#include "pprof/go_text.h"
#include "profile/measurement.h"

namespace seep::pprof {
namespace {

using profile::Profile;
using profile::Settings;

void ApplyOverrides(const Report& report, Settings& settings) {
  if (settings.nodecount == -1) settings.nodecount = report.default_nodecount;
  if (!report.granularity.empty()) settings.granularity = report.granularity;
  if (settings.granularity.empty()) settings.granularity = report.usual_granularity;
  if (report.noinlines) settings.noinlines = *report.noinlines;
  if (report.over_time != Report::OverTime::kNo) {  // the label of moments must stay
    settings.tagshow.clear();
    settings.taghide.clear();
  }
  if (settings.trim && !report.untrimmed) return;
  settings.nodecount = 0;
  settings.nodefraction = settings.edgefraction = 0;
}

// Go's strconv.Atoi where it succeeds.
std::optional<int64_t> Integer(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<size_t> SampleIndex(const Profile& profile, std::string_view wanted) {
  const size_t count = profile.sample_types.size();
  if (wanted.empty()) {
    for (size_t i = 0; i < count && profile.default_sample_type; ++i)
      if (profile.sample_types[i].type == profile.default_sample_type) return i;
    return count - 1;
  }
  if (const std::optional<int64_t> index = Integer(wanted)) {
    if (*index >= 0 && std::cmp_less(*index, count)) return static_cast<size_t>(*index);
    return Fail(ErrorCode::kUsage,
                fmt::format("sample_index {} is outside the range [0..{}]", wanted, count - 1));
  }
  std::string_view without_inuse = wanted;
  if (without_inuse.starts_with("inuse_")) without_inuse.remove_prefix(6);
  std::string types;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view type = profile.text(profile.sample_types[i].type);
    if (type == wanted || type == without_inuse) return i;
    types += (i == 0 ? "" : " ") + std::string(type);
  }
  return Fail(ErrorCode::kUsage, fmt::format("sample_index {} must be one of: [{}]", Quoted(wanted), types));
}

namespace {

Status ChooseSamples(Prepared& prepared) {
  const Profile& profile = prepared.profile;
  const Settings& settings = prepared.settings;
  if (profile.sample_types.empty()) return Fail(ErrorCode::kBadInput, "profile has no samples");
  SEEP_TRY(prepared.column, SampleIndex(profile, settings.sample_index));
  if (settings.mean) prepared.divisor_column = 0;
  const profile::ValueType& type = profile.sample_types[prepared.column];
  prepared.sample_type = (settings.mean ? "mean_" : "") + std::string(profile.text(type.type));
  prepared.sample_unit = profile.text(type.unit);
  if (settings.divide_by == 0) return Fail(ErrorCode::kUsage, "zero divisor specified");
  prepared.ratio = 1 / settings.divide_by;
  prepared.output_unit = settings.unit;
  const std::pair<std::string_view, const std::string&> filters[] = {
      {"focus", settings.focus},         {"ignore", settings.ignore},       {"hide", settings.hide},
      {"show", settings.show},           {"show_from", settings.show_from}, {"tagfocus", settings.tagfocus},
      {"tagignore", settings.tagignore}, {"tagshow", settings.tagshow},     {"taghide", settings.taghide}};
  for (const auto& [name, value] : filters)
    if (!value.empty()) prepared.active_filters.push_back(std::string(name) + "=" + value);
  if (profile.mappings.size() > 1 && profile.mappings[1].file)
    prepared.title = profile::BaseName(profile.text(profile.mappings[1].file));
  return {};
}

// What is 100 %: the sum of all absolute values, or of the diff base's where there is one.
int64_t Total(const Prepared& prepared) {
  const Profile& profile = prepared.profile;
  const StringId key = profile.strings.Find("pprof::base"), yes = profile.strings.Find("true");
  std::vector<bool> is_base(profile.label_sets.size(), false);
  for (uint32_t id = 0; key && yes && id < is_base.size(); ++id)
    for (const profile::Label& label : profile.label_sets.labels({id}))
      if (label.key == key && label.text == yes) is_base[id] = true;
  struct Sum {
    uint64_t value = 0, div = 0;
  } all, base;
  for (size_t i = 0; i < profile.samples.size(); ++i) {
    const auto value = static_cast<uint64_t>(profile::Abs(prepared.Value(i)));
    const auto div = static_cast<uint64_t>(prepared.Divisor(i));
    all.value += value;
    all.div += div;
    if (!is_base[profile.samples.labels[i].value]) continue;
    base.value += value;
    base.div += div;
  }
  const Sum& sum = static_cast<int64_t>(base.value) > 0 ? base : all;
  const auto value = static_cast<int64_t>(sum.value), div = static_cast<int64_t>(sum.div);
  return profile::Quotient(value, div);
}

std::string DurationLabel(const Prepared& prepared) {
  const int64_t duration = prepared.profile.duration_nanos;
  const profile::Scaled total = profile::Scale(prepared.total, prepared.sample_unit, "nanoseconds");
  std::string ratio;
  if (total.unit == "ns" && total.value != 0)
    ratio = "(" + profile::Percentage(profile::ToInt64(total.value), duration) + ")";
  return fmt::format("Duration: {}, Total samples = {} {}", profile::AutoLabel(duration, "nanoseconds"),
                     prepared.Format(prepared.total), ratio);
}

int64_t FractionOf(int64_t total, double fraction) {
  return profile::Abs(profile::ToInt64(static_cast<double>(total) * fraction));
}

std::string DroppedLabel(size_t count, std::string_view what, std::string_view by, std::string_view limit) {
  return fmt::format("Dropped {} {}{} ({} <= {})", count, what, count > 1 ? "s" : "", by, limit);
}

// pprof's selectOutputUnit: one in which the smallest value still can be told from 0.
void ChooseUnit(Prepared& prepared, const profile::Graph& graph, bool whole_numbers) {
  if (prepared.output_unit != "minimum" || graph.shown == 0) return;
  int64_t least = 0;
  for (const profile::Node& node : graph.Shown()) {
    int64_t value = profile::Abs(node.FlatValue());
    if (value == 0) value = profile::Abs(node.CumValue());
    if (value > 0 && (least == 0 || value < least)) least = value;
  }
  int64_t most = prepared.total;
  if (least == 0) least = most;
  if (prepared.ratio > 0 && prepared.ratio != 1) {
    least = profile::ToInt64(static_cast<double>(least) * prepared.ratio);
    most = profile::ToInt64(static_cast<double>(most) * prepared.ratio);
  }
  const auto hundredfold = static_cast<int64_t>(static_cast<uint64_t>(least) * 100);
  std::string unit = profile::Scale(least, prepared.sample_unit, "minimum").unit;
  if (unit != profile::Scale(most, prepared.sample_unit, "minimum").unit && hundredfold < most &&
      !whole_numbers)
    unit = profile::Scale(hundredfold, prepared.sample_unit, "minimum").unit;
  prepared.output_unit = unit.empty() ? prepared.sample_unit : unit;
}

}  // namespace

std::string Prepared::Format(int64_t value) const {
  if (ratio > 0 && ratio != 1) value = profile::ToInt64(static_cast<double>(value) * ratio);
  return profile::ScaledLabel(value, sample_unit, output_unit);
}

Result<Prepared> Prepare(Profile profile, const Report& report, const Query& query,
                         const Surroundings& outside) {
  const auto say = [&](std::string_view line) {
    if (outside.say) outside.say(line);
  };
  Prepared prepared;
  prepared.report = &report;
  prepared.outside = &outside;
  prepared.profile = std::move(profile);
  prepared.settings = query.settings;
  prepared.moments = query.moments;
  prepared.label_units = profile::FindLabelUnits(prepared.profile, say);
  ApplyOverrides(report, prepared.settings);
  // Before the filters, which may ask for these frames.
  profile::AddLabelFrames(prepared.profile, prepared.settings, say);
  const bool relative = prepared.settings.relative_percentages;
  if (relative)
    SEEP_TRY_VOID(profile::ApplyFilters(prepared.profile, prepared.settings, prepared.label_units, say));
  SEEP_TRY_VOID(ChooseSamples(prepared));
  if (query.symbol) {
    auto symbol = profile::Pattern::Compile(*query.symbol);
    if (!symbol)
      return Fail(ErrorCode::kUsage, "parsing argument regexp " + *query.symbol + ": " + symbol.error().what);
    prepared.symbol = std::move(*symbol);
  }
  prepared.total = Total(prepared);
  if (!relative)
    SEEP_TRY_VOID(profile::ApplyFilters(prepared.profile, prepared.settings, prepared.label_units, say));
  SEEP_TRY_VOID(profile::Aggregate(prepared.profile, prepared.settings));
  return prepared;
}

profile::TrimmedGraph MakeGraph(Prepared& prepared, const GraphWish& wish) {
  const Settings& settings = prepared.settings;
  profile::GraphOptions options;
  options.column = prepared.column;
  options.divisor_column = prepared.divisor_column;
  options.nodes = {
      .objects = wish.objects, .trim_path = settings.trim_path, .source_path = settings.source_path};
  options.call_tree = settings.call_tree && wish.call_trees;
  options.drop_negative = settings.drop_negative;
  options.by_cum = settings.sort == "cum";
  options.node_count = settings.nodecount;
  options.node_fraction = settings.nodefraction;
  options.edge_fraction = settings.edgefraction;
  options.edges = wish.edges;
  if (wish.only_symbol && prepared.symbol)
    options.wanted = [&](const profile::NodeInfo& info) {
      return prepared.symbol->Matches(profile::PrintableName(prepared.profile.strings, info));
    };
  options.label_units = &prepared.label_units;
  options.tag_unit = prepared.output_unit;
  profile::TrimmedGraph graph = profile::MakeTrimmedGraph(prepared.profile, options);
  ChooseUnit(prepared, graph.graph, wish.whole_numbers);
  return graph;
}

profile::Graph MakeWholeGraph(Prepared& prepared, bool objects) {
  profile::GraphOptions options;
  options.column = prepared.column;
  options.divisor_column = prepared.divisor_column;
  options.nodes = {.objects = objects,
                   .trim_path = prepared.settings.trim_path,
                   .source_path = prepared.settings.source_path};
  options.drop_negative = prepared.settings.drop_negative;
  return profile::MakeWholeGraph(prepared.profile, options);
}

std::string LocalTime(const Prepared& prepared, int64_t unix_nanos) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::nanoseconds> time{std::chrono::nanoseconds(unix_nanos)};
  const auto seconds = floor<std::chrono::seconds>(time);
  Zone zone;
  if (prepared.outside->zone) zone = prepared.outside->zone(seconds.time_since_epoch().count());
  const auto local = seconds + std::chrono::seconds(zone.offset_seconds);
  const auto day = floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(local - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} {}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(), zone.name);
}

std::vector<std::string> ProfileLabels(const Prepared& prepared) {
  const Profile& profile = prepared.profile;
  std::vector<std::string> labels;
  if (profile.mappings.size() > 1) {
    const profile::Mapping& main = profile.mappings[1];
    if (main.file) labels.push_back("File: " + std::string(profile::BaseName(profile.text(main.file))));
    if (main.build_id) labels.push_back("Build ID: " + std::string(profile.text(main.build_id)));
  }
  for (StringId comment : profile.comments)
    if (!profile.text(comment).starts_with('#')) labels.emplace_back(profile.text(comment));
  if (!prepared.sample_type.empty()) labels.push_back("Type: " + prepared.sample_type);
  if (profile.doc_url) labels.push_back("Doc: " + std::string(profile.text(profile.doc_url)));
  if (profile.time_nanos != 0) labels.push_back("Time: " + LocalTime(prepared, profile.time_nanos));
  if (profile.duration_nanos != 0) labels.push_back(DurationLabel(prepared));
  return labels;
}

std::vector<std::string> ReportLabels(const Prepared& prepared, const Showing& showing, bool full_header) {
  std::vector<std::string> labels;
  if (full_header || !prepared.settings.compact_labels) labels = ProfileLabels(prepared);
  if (!prepared.active_filters.empty()) {
    labels.emplace_back("Active filters:");
    for (const std::string& filter : prepared.active_filters)
      labels.push_back("   " + (filter.size() > 80 ? filter.substr(0, 80) + "…" : filter));
  }
  const int64_t total = prepared.total;
  labels.push_back(fmt::format("Showing nodes accounting for {}, {} of {} total",
                               prepared.Format(showing.value),
                               Trim(profile::Percentage(showing.value, total)), prepared.Format(total)));
  if (total != 0) {
    const Settings& settings = prepared.settings;
    if (showing.dropped_nodes > 0)
      labels.push_back(DroppedLabel(showing.dropped_nodes, "node", "cum",
                                    prepared.Format(FractionOf(total, settings.nodefraction))));
    if (showing.dropped_edges > 0)
      labels.push_back(DroppedLabel(showing.dropped_edges, "edge", "freq",
                                    prepared.Format(FractionOf(total, settings.edgefraction))));
    if (showing.nodes > 0 && showing.nodes < showing.original_nodes)
      labels.push_back(fmt::format("Showing top {} nodes out of {}", showing.nodes, showing.original_nodes));
  }
  if (full_header) labels.emplace_back("\nSee https://git.io/JfYMW for how to read the graph");
  return labels;
}

Showing ShownBy(const profile::TrimmedGraph& trimmed) {
  Showing showing{.nodes = trimmed.graph.shown,
                  .original_nodes = trimmed.original_count,
                  .dropped_nodes = trimmed.dropped_nodes,
                  .dropped_edges = trimmed.dropped_edges};
  for (const profile::Node& node : trimmed.graph.Shown())
    showing.value =
        static_cast<int64_t>(static_cast<uint64_t>(showing.value) + static_cast<uint64_t>(node.FlatValue()));
  return showing;
}

}  // namespace seep::pprof
