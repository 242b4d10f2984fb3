// HTML text: everything that came from outside goes through Html() or a function here that does.
#pragma once

#include <string>
#include <string_view>

#include "model/finding.h"
#include "model/stack_table.h"

namespace seep::report {

// Clean() with & < > " ' as references: safe as text and inside quoted attributes.
std::string Html(std::string_view text);

// Paragraphs, code blocks and commands of a finding's text.
std::string HtmlProse(std::string_view text);

// "<span class=file>dir/client.go:31</span> <span class=fn>Func</span>".
std::string HtmlPlace(const model::Location& at);

// One stack as a list, innermost frame first; class "user" or "lib" on each frame; at most `most` frames.
std::string HtmlStack(model::StackId id, const model::StackTable& stacks, size_t most);

}  // namespace seep::report
