#ifndef CNUMERICS_DESCENT_H
#define CNUMERICS_DESCENT_H

#include <stdbool.h>
#include <stdint.h>

/// Ratings, grouped by user, and the parameters that gradient descent updates.
typedef struct {
  /// The ratings of user u are starts[u]..<starts[u + 1].
  const long *starts;
  const int32_t *items;
  /// NULL if all ratings are 1.
  const double *values;
  double mean, rate, penalty;
  int factors;
  /// Whether the biases of users and items are updated too.
  bool moves_deviations;
  double *users, *user_deviations, *items_rows, *item_deviations;
} rating_descent;

/// Tickets that fix the order in which an item is updated. `issued` and `served` have one number for each item,
/// initially 0, and are equal after every call. `drawn` has room for rating_descent_lanes times the ratings of the
/// most active user.
typedef struct {
  uint32_t *issued, *served, *drawn;
  long longest;
} update_tickets;

enum { rating_descent_lanes = 16 };

/// One step of gradient descent for every rating of the users from..<to, with the result of sequential updates.
/// Returns the sum of the squared errors, each computed just before its update.
///
/// With prediction error e, the user's row p grows by rate·(e·q − penalty·p) and the item's row q by
/// rate·(e·p − penalty·q). Dot products p·q are summed from left to right and nothing is fused, so the bits are those
/// of a simple loop.
double rating_descent_run(rating_descent descent, long from, long to, update_tickets tickets);

/// a·b in eight partial sums, which are added pairwise at the end.
double lanes_dot(const double *a, const double *b, int count);

#endif
