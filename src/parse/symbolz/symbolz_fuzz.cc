// Any reply: names lie on one line, and there is no more of them than lines.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "parse/symbolz/symbolz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view reply(reinterpret_cast<const char*>(data), size);
  const auto symbols = seep::parse::ReadSymbolz(reply);
  if (!symbols) return 0;
  if (symbols->size() > static_cast<size_t>(std::ranges::count(reply, '\n'))) std::abort();
  for (const auto& symbol : *symbols)
    if (symbol.name.find('\n') != symbol.name.npos) std::abort();
  return 0;
}
