import CNumerics

/// Numbers for pairs of a user and an item, grouped by user, and the steepness of a descent towards them.
///
/// Sums run from left to right and no product is fused with a sum, so that the bits are those of plain code anywhere.
/// Pairs that have neither user nor item in common are taken together, which no number can tell.
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

  /// The order in which ratings update an item, by tickets: each rating draws one, and waits until it is served. Kept
  /// between runs.
  public struct UpdateTickets: Sendable {
    fileprivate var issued: [UInt32]
    fileprivate var served: [UInt32]
    fileprivate var drawn: [UInt32]
    fileprivate let longest: Int

    /// - `longest`: the most pairs that one user has.
    public init(itemCount: Int, longest: Int) {
      issued = [UInt32](repeating: 0, count: itemCount)
      served = issued
      self.longest = max(1, longest)
      drawn = [UInt32](repeating: 0, count: self.longest * Int(rating_descent_lanes))
    }
  }

  /// One step for every pair of `users`, as if one came after the other; the sum of the squared errors on the way.
  ///
  /// - `values`: the numbers; none stands for 1 everywhere.
  /// - Shape: user u's pairs are those from `starts[u]` up to `starts[u + 1]`.
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

/// a·b, of rows equally long, in eight sums that are added pairwise at the end.
public func dotProduct(_ a: Span<Double>, _ b: Span<Double>) -> Double {
  precondition(a.count == b.count)
  return a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in lanes_dot(a.baseAddress, b.baseAddress, Int32(a.count)) }
  }
}
