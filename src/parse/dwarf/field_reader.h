// Reads the fields of DWARF sections in order. Past the end every read is zero and `ok()` is false from then
// on: whoever reads a list of fields asks once, at the end.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/number_at.h"

namespace seep::parse::dwarf {

class FieldReader {
 public:
  FieldReader() = default;
  explicit FieldReader(std::string_view bytes, uint64_t at = 0) : bytes_(bytes), at_(at) {
    if (at > bytes.size()) Fail();
  }

  bool ok() const { return ok_; }
  bool AtEnd() const { return at_ >= bytes_.size(); }
  uint64_t at() const { return at_; }
  uint64_t left() const { return bytes_.size() - at_; }

  uint8_t U8() { return Number<uint8_t>(); }
  uint16_t U16() { return Number<uint16_t>(); }
  uint32_t U32() { return Number<uint32_t>(); }
  uint64_t U64() { return Number<uint64_t>(); }
  uint64_t Sized(uint64_t size);  // 1 to 8 bytes
  // An offset into a section: 4 bytes, or 8 where the unit is of the 64-bit format.
  uint64_t Offset(bool wide) { return wide ? U64() : U32(); }
  // The length a unit begins with; says which format it is of.
  uint64_t UnitLength(bool& wide);
  uint64_t Unsigned();  // LEB128; bits beyond 64 are lost
  int64_t Signed();
  std::string_view Text();  // up to a NUL
  std::string_view Take(uint64_t length);
  // A reader of the next `length` bytes, past which this one goes on.
  FieldReader Part(uint64_t length) { return FieldReader(Take(length)); }

 private:
  template <class T>
  T Number() {
    const auto value = NumberAt<T>(bytes_, at_);
    if (!value) {
      Fail();
      return 0;
    }
    at_ += sizeof(T);
    return *value;
  }
  void Fail() {
    ok_ = false;
    at_ = bytes_.size();
  }

  std::string_view bytes_;
  uint64_t at_ = 0;
  bool ok_ = true;
};

}  // namespace seep::parse::dwarf
