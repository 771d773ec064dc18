import Diagnostics
import Foundation
import Parallelism
import Recommenders
import Testing

/// A model and the parameters it sits the exam with.
struct Candidate: Sendable, CustomTestStringConvertible {
  var name: String
  var arguments: [ParameterArgument] = []
  /// Whether it can tell which item of the checkerboard is missing.
  var solvesTheBoard = true
  /// numpy draws 5 of n otherwise than the first 5 of 10.
  var keepsPrefixes = true
  /// Whether lists descend by score, ties by item.
  var isSorted = true
  /// Whether the terms of an explanation sum to the entry of `scores`; a blend's lists have scores of several models.
  var explains = true
  /// Whether any item may be recommended to anyone.
  var reachesAll = true

  var testDescription: String {
    ([name] + arguments.map { "\($0.name ?? "")=\($0.value.text)" }).joined(separator: " ")
  }

  /// Whether a seed can be given and is not yet.
  var takesSeed: Bool {
    guard let kind = try? Models.named(name) else { return false }
    let names = kind.parameterDeclarations.map(\.name)
    // Its result is that of any start, to the last bit that is asked for.
    if name == "PureSVD" { return false }
    // Where ties alone are drawn, they have to be.
    let draws = arguments.contains { $0.name == "ties" && $0.value.text == "random" } || !names.contains("ties")
    return draws && names.contains("seed") && !arguments.contains { $0.name == "seed" }
  }

  func fit(_ interactions: Interactions) throws(Diagnostic) -> any FittedModel {
    try Models.fit(name, arguments, on: interactions)
  }

  /// What its iterations are called.
  var iterationsName: String? {
    try? Models.named(name).parameterDeclarations.map(\.name).first { $0 == "iterations" || $0 == "epochs" }
  }

  /// Whether it is reached step by step.
  var hasIterations: Bool { (try? fit(MadeUp.orders()).history.iterations.isEmpty) == false }
}

