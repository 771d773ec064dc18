#ifndef CNUMERICS_DESCENT_H
#define CNUMERICS_DESCENT_H

#include <stdbool.h>
#include <stdint.h>

/// Ratings, grouped by user, and the rows that a descent on them moves.
typedef struct {
  /// User u's ratings are those from starts[u] up to starts[u + 1].
  const long *starts;
  const int32_t *items;
  /// NULL: all are 1.
  const double *values;
  double mean, rate, penalty;
  int factors;
  /// Whether deviations move too.
  bool moves_deviations;
  double *users, *user_deviations, *items_rows, *item_deviations;
} rating_descent;

/// The order of updates of items: `issued` and `served` have one zero per item, and are equal after every call; `drawn`
/// has rating_descent_lanes times the ratings of the busiest user.
typedef struct {
  uint32_t *issued, *served, *drawn;
  long longest;
} update_tickets;

enum { rating_descent_lanes = 16 };

/// One step of gradient descent for every rating of the users from..<to, as if one came after the other. Returns the
/// sum of the squared errors, each as its rating was reached.
///
/// With the error e of a prediction, a user's row p grows by rate·(e·q − penalty·p) and the item's row q by
/// rate·(e·p − penalty·q). A product p·q is summed from left to right and nothing is fused: the bits of plain code.
double rating_descent_run(rating_descent descent, long from, long to, update_tickets tickets);

/// a·b in eight sums, which are added pairwise at the end.
double lanes_dot(const double *a, const double *b, int count);

#endif
