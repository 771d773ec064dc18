import CNumerics

/// Stochastic gradient descent on ratings, one rating after the other, in double precision.
///
/// With the error e of a prediction, the factors p of the user and q of the item change by
///
///     p += rate·(e·q − penalty·p),   q += rate·(e·p − penalty·q)
///
/// Sums run from left to right, and no multiplication is fused with an addition, so the bits are the same on every CPU.
/// Up to eight ratings share a vector register, but only ratings without a common user or item, so the result is that
/// of one rating after the other.
public struct RatingDescent: Sendable {
  private let rate: Double
  private let penalty: Double
  private let mean: Double
  private let movesDeviations: Bool

  public init(rate: Double, penalty: Double, mean: Double, movesDeviations: Bool) {
    self.rate = rate
    self.penalty = penalty
    self.mean = mean
    self.movesDeviations = movesDeviations
  }

  /// The order in which ratings update an item: each rating draws a ticket for its item and waits until that ticket is
  /// served. Callers keep the tickets between runs, to allocate them only once.
  public struct UpdateTickets: Sendable {
    fileprivate var issued: [UInt32]
    fileprivate var served: [UInt32]
    fileprivate var drawn: [UInt32]
    fileprivate let longest: Int

    /// - `longest`: the largest number of ratings that one user has.
    public init(itemCount: Int, longest: Int) {
      issued = [UInt32](repeating: 0, count: itemCount)
      served = issued
      self.longest = max(1, longest)
      drawn = [UInt32](repeating: 0, count: self.longest * Int(rating_descent_lanes))
    }
  }

  /// Takes one step for every rating of `users`, as if one came after the other. Returns the sum of the squared errors,
  /// each taken before the step of its rating.
  ///
  /// - `values`: the ratings; if empty, all are 1.
  /// - Shape: the ratings of user u are those from `starts[u]` up to, but not including, `starts[u + 1]`.
  /// - Precondition: items are rows of `itemFactors`.
  public func run(
    _ users: Range<Int>, starts: [Int], items: [Int32], values: [Double], factors: Int,
    _ userFactors: inout [Double], _ itemFactors: inout [Double], _ userDeviations: inout [Double],
    _ itemDeviations: inout [Double], _ tickets: inout UpdateTickets
  ) -> Double {
    precondition(users.upperBound < starts.count && starts[users.upperBound] <= items.count)
    precondition(values.isEmpty || values.count == items.count)
    precondition(userDeviations.count * factors == userFactors.count && users.upperBound <= userDeviations.count)
    precondition(itemDeviations.count * factors == itemFactors.count && tickets.issued.count == itemDeviations.count)
    var descent = rating_descent()
    (descent.mean, descent.rate, descent.penalty) = (mean, rate, penalty)
    (descent.factors, descent.moves_deviations) = (Int32(factors), movesDeviations)
    return tickets.withPointers { tickets in
      userFactors.withUnsafeMutableBufferPointer { userFactors in
        itemFactors.withUnsafeMutableBufferPointer { itemFactors in
          userDeviations.withUnsafeMutableBufferPointer { userDeviations in
            itemDeviations.withUnsafeMutableBufferPointer { itemDeviations in
              (descent.users, descent.items_rows) = (userFactors.baseAddress, itemFactors.baseAddress)
              descent.user_deviations = userDeviations.baseAddress
              descent.item_deviations = itemDeviations.baseAddress
              return starts.withUnsafeBufferPointer { starts in
                items.withUnsafeBufferPointer { items in
                  values.withUnsafeBufferPointer { values in
                    (descent.starts, descent.items) = (starts.baseAddress, items.baseAddress)
                    descent.values = values.isEmpty ? nil : values.baseAddress
                    return rating_descent_run(descent, users.lowerBound, users.upperBound, tickets)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

extension RatingDescent.UpdateTickets {
  fileprivate mutating func withPointers(_ body: (update_tickets) -> Double) -> Double {
    let longest = longest
    return issued.withUnsafeMutableBufferPointer { issued in
      served.withUnsafeMutableBufferPointer { served in
        drawn.withUnsafeMutableBufferPointer { drawn in
          body(
            update_tickets(
              issued: issued.baseAddress, served: served.baseAddress, drawn: drawn.baseAddress, longest: longest))
        }
      }
    }
  }
}

/// The dot product a·b of two rows of equal length, in eight partial sums that are added pairwise at the end.
public func dotProduct(_ a: Span<Double>, _ b: Span<Double>) -> Double {
  precondition(a.count == b.count)
  return a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in lanes_dot(a.baseAddress, b.baseAddress, Int32(a.count)) }
  }
}