let candidates: [Candidate] = [
  Candidate(name: "Random", solvesTheBoard: false, keepsPrefixes: false, isSorted: false),
  Candidate(
    name: "Random", arguments: [.word("by", "popularity"), .integer("seed", 7)], solvesTheBoard: false,
    keepsPrefixes: false, isSorted: false, reachesAll: false),
  Candidate(name: "TopPopular", solvesTheBoard: false),
  Candidate(name: "TopPopular", arguments: [.word("by", "users")], solvesTheBoard: false),
  Candidate(
    name: "TopPopular", arguments: [.word("by", "baskets"), .word("ties", "first_seen"), .integer("recency", 3)],
    solvesTheBoard: false, isSorted: false),
  Candidate(
    name: "TopPopular", arguments: [.real("half_life", 9.5), .word("by", "users")], solvesTheBoard: false),
  Candidate(
    name: "TopPopular", arguments: [.word("ties", "random")], solvesTheBoard: false, isSorted: false),
  Candidate(name: "PersonalTopPopular", solvesTheBoard: false, reachesAll: false),
  Candidate(
    name: "PersonalTopPopular", arguments: [.real("half_life", 20), .integer("recency", 4)], solvesTheBoard: false,
    reachesAll: false),
  Candidate(
    name: "PersonalTopPopular", arguments: [.word("by", "baskets"), .word("ties", "first_seen")],
    solvesTheBoard: false, isSorted: false, reachesAll: false),
  Candidate(
    name: "PersonalTopPopular", arguments: [.word("ties", "global")], solvesTheBoard: false, isSorted: false,
    reachesAll: false),
  Candidate(
    name: "PersonalTopPopular", arguments: [.word("ties", "random")], solvesTheBoard: false, isSorted: false,
    reachesAll: false),
  Candidate(name: "Blend", solvesTheBoard: false, isSorted: false, explains: false),
  Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("form", "dual")]),
  Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("form", "primal")]),
  Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("weights", "binary")]),
  Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("orientation", "rectools")]),
  Candidate(name: "EASE", arguments: [.integer("regularization", 5), .word("weights", "log")]),
  Candidate(name: "SLIM", reachesAll: false),
  Candidate(
    name: "SLIM", arguments: [.real("strength", 0.01), .real("l1_ratio", 0.3), .word("weights", "log")],
    reachesAll: false),
  Candidate(name: "RP3beta", reachesAll: false),
  Candidate(
    name: "RP3beta",
    arguments: [
      .real("alpha", 0.8), .integer("neighbors", 12), ParameterArgument("normalize", .flag(false)),
      .word("weights", "counts"),
    ], reachesAll: false),
  Candidate(name: "PureSVD", arguments: [.integer("factors", 2)]),
  Candidate(
    name: "PureSVD", arguments: [.integer("factors", 12), .word("weights", "counts"), .integer("seed", 3)],
    solvesTheBoard: false),
  Candidate(name: "iALS", arguments: [.integer("factors", 2), .real("alpha", 2)]),
  Candidate(name: "iALS", arguments: [.integer("factors", 20), .real("alpha", 2), .word("solver", "cholesky")]),
  Candidate(name: "iALS", arguments: [.integer("factors", 2), .word("weighting", "hu")]),
  Candidate(
    name: "iALS",
    arguments: [.integer("factors", 20), .real("alpha", 2), .word("solver", "block"), .integer("block", 8)],
    solvesTheBoard: false),
  Candidate(
    name: "iALS",
    arguments: [
      .integer("factors", 8), .word("weighting", "rendle"), .real("alpha", 0.1), .real("regularization", 0.01),
    ]),
  Candidate(name: "MatrixFactorization", arguments: [.integer("epochs", 2)], solvesTheBoard: false),
  Candidate(
    name: "MatrixFactorization", arguments: [.integer("epochs", 3), .word("variant", "sampled")],
    solvesTheBoard: false),
  Candidate(name: "SVD", arguments: [.integer("factors", 12), .integer("epochs", 3)], solvesTheBoard: false),
  Candidate(name: "SVDpp", arguments: [.integer("factors", 12), .integer("epochs", 3)], solvesTheBoard: false),
  Candidate(name: "ALS", arguments: [.integer("iterations", 3)], solvesTheBoard: false),
  Candidate(name: "ALS", arguments: [.word("scale", "none"), .real("regularization", 3)], solvesTheBoard: false),
  Candidate(name: "BPR", arguments: [.integer("factors", 8), .integer("epochs", 60)]),
  Candidate(
    name: "BPR", arguments: [.integer("factors", 8), .word("negatives", "popular")], solvesTheBoard: false),
  Candidate(name: "CoClustering", solvesTheBoard: false),
  Candidate(name: "Baseline", solvesTheBoard: false),
  Candidate(name: "NMF", arguments: [.integer("epochs", 5)], solvesTheBoard: false),
  Candidate(name: "SlopeOne", solvesTheBoard: false),
  Candidate(name: "ItemKNN", reachesAll: false),
  Candidate(name: "ItemKNN", arguments: [.word("similarity", "tfidf"), .integer("neighbors", 20)], reachesAll: false),
  Candidate(name: "ItemKNN", arguments: [.word("similarity", "bm25"), .integer("neighbors", 20)], reachesAll: false),
  Candidate(
    name: "ItemKNN", arguments: [.word("similarity", "pearson_baseline"), .word("centering", "baseline")],
    solvesTheBoard: false),
  Candidate(name: "ItemKNN", arguments: [.word("centering", "zscore")], solvesTheBoard: false),
  Candidate(name: "UserKNN", arguments: [.integer("neighbors", 6)], reachesAll: false),
  Candidate(name: "UserKNN", arguments: [.word("similarity", "tfidf")], reachesAll: false),
  Candidate(name: "UserKNN", arguments: [.word("similarity", "bm25"), .integer("neighbors", 8)], reachesAll: false),
  Candidate(
    name: "UserKNN", arguments: [.word("similarity", "msd"), .word("centering", "means")], solvesTheBoard: false),
  Candidate(name: "UserKNN", arguments: [.word("similarity", "pearson")], solvesTheBoard: false),
  Candidate(name: "UPCF", solvesTheBoard: false, isSorted: false, reachesAll: false),
  Candidate(
    name: "UPCF",
    arguments: [
      .word("recency", "all"), .word("neighbors", "all"), .word("vectors", "counts"), .real("locality", 2.5),
      .real("shrinkage", 1),
    ], solvesTheBoard: false, isSorted: false, reachesAll: false),
  Candidate(name: "TIFUKNN", arguments: [.integer("neighbors", 9)], solvesTheBoard: false, reachesAll: false),
  Candidate(
    name: "TIFUKNN",
    arguments: [
      .integer("groups", 3), .word("decay", "group"), .word("anchor", "last"), .real("own", 0.2),
    ], solvesTheBoard: false, reachesAll: false),
  Candidate(name: "TIFUKNN", arguments: [.integer("own", 1)], solvesTheBoard: false, reachesAll: false),
  Candidate(name: "BasketMarkov", solvesTheBoard: false, reachesAll: false),
  Candidate(
    name: "BasketMarkov", arguments: [.word("ties", "random")], solvesTheBoard: false, isSorted: false,
    reachesAll: false),
  Candidate(
    name: "BasketMarkov", arguments: [.integer("order", 3), .integer("smoothing", 0)], solvesTheBoard: false,
    reachesAll: false),
]

