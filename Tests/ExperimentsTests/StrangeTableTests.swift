import Diagnostics
import Experiments
import Recommenders
import Tables
import Testing

/// A table that a person may load, and that no model may fall over.
struct StrangeTable: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let table: Table

  init(_ name: String, users: Column, items: Column, ratings: Column? = nil) {
    testDescription = name
    let ids = [("user_id", users), ("item_id", items)]
    table = Table(ids + (ratings.map { [("rating", $0)] } ?? []))
  }

  static let all: [StrangeTable] = {
    let extremes: [Int64] = [.min, -1, 0, 1, .max]
    let places = (0..<60).map { Int64($0) }
    let users = Column(places.map { $0 % 12 })
    let items = Column(places.map { $0 * 7 % 11 })
    let words = ["Анна", "Борис", "Вера", "", "é", "e\u{301}", "🙂", "a\u{0}b", "\u{1b}[31mred"]
    return [
      StrangeTable("nothing", users: Column([Int64]()), items: Column([Int64]())),
      StrangeTable("one row", users: Column([Int64(5)]), items: Column([Int64(7)]), ratings: Column([3.0])),
      StrangeTable("one row without a rating", users: Column([Int64(5)]), items: Column([Int64(7)])),
      StrangeTable(
        "one user", users: Column([Int64](repeating: 1, count: 9)), items: Column(Array(places.prefix(9))),
        ratings: Column((0..<9).map { Double(1 + $0 % 5) })),
      StrangeTable(
        "one item", users: Column(Array(places.prefix(9))), items: Column([Int64](repeating: 1, count: 9)),
        ratings: Column((0..<9).map { Double(1 + $0 % 5) })),
      StrangeTable("one rating a user", users: Column(places), items: Column(places.map { $0 % 4 })),
      StrangeTable("nobody shares an item", users: Column(places), items: Column(places)),
      StrangeTable("equal ratings", users: users, items: items, ratings: Column([Double](repeating: 4, count: 60))),
      StrangeTable("ratings of zero", users: users, items: items, ratings: Column([Double](repeating: 0, count: 60))),
      StrangeTable(
        "negative ratings", users: users, items: items, ratings: Column(places.map { Double($0 % 5) - 2.5 })),
      StrangeTable(
        "huge and tiny ratings", users: users, items: items,
        ratings: Column(places.map { [1e300, -1e300, 1e-300, 1e38, 3][Int($0) % 5] })),
      StrangeTable(
        "infinite ratings", users: users, items: items, ratings: Column(places.map { $0 == 5 ? .infinity : 1 })),
      StrangeTable(
        "ratings that are no number", users: users, items: items,
        ratings: Column(places.map { $0 % 3 == 0 ? Double.nan : Double($0 % 5) })),
      StrangeTable("no number at all", users: users, items: items, ratings: Column(places.map { _ in Double.nan })),
      StrangeTable(
        "missing ids", users: Column(places.map { $0 % 3 == 0 ? nil : $0 % 12 }),
        items: Column(places.map { $0 % 4 == 0 ? nil : $0 % 7 })),
      StrangeTable("extreme ids", users: Column(places.map { extremes[Int($0) % 5] }), items: Column(places)),
      StrangeTable(
        "words for ids", users: Column(places.map { words[Int($0) % 9] }),
        items: Column(places.map { words[Int($0) * 4 % 9] })),
      StrangeTable(
        "the same row again", users: Column([Int64](repeating: 3, count: 60)),
        items: Column(places.map { _ in Int64(4) })),
      StrangeTable("ids that are not whole", users: Column(places.map { Double($0) + 0.5 }), items: items),
    ]
  }()
}

@Suite struct StrangeTableTests {
  /// Every model is fitted to it and serves with finite scores and without repeats, or says what is wrong.
  @Test(arguments: StrangeTable.all) func everyModelFitsOrSaysWhyNot(_ strange: StrangeTable) throws {
    for kind in Models.all {
      var variants: [[ParameterArgument]] = [[]]
      switch kind.name {
      case "MatrixFactorization": variants.append([ParameterArgument("variant", .word("sampled"))])
      case "EASE": variants.append([ParameterArgument("form", .word("dual"))])
      case "iALS": variants += ["cholesky", "block"].map { [ParameterArgument("solver", .word($0))] }
      case "ItemKNN", "UserKNN":
        variants += ["bm25", "msd", "pearson_baseline"].map { [ParameterArgument("similarity", .word($0))] }
        variants.append([ParameterArgument("centering", .word("zscore"))])
      default: break
      }
      let small = kind.parameterDeclarations.map(\.name).compactMap { name -> ParameterArgument? in
        switch name {
        case "factors": ParameterArgument(name, .integer(3))
        case "epochs", "iterations": ParameterArgument(name, .integer(2))
        default: nil
        }
      }
      for arguments in variants { try examine(kind, small + arguments, strange) }
    }
  }

  private func examine(_ kind: any Model.Type, _ arguments: [ParameterArgument], _ strange: StrangeTable) throws {
    let what = "\(kind.name) \(arguments.map { $0.value.text }) on \(strange)"
    let fitted: Recommender
    do {
      fitted = try Recommender(fitting: kind, arguments, to: strange.table)
      _ = try fitted.warnings()
    } catch {
      #expect(!error.message.isEmpty, "\(what)")
      #expect(!error.message.contains("fault"), "\(what): \(error.message)")
      return
    }
    let users = (0..<Int32(fitted.dataset.users.count)).map { $0 }
    for seen in [SeenPolicy.keep, .drop] {
      let lists = try fitted.model.recommend(users, RecommendationRequest(top: 5, seen: seen))
      #expect(lists.count == users.count, "\(what)")
      for list in 0..<lists.count {
        let items = Array(lists.items(of: list))
        #expect(Set(items).count == items.count, "\(what) repeats an item")
        #expect(lists.scores(of: list).allSatisfy { !$0.isNaN && $0 > -.infinity }, "\(what) has scores that are none")
        if seen == .drop {
          #expect(Set(items).isDisjoint(with: fitted.model.interactions.items(of: Int32(list))), "\(what)")
        }
      }
    }
    _ = try fitted.model.predict(users: [0, -1], items: [0, 0])
    let again = try Recommender(restoring: fitted.archive)
    let request = RecommendationRequest(top: 5)
    #expect(
      try again.model.recommend([0], request).items(of: 0) == fitted.model.recommend([0], request).items(of: 0),
      "\(what)")
  }
}
