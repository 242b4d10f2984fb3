// Which bytes are sampled, and what a sample stands for.
//
// The gaps between sampled bytes are exponential with the mean `rate`: a Poisson process over the bytes a
// thread allocates. Such a process has no memory, so a block of S bytes is sampled with 1 - exp(-S/rate)
// whatever came before it, and counting it as 1 / (1 - exp(-S/rate)) blocks makes every sum over blocks
// unbiased.
#pragma once

#include <cstdint>

namespace seep::native {

// -ln(u) for u in (0, 1]; error below 1e-10. libm is left out: the sampler depends on libc alone.
inline double MinusLog(double u) {
  int halvings = 0;
  while (u < 0.70710678118654752) {
    u *= 2;
    ++halvings;
  }
  const double t = (u - 1) / (u + 1), t2 = t * t;  // ln u = 2 artanh t, |t| < 0.172
  const double series =
      1 + t2 * (1. / 3 + t2 * (1. / 5 + t2 * (1. / 7 + t2 * (1. / 9 + t2 * (1. / 11 + t2 / 13)))));
  return halvings * 0.69314718055994531 - 2 * t * series;
}

// 1 - exp(-x) for x >= 0: relative error below 1e-12, also where x is tiny.
inline double OneMinusExp(double x) {
  if (x > 40) return 1;
  int halvings = 0;
  while (x > 0.0625) {
    x *= 0.5;
    ++halvings;
  }
  double y = x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6 * (1 - x / 7))))));
  for (; halvings > 0; --halvings) y = y * (2 - y);  // 1 - (1-y)^2
  return y;
}

// xorshift64*; the state is never 0.
inline uint64_t NextRandom(uint64_t& state) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 0x2545F4914F6CDD1D;
}

// Whole bytes before the next sampled one: a block is sampled when it is longer than that. Rounding down
// keeps the chance of 1 - exp(-S/rate) exact for whole S.
inline int64_t NextGap(uint64_t& state, double rate) {
  const double u = static_cast<double>((NextRandom(state) >> 11) + 1) * (1.0 / 9007199254740992.0);  // (0, 1]
  return static_cast<int64_t>(MinusLog(u) * rate);
}

}  // namespace seep::native
