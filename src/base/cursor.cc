#include "base/cursor.h"

#include <charconv>
#include <cstring>

namespace seep {

std::string_view Cursor::Line() {
  const size_t end = rest_.find('\n');
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool Cursor::Skip(char c) {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

bool Cursor::Skip(std::string_view prefix) {
  if (!rest_.starts_with(prefix)) return false;
  rest_.remove_prefix(prefix.size());
  return true;
}

void Cursor::SkipSpaces() {
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
}

std::string_view Cursor::Until(char stop) {
  const size_t end = rest_.find(stop);
  std::string_view part = rest_.substr(0, end);
  rest_.remove_prefix(part.size());
  return part;
}

std::string_view Cursor::Until(std::string_view stops) {
  const size_t end = rest_.find_first_of(stops);
  std::string_view part = rest_.substr(0, end);
  rest_.remove_prefix(part.size());
  return part;
}

std::string_view Cursor::Word() {
  return Until(" \t\r\n");
}

std::optional<std::string_view> Cursor::Take(size_t n) {
  if (n > rest_.size()) return std::nullopt;
  std::string_view part = rest_.substr(0, n);
  rest_.remove_prefix(n);
  return part;
}

namespace {
template <class T>
std::optional<T> Number(std::string_view& rest, int base) {
  T value{};
  auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value, base);
  if (error != std::errc{}) return std::nullopt;
  rest.remove_prefix(static_cast<size_t>(end - rest.data()));
  return value;
}

template <class T>
std::optional<T> Little(std::string_view& rest) {
  if (rest.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, rest.data(), sizeof value);
  rest.remove_prefix(sizeof value);
  return value;
}
}  // namespace

std::optional<uint64_t> Cursor::Decimal() {
  return Number<uint64_t>(rest_, 10);
}
std::optional<int64_t> Cursor::SignedDecimal() {
  return Number<int64_t>(rest_, 10);
}

std::optional<uint64_t> Cursor::Hex() {
  std::string_view saved = rest_;
  if (rest_.starts_with("0x") || rest_.starts_with("0X")) rest_.remove_prefix(2);
  auto value = Number<uint64_t>(rest_, 16);
  if (!value) rest_ = saved;
  return value;
}

std::optional<uint32_t> Cursor::U32() {
  return Little<uint32_t>(rest_);
}
std::optional<uint64_t> Cursor::U64() {
  return Little<uint64_t>(rest_);
}

}  // namespace seep
