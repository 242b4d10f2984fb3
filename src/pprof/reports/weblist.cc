// Source lines beside what their samples weigh, as one page of HTML: heavier lines are darker, long stretches
// without samples are folded away. (pprof's page shows machine code as well, which needs the binary; -disasm
// and that part of -weblist are left out.)
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/html.h"
#include "base/text.h"
#include "pprof/listing.h"
#include "pprof/writer.h"
#include "profile/measurement.h"
#include "seep_pprof_assets.h"

namespace seep::pprof {
extern const Report report_weblist;

namespace {

std::string_view Style() {
  for (const EmbeddedFile& file : seep_pprof_assets_files())
    if (file.name == "weblist.css") return file.bytes;
  return {};
}

struct Row {
  std::string_view name, file;
  const Part* part = nullptr;
};

// One to ten: how dark a line is, by its share of the heaviest.
int Heat(int64_t value, int64_t most) {
  if (most <= 0 || value <= 0) return 0;
  return std::clamp(static_cast<int>(10.0 * static_cast<double>(value) / static_cast<double>(most)) + 1, 1,
                    10);
}

class Page {
 public:
  Page(const Prepared& prepared, const Listing& listing, Writer& out)
      : p_(prepared), listing_(listing), out_(out) {}

  Status Print(const ListedFunctions& functions) {
    std::vector<Row> rows;
    for (const auto& [name, files] : functions) {
      if (files.empty()) rows.push_back({name, {}, nullptr});
      for (const auto& [file, part] : files) rows.push_back({name, file, &part});
    }
    std::ranges::stable_sort(rows, std::ranges::greater{}, [](const Row& r) {
      return r.part == nullptr ? -1 : profile::Abs(r.part->all.cum);
    });
    Head();
    Contents(rows);
    for (size_t i = 0; i < rows.size(); ++i) {
      Function(rows[i], i);
      SEEP_TRY_VOID(out_.Spill());
    }
    out_ << "</main></body></html>\n";
    return {};
  }

 private:
  void Head() {
    out_ << fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; base-uri "
        "'none'; form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{}"
        "</style></head>\n<body><main>\n<h1>{}</h1>\n<p>",
        CspHash(Style()), HtmlText("seep pprof -weblist " + p_.symbol->text()), Style(),
        HtmlText(p_.title.empty() ? p_.sample_type : p_.title + " " + p_.sample_type));
    for (const std::string& label : ProfileLabels(p_)) out_ << HtmlText(label) << "<br>";
    out_ << "Total: " << p_.Format(p_.total) << "</p>\n";
  }

  void Contents(const std::vector<Row>& rows) {
    out_ << "<table class=\"contents\"><thead><tr><th>flat<th>cum<th>cum%<th>function</thead>\n";
    for (size_t i = 0; i < rows.size(); ++i) {
      const Weights all = rows[i].part == nullptr ? Weights() : rows[i].part->all;
      out_ << fmt::format("<tr><td>{}<td>{}<td>{}<td><a href=\"#f{}\">{}</a> <span>{}</span>\n",
                          p_.Format(all.flat), p_.Format(all.cum), profile::Percentage(all.cum, p_.total), i,
                          HtmlText(rows[i].name), HtmlText(profile::BaseName(rows[i].file)));
    }
    out_ << "</table>\n";
  }

  void Function(const Row& row, size_t number) {
    out_ << fmt::format("<section id=\"f{}\"><h2>{}</h2>\n<p>{}</p>\n", number, HtmlText(row.name),
                        row.part == nullptr ? "no line in the profile" : HtmlText(row.file));
    if (row.part == nullptr) {
      out_ << "</section>\n";
      return;
    }
    const auto source = listing_.Source(row.file);
    if (!source) out_ << "<p class=\"gap\">" << HtmlText(source.error().what) << "</p>\n";
    std::vector<std::string_view> lines = source ? Split(*source, '\n') : std::vector<std::string_view>();
    out_ << "<table><thead><tr><th>flat<th>cum<th>line<th></thead>\n";
    Lines(*row.part, lines);
    out_ << "</table></section>\n";
  }

  void Lines(const Part& part, const std::vector<std::string_view>& lines) {
    int64_t most = 0;
    for (const auto& [number, weights] : part.lines) most = std::max(most, profile::Abs(weights.cum));
    if (lines.empty()) {
      for (const auto& [number, weights] : part.lines) Line(number, weights, most, {});
      return;
    }
    const auto last = std::min<int64_t>(part.last, static_cast<int64_t>(lines.size()));
    for (int64_t number = std::max<int64_t>(part.first, 1); number <= last; ++number) {
      const auto found = part.lines.find(number);
      Line(number, found == part.lines.end() ? Weights() : found->second, most,
           lines[static_cast<size_t>(number - 1)]);
    }
  }

  void Line(int64_t number, const Weights& weights, int64_t most, std::string_view text) {
    const auto value = [&](int64_t v) { return v == 0 ? std::string() : p_.Format(v); };
    if (text.ends_with('\r')) text.remove_suffix(1);
    const bool any = weights.flat != 0 || weights.cum != 0;
    out_ << fmt::format("<tr class=\"h{}\"><td>{}<td>{}<td>{}<td>{}\n",
                        any ? Heat(profile::Abs(weights.cum), most) : 0, value(weights.flat),
                        value(weights.cum), number, HtmlText(text));
  }

  const Prepared& p_;
  const Listing& listing_;
  Writer& out_;
};

Status Print(Prepared& prepared, Writer& out) {
  Listing listing(prepared);
  SEEP_TRY(const ListedFunctions functions, listing.Gather());
  return Page(prepared, listing, out).Print(functions);
}

}  // namespace

constinit const Report report_weblist = {
    .name = "weblist",
    .title = "Source lines of matching functions, as a page for the browser",
    .usage = "weblist FUNCTION_REGEX [FOCUS_REGEX]... [-IGNORE_REGEX]... [>FILE]",
    .takes_symbol = true,
    .untrimmed = true,
    .granularity = "lines",
    .ending = "html",
    .print = &Print,
};

}  // namespace seep::pprof
