// Gradient descent on ratings, with the same bits as a sequential loop: nothing is fused here.

// An update depends only on the previous updates of its user and of its item. Summing from left to right is limited
// by the latency of additions, so up to eight ratings of different users and items are processed together, one for
// each lane of a vector. Sixteen users are active. When a user becomes active, each of the ratings draws a ticket of
// its item, and an update waits until all earlier tickets of the item were served.

enum { together = 8 };

typedef double lanes4 __attribute__((vector_size(32), aligned(8)));

/// An active user: the next rating, the end of the ratings, and the tickets.
typedef struct {
  long user, next, end;
  const uint32_t *ticket;
} lane;

/// Four dot products, each summed from left to right.
INLINED lanes4 dots(const double *const p[4], const double *const q[4], int count) {
  lanes4 sums = {0};
  int k = 0;
  for (; k + 4 <= count; k += 4) {
    const lanes4 a = *(const lanes4 *)(q[0] + k) * *(const lanes4 *)(p[0] + k);
    const lanes4 b = *(const lanes4 *)(q[1] + k) * *(const lanes4 *)(p[1] + k);
    const lanes4 c = *(const lanes4 *)(q[2] + k) * *(const lanes4 *)(p[2] + k);
    const lanes4 d = *(const lanes4 *)(q[3] + k) * *(const lanes4 *)(p[3] + k);
    // Transposes, so that first all first products are added, then all second products.
    const lanes4 ab = __builtin_shufflevector(a, b, 0, 4, 2, 6), ba = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    const lanes4 cd = __builtin_shufflevector(c, d, 0, 4, 2, 6), dc = __builtin_shufflevector(c, d, 1, 5, 3, 7);
    sums += __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    sums += __builtin_shufflevector(ba, dc, 0, 1, 4, 5);
    sums += __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    sums += __builtin_shufflevector(ba, dc, 2, 3, 6, 7);
  }
  for (; k < count; k++) {
    const lanes4 products = {q[0][k] * p[0][k], q[1][k] * p[1][k], q[2][k] * p[2][k], q[3][k] * p[3][k]};
    sums += products;
  }
  return sums;
}

INLINED void move(double *restrict p, double *restrict q, double error, double rate, double penalty, int count) {
  for (int k = 0; k < count; k++) {
    const double before = p[k], other = q[k];
    p[k] = before + rate * (error * other - penalty * before);
    q[k] = other + rate * (error * before - penalty * other);
  }
}

/// Finishes an update, given the dot product. Returns the squared error.
INLINED double finish(const rating_descent *d, long user, long item, long place, double product) {
  double *bu = d->user_deviations + user, *bi = d->item_deviations + item;
  const double rating = d->values ? d->values[place] : 1;
  const double error = rating - (((d->mean + *bu) + *bi) + product);
  if (d->moves_deviations) {
    *bu += d->rate * (error - d->penalty * *bu);
    *bi += d->rate * (error - d->penalty * *bi);
  }
  move(d->users + user * d->factors, d->items_rows + item * d->factors, error, d->rate, d->penalty, d->factors);
  return error * error;
}

/// Processes several ratings together. Unused lanes repeat the first rating; their results are ignored.
static double several(const rating_descent *d, lane *const chosen[together], int count) {
  const double *p[together], *q[together];
  long item[together];
  for (int lane = 0; lane < together; lane++) {
    const int at = lane < count ? lane : 0;
    item[lane] = d->items[chosen[at]->next];
    p[lane] = d->users + chosen[at]->user * d->factors;
    q[lane] = d->items_rows + item[lane] * d->factors;
  }
  double products[together];
  const lanes4 first = dots(p, q, d->factors);
  memcpy(products, &first, sizeof first);
  if (count > 4) {
    const lanes4 second = dots(p + 4, q + 4, d->factors);
    memcpy(products + 4, &second, sizeof second);
  }
  double squares = 0;
  for (int lane = 0; lane < count; lane++)
    squares += finish(d, chosen[lane]->user, item[lane], chosen[lane]->next, products[lane]);
  return squares;
}

/// Prefetches the row of a rating's item, which may be anywhere in memory.
INLINED void expect(const rating_descent *d, long place) {
  const double *row = d->items_rows + (long)d->items[place] * d->factors;
  for (int k = 0; k < d->factors; k += 8) __builtin_prefetch(row + k, 1);
}

static double KERNEL(rating_descent_run)(rating_descent descent, long from, long to, update_tickets tickets) {
  const rating_descent *d = &descent;
  lane lanes[rating_descent_lanes];
  uint32_t *buffers[rating_descent_lanes];
  for (int at = 0; at < rating_descent_lanes; at++) buffers[at] = tickets.drawn + at * tickets.longest;
  int count = 0;
  double squares = 0;
  while (true) {
    for (; count < rating_descent_lanes && from < to; from++) {
      const long start = d->starts[from], end = d->starts[from + 1];
      if (start == end) continue;
      for (long place = start; place < end; place++) buffers[count][place - start] = tickets.issued[d->items[place]]++;
      lanes[count] = (lane){from, start, end, buffers[count]};
      expect(d, start);
      count++;
    }
    if (count == 0) return squares;
    // The user who became active first never waits.
    lane *chosen[together];
    int ready = 0;
    for (int at = 0; at < count && ready < together; at++)
      if (tickets.served[d->items[lanes[at].next]] == *lanes[at].ticket) chosen[ready++] = lanes + at;
    for (int at = 0; at < ready; at++)
      if (chosen[at]->next + 1 < chosen[at]->end) expect(d, chosen[at]->next + 1);
    squares += several(d, chosen, ready);
    bool is_done = false;
    for (int at = 0; at < ready; at++) {
      tickets.served[d->items[chosen[at]->next]]++;
      chosen[at]->ticket++;
      is_done |= ++chosen[at]->next == chosen[at]->end;
    }
    if (!is_done) continue;
    // Active users stay in the order in which they became active; the buffers of finished users are reused.
    int kept = 0;
    uint32_t *freed[rating_descent_lanes];
    int freed_count = 0;
    for (int at = 0; at < count; at++) {
      uint32_t *buffer = buffers[at];
      if (lanes[at].next == lanes[at].end) {
        freed[freed_count++] = buffer;
      } else {
        buffers[kept] = buffer;
        lanes[kept++] = lanes[at];
      }
    }
    for (int at = 0; at < freed_count; at++) buffers[kept + at] = freed[at];
    count = kept;
  }
}

static double KERNEL(lanes_dot)(const double *a, const double *b, int count) {
  double sums[8] = {0};
  int at = 0;
  for (; at + 8 <= count; at += 8)
    for (int lane = 0; lane < 8; lane++) sums[lane] = __builtin_fma(a[at + lane], b[at + lane], sums[lane]);
  for (int lane = 0; at < count; at++, lane++) sums[lane] = __builtin_fma(a[at], b[at], sums[lane]);
  const double even = (sums[0] + sums[4]) + (sums[2] + sums[6]), odd = (sums[1] + sums[5]) + (sums[3] + sums[7]);
  return even + odd;
}
