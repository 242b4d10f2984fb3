#include "runtime/http_transports.h"

#include <algorithm>
#include <array>

namespace seep::runtime {

bool HttpTransports::IsReadLoop(uint64_t pc) {
  const auto [found, added] = known_.try_emplace(pc, false);
  if (added) {
    const auto place = process_.functions.Find(pc);
    found->second = place && place->function().name == "net/http.(*persistConn).readLoop";
  }
  return found->second;
}

void HttpTransports::See(const SeenGoroutine& seen) {
  // It was begun by a go statement: at the bottom there is goexit, maybe a wrapper, and then it.
  constexpr size_t kFromBottom = 3;
  const size_t first = seen.frames.size() - std::min(seen.frames.size(), kFromBottom);
  for (const Frame& frame : seen.frames.subspan(first)) {
    if (frame.arguments == 0 || !IsReadLoop(frame.CallPc())) continue;
    const auto connection = seen.stack.Word(frame.arguments);
    std::array<uint64_t, 3> words{};  // alt, and t
    if (!connection || *connection % 8 != 0 ||
        !process_.image->ReadInto(*connection, {reinterpret_cast<char*>(words.data()), sizeof words}))
      return;
    if (words[0] != 0 || words[1] != 0 || words[2] == 0 || words[2] % 8 != 0 ||
        process_.image->RangeOf(words[2]) == nullptr)
      return;
    ++connections_;
    transports_.insert(words[2]);
    return;
  }
}

}  // namespace seep::runtime
