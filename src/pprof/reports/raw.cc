// Everything a profile holds, as text: google/pprof profile.go (2025-11) Profile.String.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/text.h"
#include "pprof/json_layout.h"
#include "pprof/prepared.h"
#include "pprof/writer.h"

namespace seep::pprof {
extern const Report report_raw;

namespace {

using profile::LocationId;

// Go's time.Duration as %.4v prints it: the first four characters of "1h2m3.5s", "1.5ms", "2µs", "10ns".
std::string ShortDuration(int64_t nanos) {
  const bool negative = nanos < 0;
  const uint64_t u = negative ? uint64_t{0} - static_cast<uint64_t>(nanos) : static_cast<uint64_t>(nanos);
  std::string text = negative ? "-" : "";
  const auto fraction = [&](uint64_t value, uint64_t unit, int digits) {
    std::string out = fmt::format("{}", value / unit);
    if (value % unit == 0) return out;
    std::string rest = fmt::format("{:0{}}", value % unit, digits);
    rest.erase(rest.find_last_not_of('0') + 1);
    return out + "." + rest;
  };
  if (u < 1000) {
    text += fmt::format("{}ns", u);
  } else if (u < 1'000'000) {
    text += fraction(u, 1000, 3) + "µs";
  } else if (u < 1'000'000'000) {
    text += fraction(u, 1'000'000, 6) + "ms";
  } else {
    const uint64_t minutes = u / 60'000'000'000, hours = minutes / 60;
    if (hours != 0) text += fmt::format("{}h", hours);
    if (minutes != 0) text += fmt::format("{}m", minutes % 60);
    text += fraction(u % 60'000'000'000, 1'000'000'000, 9) + "s";
  }
  size_t end = 0;
  for (int characters = 0; end < text.size() && characters < 4; ++characters)
    for (++end; end < text.size() && (text[end] & 0xC0) == 0x80;) ++end;
  return text.substr(0, end);
}

// "2026-11-21 12:00:00.5 +0100 CET"
std::string FullTime(const Prepared& p, int64_t nanos) {
  using std::chrono::floor;
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t fraction_nanos = (nanos % kSecond + kSecond) % kSecond;
  const std::chrono::sys_seconds seconds{
      std::chrono::seconds(nanos / kSecond - (nanos % kSecond < 0 ? 1 : 0))};
  const Zone zone = p.outside->zone ? p.outside->zone(seconds.time_since_epoch().count()) : Zone();
  const auto local = seconds + std::chrono::seconds(zone.offset_seconds);
  const auto day = floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(local - day);
  std::string fraction = fraction_nanos == 0 ? "" : fmt::format(".{:09}", fraction_nanos);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  const int minutes = std::abs(zone.offset_seconds) / 60;
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}{} {}{:02}{:02} {}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(), fraction,
                     zone.offset_seconds < 0 ? '-' : '+', minutes / 60, minutes % 60, zone.name);
}

void PrintHeader(const Prepared& p, Writer& out) {
  const profile::Profile& prof = p.profile;
  for (StringId comment : prof.comments) out << "Comment: " << prof.text(comment) << "\n";
  if (prof.doc_url) out << "Doc: " << prof.text(prof.doc_url) << "\n";
  out << fmt::format("PeriodType: {} {}\nPeriod: {}\n", prof.text(prof.period_type.type),
                     prof.text(prof.period_type.unit), prof.period);
  if (prof.time_nanos != 0) out << "Time: " << FullTime(p, prof.time_nanos) << "\n";
  if (prof.duration_nanos != 0) out << "Duration: " << ShortDuration(prof.duration_nanos) << "\n";
  out << "Samples:\n";
  std::string types;
  for (const profile::ValueType& v : prof.sample_types)
    types += fmt::format("{}/{}{} ", prof.text(v.type), prof.text(v.unit),
                         prof.text(v.type) == prof.text(prof.default_sample_type) ? "[dflt]" : "");
  out << Trim(types) << "\n";
}

// "key:[a b] other:[1 bytes]": labels of one kind, by key.
std::string LabelsText(const profile::Profile& p, std::span<const profile::Label> labels, bool numbers) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < labels.size();) {
    const StringId key = labels[i].key;
    bool has_unit = false;
    size_t end = i;
    for (; end < labels.size() && labels[end].key == key && !labels[end].text == !labels[i].text; ++end)
      has_unit |= static_cast<bool>(labels[end].unit);
    if (!labels[i].text == numbers) {
      std::string values;
      for (size_t v = i; v < end; ++v) {
        values += v == i ? "" : " ";
        if (!numbers)
          values += p.text(labels[v].text);
        else if (has_unit)
          values += fmt::format("{} {}", labels[v].number, p.text(labels[v].unit));
        else
          values += std::to_string(labels[v].number);
      }
      parts.push_back(fmt::format("{}:[{}]", p.text(key), values));
    }
    i = end;
  }
  std::ranges::sort(parts);
  return fmt::format("{}", fmt::join(parts, " "));
}

