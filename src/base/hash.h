// A fast 128-bit hash for interning. Not cryptographic and not keyed: equality that matters for a verdict is
// never left to fewer than 128 bits.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace seep {

struct Hash128 {
  uint64_t low = 0;
  uint64_t high = 0;
  bool operator==(const Hash128&) const = default;
};

inline uint64_t MultiplyFold(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t LoadU64(const char* p) {
  uint64_t v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

// Where every hash begins. Mixing into small numbers instead makes (5, 6) and (9, 10) the same in both lanes.
constexpr Hash128 kHashSeed{0x589965CC75374CC3ull, 0x1D8E4E27C47D124Full};

// Mixes `next` into `state`: order matters. Two lanes with different multipliers.
inline Hash128 Mix(Hash128 state, uint64_t next) {
  return {MultiplyFold(state.low ^ next, 0xA0761D6478BD642Full),
          MultiplyFold(state.high ^ next ^ 0x8EBC6AF09C88C6E3ull, 0xE7037ED1A0B428DBull)};
}

inline Hash128 Mix(Hash128 state, Hash128 next) {
  return Mix(Mix(state, next.low), next.high);
}

inline Hash128 HashBytes(std::string_view s) {
  Hash128 h{kHashSeed.low ^ s.size(), kHashSeed.high + s.size()};
  const char* p = s.data();
  size_t n = s.size();
  for (; n >= 8; p += 8, n -= 8) h = Mix(h, LoadU64(p));
  uint64_t tail = 0;
  if (n != 0) std::memcpy(&tail, p, n);
  return Mix(h, tail);
}

}  // namespace seep
