#include "CElementary.h"

#include <stdbool.h>
#include <stdint.h>

// Multiplications and additions are fused only where the code says so.
#pragma clang fp contract(off)

/// A number as the sum of two doubles, with about 106 bits: `high` is the nearest double, `low` the remainder.
typedef struct {
  double high, low;
} pair;

#include "tables.h"

#define INLINED static inline __attribute__((always_inline))

INLINED double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }

INLINED uint64_t bits_of(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINED double of_bits(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

static const double infinity = __builtin_inf();
INLINED double not_a_number(double x) { return (x - x) / 0.0; }

/// a + b and its rounding error.
INLINED pair sum(double a, double b) {
  const double high = a + b, part = high - a;
  return (pair){high, (a - (high - part)) + (b - part)};
}

/// a·b and its rounding error.
INLINED pair product(double a, double b) {
  const double high = a * b;
  return (pair){high, fused(a, b, -high)};
}

INLINED pair times(pair a, pair b) {
  const pair p = product(a.high, b.high);
  return (pair){p.high, p.low + fused(a.high, b.low, a.low * b.high)};
}

INLINED pair plus(pair a, pair b) {
  const pair s = sum(a.high, b.high);
  return sum(s.high, s.low + (a.low + b.low));
}

/// x·2ᵉ, rounded once. The result may overflow or underflow.
INLINED double scaled(double x, int64_t e) {
  if (e > 1000) {
    x *= 0x1p1000;
    e -= 1000;
  } else if (e < -1000) {
    // Only the last product may round.
    return x * of_bits((uint64_t)(e + 1000 + 1023) << 52) * 0x1p-1000;
  }
  return x * of_bits((uint64_t)(e + 1023) << 52);
}

// Exponentials. x = k·ln 2 / 128 + r with |r| ≤ ln 2 / 256, and eˣ = 2^(k / 128)·eʳ. The first factor comes from a
// table, the second from its Taylor series: with seven terms the error is 2⁻⁷².

typedef struct {
  double significand;
  /// Its exponent.
  int64_t power;
} scaled_number;

/// e^(high + low), for arguments whose exponential is a double.
INLINED scaled_number exponential_parts(double high, double low) {
  // Adding 1.5·2⁵² and subtracting it rounds to an integer, which is in the low bits of the sum.
  const double whole = 0x1.8p52, shifted = fused(high, 128 * one_by_ln2.high, whole);
  const double k = shifted - whole;
  const double first = fused(-k, step_short.high, high);
  const pair r = sum(first, fused(-k, step_short.low, low));
  const double x = r.high, square = x * x;
  const double tail = fused(x, fused(x, fused(x, 1.0 / 720, 1.0 / 120), 1.0 / 24), 1.0 / 6);
  const double rest = r.low + fused(square * x, tail, 0.5 * square);
  const int64_t index = (int64_t)(bits_of(shifted) - bits_of(whole));
  const pair power = powers[index & 127];
  const pair growth = product(power.high, x);
  const pair s = sum(power.high, growth.high);
  const double missing = s.low + (growth.low + (power.low + fused(power.low, x, power.high * rest)));
  return (scaled_number){s.high + missing, index >> 7};
}

INLINED double exponential(double high, double low) {
  const scaled_number result = exponential_parts(high, low);
  return scaled(result.significand, result.power);
}

double elementary_exp(double x) {
  if (x != x) return x + x;
  if (x > 710) return infinity;
  if (x < -746) return 0;
  return exponential(x, 0);
}

// Logarithms. x = 2ᵏ·z with 0.6875 ≤ z < 1.375. With c from a table, z = c·(1 + r) with |r| ≤ 2⁻⁷, and the logarithm
// is k·ln 2 + ln c + ln(1 + r). The last term comes from its Taylor series: with eleven terms the error is 2⁻⁷³.

typedef struct {
  int64_t exponent;
  /// ln z.
  pair logarithm;
} parts;

/// The parts of the logarithm of high + low. `high` must be a positive normal number, and `low` at most half a unit
/// in its last place, or zero if `high` is 2¹⁰⁰⁰ or more.
INLINED parts parts_of_normal(double high, double low) {
  const uint64_t bits = bits_of(high), start = 0x3fe6000000000000, from_start = bits - start;
  const int64_t exponent = (int64_t)from_start >> 52;
  const double z = of_bits(bits - ((uint64_t)exponent << 52));
  // For the largest numbers 2⁻ᵏ is subnormal, but then their low part is zero.
  const int64_t field = exponent < 1023 ? 1023 - exponent : 0;
  const double z_low = low * of_bits((uint64_t)field << 52);
  const double reciprocal = logarithms[(from_start >> 45) & 127].reciprocal;
  const pair c = logarithms[(from_start >> 45) & 127].logarithm;
  const pair ratio = product(z, reciprocal);
  const double r = ratio.high - 1, r_low = fused(z_low, reciprocal, ratio.low);
  const double square = r * r, square_low = fused(r, r, -square);
  double tail = 1.0 / 11;
  tail = fused(-r, tail, 1.0 / 10);
  tail = fused(-r, tail, 1.0 / 9);
  tail = fused(-r, tail, 1.0 / 8);
  tail = fused(-r, tail, 1.0 / 7);
  tail = fused(-r, tail, 1.0 / 6);
  tail = fused(-r, tail, 1.0 / 5);
  tail = fused(-r, tail, 1.0 / 4);
  tail = fused(-r, tail, 1.0 / 3);
  const pair first = sum(c.high, r), second = sum(first.high, -0.5 * square);
  const double missing =
      first.low + (second.low + ((c.low + fused(-r, r_low, r_low)) + fused(square * r, tail, -0.5 * square_low)));
  return (parts){exponent, sum(second.high, missing)};
}

/// The parts of the logarithm of a positive finite number.
INLINED parts parts_of(double x) {
  if (x >= 0x1p-1022) return parts_of_normal(x, 0);
  parts p = parts_of_normal(x * 0x1p54, 0);
  p.exponent -= 54;
  return p;
}

/// Converts an integer below 2⁵¹ in magnitude. CPUs without vector conversions of 64-bit integers give the same
/// result.
INLINED double double_of(int64_t whole) { return of_bits(bits_of(0x1.8p52) + (uint64_t)whole) - 0x1.8p52; }

INLINED pair natural(parts p) {
  const double k = double_of(p.exponent);
  return plus(sum(k * ln2_short.high, k * ln2_short.low), p.logarithm);
}

/// The logarithm of x if x is zero, negative, infinite or NaN; else 0.
INLINED double special_logarithm(double x) {
  if (x != x) return x + x;
  if (x == 0) return -infinity;
  if (x < 0) return not_a_number(x);
  return x == infinity ? infinity : 0;
}

double elementary_log(double x) {
  const double special = special_logarithm(x);
  if (special != 0) return special;
  return natural(parts_of(x)).high;
}

/// ln(1 + x) for a finite number above −1.
INLINED double logarithm_beside_one(double x) {
  const pair s = sum(1, x);
  return natural(parts_of_normal(s.high, s.high < 0x1p1000 ? s.low : 0)).high;
}

double elementary_log1p(double x) {
  if (x != x || x == infinity) return x;
  if (x < -1) return not_a_number(x);
  if (x == -1) return -infinity;
  // Here 1 + x would lose too many bits of x, and two terms of the series are enough.
  if (__builtin_fabs(x) < 0x1p-32) return fused(-0.5 * x, x, x);
  return logarithm_beside_one(x);
}

double elementary_log2(double x) {
  const double special = special_logarithm(x);
  if (special != 0) return special;
  const parts p = parts_of(x);
  return plus((pair){double_of(p.exponent), 0}, times(p.logarithm, one_by_ln2)).high;
}

double elementary_log10(double x) {
  const double special = special_logarithm(x);
  if (special != 0) return special;
  const parts p = parts_of(x);
  return plus(times((pair){double_of(p.exponent), 0}, log10_of_2), times(p.logarithm, one_by_ln10)).high;
}

// Arrays. A block without special values goes through a loop without branches, which is vectorised. Its operations
// are the same as for one number, so the bits are the same.

enum { block = 64 };

#define FOR_ARRAYS(name, one, is_ordinary, ordinary)                            \
  void name(const double *restrict x, double *restrict results, long count) {   \
    long from = 0;                                                              \
    for (; from + block <= count; from += block) {                              \
      bool all = true;                                                          \
      for (long at = from; at < from + block; at++) all &= is_ordinary(x[at]);  \
      if (!all) {                                                               \
        for (long at = from; at < from + block; at++) results[at] = one(x[at]); \
        continue;                                                               \
      }                                                                         \
      for (int at = 0; at < block; at++) results[from + at] = ordinary(x[from + at]); \
    }                                                                           \
    for (; from < count; from++) results[from] = one(x[from]);                  \
  }

/// Whether the exponential is certainly a normal number.
INLINED bool has_ordinary_exponential(double x) { return __builtin_fabs(x) < 700; }

INLINED double ordinary_exponential(double x) {
  const scaled_number result = exponential_parts(x, 0);
  return result.significand * of_bits((uint64_t)(result.power + 1023) << 52);
}

INLINED bool has_ordinary_logarithm(double x) { return (x >= 0x1p-1022) & (x < infinity); }
INLINED double ordinary_logarithm(double x) { return natural(parts_of_normal(x, 0)).high; }
INLINED bool is_ordinary_beside_one(double x) { return (__builtin_fabs(x) >= 0x1p-32) & (x > -1) & (x < 0x1p1000); }

FOR_ARRAYS(elementary_exp_of_all, elementary_exp, has_ordinary_exponential, ordinary_exponential)
FOR_ARRAYS(elementary_log_of_all, elementary_log, has_ordinary_logarithm, ordinary_logarithm)
FOR_ARRAYS(elementary_log1p_of_all, elementary_log1p, is_ordinary_beside_one, logarithm_beside_one)

// Powers: bᵉ = exp(e·ln b), where the logarithm and the product have 106 bits.

typedef enum { fraction, odd, even } parity;

/// Whether a finite number is an odd integer, an even one, or not an integer.
INLINED parity parity_of(double x) {
  const double size = __builtin_fabs(x);
  if (size >= 0x1p53) return even;
  const int64_t whole = (int64_t)size;
  if ((double)whole != size) return fraction;
  return whole & 1 ? odd : even;
}

double elementary_pow(double base, double exponent) {
  if (exponent == 0 || base == 1) return 1;
  if (base != base || exponent != exponent) return base + exponent;
  const double size = __builtin_fabs(base);
  if (__builtin_fabs(exponent) == infinity) {
    if (size == 1) return 1;
    return (size > 1) == (exponent > 0) ? infinity : 0;
  }
  const parity kind = parity_of(exponent);
  const bool is_negative = (bits_of(base) >> 63) != 0, negates = is_negative && kind == odd;
  if (size == 0 || size == infinity) {
    const double result = (size == 0) == (exponent > 0) ? 0 : infinity;
    return negates ? -result : result;
  }
  if (is_negative && kind == fraction) return not_a_number(base);
  const pair logarithm = natural(parts_of(size));
  double result;
  if (__builtin_fabs(exponent * logarithm.high) < 0x1p-60) {
    result = 1;
  } else if (exponent * logarithm.high > 710) {
    result = infinity;
  } else if (exponent * logarithm.high < -746) {
    result = 0;
  } else {
    const pair power = product(exponent, logarithm.high);
    result = exponential(power.high, fused(exponent, logarithm.low, power.low));
  }
  return negates ? -result : result;
}

// Single precision: the same method with one double, which has enough bits.

float elementary_expf(float x) {
  if (x != x) return x + x;
  if (x > 89) return (float)infinity;
  if (x < -104) return 0;
  const double whole = 0x1.8p52;
  const double k = fused(x, 128 * one_by_ln2.high, whole) - whole;
  const double r = fused(-k, step_short.low, fused(-k, step_short.high, x));
  const double series = fused(r, fused(r, fused(r, fused(r, 1.0 / 24, 1.0 / 6), 0.5), 1), 1);
  const int64_t index = (int64_t)k;
  return (float)scaled(powers[index & 127].high * series, index >> 7);
}

/// The logarithm of a positive finite double, to about 48 bits.
INLINED double short_logarithm(double x) {
  const uint64_t bits = bits_of(x), from_start = bits - 0x3fe6000000000000;
  const int64_t exponent = (int64_t)from_start >> 52;
  const double z = of_bits(bits - ((uint64_t)exponent << 52));
  const double r = fused(z, logarithms[(from_start >> 45) & 127].reciprocal, -1);
  double tail = fused(-r, 1.0 / 7, 1.0 / 6);
  tail = fused(-r, tail, 1.0 / 5);
  tail = fused(-r, tail, 1.0 / 4);
  tail = fused(-r, tail, 1.0 / 3);
  tail = fused(-r, tail, 0.5);
  const double c = fused((double)exponent, ln2_short.high, logarithms[(from_start >> 45) & 127].logarithm.high);
  return c + (fused((double)exponent, ln2_short.low, fused(-r * r, tail, r)));
}

float elementary_logf(float x) {
  const double special = special_logarithm(x);
  return special != 0 ? (float)special : (float)short_logarithm(x);
}

float elementary_log1pf(float x) {
  if (x != x || x == (float)infinity) return x;
  if (x < -1) return (float)not_a_number(x);
  if (x == -1) return -(float)infinity;
  const double exact = x;
  // Here 1 + x would lose bits of x.
  if (__builtin_fabs(exact) < 0x1p-20) return (float)(exact - exact * exact * (0.5 - exact / 3));
  return (float)short_logarithm(1 + exact);
}

/// Subtracts a number of quarter turns from an angle so that |angle| ≤ π/4, and returns that number in `quarters`.
INLINED double reduced(float x, int64_t *quarters) {
  const double whole = 0x1.8p52;
  const double k = fused(x, 1 / half_pi.high, whole) - whole;
  *quarters = (int64_t)k;
  return fused(-k, half_pi.low, fused(-k, half_pi.high, x));
}

INLINED double sine(double x) {
  const double y = x * x;
  double tail = fused(y, 1.0 / 6227020800, -1.0 / 39916800);
  tail = fused(y, tail, 1.0 / 362880);
  tail = fused(y, tail, -1.0 / 5040);
  tail = fused(y, tail, 1.0 / 120);
  tail = fused(y, tail, -1.0 / 6);
  return fused(x * y, tail, x);
}

INLINED double cosine(double x) {
  const double y = x * x;
  double tail = fused(y, 1.0 / 479001600, -1.0 / 3628800);
  tail = fused(y, tail, 1.0 / 40320);
  tail = fused(y, tail, -1.0 / 720);
  tail = fused(y, tail, 1.0 / 24);
  tail = fused(y, tail, -0.5);
  return fused(y, tail, 1);
}

float elementary_cosf(float x) {
  if (!(__builtin_fabsf(x) <= 0x1p20f)) return (float)not_a_number(x);
  int64_t quarters;
  const double angle = reduced(x, &quarters);
  const double result = quarters & 1 ? sine(angle) : cosine(angle);
  return (float)((quarters + 1) & 2 ? -result : result);
}

float elementary_sinf(float x) {
  if (!(__builtin_fabsf(x) <= 0x1p20f)) return (float)not_a_number(x);
  if (x == 0) return x;
  int64_t quarters;
  const double angle = reduced(x, &quarters);
  const double result = quarters & 1 ? cosine(angle) : sine(angle);
  return (float)(quarters & 2 ? -result : result);
}