void PrintSample(const profile::Profile& p, size_t number, std::string& out) {
  for (int64_t value : p.samples.value(number)) out += fmt::format(" {:>10}", value);
  out += ": ";
  for (LocationId id : p.samples.stack(number)) out += fmt::format("{} ", p.NumberOf(id));
  out += '\n';
  const std::span<const profile::Label> labels = p.label_sets.labels(p.samples.labels[number]);
  for (bool numbers : {false, true})
    if (const std::string text = LabelsText(p, labels, numbers); !text.empty())
      out += fmt::format("                {}\n", text);
}

void PrintLocation(const profile::Profile& p, LocationId id, std::string& out) {
  const profile::Location& l = p.locations[id.value];
  std::string place = fmt::format("{:>6}: {:#x} ", p.NumberOf(id), l.address);
  if (l.mapping) place += fmt::format("M={} ", p.NumberOf(l.mapping));
  if (l.folded) place += "[F] ";
  if (l.line_count == 0) out += place + "\n";
  for (const profile::Line& line : p.LinesOf(id)) {
    out += place;
    if (line.function) {
      const profile::Function& f = p.functions[line.function.value];
      out += fmt::format("{} {}:{}:{} s={}", p.text(f.name), p.text(f.file), line.line, line.column,
                         f.start_line);
      if (f.name != f.system_name) out += fmt::format("({})", p.text(f.system_name));
    } else {
      out += "??";
    }
    out += '\n';
    place = "             ";
  }
}

Status Print(Prepared& prepared, Writer& out) {
  const profile::Profile& p = prepared.profile;
  PrintHeader(prepared, out);
  for (size_t i = 0; i < p.samples.size(); ++i) {
    PrintSample(p, i, out.text());
    SEEP_TRY_VOID(out.Spill());
  }
  out << "Locations\n";
  for (uint32_t i = 1; i < p.locations.size(); ++i) {
    PrintLocation(p, {i}, out.text());
    SEEP_TRY_VOID(out.Spill());
  }
  out << "Mappings\n";
  for (uint32_t i = 1; i < p.mappings.size(); ++i) {
    const profile::Mapping& m = p.mappings[i];
    out << fmt::format("{}: {:#x}/{:#x}/{:#x} {} {} {}{}{}{}\n", p.NumberOf(profile::MappingId{i}), m.start,
                       m.limit, m.offset, p.text(m.file), p.text(m.build_id), m.has_functions ? "[FN]" : "",
                       m.has_filenames ? "[FL]" : "", m.has_line_numbers ? "[LN]" : "",
                       m.has_inline_frames ? "[IN]" : "");
  }
  return {};
}

void WriteLocation(const profile::Profile& p, LocationId id, Json& json) {
  const profile::Location& l = p.locations[id.value];
  json.BeginRow().Member("id", p.NumberOf(id)).Optional("address", l.address);
  if (l.mapping) json.Member("mapping", p.NumberOf(l.mapping));
  if (l.folded) json.Member("folded", true);
  json.Key("lines").Begin('[');
  for (const profile::Line& line : p.LinesOf(id)) {
    const profile::Function& f = p.functions[line.function.value];
    json.Begin('{').Member("function", p.text(f.name)).Optional("file", p.text(f.file));
    if (f.system_name != f.name) json.Optional("system_name", p.text(f.system_name));
    json.Optional("line", line.line).Optional("column", line.column);
    json.Optional("start_line", f.start_line).End('}');
  }
  json.End(']').End('}');
}

void WriteMapping(const profile::Profile& p, profile::MappingId id, Json& json) {
  const profile::Mapping& m = p.mappings[id.value];
  json.BeginRow().Member("id", p.NumberOf(id)).Member("start", m.start).Member("limit", m.limit);
  json.Member("offset", m.offset).Optional("file", p.text(m.file)).Optional("build_id", p.text(m.build_id));
  json.End('}');
}

Status PrintJson(Prepared& prepared, Json& json) {
  const profile::Profile& p = prepared.profile;
  json.Key("sample_types").Begin('[');
  for (const profile::ValueType& v : p.sample_types)
    json.Begin('{').Member("type", p.text(v.type)).Member("unit", p.text(v.unit)).End('}');
  json.End(']').Key("samples").Begin('[');
  for (size_t i = 0; i < p.samples.size(); ++i) {
    json.BeginRow().Key("values").Begin('[');
    for (int64_t value : p.samples.value(i)) json.Value(value);
    json.End(']').Key("locations").Begin('[');
    for (LocationId id : p.samples.stack(i)) json.Value(p.NumberOf(id));
    json.End(']');
    WriteLabels(p, p.samples.labels[i], json);
    json.End('}');
    SEEP_TRY_VOID(json.Spill());
  }
  json.End(']').Key("locations").Begin('[');
  for (uint32_t i = 1; i < p.locations.size(); ++i) {
    WriteLocation(p, {i}, json);
    SEEP_TRY_VOID(json.Spill());
  }
  json.End(']').Key("mappings").Begin('[');
  for (uint32_t i = 1; i < p.mappings.size(); ++i) WriteMapping(p, {i}, json);
  json.End(']');
  return {};
}

}  // namespace

constinit const Report report_raw = {
    .name = "raw",
    .title = "All that the profile holds, as text",
    .untrimmed = true,
    .granularity = "addresses",
    .print = &Print,
    .json = &PrintJson,
};

}  // namespace seep::pprof
