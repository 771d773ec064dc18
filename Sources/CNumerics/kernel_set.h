#ifndef KERNEL_SET_H
#define KERNEL_SET_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "CElementary.h"
#include "CNumerics.h"
#include "kernel_list.h"

/// One compiled version of all kernels.
typedef struct {
  const char *name;
#define MEMBER(type, name, parameters, arguments) type(*name) parameters;
  EACH_KERNEL(MEMBER)
#undef MEMBER
} kernel_set;

extern const kernel_set kernels_generic;
#if defined(__x86_64__)
extern const kernel_set kernels_avx2, kernels_avx512;
#endif

#endif
