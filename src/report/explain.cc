#include "report/explain.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "report/layout.h"
#include "report/page.h"
#include "report/report.h"

namespace seep::report {
namespace {

// Here there is no finding to fill the placeholders from; model/knowledge.h kPlaceholderNames lists them.
std::string General(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {{"{count}", "N"},
                                                                             {"{object}", "object"},
                                                                             {"{library}", "library"},
                                                                             {"{function}", "the function"},
                                                                             {"{file_line}", "FILE:LINE"},
                                                                             {"{rate}", "R"},
                                                                             {"{bound}", "the limit"}};
  std::string out(text);
  for (const auto& [placeholder, word] : kWords) {
    for (size_t at = out.find(placeholder); at != std::string::npos;
         at = out.find(placeholder, at + word.size())) {
      out.replace(at, placeholder.size(), word);
    }
  }
  return out;
}

void Section(Page& page, std::string_view label, std::string_view text) {
  if (Trim(text).empty()) return;
  page.Blank();
  page.Prose(label, General(text));
}

std::string See(const std::vector<std::string>& see) {
  std::vector<std::string> words;
  for (const std::string& s : see) words.push_back(OneLine(s));
  return Join(words, ", ");
}

}  // namespace

std::string Explain(const model::FindingText& text, const Style& style) {
  Page page(style);
  const std::string severity = text.severity.empty() ? "" : OneLine(text.severity) + " when it leaks";
  page.Parts({page.Bold(OneLine(text.id)), severity}, 0);
  page.Wrapped(OneLine(General(text.title)), 2);
  Section(page, "what", text.what.empty() ? text.cause : text.what);
  Section(page, "how", text.decided);
  if (!text.what.empty() && text.cause != text.what) Section(page, "why", text.cause);
  Section(page, "not", text.excludes);
  Section(page, "fix", text.fix);
  Section(page, "verify", text.verify);
  Section(page, "surer", text.lift);
  Section(page, "see", See(text.see));
  return page.Take();
}

std::string ExplainList(std::span<const model::FindingText> texts, const Style& style) {
  Page page(style);
  std::vector<const model::FindingText*> order;
  size_t column = 0;
  for (const model::FindingText& text : texts) {
    order.push_back(&text);
    column = std::max(column, DisplayWidth(OneLine(text.id)) + 2);
  }
  std::ranges::stable_sort(order, {},
                           [](const model::FindingText* text) { return std::string_view(text->id); });
  page.Wrapped(Plural(texts.size(), "finding") +
                   " seep knows. `seep explain ID` says what it means, how it is decided and how to fix it.",
               0);
  page.Blank();
  for (const model::FindingText* text : order) {
    std::string id = OneLine(text->id);
    id.resize(id.size() + column - DisplayWidth(id), ' ');
    const size_t room = page.width() > column + 22 ? page.width() - column - 2 : 20;
    bool first = true;
    for (const std::string& line : Wrap(OneLine(General(text->title)), room)) {
      page.Line("  " + (std::exchange(first, false) ? id : std::string(column, ' ')) + line);
    }
  }
  return page.Take();
}

}  // namespace seep::report
