#include "runtime/layout.h"

#include <fmt/format.h>

#include <optional>

#include "base/cursor.h"

namespace seep::runtime {
namespace {

constexpr Layout kLayouts[] = {
#include "runtime/layout_table.inc"
};

}  // namespace

Result<const Layout*> FindLayout(std::string_view go_version, Processor processor) {
  Cursor in(go_version);
  std::optional<uint64_t> minor, patch = 0;
  if (in.Skip("go1.")) minor = in.Decimal();
  if (minor && in.Skip('.')) patch = in.Decimal();
  const Layout* best = nullptr;
  for (const Layout& layout : kLayouts) {
    if (!minor || layout.processor != processor || static_cast<uint64_t>(layout.minor) != *minor) continue;
    // Of releases before the first one measured, the first one's layout is the nearest known.
    const bool holds = best == nullptr || static_cast<uint64_t>(layout.first_patch) <= patch.value_or(0);
    if (holds) best = &layout;
  }
  if (best != nullptr) return best;
  return Fail(ErrorCode::kUnsupported,
              fmt::format("Go version \"{}\": the layouts of go1.18 to go1.27 are known", go_version), "",
              "a newer seep may know it; its pprof endpoint works with any version");
}

}  // namespace seep::runtime
