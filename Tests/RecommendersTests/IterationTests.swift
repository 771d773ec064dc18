import Diagnostics
import Parallelism
import Recommenders
import Testing

/// Models with iterations: going on, stopping, what they measured.
@Suite struct IterationTests {
  private func parameters(iterations: Int) -> [ParameterArgument] {
    [.integer("factors", 6), .integer("iterations", iterations), .real("alpha", 5)]
  }

  @Test func threeAndFiveStepsAreEight() throws {
    let interactions = try MadeUp.orders()
    let short = try Models.fit("iALS", parameters(iterations: 3), on: interactions)
    let stepped = try short.step(5)
    let long = try Models.fit("iALS", parameters(iterations: 8), on: interactions)
    #expect(stepped.history.iterations.map(\.loss) == long.history.iterations.map(\.loss))
    #expect(stepped.history.iterations.map(\.number) == Array(1...8))
    #expect(try stepped.scores(for: 4).map(\.bitPattern) == long.scores(for: 4).map(\.bitPattern))
    #expect(stepped.model.settings.contains { $0.name == "iterations" && $0.value.text == "8" })
    #expect(short.history.iterations.count == 3)
  }

  @Test(arguments: ["SVD", "SVDpp", "BPR", "NMF", "CoClustering", "MatrixFactorization"]) func twoAndThreeEpochsAreFive(
    name: String
  )
    throws
  {
    let interactions = try MadeUp.orders()
    let stepped = try Models.fit(name, [.integer("epochs", 2)], on: interactions).step(3)
    let long = try Models.fit(name, [.integer("epochs", 5)], on: interactions)
    #expect(stepped.history.iterations.map(\.loss) == long.history.iterations.map(\.loss))
    #expect(try stepped.scores(for: 4).map(\.bitPattern) == long.scores(for: 4).map(\.bitPattern))
  }

  @Test func anInterruptionKeepsTheLastFinishedIteration() throws {
    let interactions = try MadeUp.orders()
    let cancellation = Cancellation()
    let progress = Progress { moment in
      if moment.detail.hasPrefix("iteration 2 of") && moment.completed == 2 * 120 { cancellation.request() }
    }
    let partial = try Progress.$current.withValue(progress) {
      try Cancellation.$current.withValue(cancellation) {
        try Models.fit("iALS", parameters(iterations: 50), on: interactions)
      }
    }
    #expect(partial.wasInterrupted)
    #expect(partial.history.iterations.count == 2)
    let two = try Models.fit("iALS", parameters(iterations: 2), on: interactions)
    #expect(try partial.scores(for: 4) == two.scores(for: 4))
    let resumed = try partial.step(1)
    #expect(!resumed.wasInterrupted && resumed.history.iterations.count == 3)
  }

  /// Every model with iterations: two and three are five, in every bit that can be asked for.
  @Test(arguments: candidates.filter(\.hasIterations)) func goingOnIsTheSameAsGoingFurther(
    _ candidate: Candidate
  ) throws {
    let interactions = try MadeUp.orders()
    let name = try #require(candidate.iterationsName)
    let others = candidate.arguments.filter { $0.name != name }
    let stepped = try Models.fit(candidate.name, others + [.integer(name, 2)], on: interactions).step(3)
    let long = try Models.fit(candidate.name, others + [.integer(name, 5)], on: interactions)
    #expect(stepped.history.iterations.map(\.loss) == long.history.iterations.map(\.loss))
    #expect(stepped.history.iterations.map(\.measured) == long.history.iterations.map(\.measured))
    #expect(stepped.model.settings.map(\.value.text) == long.model.settings.map(\.value.text))
    for user in [Int32(0), 4, 49] {
      #expect(try stepped.scores(for: user).map(\.bitPattern) == long.scores(for: user).map(\.bitPattern))
    }
  }

