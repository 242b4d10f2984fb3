#include "goscan/syntax/utf8.h"

#include <algorithm>
#include <iterator>

namespace seep::goscan {
namespace {

struct Run {
  char32_t first;
  char32_t last;
  bool letters;
};
constexpr Run kRuns[] = {
#include "goscan/syntax/unicode_letters.inc"
};

const Run* RunOf(char32_t c) {
  const Run* run = std::lower_bound(std::begin(kRuns), std::end(kRuns), c,
                                    [](const Run& r, char32_t value) { return r.last < value; });
  return run != std::end(kRuns) && run->first <= c ? run : nullptr;
}

}  // namespace

Character DecodeUtf8(std::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const int size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < static_cast<size_t>(size)) return {};
  char32_t value = lead & (0x7F >> size);
  for (int i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  // Not longer than needed, no half of a surrogate pair, nothing beyond Unicode.
  static constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kLeast[size] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return {};
  return {value, size, true};
}

bool IsLetterBeyondAscii(char32_t c) {
  const Run* run = RunOf(c);
  return run != nullptr && run->letters;
}

bool IsDigitBeyondAscii(char32_t c) {
  const Run* run = RunOf(c);
  return run != nullptr && !run->letters;
}

}  // namespace seep::goscan
