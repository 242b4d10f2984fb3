#include "report/markup.h"

#include <fmt/format.h>

#include "base/html.h"
#include "base/text.h"
#include "report/layout.h"

namespace seep::report {

std::string Html(std::string_view text) {
  return HtmlText(Clean(text));
}

std::string HtmlProse(std::string_view text) {
  std::string out;
  for (const Block& block : Blocks(text)) {
    if (block.code) {
      std::string code;
      for (std::string_view line : Split(block.text, '\n')) {
        if (!code.empty()) code += '\n';
        code += line.starts_with("  ") ? line.substr(2) : line;
      }
      out += "<pre class=\"code\"><code>" + Html(code) + "</code></pre>";
    } else if (IsCommand(block.text)) {
      out += "<pre class=\"code command\"><code>" + Html(block.text) + "</code></pre>";
    } else {
      out += "<p>" + Html(block.text) + "</p>";
    }
  }
  return out;
}

std::string HtmlPlace(const model::Location& at) {
  const std::string file = OneLine(ShortFile(at.file, at.function));
  const std::string function = ShortFunction(at.function, at.file);
  std::string out;
  if (!file.empty()) {
    out = fmt::format("<span class=\"file\" title=\"{}\">{}{}</span>", Html(at.file), Html(file),
                      at.line != 0 ? fmt::format(":{}", at.line) : "");
  }
  if (!function.empty()) {
    out += fmt::format("{}<span class=\"fn\" title=\"{}\">{}</span>", out.empty() ? "" : " ",
                       Html(at.function), Html(function));
  }
  return out.empty() ? "unknown place" : out;
}

std::string HtmlStack(model::StackId id, const model::StackTable& stacks, size_t most) {
  std::string out = "<ol class=\"stack\">";
  size_t shown = 0;
  const auto frames = stacks.frames(id);
  for (const model::FrameId frame : frames) {
    if (shown++ == most) {
      out += fmt::format("<li class=\"lib\">and {}</li>", Plural(frames.size() - most, "more frame"));
      break;
    }
    const std::string_view function = stacks.function(frame);
    const std::string_view file = stacks.file(frame);
    out += fmt::format("<li class=\"{}\"><span class=\"fn\">{}</span>",
                       IsLibrary(function, file) ? "lib" : "user", Html(OneLine(function)));
    if (!file.empty()) {
      out += fmt::format(" <span class=\"file\" title=\"{}\">{}{}</span>", Html(file),
                         Html(ShortFile(file, function)),
                         stacks.line(frame) != 0 ? fmt::format(":{}", stacks.line(frame)) : "");
    }
    out += "</li>";
  }
  return out + "</ol>";
}

}  // namespace seep::report
