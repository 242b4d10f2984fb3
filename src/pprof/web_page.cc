#include "pprof/web_page.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/html.h"
#include "base/text.h"
#include "seep_pprof_assets.h"

namespace seep::pprof {
namespace {

using Json = nlohmann::ordered_json;

template <class Numbers>
void AddNumbers(std::string& out, const Numbers& numbers) {
  out += '[';
  bool first = true;
  for (const auto number : numbers) {
    if (!first) out += ',';
    first = false;
    fmt::format_to(std::back_inserter(out), "{}", number);
  }
  out += ']';
}

std::string Text(std::string_view text) {
  return Json(Printable(text)).dump();
}

std::string_view Asset(std::string_view name) {
  for (const EmbeddedFile& file : seep_pprof_assets_files())
    if (file.name == name) return file.bytes;
  return {};
}

// `connect`: what the script may ask.
std::string Page(std::string_view data, std::string_view connect) {
  std::string script;
  for (std::string_view name : {"numbers.js", "tree.js", "flame.js", "table.js", "views.js", "page.js"})
    script += Asset(name);
  const std::string_view css = Asset("page.css");
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '{}'; style-src "
      "'{}'; connect-src {}; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" "
      "content=\"light dark\">\n<title>seep pprof</title>\n<style>",
      CspHash(script), CspHash(css), connect);
  out += css;
  out += "</style></head>\n<body>\n";
  out += Asset("page.html");
  out += "<script type=\"application/json\" id=\"data\">";
  out += JsonForScript(data);
  out += "</script>\n<script>";
  out += script;
  out += "</script>\n</body></html>\n";
  return out;
}

}  // namespace

std::string StackJson(const Prepared& prepared, const StackTree& tree) {
  const StackColumn& chosen = tree.columns[tree.column];
  std::string out =
      fmt::format("{{\"title\":{},\"labels\":[",
                  Text(prepared.title.empty() ? chosen.type : prepared.title + " " + chosen.type));
  std::vector<std::string> labels = ProfileLabels(prepared);
  labels.insert(labels.end(), prepared.active_filters.begin(), prepared.active_filters.end());
  for (size_t i = 0; i < labels.size(); ++i) out += (i == 0 ? "" : ",") + Text(labels[i]);
  out += fmt::format("],\"scale\":{},\"column\":{},\"leftOut\":{},\"columns\":[",
                     std::isfinite(prepared.ratio) ? prepared.ratio : 1, tree.column, tree.left_out);
  for (const StackColumn& column : tree.columns) {
    if (&column != tree.columns.data()) out += ',';
    out += fmt::format("{{\"type\":{},\"unit\":{},\"now\":", Text(column.type), Text(column.unit));
    AddNumbers(out, column.now);
    out += ",\"base\":";
    AddNumbers(out, column.base);
    const std::pair<std::string_view, const std::vector<uint64_t>&> sums[] = {
        {"flat", column.now_sums.flat},
        {"cum", column.now_sums.cum},
        {"flatBase", column.base_sums.flat},
        {"cumBase", column.base_sums.cum}};
    for (const auto& [name, by_frame] : sums) {
      if (by_frame.empty()) continue;
      out += fmt::format(",\"{}\":", name);
      AddNumbers(out, by_frame);
    }
    out += '}';
  }
  out += "],\n\"frames\":[";
  for (const StackFrame& frame : tree.frames) {
    if (&frame != tree.frames.data()) out += ',';
    out += '[' + Text(frame.name) + ',' + Text(frame.file) + ']';
  }
  out += "],\n\"frame\":";
  AddNumbers(out, tree.frame);
  out += ",\n\"depth\":";
  AddNumbers(out, tree.depth);
  out += ",\n\"inlined\":";
  std::vector<size_t> inlined;
  for (size_t i = 0; i < tree.size(); ++i)
    if (tree.inlined[i]) inlined.push_back(i);
  AddNumbers(out, inlined);
  out += "}";
  return out;
}

std::string FilePage(std::string_view stack_json) {
  return Page(stack_json, "'none'");
}

std::string ServedPage(std::string_view facts_json) {
  return Page(facts_json, "'self'");
}

}  // namespace seep::pprof
