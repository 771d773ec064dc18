#include "kernel_set.h"

// Thirty-two registers of sixteen floats: 14 × 32 sums, two registers of the second matrix, one of the first.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512cd"))), apply_to = function)
#define KERNEL_SET avx512
#define KERNEL_ROWS 14
#define KERNEL_VECTORS 2
#include "kernels/every_kernel.h"
#pragma clang attribute pop
#endif
