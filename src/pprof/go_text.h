// Text as Go's fmt and strconv print it.
#pragma once

#include <string>
#include <string_view>

namespace seep::pprof {

// "%10s": to a width in characters, spaces in front.
void PadLeft(std::string& out, std::string_view text, size_t width);
// Characters of UTF-8; stray bytes count one each.
size_t RuneCount(std::string_view text);
// "%q".
std::string Quoted(std::string_view text);

}  // namespace seep::pprof
