// Any bytes: the fast reader and the patient one must read the same, and every id must exist.
#include <cstdint>
#include <cstdlib>

#include "parse/goroutine_text/dump_text.h"

namespace {

using seep::parse::DumpText;

void CheckIds(const DumpText& text, const seep::model::StackTable& stacks) {
  for (const auto& dump : text.dumps) {
    for (const auto& g : dump.goroutines.goroutines) {
      if (g.stack.value >= stacks.stack_count() || g.creator.value >= stacks.frame_count() ||
          g.state.value >= stacks.strings().size() || g.labels.value >= stacks.strings().size() ||
          g.goid == 0)
        std::abort();
      const size_t frames = stacks.frames(g.stack).size();
      if (g.arguments != 0 && dump.goroutines.ArgumentsOf(g, frames).size() != frames) std::abort();
    }
  }
}

// Both readings intern in the same table, so equal means equal ids.
void CheckSame(const DumpText& a, const DumpText& b, const seep::model::StackTable& stacks) {
  if (a.dumps.size() != b.dumps.size() || a.traces_left_out != b.traces_left_out ||
      a.go_version != b.go_version)
    std::abort();
  for (size_t i = 0; i < a.dumps.size(); ++i) {
    const auto& x = a.dumps[i].goroutines;
    const auto& y = b.dumps[i].goroutines;
    if (x.goroutines.size() != y.goroutines.size() || x.truncated != y.truncated ||
        a.dumps[i].at != b.dumps[i].at)
      std::abort();
    for (size_t k = 0; k < x.goroutines.size(); ++k) {
      const auto& g = x.goroutines[k];
      const auto& h = y.goroutines[k];
      if (g.goid != h.goid || g.parent != h.parent || g.stack != h.stack || g.creator != h.creator ||
          g.state != h.state || g.labels != h.labels || g.minutes != h.minutes || g.wait != h.wait ||
          g.leaked != h.leaked || g.locked != h.locked || g.cut != h.cut)
        std::abort();
      const size_t frames = stacks.frames(g.stack).size();
      const auto p = x.ArgumentsOf(g, frames);
      const auto q = y.ArgumentsOf(h, frames);
      for (size_t f = 0; f < frames; ++f)
        if (p[f] != q[f]) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  seep::model::StackTable stacks;
  seep::parse::Context context{stacks, {}};
  const DumpText fast = seep::parse::ReadDumps(text, context, true);
  const DumpText patient = seep::parse::ReadDumps(text, context, false);
  CheckIds(fast, stacks);
  CheckSame(fast, patient, stacks);
  seep::parse::HasGoroutineHeader(text.substr(0, 4096));
  return 0;
}
