#include "parse/dwarf/field_reader.h"

#include <algorithm>

namespace seep::parse::dwarf {

uint64_t FieldReader::Sized(uint64_t size) {
  uint64_t value = 0;
  for (uint64_t i = 0; i < size && i < 8; ++i) value |= uint64_t{U8()} << (8 * i);
  return value;
}

uint64_t FieldReader::UnitLength(bool& wide) {
  const uint32_t length = U32();
  wide = length == UINT32_MAX;
  if (wide) return U64();
  if (length >= 0xfffffff0) Fail();  // reserved
  return length;
}

uint64_t FieldReader::Unsigned() {
  uint64_t value = 0;
  for (uint32_t shift = 0; ok_; shift += 7) {
    const uint8_t byte = U8();
    if (shift < 64) value |= uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

int64_t FieldReader::Signed() {
  uint64_t value = 0;
  uint32_t shift = 0;
  uint8_t byte = 0x80;
  while (ok_ && (byte & 0x80) != 0) {
    byte = U8();
    if (shift < 64) value |= uint64_t{byte & 0x7fu} << shift;
    shift += 7;
  }
  if (shift < 64 && (byte & 0x40) != 0) value |= ~uint64_t{0} << shift;
  return static_cast<int64_t>(value);
}

std::string_view FieldReader::Text() {
  const auto text = TextAt(bytes_, at_);
  if (!text) {
    Fail();
    return {};
  }
  at_ += text->size() + 1;
  return *text;
}

std::string_view FieldReader::Take(uint64_t length) {
  if (length > left()) {
    Fail();
    return {};
  }
  const std::string_view part = bytes_.substr(at_, length);
  at_ += length;
  return part;
}

}  // namespace seep::parse::dwarf
