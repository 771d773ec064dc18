import Diagnostics
import Recommenders
import Testing

/// EASE with features of items: every feature is a row of X, and items that nobody had are recommended by them.
@Suite struct EASEFeatureTests {
  /// 40 users of 12 items; items 10 and 11 belong to nobody. Three kinds of four items each.
  private static let kinds: [[Int32]] = (0..<3).map { kind in (0..<12).filter { $0 % 3 == kind } }

  private func interactions(rowsOfKinds: Int = 0) throws(Diagnostic) -> Interactions {
    var (users, items): ([Int32], [Int32]) = ([], [])
    for user in 0..<Int32(40) {
      for step in 0..<Int32(4) {
        users.append(user)
        items.append((user * 3 + step * step) % 10)
      }
    }
    for copy in 0..<rowsOfKinds {
      for (kind, members) in Self.kinds.enumerated() {
        users += members.map { _ in Int32(40 + copy * 3 + kind) }
        items += members
      }
    }
    return try Interactions(
      users: users, items: items, userCount: 40 + 3 * rowsOfKinds, itemCount: 12, duplicates: .binary)
  }

  private func scores(
    _ form: String, _ weight: Double, of interactions: Interactions
  ) throws(Diagnostic) -> [[Float]] {
    let model = try Models.fit(
      "EASE", [.real("regularization", 5), .word("form", form), .real("feature_weight", weight)], on: interactions)
    return try (0..<40).map { (user) throws(Diagnostic) in try model.scores(for: user) }
  }

  private func expectNear(_ found: [[Float]], _ wanted: [[Float]]) {
    #expect(found.count == wanted.count)
    for (left, right) in zip(found.joined(), wanted.joined()) { #expect(abs(left - right) < 2e-5) }
  }

  /// A feature of weight 3 counts as three users who had all of its items.
  @Test(arguments: ["primal", "dual"]) func featuresCountAsUsers(form: String) throws {
    let withUsers = try scores(form, 1, of: interactions(rowsOfKinds: 3))
    expectNear(try scores(form, 3, of: interactions().with(features: Self.kinds)), withUsers)
    expectNear(
      try scores(form, 0, of: interactions().with(features: Self.kinds)), try scores(form, 1, of: interactions()))
  }

  /// Without features an item of nobody has no score; with them, items of the user's kinds come first.
  @Test(arguments: ["primal", "dual"]) func itemsOfNobodyAreRecommended(form: String) throws {
    let without = try scores(form, 1, of: interactions())
    for row in without { #expect(row[10] == 0 && row[11] == 0) }
    let interactions = try interactions().with(features: Self.kinds)
    let found = try scores(form, 1, of: interactions)
    for (user, row) in found.enumerated() {
      let own = Set(interactions.items(of: Int32(user)).map { $0 % 3 })
      if own.contains(1), !own.contains(2) { #expect(row[10] > row[11]) }
      if own.contains(2), !own.contains(1) { #expect(row[11] > row[10]) }
    }
    #expect(found.contains { $0[10] > 0 } && found.contains { $0[11] > 0 })
  }

  @Test func aSavedModelHasItsFeatures() throws {
    for form in ["primal", "dual"] {
      let model = try Models.fit(
        "EASE", [.real("regularization", 5), .word("form", form)], on: interactions().with(features: Self.kinds))
      var bytes: [UInt8] = []
      try ModelArchive(model).write { bytes += $0 }
      let archive = bytes.withUnsafeBytes { buffer in
        Result { () throws(Diagnostic) in try ModelArchive(reading: buffer) }
      }
      let again = try Models.restored(from: archive.get())
      for user in 0..<Int32(40) {
        let (left, right) = (try again.scores(for: user), try model.scores(for: user))
        #expect(left == right)
      }
    }
  }
}
