#include "nearest.h"

#include <math.h>
#include <string.h>

#pragma clang diagnostic ignored "-Wpsabi"

#define INLINED static inline __attribute__((always_inline))

typedef float lanes16 __attribute__((vector_size(64), aligned(4)));

INLINED uint32_t bits_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

enum { untouched = 0x80000000 };

/// Unsigned numbers in the order of the floats.
INLINED uint64_t entry(float value, int32_t column) {
  const uint32_t bits = bits_of(value);
  const uint32_t rising = bits & 0x80000000 ? ~bits : bits | 0x80000000;
  return (uint64_t)rising << 32 | (uint32_t)~column;
}

INLINED float value_of(uint64_t entry) {
  const uint32_t rising = entry >> 32, bits = rising & 0x80000000 ? rising & 0x7fffffff : ~rising;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

INLINED int32_t column_of(uint64_t entry) { return (int32_t)~(uint32_t)entry; }

static void sink(uint64_t *heap, long count, long hole, uint64_t moved) {
  for (long child; (child = 2 * hole + 1) < count; hole = child) {
    if (child + 1 < count && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= moved) break;
    heap[hole] = heap[child];
  }
  heap[hole] = moved;
}

INLINED void offer_entry(nearest_cells cells, long row, uint64_t offered) {
  uint64_t *heap = cells.entries + row * cells.capacity;
  const long count = cells.counts[row];
  if (count == cells.capacity) {
    if (offered <= heap[0]) return;
    sink(heap, count, 0, offered);
  } else {
    heap[count] = offered;
    cells.counts[row] = (int32_t)(count + 1);
    if (count + 1 < cells.capacity) return;
    for (long hole = cells.capacity / 2; hole-- > 0;) sink(heap, cells.capacity, hole, heap[hole]);
  }
  cells.thresholds[row] = value_of(heap[0]);
}

/// A value that is not a number or −∞ gets nowhere.
INLINED void offer_pair(nearest_cells cells, int32_t row, int32_t column, float sum) {
  if (!(sum > -INFINITY)) return;
  if (sum >= cells.thresholds[row]) offer_entry(cells, row, entry(sum, column));
  if (column != row && sum >= cells.thresholds[column]) offer_entry(cells, column, entry(sum, row));
}

int sparse_row_times_later_columns(const int32_t *columns, const float *values, int count, const long *offsets,
                                   const int32_t *other_columns, const float *other_values, int32_t first,
                                   float *restrict sums, int32_t *restrict reached) {
  // Rows lie anywhere in memory, and are short: they are on their way before they are needed.
  enum { ahead = 12 };
  int reached_count = 0;
  for (int cell = 0; cell < count; cell++) {
    if (cell + 2 * ahead < count) __builtin_prefetch(offsets + columns[cell + 2 * ahead] + 1);
    if (cell + ahead < count) {
      const long last = offsets[columns[cell + ahead] + 1] - 1;
      __builtin_prefetch(other_columns + last);
      __builtin_prefetch(other_values + last);
    }
    const float value = values[cell];
    for (long other = offsets[columns[cell] + 1] - 1;; other--) {
      const int32_t column = other_columns[other];
      const float sum = sums[column];
      reached[reached_count] = column;
      reached_count += bits_of(sum) == untouched;
      sums[column] = sum + value * other_values[other];
      if (column <= first) break;
    }
  }
  return reached_count;
}

void nearest_cells_offer(nearest_cells cells, int32_t row, int32_t row_count, float *sums, const int32_t *reached,
                         int reached_count) {
  if (reached_count < (row_count - row) / 8) {
    for (int place = 0; place < reached_count; place++) {
      const int32_t column = reached[place];
      offer_pair(cells, row, column, sums[column]);
      sums[column] = -0.0f;
    }
    return;
  }
  // Where much was reached, looking at everything in order is faster than at what was reached.
  int32_t column = row;
  for (; column + 16 <= row_count; column += 16) {
    const lanes16 some = *(const lanes16 *)(sums + column);
    const lanes16 wanted = *(const lanes16 *)(cells.thresholds + column);
    if (__builtin_reduce_or((some >= cells.thresholds[row]) | (some >= wanted)) == 0) continue;
    for (int32_t near = column; near < column + 16; near++)
      if (bits_of(sums[near]) != untouched) offer_pair(cells, row, near, sums[near]);
  }
  for (; column < row_count; column++)
    if (bits_of(sums[column]) != untouched) offer_pair(cells, row, column, sums[column]);
  for (column = row; column < row_count; column++) sums[column] = -0.0f;
}

void nearest_cells_join(nearest_cells cells, nearest_cells others, long row) {
  const uint64_t *entries = others.entries + row * others.capacity;
  for (long place = 0; place < others.counts[row]; place++) offer_entry(cells, row, entries[place]);
}

void nearest_cells_take(nearest_cells cells, long row, int32_t *columns, float *values) {
  uint64_t *entries = cells.entries + row * cells.capacity;
  const long count = cells.counts[row];
  // Turned around, an entry's column comes first: a heap of those, emptied from its end, leaves columns ascending.
  for (long place = 0; place < count; place++) entries[place] = entries[place] << 32 | entries[place] >> 32;
  for (long hole = count / 2; hole-- > 0;) sink(entries, count, hole, entries[hole]);
  for (long left = count; left > 0; left--) {
    const uint64_t next = entries[0];
    const uint64_t turned = next << 32 | next >> 32;
    // The smallest of what stands inverted is the greatest column.
    columns[left - 1] = column_of(turned);
    values[left - 1] = value_of(turned);
    sink(entries, left - 1, 0, entries[left - 1]);
  }
}
