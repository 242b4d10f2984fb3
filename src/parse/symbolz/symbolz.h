// What a process answers when it is asked for the names of addresses (the "symbolz" of gperftools,
// /debug/pprof/symbol of net/http/pprof): text, and every line that holds
//
//   0x4a1b2c<spaces>main.(*Pool).get
//
// names one address; anything else in it ("num_symbols: 1") means nothing. As google/pprof reads it
// (internal/symbolz/symbolz.go, 2025-11), a last line without its end does not count.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace seep::parse {

struct RemoteSymbol {
  uint64_t address = 0;
  std::string name;
};

// In the order of the text; an address may come up again. An Error where an address has more than 64 bits, in
// pprof's words.
Result<std::vector<RemoteSymbol>> ReadSymbolz(std::string_view reply);

}  // namespace seep::parse
