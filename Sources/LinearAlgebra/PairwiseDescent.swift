import CNumerics

/// A user, an item that the user had, and one that the user did not have.
public struct PairwiseSample: Sendable, BitwiseCopyable {
  public var user: Int32
  public var liked: Int32
  /// If negative, the sample is skipped.
  public var disliked: Int32

  public init(user: Int32, liked: Int32, disliked: Int32) {
    self.user = user
    self.liked = liked
    self.disliked = disliked
  }
}

/// Stochastic gradient ascent of Σ ln σ(xᵤ·yᵢ − xᵤ·yⱼ) over samples (u, i, j), one after the other.
///
/// - Shape: X and Y have the same number of columns. The last column of X is always 1; that of Y is the item's bias.
public struct PairwiseDescent: Sendable {
  /// The learning rate of users' factors.
  public var userRate: Float
  /// The learning rate of items' factors and biases; 0 keeps them fixed.
  public var itemRate: Float
  /// λ, the L2 penalty.
  public var penalty: Float

  public init(userRate: Float, itemRate: Float, penalty: Float) {
    self.userRate = userRate
    self.itemRate = itemRate
    self.penalty = penalty
  }

  /// Takes a step for every sample, in order. Returns the sum of −ln σ, each taken before its step, and how many
  /// samples were not skipped.
  ///
  /// - Precondition: the indices of the samples are rows of the matrices.
  public func run(
    _ samples: [PairwiseSample], users: inout PaddedMatrix, items: inout PaddedMatrix
  ) -> (loss: Double, count: Int) {
    let settings = pairwise_settings(
      stride: Int32(users.stride), bias: Int32(users.columnCount - 1), user_rate: userRate, item_rate: itemRate,
      penalty: penalty)
    precondition(users.stride == items.stride)
    var count = Int64(samples.count)
    let loss = samples.withUnsafeBytes { samples in
      users.values.withUnsafeMutableBufferPointer { users in
        items.values.withUnsafeMutableBufferPointer { items in
          pairwise_descend(
            settings, samples.bindMemory(to: Int32.self).baseAddress, &count, users.baseAddress, items.baseAddress)
        }
      }
    }
    return (loss, Int(count))
  }
}
