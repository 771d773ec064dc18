// The list of all kernels: return type, name, parameters and arguments. From it the macros make the struct of a
// kernel set, the public functions and the sets themselves.

#define EACH_KERNEL(KERNEL)                                                                                            \
  KERNEL(void, dense_multiply,                                                                                         \
         (bool transpose_a, bool transpose_b, int rows, int columns, int inner, float alpha, const float *a,           \
          int a_stride, const float *b, int b_stride, bool adds, float *c, int c_stride),                              \
         (transpose_a, transpose_b, rows, columns, inner, alpha, a, a_stride, b, b_stride, adds, c, c_stride))         \
  KERNEL(void, dense_multiply_by_itself,                                                                               \
         (bool transpose, int order, int inner, float alpha, const float *a, int a_stride, float *c, int c_stride),    \
         (transpose, order, inner, alpha, a, a_stride, c, c_stride))                                                   \
  KERNEL(void, dense_solve_from_right, (int rows, int order, const float *l, int l_stride, float *b, int b_stride),    \
         (rows, order, l, l_stride, b, b_stride))                                                                      \
  KERNEL(int, dense_factor_cholesky, (int order, float *a, int stride), (order, a, stride))                            \
  KERNEL(int, dense_invert_triangle, (int order, float *l, int stride), (order, l, stride))                            \
  KERNEL(int, dense_solve_positive, (int order, float *a, int stride, float *b), (order, a, stride, b))                \
  KERNEL(float, dense_dot, (const float *a, const float *b, int count), (a, b, count))                                 \
  KERNEL(void, dense_add_scaled, (float scale, const float *restrict x, float *restrict y, int count),                 \
         (scale, x, y, count))                                                                                         \
  KERNEL(void, adam_step,                                                                                              \
         (adam_settings settings, float rate, float correction, const float *g, float *w, float *m, float *v),         \
         (settings, rate, correction, g, w, m, v))                                                                     \
  KERNEL(void, adam_lazy_steps,                                                                                        \
         (adam_settings settings, const float *rates, const float *corrections, const int32_t *from,                   \
          const int32_t *to, int rows, int columns, float *w, float *m, float *v),                                     \
         (settings, rates, corrections, from, to, rows, columns, w, m, v))                                             \
  KERNEL(void, adam_lazy_steps_row,                                                                                    \
         (adam_settings settings, const float *rates, const float *corrections, int32_t from, int32_t to, int count,   \
          float *w, float *m, float *v),                                                                               \
         (settings, rates, corrections, from, to, count, w, m, v))                                                     \
  KERNEL(double, rating_descent_run, (rating_descent descent, long from, long to, update_tickets tickets),             \
         (descent, from, to, tickets))                                                                                 \
  KERNEL(double, lanes_dot, (const double *a, const double *b, int count), (a, b, count))                              \
  KERNEL(double, pairwise_descend,                                                                                     \
         (pairwise_settings settings, const int32_t *triples, int64_t *count, float *users, float *items),             \
         (settings, triples, count, users, items))                                                                     \
  KERNEL(int, take_largest_sums,                                                                                       \
         (float *sums, const int32_t *reached, int reached_count, int k, float *gathered, uint64_t *keys,              \
          int32_t *columns, float *values),                                                                            \
         (sums, reached, reached_count, k, gathered, keys, columns, values))                                           \
  KERNEL(int, sparse_row_gather,                                                                                       \
         (const float *dense, int stride, const int32_t *columns, const float *values, int count, long available,      \
          cell_weighting weighting, float *targets, float *rows, int32_t *kept, float *weights),                       \
         (dense, stride, columns, values, count, available, weighting, targets, rows, kept, weights))                  \
  KERNEL(void, weighted_rows_product,                                                                                  \
         (weighted_rows rows, int stride, float scale, const float *p, float *product),                                \
         (rows, stride, scale, p, product))                                                                            \
  KERNEL(double, weighted_rows_quadratic_form, (weighted_rows rows, int stride, const float *x), (rows, stride, x))    \
  KERNEL(bool, conjugate_gradient_step,                                                                                \
         (int stride, const float *ap, float *x, float *r, float *p, float *residual_square),                          \
         (stride, ap, x, r, p, residual_square))                                                                       \
  KERNEL(void, sparse_row_times_lanes,                                                                                 \
         (const float *lanes, const int32_t *columns, const float *values, int count, float *sums),                    \
         (lanes, columns, values, count, sums))                                                                        \
  KERNEL(int, sparse_row_times_rows,                                                                                   \
         (const int32_t *columns, const float *values, int count, const long *offsets, const int32_t *other_columns,   \
          const float *other_values, float *restrict sums, int32_t *restrict reached),                                 \
         (columns, values, count, offsets, other_columns, other_values, sums, reached))                                \
  KERNEL(int, first_above, (const float *scores, int from, int count, float threshold),                                \
         (scores, from, count, threshold))
