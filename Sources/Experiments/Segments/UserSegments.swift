public import Diagnostics
public import Tables

/// Segments of users by their rows in a table of interactions: how active they were, or whether they were there at all.
public struct UserSegments: Sendable {
  /// What divides users.
  public enum Kind: String, Sendable, CaseIterable {
    /// The number of the user's rows: `cold`, `1–4`, `5–19`, `20+`.
    case activity
    /// Whether the user has rows: `cold` or `warm`.
    case history
  }

  public var kind = Kind.activity
  /// The numbers of rows at which a segment begins, ascending; users with at least one row are a segment from 1 on.
  public var cuts = [5, 20]

  public init() {}

  /// The segment of each user; null for a user without an id.
  ///
  /// - Parameter rows: the user of each row of the interactions.
  /// - Throws: cuts that do not ascend; ids of different kinds.
  public func segments(of users: Column, in rows: Column) throws(Diagnostic) -> Column {
    guard cuts.allSatisfy({ $0 > 1 }), zip(cuts, cuts.dropFirst()).allSatisfy(<) else {
      throw Diagnostic("the cuts have to ascend, from 2 on", hint: "`cuts=[5, 20]` makes cold, 1–4, 5–19 and 20+")
    }
    let (vocabulary, indices) = try Vocabulary.encoding(rows, role: "user")
    var counts = [Int](repeating: 0, count: vocabulary.count)
    for index in indices where index >= 0 { counts[Int(index)] += 1 }
    // Ids of no kind are said to be none, instead of being compared with those of train.
    if !users.type.isInteger, !users.type.isFloat, users.type != .string, users.type != .null {
      _ = try Vocabulary.encoding(users, role: "user")
    }
    let places = try vocabulary.indices(of: users)
    return Column(
      places.indices.map { row -> String? in
        users.isNull(row) ? nil : name(places[row] < 0 ? 0 : counts[Int(places[row])])
      })
  }

  /// The segment of a user with that many rows.
  private func name(_ count: Int) -> String {
    if count == 0 { return "cold" }
    if kind == .history { return "warm" }
    let low = cuts.last { $0 <= count } ?? 1
    guard let next = cuts.first(where: { $0 > count }) else { return "\(low)+" }
    return next - 1 == low ? "\(low)" : "\(low)–\(next - 1)"
  }
}