  /// Ctrl-C in the third iteration of every model leaves the second, which is whole and goes on.
  @Test(arguments: candidates.filter(\.hasIterations), [true, false])
  func anyModelKeepsItsLastFinishedIteration(_ candidate: Candidate, inMemory: Bool) throws {
    let interactions = try MadeUp.orders()
    let name = try #require(candidate.iterationsName)
    let others = candidate.arguments.filter { $0.name != name }
    let cancellation = Cancellation()
    let measurement = IterationMeasurement(columns: ["number"]) { model in
      if model.history.iterations.count == 2 { cancellation.request() }
      return [Double(model.history.iterations.count)]
    }
    let partial = try IterationMeasurement.$current.withValue(measurement) {
      try Cancellation.$current.withValue(cancellation) {
        try IterationBackup.$bytesInMemory.withValue(inMemory ? .max : 0) {
          try Models.fit(candidate.name, others + [.integer(name, 50)], on: interactions)
        }
      }
    }
    #expect(partial.wasInterrupted && partial.history.iterations.count == 2)
    #expect(partial.history.columns.last == "number")
    #expect(partial.history.iterations.map(\.measured.last) == [1, 2])
    let two = try Models.fit(candidate.name, others + [.integer(name, 2)], on: interactions)
    #expect(try partial.scores(for: 4).map(\.bitPattern) == two.scores(for: 4).map(\.bitPattern))
    let resumed = try partial.step(1)
    #expect(!resumed.wasInterrupted && resumed.history.iterations.count == 3)
    #expect(try resumed.scores(for: 4) == two.step(1).scores(for: 4))
    #expect(resumed.history.iterations.last?.measured.last == .some(nil))
  }

  /// Ctrl-C at any check, also when half of the users have moved: the model is that of some finished iteration, all of
  /// it, and goes on from there. Where iterations are short they are finished, where they are long they are undone.
  @Test(arguments: candidates.filter(\.hasIterations), [true, false])
  func anInterruptedIterationLeavesNoTrace(_ candidate: Candidate, inMemory: Bool) throws {
    let interactions = try MadeUp.orders(users: 120, items: 40, rows: 1500)
    let name = try #require(candidate.iterationsName)
    let arguments = candidate.arguments.filter { $0.name != name }
    for iterationTime in [Duration.zero, .seconds(1)] {
      let clock = ManualClock(tick: iterationTime)
      func fit(_ cancellation: Cancellation) throws -> any FittedModel {
        try WallClock.$current.withValue(WallClock(read: clock.now)) {
          try Cancellation.$current.withValue(cancellation) {
            try IterationBackup.$bytesInMemory.withValue(inMemory ? .max : 0) {
              try Models.fit(candidate.name, arguments + [.integer(name, 4)], on: interactions)
            }
          }
        }
      }
      let all = Cancellation(requestedAtCheck: .max)
      _ = try fit(all)
      #expect(all.checkCount >= 4)
      var kept: Set<Int> = []
      for number in Set((1...6).map { max(1, all.checkCount * $0 / 6) }).sorted() {
        let model: any FittedModel
        do {
          model = try fit(Cancellation(requestedAtCheck: number))
        } catch let error as Diagnostic {
          #expect(error == .interrupted)
          continue
        }
        let finished = model.history.iterations.count
        #expect(model.wasInterrupted == (finished < 4))
        kept.insert(finished)
        let whole = try Models.fit(candidate.name, arguments + [.integer(name, finished)], on: interactions)
        for user in [0, 17, 119] as [Int32] {
          #expect(try model.scores(for: user).map(\.bitPattern) == whole.scores(for: user).map(\.bitPattern))
        }
        let (longer, wholeLonger) = (try model.step(2), try whole.step(2))
        #expect(longer.history.iterations.map(\.loss) == wholeLonger.history.iterations.map(\.loss))
      }
      #expect(kept.contains { $0 < 4 }, "no fit was interrupted in its middle")
    }
  }

  @Test func everyIterativeModelIsExamined() {
    let examined = Set(candidates.filter(\.hasIterations).map(\.name))
    #expect(examined == Set(Models.all.filter { $0.isIterative }.map { $0.name }))
  }

