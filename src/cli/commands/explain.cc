// seep explain [ID]: what a finding means, how it is decided, how to fix it.
#include <fmt/format.h>

#include "base/text.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "report/explain.h"

namespace seep::cli {
extern const Command command_explain;

namespace {

int Unknown(const model::Knowledge& knowledge, const std::string& id) {
  std::vector<std::string_view> ids;
  for (const model::FindingText& text : knowledge.findings) ids.push_back(text.id);
  const std::string_view near = DidYouMean(id, ids);
  return PrintFailure({ErrorCode::kUsage,
                       fmt::format("no finding is called '{}'{}", id,
                                   near.empty() ? "" : fmt::format("; did you mean '{}'?", near)),
                       "", "seep explain lists them all"});
}

int Run(int argc, const char* const* argv) {
  CLI::App app;
  std::string id;
  std::vector<std::string> folders;
  app.add_option("ID", id, "A finding id; without it, the list of all");
  app.add_option("--knowledge", folders, "Folder with more knowledge *.yaml (repeatable)");
  if (const int status = ParseFlags(app, command_explain, argc, argv); status >= 0) return status;
  const auto knowledge = pipeline::LoadKnowledge(folders);
  if (!knowledge) return PrintFailure(knowledge.error());
  const report::Style style = TerminalStyle(0);
  if (id.empty()) {
    PrintOut(report::ExplainList(knowledge->findings, style));
    return kExitClean;
  }
  const model::FindingText* text = knowledge->Find(id);
  if (text == nullptr) return Unknown(*knowledge, id);
  PrintOut(report::Explain(*text, style));
  return kExitClean;
}

}  // namespace

constinit const Command command_explain = {
    .name = "explain",
    .summary = "What a finding means, how it is decided, how to fix it",
    .examples = R"(  # all finding ids with their titles
  seep explain
  # one of them in full
  seep explain http-client-per-call
)",
    .run = &Run,
};

}  // namespace seep::cli
