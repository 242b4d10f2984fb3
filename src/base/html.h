// What makes one file of HTML safe to open: scripts and styles named by hash, data that is never markup.
#pragma once

#include <string>
#include <string_view>

namespace seep {

// "sha256-<base64>", a source of a Content-Security-Policy (level 2; SHA-256 is FIPS 180-4): a page names its
// own script and style by it, so that nothing else in it can ever run.
std::string CspHash(std::string_view bytes);

// Any bytes as the text of an element or of a quoted attribute.
std::string HtmlText(std::string_view bytes);

// For <script type="application/json">: no character in it can end the element or begin a comment.
std::string JsonForScript(std::string_view json);

}  // namespace seep
