// Characters beyond ASCII in Go source.
#pragma once

#include <cstdint>
#include <string_view>

namespace seep::goscan {

struct Character {
  char32_t value = 0xFFFD;
  int size = 1;  // bytes it takes; 1 for a byte that is no UTF-8
  bool valid = false;
};

// The character at the start of `bytes`, which is not empty.
Character DecodeUtf8(std::string_view bytes);

bool IsLetterBeyondAscii(char32_t c);
bool IsDigitBeyondAscii(char32_t c);

}  // namespace seep::goscan
