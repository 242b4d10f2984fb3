#include "runtime/dump_text.h"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "runtime/arguments.h"

namespace seep::runtime {
namespace {

// tracebackInnerFrames and tracebackOuterFrames: what is printed of a stack of more than both.
constexpr size_t kInner = 50, kOuter = 50;

void Quote(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) < ' ')
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", c);
    else
      out += c;
  }
  out += '"';
}

}  // namespace

void DumpText::Add(const SeenGoroutine& seen) {
  calls_.Trim();
  if (!text_.empty()) text_ += '\n';
  Header(seen.g);
  if (seen.g.status == Status::kRunning)
    text_ += "\tgoroutine running on other thread; stack unavailable\n";
  else
    Stack(seen);
  CreatedBy(seen.g);
}

void DumpText::Header(const G& g) {
  fmt::format_to(std::back_inserter(text_), "goroutine {} [{}", g.goid, StateOf(process_, g));
  if (const auto minutes = MinutesOf(g, now_))
    fmt::format_to(std::back_inserter(text_), ", {} minutes", *minutes);
  if (g.locked) text_ += ", locked to thread";
  if (const LabelList& labels = labels_.At(g.labels); !labels.empty()) {
    text_ += " labels:{";
    for (size_t i = 0; i < labels.size(); ++i) {
      if (i > 0) text_ += ", ";
      Quote(labels[i].first, text_);
      text_ += ": ";
      Quote(labels[i].second, text_);
    }
    text_ += '}';
  }
  text_ += "]:\n";
}

void DumpText::Stack(const SeenGoroutine& seen) {
  struct Shown {
    const Frame* frame;
    const Call* call;
  };
  std::vector<Shown> shown;
  ForShownCalls(calls_, seen.frames,
                [&](const Frame& frame, const Call& call) { shown.push_back({&frame, &call}); });
  for (size_t i = 0; i < shown.size(); ++i) {
    if (i == kInner && shown.size() > kInner + kOuter) {
      const size_t elided = shown.size() - kInner - kOuter;
      fmt::format_to(std::back_inserter(text_), "...{} frames elided...\n", elided);
      i += elided;
    }
    Line(*shown[i].frame, *shown[i].call, seen.stack);
  }
  if (seen.cut) text_ += "...additional frames elided...\n";
}

void DumpText::Line(const Frame& frame, const Call& call, StackMemory& stack) {
  text_ += call.function == "runtime.gopanic" ? "panic" : call.function;
  text_ += '(';
  if (call.inlined)
    text_ += "...";
  else
    PrintArguments(process_, frame, stack, text_);
  fmt::format_to(std::back_inserter(text_), ")\n\t{}:{}", call.file, call.line);
  if (!call.inlined && frame.pc > call.entry)
    fmt::format_to(std::back_inserter(text_), " +{:#x}", frame.pc - call.entry);
  text_ += '\n';
}

void DumpText::CreatedBy(const G& g) {
  const auto creator = FindCreator(process_, g);
  if (!creator) return;
  text_ += "created by " + creator->function;
  if (g.parent != 0) fmt::format_to(std::back_inserter(text_), " in goroutine {}", g.parent);
  fmt::format_to(std::back_inserter(text_), "\n\t{}:{}", creator->file, creator->line);
  if (creator->offset != 0) fmt::format_to(std::back_inserter(text_), " +{:#x}", creator->offset);
  text_ += '\n';
}

}  // namespace seep::runtime
