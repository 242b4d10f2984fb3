// Text laid out for people: cleaning what a target sent, prose and code apart, short names of places.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace seep::report {

// Printable(), and nothing that could move the cursor or reorder a line: C1 controls and bidirectional
// overrides become
// '?'. Newlines and tabs stay.
std::string Clean(std::string_view text);
// Clean() on one line: newlines, tabs and runs of spaces become one space.
std::string OneLine(std::string_view text);

// A text of a finding as paragraphs. Lines indented by two spaces (or a tab) are code after an empty line,
// after a line ending in ':' and after code; everything else is prose, whose lines are joined ("- " begins a
// paragraph of its own).
struct Block {
  bool code = false;
  std::string text;          // prose: one line; code: its lines as written, joined by '\n', indentation kept
  bool after_blank = false;  // an empty line stood before it
};
std::vector<Block> Blocks(std::string_view text);

// A command is a single line that begins with a program people know; it is never wrapped.
bool IsCommand(std::string_view text);

// "/home/u/go/pkg/mod/x.io/y@v1/z.go" -> "x.io/y@v1/z.go", "/usr/local/go/src/net/http/t.go" ->
// "net/http/t.go".
std::string ShortFile(std::string_view file, std::string_view function);
// Leading folders are replaced by "…/" until it fits `width`; the file name itself is never cut.
std::string FitFile(std::string_view file, size_t width);
// "a.b/c/orders.(*Server).Handle" -> "orders.(*Server).Handle", or "(*Server).Handle" when `file` lies in
// ".../orders/".
std::string ShortFunction(std::string_view function, std::string_view file);

// "dir/client.go:31  Default…" on one line, or file and function on a line each where `width` asks for it;
// the function stays beside only while a shortened file keeps a folder to tell it by. "unknown place" for an
// empty location.
std::vector<std::string> PlaceLines(const model::Location& at, size_t width);

// Code that is not the user's own: the standard library, module cache ("@v") and vendored packages.
bool IsLibrary(std::string_view function, std::string_view file);

// "1", "2" or "3 and 4": for lists of a few words.
std::string JoinWords(const std::vector<std::string>& words);

}  // namespace seep::report
