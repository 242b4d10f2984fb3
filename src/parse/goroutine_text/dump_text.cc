#include "parse/goroutine_text/dump_text.h"

#include <algorithm>

#include "base/cursor.h"
#include "parse/goroutine_text/dump_lines.h"
#include "parse/goroutine_text/lenient_reader.h"
#include "parse/goroutine_text/plain_reader.h"

namespace seep::parse {
namespace {

// runtime/pprof writeGoroutineStacks gives up growing its buffer at 64 MB and prints what fitted (Go 1.9
// .. 1.28-dev).
constexpr size_t kRuntimeCut = size_t{64} << 20;

// About how many goroutines, from the first 256 KiB; a tenth more than that, since stacks differ in depth.
size_t ExpectedGoroutines(std::string_view text) {
  constexpr size_t kProbe = 256 * 1024;
  const std::string_view head = text.substr(0, kProbe);
  size_t seen = 0;
  for (size_t at = head.find("\ngoroutine "); at != head.npos; at = head.find("\ngoroutine ", at + 1)) ++seen;
  const double share =
      static_cast<double>(text.size()) / static_cast<double>(std::max<size_t>(head.size(), 1));
  return static_cast<size_t>(static_cast<double>(seen + 1) * share * 1.1);
}

}  // namespace

DumpText ReadDumps(std::string_view text, Context& context, bool plain) {
  DumpBuilder builder(context, ExpectedGoroutines(text));
  PlainReader fast(builder);
  LenientReader patient(builder);
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end && !builder.Full()) {
    const char* next = nullptr;
    if (plain && std::string_view(p, static_cast<size_t>(end - p)).starts_with("goroutine "))
      next = fast.Read(p, end);
    if (next != nullptr) patient.ForgetPrefix();
    p = next != nullptr ? next : patient.Read(p, end);
  }
  if (text.size() == kRuntimeCut) builder.Truncated();
  DumpText result;
  result.too_many = builder.Full();
  result.go_version = patient.go_version();
  result.dumps = builder.Take(result.traces_left_out);
  return result;
}

bool HasGoroutineHeader(std::string_view head) {
  Cursor in(head);
  while (!in.AtEnd()) {
    const std::string_view line = in.Line();
    for (size_t at = line.find("goroutine "); at != line.npos; at = line.find("goroutine ", at + 1)) {
      // Behind a prefix only a whole header is believed; at the start of the line its beginning is enough.
      if (at > 0 && !ParseHeader(line.substr(at))) continue;
      Cursor rest(line.substr(at + 10));
      if (!rest.AtEnd() && IsDigit(rest.Rest().front()) && rest.Decimal() &&
          (rest.Skip(" [") || rest.Skip(" gp=")))
        return true;
    }
  }
  return false;
}

}  // namespace seep::parse
