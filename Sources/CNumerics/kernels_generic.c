#include "kernel_set.h"

// For any CPU with fused multiply-adds, as the compiler translates the vectors. The small tile fits the registers of
// all.
#define KERNEL_SET generic
#define KERNEL_ROWS 4
#define KERNEL_VECTORS 1
#include "kernels/every_kernel.h"
