// Products, factorisations and triangular solves of dense row-major matrices in single precision.
//
// The order of additions is part of the definition. An element of a product is
//
//     c ← start;  for every block of 256 consecutive k:  s ← 0;  s ← fma(a(i,k), b(k,j), s) in the order of k;
//                                                        c ← fma(alpha, s, c)
//
// The result depends on nothing else: not on the register tile, not on the width of a register, not on the
// surrounding matrix. Factorisations and triangular solves are products of blocks of 32, and chains of fused
// multiply-adds in the order of k within a block.
//
// A kernel set defines how many rows (`KERNEL_ROWS`) and how many vectors of 16 columns (`KERNEL_VECTORS`) of a
// product fit its registers.

#define KERNEL_COLUMNS (16 * KERNEL_VECTORS)

enum {
  inner_block = 256,
  /// The packed part of the first matrix fits the L2 cache, that of the second matrix the L3 cache.
  row_block = KERNEL_ROWS * (112 / KERNEL_ROWS),
  column_block = 512,
  /// The number of floats that are packed on the stack; more are packed on the heap.
  small_pack = 8192,
  /// The number of floats that packing may write after the packed rows.
  pack_slack = 16,
  /// The block size of factorisations and triangular solves.
  solve_block = 32,
};

/// A read-only matrix: element (i, j) is at values + i·row + j·column, where one of the two strides is 1.
typedef struct {
  const float *values;
  long row, column;
} strided;

INLINED int least(int a, int b) { return a < b ? a : b; }

