// Fields at known offsets of untrusted bytes: the random access that Cursor is not made for.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace seep {

// The little-endian number at `offset`, or nothing where the bytes end before it does.
template <class T>
std::optional<T> NumberAt(std::string_view bytes, uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// The text from `offset` up to the next NUL, or nothing where there is none.
inline std::optional<std::string_view> TextAt(std::string_view bytes, uint64_t offset) {
  if (offset >= bytes.size()) return std::nullopt;
  const size_t end = bytes.find('\0', offset);
  if (end == std::string_view::npos) return std::nullopt;
  return bytes.substr(offset, end - offset);
}

// A part of the bytes; what lies outside of them is not in it.
inline std::string_view PartAt(std::string_view bytes, uint64_t offset,
                               uint64_t length = std::string_view::npos) {
  return offset <= bytes.size() ? bytes.substr(offset, length) : std::string_view();
}

}  // namespace seep