/// What every model has to pass.
@Suite(.serialized) struct SharedExamTests {
  private let everyone = (0..<Int32(50)).map { $0 }

  @Test func everyModelSitsTheExam() {
    let names = Set(candidates.map(\.name))
    for name in Models.all.map({ $0.name }) {
      #expect(
        names.contains(name), "`\(name)` needs a line in `candidates` of Tests/RecommendersTests/SharedExamTests.swift")
    }
    #expect(names.isSubset(of: Models.all.map { $0.name }))
  }

  @Test(arguments: candidates.filter(\.solvesTheBoard)) func findsTheMissingSquare(_ candidate: Candidate) throws {
    let board = try MadeUp.checkerboard(size: 20)
    let model = try candidate.fit(board)
    let lists = try model.recommend((0..<20).map { $0 }, RecommendationRequest(top: 1, seen: .drop))
    #expect((0..<20).map { lists.items(of: $0).first } == (0..<Int32(20)).map { $0 })
  }

  @Test(arguments: candidates) func listsAreShortRatherThanPaddedOrRepeated(_ candidate: Candidate) throws {
    let interactions = try MadeUp.orders()
    let model = try candidate.fit(interactions)
    for seen in SeenPolicy.allCases {
      for top in [1, 10, 1000] {
        let lists = try model.recommend(everyone, RecommendationRequest(top: top, seen: seen))
        #expect(lists.count == everyone.count)
        for user in everyone {
          let list = lists[Int(user)]
          #expect(list.count <= top)
          #expect(Set(list.map(\.item)).count == list.count)
          #expect(list.allSatisfy { $0.score.isFinite && $0.item >= 0 && $0.item < 70 })
          if seen == .drop {
            #expect(Set(list.map(\.item)).isDisjoint(with: interactions.items(of: user)))
            if candidate.reachesAll {
              #expect(list.count == min(top, 70 - interactions.items(of: user).count))
            }
          }
          if candidate.isSorted {
            for (better, worse) in zip(list, list.dropFirst()) {
              #expect((-better.score, better.item) < (-worse.score, worse.item))
            }
          }
        }
      }
    }
  }

  @Test(arguments: candidates.filter(\.keepsPrefixes)) func fiveIsThePrefixOfTen(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    let five = try model.recommend(everyone, RecommendationRequest(top: 5))
    let ten = try model.recommend(everyone, RecommendationRequest(top: 10))
    for user in 0..<50 { #expect(Array(five.items(of: user)) == Array(ten.items(of: user).prefix(5))) }
  }

  @Test(arguments: candidates) func sameSeedSameBitsOnAnyNumberOfCores(_ candidate: Candidate) throws {
    let interactions = try MadeUp.orders()
    let lists = try [1, 4, 4].map { cores in
      try Cores.limited(to: cores) {
        try candidate.fit(interactions).recommend(everyone, RecommendationRequest(top: 70))
      }
    }
    for other in lists.dropFirst() {
      #expect(other.items == lists[0].items)
      #expect(other.scores.map(\.bitPattern) == lists[0].scores.map(\.bitPattern))
    }
  }

  @Test(arguments: candidates.filter(\.takesSeed)) func anotherSeedGivesOtherBits(_ candidate: Candidate) throws {
    let interactions = try MadeUp.orders()
    let lists = try [0, 1].map { seed in
      try Models.fit(candidate.name, candidate.arguments + [.integer("seed", seed)], on: interactions)
        .recommend(everyone, RecommendationRequest(top: 70))
    }
    #expect(lists[0].items != lists[1].items || lists[0].scores != lists[1].scores)
  }

  @Test(arguments: candidates) func aListDoesNotDependOnWhoElseIsAsked(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    let together = try model.recommend(everyone, RecommendationRequest(top: 5))
    let alone = try model.recommend([17], RecommendationRequest(top: 5))
    #expect(Array(alone.items) == Array(together.items(of: 17)))
  }

  @Test(arguments: candidates.filter(\.explains)) func explanationsSumToTheScore(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    for user in [Int32(0), 7, 33] {
      let scores = try model.scores(for: user)
      for item in [Int32(0), 5, 69] {
        let explanation = try model.explain(user, item)
        let sum = explanation.terms.reduce(0) { $0 + $1.contribution }
        let tolerance = 1e-4 * max(1, abs(explanation.score))
        #expect(abs(sum - explanation.score) < tolerance)
        let score = scores[Int(item)]
        #expect(score == -.infinity ? explanation.terms.isEmpty : abs(Double(score) - explanation.score) < tolerance)
      }
    }
  }

  @Test(arguments: candidates) func onlyAndExceptAreObeyed(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    let some = ItemSet((0..<30).map { Int32(2 * $0) }, itemCount: 70)
    let few = ItemSet([Int32(0), 4, 8], itemCount: 70)
    let lists = try model.recommend(everyone, RecommendationRequest(top: 20, only: some, except: few))
    #expect(!lists.items.isEmpty)
    #expect(lists.items.allSatisfy { $0 % 2 == 0 && $0 < 60 && ![0, 4, 8].contains($0) })
  }

  @Test(arguments: candidates) func somebodyNewIsServed(_ candidate: Candidate) throws {
    let model = try candidate.fit(MadeUp.orders())
    let lists = try model.recommend(basket: Basket([3, 9, 3, 60]), RecommendationRequest(top: 3))
    #expect(lists.count == 1 && !lists.items.isEmpty && lists.items.count <= 3)
    for top in [3, 70] {
      let fresh = try model.recommend(basket: Basket([3, 9, 3, 60]), RecommendationRequest(top: top, seen: .drop))
      #expect(fresh.count == 1 && Set(fresh.items).isDisjoint(with: [3, 9, 60]))
      if candidate.reachesAll { #expect(fresh.items.count == min(top, 67)) }
    }
    let nobody = try model.recommend(basket: Basket([]), RecommendationRequest(top: 3))
    #expect(nobody.count == 1)
  }

  @Test(arguments: candidates) func walkShowsNamedSteps(_ candidate: Candidate) throws {
    let kind = try Models.named(candidate.name)
    let shown = Shown()
    _ = try Models.fit(candidate.name, candidate.arguments, on: MadeUp.orders(), walk: Walk { shown.add($0) })
    #expect(candidate.name == "Blend" || shown.titles == kind.steps)
    #expect(shown.reports.allSatisfy { !$0.formula.isEmpty && !$0.lookAt.isEmpty })
  }

  /// Whoever looks at a step for long does not make the next one slow, nor the iteration.
  @Test(arguments: ["iALS", "ALS"]) func lookingTakesNoTime(name: String) throws {
    let (shown, clock) = (Shown(), ManualClock())
    let walk = Walk { report in
      clock.advance(by: .seconds(60))
      shown.add(report)
    }
    let arguments: [ParameterArgument] = [.integer("factors", 2), .integer("iterations", 1)]
    let model = try WallClock.$current.withValue(WallClock(read: clock.now)) {
      try Models.fit(name, arguments, on: MadeUp.orders(), walk: walk)
    }
    #expect(shown.reports.count >= 5)
    #expect(shown.reports.map(\.seconds) == [Double](repeating: 0, count: shown.reports.count))
    #expect(model.history.iterations[0].seconds == 0)
  }
}

/// The steps a walk was shown.
private final class Shown: Sendable {
  private let collected = Mutex<[StepReport]>([])

  var reports: [StepReport] { collected.withLock { $0 } }
  var titles: [String] { reports.map(\.title) }

  func add(_ report: StepReport) { collected.withLock { $0.append(report) } }
}
