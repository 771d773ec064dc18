#include "blas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// The variable OPENBLAS_CORETYPE counts only before the library is loaded, so linking it would be too late.

enum { row_major = 101, no_transpose = 111, transposed = 112, upper = 121, lower = 122, non_unit = 131, right = 142 };

static struct {
  void (*sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
  void (*ssyrk)(int, int, int, int, int, float, const float *, int, float, float *, int);
  void (*strsm)(int, int, int, int, int, int, int, float, const float *, int, float *, int);
  void (*spotrf)(const char *, const int *, float *, const int *, int *, size_t);
  void (*strtri)(const char *, const char *, const int *, float *, const int *, int *, size_t, size_t);
  void (*sposv)(const char *, const int *, const int *, float *, const int *, float *, const int *, int *, size_t);
  void (*set_threads)(int);
  char *(*core_name)(void);
} blas;

static const char *failure;

/// OpenBLAS before 0.3.22 takes a CPU it does not know for the oldest of its maker, which has half the vector width.
static void choose_core(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
    setenv("OPENBLAS_CORETYPE", "SKYLAKEX", 0);
#endif
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
}

static bool find(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) failure = dlerror();
  *(void **)function = symbol;
  return symbol != NULL;
}

static void load(void) {
  choose_core();
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) library = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    failure = dlerror();
    return;
  }
  if (find(library, "cblas_sgemm", &blas.sgemm) && find(library, "cblas_ssyrk", &blas.ssyrk) &&
      find(library, "cblas_strsm", &blas.strsm) && find(library, "spotrf_", &blas.spotrf) &&
      find(library, "strtri_", &blas.strtri) && find(library, "sposv_", &blas.sposv) &&
      find(library, "openblas_set_num_threads", &blas.set_threads) &&
      find(library, "openblas_get_corename", &blas.core_name))
    blas.set_threads(1);
}

const char *blas_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return failure;
}

const char *blas_core_name(void) { return blas.core_name ? blas.core_name() : NULL; }

void blas_sgemm(bool transpose_a, bool transpose_b, int rows, int columns, int inner, float alpha, const float *a,
                int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride) {
  blas.sgemm(row_major, transpose_a ? transposed : no_transpose, transpose_b ? transposed : no_transpose, rows, columns,
             inner, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
}

void blas_ssyrk(bool transpose, int order, int inner, float alpha, const float *a, int a_stride, float beta, float *c,
                int c_stride) {
  blas.ssyrk(row_major, lower, transpose ? transposed : no_transpose, order, inner, alpha, a, a_stride, beta, c,
             c_stride);
}

void blas_strsm_right_transposed(int rows, int order, const float *l, int l_stride, float *b, int b_stride) {
  blas.strsm(row_major, right, lower, transposed, non_unit, rows, order, 1, l, l_stride, b, b_stride);
}

// LAPACK counts by columns: its upper triangle is our lower one.

int blas_spotrf(int order, float *a, int stride) {
  int info = 0;
  blas.spotrf("U", &order, a, &stride, &info, 1);
  return info;
}

int blas_strtri(int order, float *l, int stride) {
  int info = 0;
  blas.strtri("U", "N", &order, l, &stride, &info, 1, 1);
  return info;
}

int blas_sposv(int order, float *a, int stride, float *b) {
  int info = 0, one = 1;
  blas.sposv("U", &order, &one, a, &stride, b, &order, &info, 1);
  return info;
}
