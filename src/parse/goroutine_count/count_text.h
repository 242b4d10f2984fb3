// Counted profiles as text: /debug/pprof/{goroutine,goroutineleak,threadcreate}?debug=1.
//
//   goroutine profile: total 27838
//   13845 @ 0x43e4d6 0x44e6a7 0x6d6e2d ...            count, program counters (runtime frames included)
//   # labels: {"route":"/v1", "tenant":"acme"}        Go 1.15+; sorted, %q quoted
//   #   0x6d6e2c   net/http.(*persistConn).readLoop+0xccc   /usr/local/go/src/net/http/transport.go:2205
//   #   0x401234                                             a counter without a symbol
//                                                     blank line after each group
//
// Columns are aligned by tabs. The runtime's own leading frames are left out of the text (runtime.* ,
// since 1.23 or so internal/runtime/* too) unless there are no others, and runtime.goexit always. Sources:
// runtime/pprof/pprof.go printCountProfile, printStackRecord in Go 1.9, 1.19, 1.26. Copied texts lose the
// '#', turn tabs into spaces, gain CRLF.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/goroutine.h"
#include "model/stack_table.h"

namespace seep::parse {

enum class CountKind : uint8_t { kGoroutine, kGoroutineLeak, kThreadCreate };

struct CountTitle {
  CountKind kind = CountKind::kGoroutine;
  uint64_t total = 0;
};
// "goroutine profile: total 12"; spaces around it allowed.
std::optional<CountTitle> ParseCountTitle(std::string_view line);

struct CountText {
  CountTitle title;
  model::GoroutineProfile profile;  // `total` as the title says
  uint64_t counted = 0;             // sum of the groups
};

// `text` begins at or before the title line; ends at the next title line, which is where `rest` then begins.
std::optional<CountText> ReadCounts(std::string_view text, model::StackTable& stacks, std::string_view& rest);

}  // namespace seep::parse
