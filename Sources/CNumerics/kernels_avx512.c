#include "kernel_set.h"

// Thirty-two registers of sixteen floats: the tile has 14 × 32 sums, and needs two registers for the second matrix
// and one for the first.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512cd"))), apply_to = function)
#define KERNEL_SET avx512
#define KERNEL_ROWS 14
#define KERNEL_VECTORS 2
#include "kernels/every_kernel.h"
#pragma clang attribute pop
#endif
