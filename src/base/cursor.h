// The one way through input bytes: every read is checked against the end, nothing is copied.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace seep {

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  bool AtEnd() const { return rest_.empty(); }
  size_t Left() const { return rest_.size(); }
  std::string_view Rest() const { return rest_; }

  // The next line without its "\n" (and without a "\r" before it); the last line may lack the newline.
  std::string_view Line();
  std::string_view PeekLine() const { return Cursor(rest_).Line(); }

  bool Skip(char c);
  bool Skip(std::string_view prefix);
  void SkipSpaces();                               // ' ' and '\t'
  std::string_view Until(char stop);               // up to `stop` or the end; `stop` is left
  std::string_view Until(std::string_view stops);  // up to any of `stops` or the end
  std::string_view Word();                         // up to white space
  std::optional<std::string_view> Take(size_t n);  // n bytes, or nothing at all

  // Numbers: nothing is consumed where there is no digit or the value does not fit.
  std::optional<uint64_t> Decimal();
  std::optional<int64_t> SignedDecimal();
  std::optional<uint64_t> Hex();  // with or without 0x
  std::optional<uint32_t> U32();  // little endian
  std::optional<uint64_t> U64();

 private:
  std::string_view rest_;
};

}  // namespace seep
