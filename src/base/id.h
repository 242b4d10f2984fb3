// Strong indices: a FrameId is no StackId. 0 means none, so that a zeroed record is valid and empty.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace seep {

template <class Tag>
struct Id {
  uint32_t value = 0;
  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const Id&) const = default;
};

}  // namespace seep

template <class Tag>
struct std::hash<seep::Id<Tag>> {
  size_t operator()(seep::Id<Tag> id) const noexcept { return id.value * 0x9E3779B97F4A7C15ull; }
};
