import LinearAlgebra
import Testing

/// Rows that had no gradient for some steps catch up when they are needed: the numbers are those of rows that took every
/// step, from the same start.
@Suite struct AdamRowsTests {
  private static let columns = 5

  private func schedule(steps: Int) throws -> AdamRows.Schedule {
    try AdamRows.Schedule(steps: steps, learningRate: 0.001, weightDecay: 0.01)
  }

  /// Rows that have had a gradient at their first step, so that both moments are at work.
  private func rows(_ count: Int, _ schedule: AdamRows.Schedule) throws -> AdamRows {
    var rows = try AdamRows(rowCount: count, columnCount: Self.columns) { row, column in
      Float((row * 31 + column * 17) % 23 - 11) / 8
    }
    for row in 0..<count {
      let gradient = (0..<rows.stride).map { $0 < Self.columns ? Float((row * 7 + $0 * 5) % 13 - 6) / 4 : 0 }
      rows.step(row, number: 1, gradient: gradient.span, schedule)
    }
    return rows
  }

  /// Every step, one after another.
  private func dense(_ rows: AdamRows, to goals: [Int], _ schedule: AdamRows.Schedule) -> AdamRows {
    var rows = rows
    let nothing = [Float](repeating: 0, count: rows.stride)
    for (row, goal) in goals.enumerated() {
      for step in 2..<max(2, goal + 1) { rows.step(row, number: step, gradient: nothing.span, schedule) }
    }
    return rows
  }

  private func expectSameBits(_ lazy: AdamRows, _ dense: AdamRows) {
    #expect(lazy.current == dense.current)
    for row in 0..<dense.rowCount {
      for column in 0..<Self.columns {
        let place = row * dense.stride + column
        #expect(lazy.weights[place].bitPattern == dense.weights[place].bitPattern, "weight \(column) of row \(row)")
        #expect(lazy.first[place].bitPattern == dense.first[place].bitPattern, "mean \(column) of row \(row)")
        #expect(lazy.second[place].bitPattern == dense.second[place].bitPattern, "square \(column) of row \(row)")
      }
    }
  }

  /// Pauses of every length, alone and side by side with others that begin and end elsewhere.
  @Test func rowsThatCatchUpTookEveryStep() throws {
    let goals = Array(1...150)
    let schedule = try schedule(steps: 400)
    let start = try rows(goals.count, schedule)
    let taken = dense(start, to: goals, schedule)

    var alone = start
    for (row, goal) in goals.enumerated() { alone.catchUp(row, to: goal, schedule) }
    expectSameBits(alone, taken)

    var together = start
    try together.catchUp(
      Dictionary(uniqueKeysWithValues: goals.enumerated().map { (Int32($0), Int32($1)) }), schedule)
    expectSameBits(together, taken)

    // From where each is, all to one step.
    var all = together
    try all.catchUpAll(to: 200, schedule)
    var every = taken
    let nothing = [Float](repeating: 0, count: every.stride)
    for (row, goal) in goals.enumerated() {
      for step in goal + 1...200 { every.step(row, number: step, gradient: nothing.span, schedule) }
    }
    expectSameBits(all, every)
  }

  /// Where weight and mean have become zero only the square still shrinks, by β₂ a step; it is what scales the first
  /// step that has a gradient again.
  @Test(arguments: [1, 2, 63, 64, 65, 300]) func whatHasDecayedToZeroStillForgets(steps: Int) throws {
    let schedule = try schedule(steps: steps + 2)
    let stride = try rows(1, schedule).stride
    let zeros = [Float](repeating: 0, count: stride)
    let start = try #require(
      AdamRows(
        rowCount: 1, columnCount: Self.columns, weights: zeros, first: zeros,
        second: [Float](repeating: 0.25, count: stride), current: [1]))
    var (alone, together) = (start, start)
    alone.catchUp(0, to: 1 + steps, schedule)
    try together.catchUpAll(to: 1 + steps, schedule)
    let taken = dense(start, to: [1 + steps], schedule)
    for found in [alone, together] {
      #expect(found.weights == zeros && found.first == zeros)
      // A step more or less is a thousandth.
      #expect(abs(found.second[0] / taken.second[0] - 1) < 1e-4)
    }
  }
}
