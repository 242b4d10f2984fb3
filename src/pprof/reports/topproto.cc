// The nodes of top as a profile: one sample each, with its flat and cumulative value.
#include <map>
#include <tuple>
#include <utility>

#include "pprof/encode.h"
#include "pprof/prepared.h"
#include "pprof/report.h"
#include "pprof/writer.h"
#include "profile/measurement.h"

namespace seep::pprof {
namespace {

using profile::NodeInfo;
using profile::Profile;

class TopProfile {
 public:
  explicit TopProfile(const Prepared& prepared) : prepared_(prepared) {
    const Profile& from = prepared.profile;
    const StringId unit = out_.strings.Intern(prepared.output_unit);
    out_.sample_types = {{out_.strings.Intern("cum"), unit}, {out_.strings.Intern("flat"), unit}};
    out_.samples.columns = 2;
    out_.time_nanos = from.time_nanos;
    out_.duration_nanos = from.duration_nanos;
    out_.period_type = {Copy(from.period_type.type), Copy(from.period_type.unit)};
    out_.period = from.period;
  }

  void Add(const profile::Node& node) {
    const NodeInfo& info = node.info;
    const auto line = static_cast<uint32_t>(out_.lines.size());
    out_.lines.push_back({.function = FunctionOf(info), .line = info.line, .column = info.column});
    out_.locations.push_back({.address = info.address, .mapping = {}, .first_line = line, .line_count = 1});
    profile::Samples& samples = out_.samples;
    samples.first.push_back(static_cast<uint32_t>(samples.pool.size()));
    samples.pool.push_back({static_cast<uint32_t>(out_.locations.size() - 1)});
    samples.depth.push_back(1);
    samples.labels.push_back({});
    samples.values.push_back(Scaled(node.CumValue()));
    samples.values.push_back(Scaled(node.FlatValue()));
  }

  const Profile& get() const { return out_; }

 private:
  StringId Copy(StringId text) { return out_.strings.Intern(prepared_.profile.text(text)); }

  profile::FunctionId FunctionOf(const NodeInfo& info) {
    const auto [at, is_new] = functions_.try_emplace({info.name, info.file, info.start_line});
    if (is_new) {
      out_.functions.push_back({.name = Copy(info.name),
                                .system_name = {},
                                .file = Copy(info.file),
                                .start_line = info.start_line});
      at->second = {static_cast<uint32_t>(out_.functions.size() - 1)};
    }
    return at->second;
  }

  int64_t Scaled(int64_t value) const {
    return profile::ToInt64(profile::Scale(value, prepared_.sample_unit, prepared_.output_unit).value);
  }

  const Prepared& prepared_;
  Profile out_;
  std::map<std::tuple<StringId, StringId, int64_t>, profile::FunctionId> functions_;
};

Status Print(Prepared& prepared, Writer& out) {
  const profile::TrimmedGraph trimmed = MakeGraph(prepared, {});
  TopProfile top(prepared);
  for (const profile::Node& node : trimmed.graph.Shown()) top.Add(node);
  out << EncodeGzip(top.get());
  return {};
}

}  // namespace

extern const Report report_topproto;
constinit const Report report_topproto = {
    .name = "topproto",
    .title = "The heaviest places as gzipped protobuf",
    .default_nodecount = 0,
    .ending = "pb.gz",
    .print = &Print,
};

}  // namespace seep::pprof
