// Vectors of sixteen floats. Every kernel is written in these vectors, whatever the registers of the CPU: a kernel
// set with wider registers computes the same lanes in fewer instructions, never in another order.
//
// The order of every sum is defined here or in the kernel. Products and additions are fused only by `fused`, and the
// compiler may not fuse any others, so no optimisation changes a bit.
#pragma clang fp contract(off)

// All of these functions are inlined, so the calling convention for vectors does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINED static inline __attribute__((always_inline, unused))

typedef float lanes16 __attribute__((vector_size(64), aligned(4)));
typedef float lanes8 __attribute__((vector_size(32), aligned(4)));
typedef int mask16 __attribute__((vector_size(64), aligned(4)));

INLINED lanes16 load(const float *from) { return *(const lanes16 *)from; }
INLINED void store(float *to, lanes16 lanes) { *(lanes16 *)to = lanes; }

/// The same number in all lanes. Subtracting zero changes no float, so the compiler removes it.
INLINED lanes16 all(float value) { return value - (lanes16){0}; }

/// a·b + c, rounded once.
INLINED lanes16 fused(lanes16 a, lanes16 b, lanes16 c) { return __builtin_elementwise_fma(a, b, c); }
INLINED float fused1(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

INLINED lanes16 chosen(mask16 mask, lanes16 yes, lanes16 no) {
  return (lanes16)((mask & (mask16)yes) | (~mask & (mask16)no));
}

/// The sum of all lanes, by adding halves until one lane is left.
INLINED float sum(lanes16 v) {
  const lanes8 a = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                   __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  const float b0 = a[0] + a[4], b1 = a[1] + a[5], b2 = a[2] + a[6], b3 = a[3] + a[7];
  return (b0 + b2) + (b1 + b3);
}

/// a·b over `count` floats, a multiple of 16: vectors go alternately to two sums, which are added at the end.
INLINED float dot(const float *a, const float *b, int count) {
  lanes16 even = {0}, odd = {0};
  int at = 0;
  for (; at + 32 <= count; at += 32) {
    even = fused(load(a + at), load(b + at), even);
    odd = fused(load(a + at + 16), load(b + at + 16), odd);
  }
  if (at < count) even = fused(load(a + at), load(b + at), even);
  return sum(even + odd);
}

/// y += scale·x over `count` floats, a multiple of 16.
INLINED void add_scaled(float scale, const float *x, float *y, int count) {
  for (int at = 0; at < count; at += 16) store(y + at, fused(all(scale), load(x + at), load(y + at)));
}