/// Transposes a block of 8 × 8 floats with row strides `step` and `to_step`. Only the first `rows` rows exist.
INLINED void transpose8(const float *from, long step, int rows, float *to, long to_step) {
  lanes8 r[8], s[8], t[8];
  for (int i = 0; i < 8; i++) r[i] = i < rows ? *(const lanes8 *)(from + i * step) : (lanes8){0};
  for (int i = 0; i < 8; i += 2) {
    s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int half = 0; half < 2; half++) {
      t[i + 2 * half] = __builtin_shufflevector(s[i + half], s[i + 2 + half], 0, 1, 8, 9, 4, 5, 12, 13);
      t[i + 2 * half + 1] = __builtin_shufflevector(s[i + half], s[i + 2 + half], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  // In ascending order: where columns overlap, the later one must win.
  for (int i = 0; i < 4; i++)
    *(lanes8 *)(to + i * to_step) = __builtin_shufflevector(t[i], t[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
  for (int i = 0; i < 4; i++)
    *(lanes8 *)(to + (i + 4) * to_step) = __builtin_shufflevector(t[i], t[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
}

/// Packs rows of A in groups of KERNEL_ROWS: element (i, k) of a group of `width` rows is at k·width + i. Also writes
/// up to `pack_slack` floats after the last one.
static void pack_rows(strided a, int rows, int inner, float *packed) {
  for (int first = 0; first < rows; first += KERNEL_ROWS) {
    const int width = least(KERNEL_ROWS, rows - first);
    const float *from = a.values + first * a.row;
    if (a.row == 1 && width == KERNEL_ROWS) {
      for (int k = 0; k < inner; k++)
        memcpy(packed + k * KERNEL_ROWS, from + k * a.column, sizeof(float) * KERNEL_ROWS);
    } else if (a.row == 1) {
      for (int k = 0; k < inner; k++)
        for (int i = 0; i < width; i++) packed[k * width + i] = from[k * a.column + i];
    } else {
      int k = 0;
      // A column is longer than `width` floats and overlaps the next ones, which are written after it.
      for (; k + 8 <= inner; k += 8)
        for (int i = (width - 1) / 8 * 8; i >= 0; i -= 8)
          transpose8(from + i * a.row + k, a.row, width - i, packed + k * width + i, width);
      for (; k < inner; k++)
        for (int i = 0; i < width; i++) packed[k * width + i] = from[i * a.row + k];
    }
    packed += width * inner;
  }
}

/// Packs columns of B in groups of KERNEL_COLUMNS, padded with zeros.
static void pack_columns(strided b, int columns, int inner, float *packed) {
  for (int first = 0; first < columns; first += KERNEL_COLUMNS) {
    const int width = least(KERNEL_COLUMNS, columns - first);
    const float *from = b.values + first * b.column;
    if (width < KERNEL_COLUMNS) memset(packed, 0, sizeof(float) * KERNEL_COLUMNS * (size_t)inner);
    if (b.column == 1 && width == KERNEL_COLUMNS) {
      for (int k = 0; k < inner; k++)
        for (int j = 0; j < KERNEL_COLUMNS; j += 16)
          store(packed + k * KERNEL_COLUMNS + j, load(from + k * b.row + j));
    } else if (b.column == 1) {
      for (int k = 0; k < inner; k++)
        for (int j = 0; j < width; j++) packed[k * KERNEL_COLUMNS + j] = from[k * b.row + j];
    } else {
      int k = 0;
      for (; k + 8 <= inner; k += 8)
        for (int j = 0; j < width; j += 8)
          transpose8(from + j * b.column + k, b.column, width - j, packed + k * KERNEL_COLUMNS + j, KERNEL_COLUMNS);
      for (; k < inner; k++)
        for (int j = 0; j < width; j++) packed[k * KERNEL_COLUMNS + j] = from[j * b.column + k];
    }
    packed += KERNEL_COLUMNS * inner;
  }
}

/// Computes `rows` × 16·`vectors` sums over k in registers, then C ← alpha·s + C for the `columns` columns that
/// exist.
INLINED void tile(const int rows, const int vectors, const float *a, const float *b, int inner, float alpha, float *c,
                  long stride, int columns) {
  lanes16 sums[KERNEL_ROWS][KERNEL_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) sums[i][v] = all(0);
  for (int k = 0; k < inner; k++) {
    lanes16 right[KERNEL_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) right[v] = load(b + 16 * v);
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const lanes16 left = all(a[i]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sums[i][v] = fused(left, right[v], sums[i][v]);
    }
    a += rows;
    b += KERNEL_COLUMNS;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      float *to = c + i * stride + 16 * v;
      const int width = columns - 16 * v;
      if (width >= 16) {
        store(to, fused(all(alpha), sums[i][v], load(to)));
      } else if (width > 0) {
        float edge[16] = {0};
        memcpy(edge, to, sizeof(float) * (size_t)width);
        store(edge, fused(all(alpha), sums[i][v], load(edge)));
        memcpy(to, edge, sizeof(float) * (size_t)width);
      }
    }
  }
}

#define TILE_OF(rows)                                                                                       \
  case rows:                                                                                                \
    if (rows > KERNEL_ROWS) __builtin_unreachable();                                                        \
    if (columns > 16 * (KERNEL_VECTORS - 1))                                                                \
      tile(rows > KERNEL_ROWS ? 1 : rows, KERNEL_VECTORS, a, b, inner, alpha, c, stride, columns);          \
    else                                                                                                    \
      tile(rows > KERNEL_ROWS ? 1 : rows, KERNEL_VECTORS > 1 ? KERNEL_VECTORS - 1 : 1, a, b, inner, alpha, c, stride, \
           columns);                                                                                        \
    break;

/// The register tile for any number of rows up to KERNEL_ROWS.
static void any_tile(int rows, const float *a, const float *b, int inner, float alpha, float *c, long stride,
                     int columns) {
  switch (rows) {
    TILE_OF(1)
    TILE_OF(2)
    TILE_OF(3)
    TILE_OF(4)
    TILE_OF(5)
    TILE_OF(6)
    TILE_OF(7)
    TILE_OF(8)
    TILE_OF(9)
    TILE_OF(10)
    TILE_OF(11)
    TILE_OF(12)
    TILE_OF(13)
    TILE_OF(14)
    default: __builtin_unreachable();
  }
}

/// C ← alpha·A·B + C. `packs` has space for `rows_at_a_time` rows and `columns_at_a_time` columns of at most 256
/// floats, plus `pack_slack`.
static void add_product_packing(strided a, strided b, int rows, int columns, int inner, float alpha, float *c,
                                long stride, float *packs, int rows_at_a_time, int columns_at_a_time) {
  const int depth = least(inner_block, inner);
  float *packed_rows = packs, *packed_columns = packs + (long)rows_at_a_time * depth + pack_slack;
  for (int j = 0; j < columns; j += columns_at_a_time) {
    const int width = least(columns_at_a_time, columns - j);
    for (int k = 0; k < inner; k += inner_block) {
      const int length = least(inner_block, inner - k);
      pack_columns((strided){b.values + k * b.row + j * b.column, b.row, b.column}, width, length, packed_columns);
      for (int i = 0; i < rows; i += rows_at_a_time) {
        const int height = least(rows_at_a_time, rows - i);
        pack_rows((strided){a.values + i * a.row + k * a.column, a.row, a.column}, height, length, packed_rows);
        for (int jj = 0; jj < width; jj += KERNEL_COLUMNS)
          for (int ii = 0; ii < height; ii += KERNEL_ROWS)
            any_tile(least(KERNEL_ROWS, height - ii), packed_rows + (long)ii * length,
                     packed_columns + (long)jj * length, length, alpha, c + (i + ii) * stride + j + jj, stride,
                     least(KERNEL_COLUMNS, width - jj));
      }
    }
  }
}

INLINED int rounded_up(int count, int to) { return (count + to - 1) / to * to; }

/// C ← alpha·A·B + C.
static void add_product(strided a, strided b, int rows, int columns, int inner, float alpha, float *c, long stride) {
  if (rows <= 0 || columns <= 0 || inner <= 0) return;
  const int depth = least(inner_block, inner);
  const int rows_at_a_time = least(row_block, rows);
  const int columns_at_a_time = least(column_block, rounded_up(columns, KERNEL_COLUMNS));
  const long packed = (long)(rows_at_a_time + columns_at_a_time) * depth + pack_slack;
  if (packed <= small_pack) {
    float packs[small_pack];
    add_product_packing(a, b, rows, columns, inner, alpha, c, stride, packs, rows_at_a_time, columns_at_a_time);
    return;
  }
  float *packs = malloc(sizeof(float) * (size_t)packed);
  if (packs) {
    add_product_packing(a, b, rows, columns, inner, alpha, c, stride, packs, rows_at_a_time, columns_at_a_time);
    free(packs);
  } else {
    // If no memory can be allocated, work in small blocks on the stack.
    float small[(KERNEL_ROWS + KERNEL_COLUMNS) * inner_block + pack_slack];
    add_product_packing(a, b, rows, columns, inner, alpha, c, stride, small, least(KERNEL_ROWS, rows), KERNEL_COLUMNS);
  }
}

INLINED strided plain(const float *values, long stride) { return (strided){values, stride, 1}; }
INLINED strided transposed(const float *values, long stride) { return (strided){values, 1, stride}; }

static void KERNEL(dense_multiply)(bool transpose_a, bool transpose_b, int rows, int columns, int inner, float alpha,
                           const float *a, int a_stride, const float *b, int b_stride, bool adds, float *c,
                           int c_stride) {
  if (!adds)
    for (int i = 0; i < rows; i++) memset(c + (long)i * c_stride, 0, sizeof(float) * (size_t)columns);
  add_product(transpose_a ? transposed(a, a_stride) : plain(a, a_stride),
              transpose_b ? transposed(b, b_stride) : plain(b, b_stride), rows, columns, inner, alpha, c, c_stride);
}

/// The lower triangle of C ← alpha·A·B + C, which is symmetric, in strips of rows up to the diagonal.
static void add_symmetric_product(strided a, strided b, int order, int inner, float alpha, float *c, long stride) {
  enum { strip = 64 };
  for (int i = 0; i < order; i += strip) {
    const int height = least(strip, order - i);
    const strided rows = {a.values + i * a.row, a.row, a.column};
    add_product(rows, b, height, i, inner, alpha, c + i * stride, stride);
    // The part of the diagonal block above the diagonal is discarded.
    float block[strip * strip];
    for (int row = 0; row < height; row++)
      memcpy(block + row * strip, c + (i + row) * stride + i, sizeof(float) * (size_t)height);
    add_product(rows, (strided){b.values + i * b.column, b.row, b.column}, height, height, inner, alpha, block, strip);
    for (int row = 0; row < height; row++)
      memcpy(c + (i + row) * stride + i, block + row * strip, sizeof(float) * (size_t)(row + 1));
  }
}

static void KERNEL(dense_multiply_by_itself)(bool transpose, int order, int inner, float alpha, const float *a, int a_stride,
                                     float *c, int c_stride) {
  const strided rows = plain(a, a_stride), columns = transposed(a, a_stride);
  if (transpose) add_symmetric_product(columns, rows, order, inner, alpha, c, c_stride);
  else add_symmetric_product(rows, columns, order, inner, alpha, c, c_stride);
}

/// B ← B·L⁻ᵀ for a triangle L of order at most 32 and any number of rows: sixteen rows in parallel, one for each
/// lane. Element j of a row is (b(j) − Σ x(k)·l(j,k) in the order of k) / l(j,j).
static void solve_small(int rows, int order, const float *l, long l_stride, float *b, long b_stride) {
  float columns[16 * solve_block];
  for (int first = 0; first < rows; first += 16) {
    const int height = least(16, rows - first);
    float *block = b + first * b_stride;
    if (height < 16) memset(columns, 0, sizeof columns);
    for (int row = 0; row < height; row++)
      for (int j = 0; j < order; j++) columns[16 * j + row] = block[row * b_stride + j];
    for (int j = 0; j < order; j++) {
      const lanes16 x = load(columns + 16 * j) / all(l[j * l_stride + j]);
      store(columns + 16 * j, x);
      for (int later = j + 1; later < order; later++)
        store(columns + 16 * later, fused(all(-l[later * l_stride + j]), x, load(columns + 16 * later)));
    }
    for (int row = 0; row < height; row++)
      for (int j = 0; j < order; j++) block[row * b_stride + j] = columns[16 * j + row];
  }
}

static void KERNEL(dense_solve_from_right)(int rows, int order, const float *l, int l_stride, float *b, int b_stride) {
  for (int j = 0; j < order; j += solve_block) {
    const int width = least(solve_block, order - j);
    add_product(plain(b, b_stride), transposed(l + (long)j * l_stride, l_stride), rows, width, j, -1, b + j, b_stride);
    solve_small(rows, width, l + (long)j * l_stride + j, l_stride, b + j, b_stride);
  }
}

/// Factors A = L·Lᵀ for an order of at most 32: computes Lᵀ row by row in a symmetric copy with full vectors.
static int factor_small(int order, float *a, long stride) {
  float rows[solve_block * solve_block] = {0};
  for (int i = 0; i < order; i++)
    for (int j = 0; j <= i; j++) rows[i * solve_block + j] = rows[j * solve_block + i] = a[i * stride + j];
  for (int k = 0; k < order; k++) {
    float *row = rows + k * solve_block;
    if (!(row[k] > 0)) return k + 1;
    const float root = __builtin_sqrtf(row[k]);
    const lanes16 low = load(row) / all(root), high = load(row + 16) / all(root);
    store(row, low);
    store(row + 16, high);
    for (int i = k + 1; i < order; i++) {
      float *other = rows + i * solve_block;
      const lanes16 factor = all(-row[i]);
      if (i < 16) store(other, fused(factor, low, load(other)));
      store(other + 16, fused(factor, high, load(other + 16)));
    }
  }
  for (int i = 0; i < order; i++)
    for (int j = 0; j <= i; j++) a[i * stride + j] = rows[j * solve_block + i];
  return 0;
}

/// For each block of columns: factor the diagonal block, solve the blocks below it, and update the rest to the right.
static int KERNEL(dense_factor_cholesky)(int order, float *a, int stride) {
  for (int j = 0; j < order; j += solve_block) {
    const int width = least(solve_block, order - j), below = order - j - width;
    float *diagonal = a + (long)j * stride + j, *panel = diagonal + (long)width * stride;
    const int bad = factor_small(width, diagonal, stride);
    if (bad) return j + bad;
    solve_small(below, width, diagonal, stride, panel, stride);
    add_symmetric_product(plain(panel, stride), transposed(panel, stride), below, width, -1, panel + width, stride);
  }
  return 0;
}

/// L ← L⁻¹ for an order of at most 32, row by row.
static int invert_small(int order, float *l, long stride) {
  for (int i = 0; i < order; i++) {
    const float pivot = l[i * stride + i];
    if (pivot == 0) return i + 1;
    for (int j = 0; j < i; j++) {
      float sum = 0;
      for (int k = j; k < i; k++) sum = fused1(l[i * stride + k], l[k * stride + j], sum);
      l[i * stride + j] = -sum / pivot;
    }
    l[i * stride + i] = 1 / pivot;
  }
  return 0;
}

/// Copies the lower triangle of a block of order at most 32, with zeros above the diagonal.
INLINED void copy_triangle(int order, const float *l, long stride, float *copy) {
  memset(copy, 0, sizeof(float) * solve_block * solve_block);
  for (int i = 0; i < order; i++) memcpy(copy + i * solve_block, l + i * stride, sizeof(float) * (size_t)(i + 1));
}

/// By rows of blocks: W(i,j) = −W(i,i)·Σ L(i,k)·W(k,j) over the blocks j ≤ k < i.
static int KERNEL(dense_invert_triangle)(int order, float *l, int stride) {
  float own[solve_block * solve_block], other[solve_block * solve_block], product[solve_block * solve_block];
  for (int i = 0; i < order; i += solve_block) {
    const int height = least(solve_block, order - i);
    float *row = l + (long)i * stride;
    const int bad = invert_small(height, row + i, stride);
    if (bad) return i + bad;
    copy_triangle(height, row + i, stride, own);
    for (int j = 0; j < i; j += solve_block) {
      const int next = j + solve_block;
      copy_triangle(solve_block, l + (long)j * stride + j, stride, other);
      memset(product, 0, sizeof product);
      add_product(plain(row + j, stride), plain(other, solve_block), height, solve_block, solve_block, 1, product,
                  solve_block);
      add_product(plain(row + next, stride), plain(l + (long)next * stride + j, stride), height, solve_block, i - next, 1,
                  product, solve_block);
      for (int down = 0; down < height; down++) memset(row + down * (long)stride + j, 0, sizeof(float) * solve_block);
      add_product(plain(own, solve_block), plain(product, solve_block), height, solve_block, height, -1, row + j, stride);
    }
  }
  return 0;
}

/// A = L·Lᵀ, then forward substitution b ← b·L⁻ᵀ, then back substitution b ← b·L⁻¹: each element of x found is
/// subtracted from all elements before it.
static int KERNEL(dense_solve_positive)(int order, float *a, int stride, float *b) {
  const int bad = KERNEL(dense_factor_cholesky)(order, a, stride);
  if (bad) return bad;
  KERNEL(dense_solve_from_right)(1, order, a, stride, b, order);
  for (int i = order - 1; i >= 0; i--) {
    const float *row = a + (long)i * stride;
    const float x = b[i] / row[i];
    b[i] = x;
    int k = 0;
    for (; k + 16 <= i; k += 16) store(b + k, fused(all(-x), load(row + k), load(b + k)));
    for (; k < i; k++) b[k] = fused1(-x, row[k], b[k]);
  }
  return 0;
}
