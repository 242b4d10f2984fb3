// A profile as text, and whether its ids hold together. For tests and fuzz targets only.
#pragma once

#include <fmt/format.h>

#include <string>

#include "profile/profile.h"

namespace seep::profile {

// What is wrong with the first id that names nothing; empty if none does.
inline std::string Inconsistency(const Profile& p) {
  const auto text_fault = [&](StringId id) { return id.value >= p.strings.size(); };
  const Samples& s = p.samples;
  if (s.columns != p.sample_types.size()) return "columns";
  if (s.depth.size() != s.size() || s.labels.size() != s.size() || s.values.size() != s.size() * s.columns)
    return "sample columns of different lengths";
  for (size_t i = 0; i < s.size(); ++i) {
    if (size_t{s.first[i]} + s.depth[i] > s.pool.size()) return fmt::format("stack of sample {}", i);
    for (LocationId id : s.stack(i))
      if (!id || id.value >= p.locations.size()) return fmt::format("location of sample {}", i);
    if (s.labels[i].value >= p.label_sets.size()) return fmt::format("labels of sample {}", i);
  }
  for (uint32_t set = 0; set < p.label_sets.size(); ++set)
    for (const Label& l : p.label_sets.labels({set}))
      if (text_fault(l.key) || text_fault(l.text) || text_fault(l.unit)) return "text of a label";
  for (const Location& l : p.locations) {
    if (l.mapping.value >= p.mappings.size()) return "mapping of a location";
    if (size_t{l.first_line} + l.line_count > p.lines.size()) return "lines of a location";
  }
  for (const Line& l : p.lines)
    if (l.function.value >= p.functions.size()) return "function of a line";
  for (const Function& f : p.functions)
    if (text_fault(f.name) || text_fault(f.system_name) || text_fault(f.file)) return "text of a function";
  for (const Mapping& m : p.mappings)
    if (text_fault(m.file) || text_fault(m.build_id)) return "text of a mapping";
  return "";
}

// Header, samples, locations and mappings, one a line:
//   inuse_space/bytes period space/bytes 4096
//   10 20: 0x401000 0x402000 {bytes=16 zone=a}
//   0x401000 M1 main.f main.go:10
//   M1 0x400000-0x500000+0x1000 /usr/bin/server build-id
inline std::string ProfileText(const Profile& p) {
  std::string out;
  for (const ValueType& v : p.sample_types) out += fmt::format("{}/{} ", p.text(v.type), p.text(v.unit));
  out += fmt::format("period {}/{} {}\n", p.text(p.period_type.type), p.text(p.period_type.unit), p.period);
  for (size_t i = 0; i < p.samples.size(); ++i) {
    std::string line;
    for (int64_t value : p.samples.value(i)) line += fmt::format("{}{}", line.empty() ? "" : " ", value);
    line += ":";
    for (LocationId id : p.samples.stack(i)) line += fmt::format(" {:#x}", p.locations[id.value].address);
    for (const Label& l : p.label_sets.labels(p.samples.labels[i]))
      line += l.text ? fmt::format(" {{{}={}}}", p.text(l.key), p.text(l.text))
                     : fmt::format(" {{{}={}{}}}", p.text(l.key), l.number, p.text(l.unit));
    out += line + "\n";
  }
  for (uint32_t i = 1; i < p.locations.size(); ++i) {
    const Location& l = p.locations[i];
    out += fmt::format("{:#x} M{}{}", l.address, l.mapping.value, l.folded ? " folded" : "");
    for (const Line& line : p.LinesOf(LocationId{i})) {
      const Function& f = p.functions[line.function.value];
      out += fmt::format(" {} {}:{}", p.text(f.name), p.text(f.file), line.line);
    }
    out += "\n";
  }
  for (size_t i = 1; i < p.mappings.size(); ++i) {
    const Mapping& m = p.mappings[i];
    out += fmt::format("M{} {:#x}-{:#x}+{:#x} {} {}\n", i, m.start, m.limit, m.offset, p.text(m.file),
                       p.text(m.build_id));
  }
  return out;
}

}  // namespace seep::profile
