#include "kernel_set.h"

// Sixteen registers of eight floats: the tile has 6 × 16 sums, and needs two registers for the second matrix and one
// for the first.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2"))), apply_to = function)
#define KERNEL_SET avx2
#define KERNEL_ROWS 6
#define KERNEL_VECTORS 1
#include "kernels/every_kernel.h"
#pragma clang attribute pop
#endif
