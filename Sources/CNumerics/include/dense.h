#ifndef CNUMERICS_DENSE_H
#define CNUMERICS_DENSE_H

#include <stdbool.h>

// Dense row-major matrices in single precision, on the calling thread. Consecutive rows are `…_stride` floats apart.
// Every result has the same bits with every kernel set, whatever the surrounding matrix: kernels/dense.h defines the
// order of additions. Matrices of different arguments must not overlap.

/// C ← alpha·op(A)·op(B), or C ← C + alpha·op(A)·op(B) if `adds`. op(A) is rows × inner, op(B) is inner × columns.
void dense_multiply(bool transpose_a, bool transpose_b, int rows, int columns, int inner, float alpha, const float *a,
                    int a_stride, const float *b, int b_stride, bool adds, float *c, int c_stride);

/// C ← C + alpha·A·Aᵀ, or C ← C + alpha·Aᵀ·A if `transpose`. C is order × order; only its lower triangle is written.
void dense_multiply_by_itself(bool transpose, int order, int inner, float alpha, const float *a, int a_stride, float *c,
                              int c_stride);

/// B ← B·L⁻ᵀ for a lower triangular L; B is rows × order.
void dense_solve_from_right(int rows, int order, const float *l, int l_stride, float *b, int b_stride);

/// Factors A = L·Lᵀ in place; only the lower triangle is read and written. Returns 0, or the position (from 1) of the
/// first pivot that is not positive.
int dense_factor_cholesky(int order, float *a, int stride);

/// L ← L⁻¹ in place; only the lower triangle is read and written. Returns 0, or the position (from 1) of a zero on
/// the diagonal.
int dense_invert_triangle(int order, float *l, int stride);

/// Solves A·x = b for a positive definite A; b becomes x. Only the lower triangle of A is read; it becomes the
/// Cholesky factor. Returns the same as dense_factor_cholesky.
int dense_solve_positive(int order, float *a, int stride, float *b);

#endif
