#include "detect/frames.h"

#include <algorithm>

namespace seep::detect {
namespace {

// "/home/u/go/pkg/mod/github.com/a/b@v1.2.3/x.go", "github.com/a/b@v1.2.3/x.go" (-trimpath), "/src/vendor/…".
bool FromModuleCache(std::string_view file) {
  return file.find("@v") != file.npos || file.find("/vendor/") != file.npos ||
         file.find("/pkg/mod/") != file.npos;
}

}  // namespace

std::string_view PackageOf(std::string_view function) {
  std::string_view name = function.substr(0, function.find('['));
  const size_t slash = name.rfind('/');
  const size_t dot = name.find('.', slash == name.npos ? 0 : slash);
  return name.substr(0, dot);
}

Frames::Frames(const model::StackTable& stacks, const model::Knowledge& knowledge)
    : stacks_(stacks), standard_(knowledge.standard_packages) {
  std::ranges::sort(standard_);
}

Ownership Frames::Of(model::FrameId frame) const {
  if (frame.value >= known_.size()) known_.resize(stacks_.frame_count(), 0);
  uint8_t& known = known_[frame.value];
  if (known == 0) known = static_cast<uint8_t>(1 + static_cast<uint8_t>(Decide(frame)));
  return static_cast<Ownership>(known - 1);
}

Ownership Frames::Decide(model::FrameId frame) const {
  const std::string_view function = stacks_.function(frame);
  const std::string_view package = PackageOf(function);
  if (function.empty() || package == "runtime" || package.starts_with("runtime/internal/") ||
      package.starts_with("internal/runtime/"))
    return Ownership::kRuntime;
  // What the compiler makes for a type, whoever's it is: "type:.eq.main.T", before Go 1.20 "type..eq.main.T".
  if (function.starts_with("type:") || function.starts_with("type..") || function.starts_with("go:"))
    return Ownership::kStandard;
  if (package.starts_with("vendor/") || package.starts_with("internal/") || package == "type" ||
      package == "go")
    return Ownership::kStandard;
  if (std::ranges::binary_search(standard_, package)) return Ownership::kStandard;
  if (FromModuleCache(stacks_.file(frame))) return Ownership::kLibrary;
  // C frames of cgo ("malloc", "_cgo_xxx_Cfunc_yyy") have no package and belong to nobody's Go code.
  if (package == function && package != "main") return Ownership::kLibrary;
  if (package == "main" && function.find("._cgoexp_") != function.npos) return Ownership::kLibrary;
  return Ownership::kUser;
}

model::FrameId Frames::User(model::StackId stack) const {
  for (model::FrameId f : stacks_.frames(stack))
    if (IsUser(f)) return f;
  return {};
}

model::FrameId Frames::Outside(model::StackId stack) const {
  for (model::FrameId f : stacks_.frames(stack))
    if (Of(f) >= Ownership::kLibrary) return f;
  return {};
}

}  // namespace seep::detect
