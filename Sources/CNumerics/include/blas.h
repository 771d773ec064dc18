#ifndef CNUMERICS_BLAS_H
#define CNUMERICS_BLAS_H

#include <stdbool.h>

// OpenBLAS, loaded at first use and kept to one thread: our own tiles are what runs in parallel. All matrices are
// row-major; "lower" means that the lower triangle is read and written.

/// Loads OpenBLAS if that has not been done. NULL on success, else what the loader said.
const char *blas_load(void);

/// The kernels OpenBLAS chose ("SkylakeX", "Zen"); NULL before it is loaded.
const char *blas_core_name(void);

/// C ← alpha·op(A)·op(B) + beta·C; op(A) is rows × inner, op(B) inner × columns.
void blas_sgemm(bool transpose_a, bool transpose_b, int rows, int columns, int inner, float alpha, const float *a,
                int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride);

/// C ← alpha·A·Aᵀ + beta·C, or Aᵀ·A when transposed; C is order × order, lower.
void blas_ssyrk(bool transpose, int order, int inner, float alpha, const float *a, int a_stride, float beta, float *c,
                int c_stride);

/// B ← B·L⁻ᵀ for a lower triangular L; B is rows × order.
void blas_strsm_right_transposed(int rows, int order, const float *l, int l_stride, float *b, int b_stride);

/// A = L·Lᵀ in place, lower. 0, or the 1-based order of the leading minor that is not positive.
int blas_spotrf(int order, float *a, int stride);

/// L ← L⁻¹ in place, lower. 0, or the 1-based place of a zero on the diagonal.
int blas_strtri(int order, float *l, int stride);

/// Solves A·x = b for a positive definite A (lower, overwritten by its factor). 0, or as blas_spotrf.
int blas_sposv(int order, float *a, int stride, float *b);

#endif
