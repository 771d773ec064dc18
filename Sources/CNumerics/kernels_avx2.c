#include "kernel_set.h"

// Sixteen registers of eight floats: 6 × 16 sums, two registers of the second matrix, one of the first.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2"))), apply_to = function)
#define KERNEL_SET avx2
#define KERNEL_ROWS 6
#define KERNEL_VECTORS 1
#include "kernels/every_kernel.h"
#pragma clang attribute pop
#endif