  @Test func anInterruptionBeforeTheFirstIterationIsThrown() throws {
    let interactions = try MadeUp.orders()
    let cancellation = Cancellation()
    cancellation.request()
    for name in ["iALS", "EASE"] {
      let error = #expect(throws: Diagnostic.self) {
        try Cancellation.$current.withValue(cancellation) { try Models.fit(name, on: interactions) }
      }
      #expect(error == .interrupted)
    }
  }

  @Test func theLossFalls() throws {
    for weighting in ["implicit", "hu", "rendle"] {
      let model = try Models.fit(
        "iALS",
        [
          .integer("factors", 6), .integer("iterations", 10), .word("weighting", weighting), .real("alpha", 0.5),
          .word("solver", "cholesky"),
        ], on: MadeUp.orders())
      let losses = model.history.iterations.compactMap(\.loss)
      #expect(losses.count == 10)
      for (before, after) in zip(losses, losses.dropFirst()) { #expect(after <= before * (1 + 1e-5)) }
    }
  }

  /// One block of all columns is Cholesky; smaller ones get to the same place.
  @Test func blocksSolveWhatCholeskySolves() throws {
    func losses(_ solver: String, block: Int, iterations: Int) throws -> [Double] {
      try Models.fit(
        "iALS",
        [
          .integer("factors", 20), .integer("iterations", iterations), .real("alpha", 3), .real("regularization", 1),
          .word("solver", solver), .integer("block", block),
        ], on: MadeUp.orders()
      ).history.iterations.compactMap(\.loss)
    }
    let exact = try losses("cholesky", block: 1, iterations: 40)
    for (whole, loss) in zip(try losses("block", block: 20, iterations: 5), exact) {
      #expect(abs(whole - loss) < 1e-5 * loss)
    }
    let blocks = try losses("block", block: 6, iterations: 40)
    for (before, after) in zip(blocks, blocks.dropFirst()) { #expect(after <= before * (1 + 1e-5)) }
    #expect(abs(blocks[39] - exact[39]) < 2e-2 * exact[39])
  }

  @Test func whatMisleadsIsNoted() throws {
    let board = try MadeUp.checkerboard(size: 10)
    let notes = try Models.fit("iALS", [.integer("factors", 2)], on: board).notes
    #expect(notes.first?.hasPrefix("alpha=1: the 100 % of cells with weight 1 have no more confidence") == true)
    #expect(try Models.fit("iALS", [.integer("factors", 2), .word("weighting", "hu")], on: board).notes.isEmpty)
    let unsure = try Models.fit("iALS", [.integer("factors", 2), .real("alpha", 0)], on: board).notes
    #expect(unsure == ["alpha=0: interactions have no confidence at all"])
    let lost = try Models.fit(
      "iALS", [.integer("factors", 2), .real("alpha", 2), .real("regularization", 1e-12)], on: board
    ).notes
    #expect(
      lost.first?.hasPrefix("regularization=1e-12 has no effect: next to YᵀY it is below single precision") == true)
  }

  /// Two items that the same ten users had differ by λ alone.
  @Test func aRegularizationThatSinglePrecisionLosesIsNoted() throws {
    let twins = try Interactions(
      users: (0..<20).map { Int32($0 / 2) }, items: (0..<20).map { Int32($0 % 2) }, userCount: 10, itemCount: 2)
    func fit(_ regularization: Double) throws -> [String] {
      try Models.fit("EASE", [.real("regularization", regularization), .word("form", "primal")], on: twins).notes
    }
    #expect(try fit(1).isEmpty)
    #expect(try fit(1e-4).first?.contains("the weights of 1 item are inexact") == true)
    let refused = #expect(throws: Diagnostic.self) { try fit(1e-7) }
    #expect(refused?.message.contains("regularization") == true)
  }

  @Test func aModelFittedAtOnceTakesNoSteps() throws {
    let model = try Models.fit("EASE", on: MadeUp.orders())
    let error = #expect(throws: Diagnostic.self) { try model.step(1) }
    #expect(error?.message == "EASE cannot take steps: it is fitted at once")
  }
}
