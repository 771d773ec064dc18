public import Diagnostics

/// The registry of splits.
public enum Splits {
  /// Every split, in the order `help split` lists them.
  public static let all: [Split] = [.random, .time, .last, .baskets, .users, .folds]

  /// The split of that name, in upper or lower case.
  ///
  /// - Throws: an unknown name.
  public static func named(_ name: String, at span: SourceSpan? = nil) throws(Diagnostic) -> Split {
    guard let split = all.first(where: { $0.name == name.lowercased() }) else { throw .unknownSplit(name, at: span) }
    return split
  }
}
