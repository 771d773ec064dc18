import Diagnostics
import Generators
import Parallelism
import Tables
import Testing

@Suite struct AggregateTests {
  private let kinds: [Aggregate] = [
    .len, .count, .sum, .mean, .variance(ddof: 1), .deviation(ddof: 0), .min, .max, .first, .last, .distinctCount,
    .unique, .list, .median, .quantile(0.3), .mode,
  ]

  /// One aggregate of some values, as a person would compute it.
  private func naive(_ kind: Aggregate, _ values: [Value], _ type: DataType) -> Value {
    let known = values.filter { !$0.isNull }
    let numbers = known.compactMap(\.number)
    let sorted = known.sorted { naivePrecedes($0, $1) }
    let isNaN: (Value) -> Bool = { if case .float(let x) = $0 { x.isNaN } else { false } }
    var distinct: [Value] = []
    for value in values where !distinct.contains(value) { distinct.append(value) }
    switch kind {
    case .len: return .integer(Int128(values.count))
    case .count: return .integer(Int128(known.count))
    case .first: return values.first ?? .null
    case .last: return values.last ?? .null
    case .min: return sorted.first ?? .null
    case .max: return sorted.last { !isNaN($0) } ?? sorted.last ?? .null
    case .distinctCount: return .integer(Int128(distinct.count))
    case .unique: return .list(distinct)
    case .list: return .list(values)
    case .sum:
      if type.isFloat { return .float(numbers.reduce(0, +)) }
      return .integer(known.reduce(0) { if case .integer(let x) = $1 { $0 + x } else { $0 } })
    case .mean: return numbers.isEmpty ? .null : .float(numbers.reduce(0, +) / Double(numbers.count))
    case .variance(let ddof), .deviation(let ddof):
      if numbers.count <= ddof { return .null }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count - ddof)
      if case .variance = kind { return .float(variance) }
      return .float(variance.squareRoot())
    case .median: return naive(.quantile(0.5), values, type)
    case .quantile(let fraction):
      if sorted.isEmpty { return .null }
      let place = Double(sorted.count - 1) * fraction
      let low = sorted[Int(place)].number ?? 0
      let high = sorted[min(sorted.count - 1, Int(place) + 1)].number ?? 0
      let share = place - place.rounded(.down)
      return .float(share == 0 || low == high ? low : low + (high - low) * share)
    case .mode:
      let counts = sorted.map { value in sorted.count { $0 == value } }
      return counts.max().flatMap { most in counts.firstIndex(of: most).map { sorted[$0] } } ?? .null
    case .any, .all: return .null
    }
  }

  /// Whether the aggregate has a meaning for the type, and the naive one knows it.
  private func isKnown(_ kind: Aggregate, _ type: DataType) -> Bool {
    guard (try? kind.type(of: type)) != nil else { return false }
    switch kind {
    case .sum: return type.isInteger || type.isFloat
    case .mean, .median, .quantile: return type.isNumeric
    default: return true
    }
  }

  private func isNear(_ a: Value, _ b: Value) -> Bool {
    guard case .float(let x) = a, case .float(let y) = b else { return a == b }
    return x == y || (x.isNaN && y.isNaN) || abs(x - y) <= 1e-5 * max(1, abs(x), abs(y))
  }

  @Test(arguments: [
    DataType.i8, .i32, .u16, .u64, .f32, .f64, .string, .date, .decimal(precision: 38, scale: 2), .list(.i64),
  ])
  func `aggregates by group are those of the rows of the group`(_ type: DataType) throws {
    for seed in 0..<6 {
      let count = [0, 40, 400][seed % 3]
      let nulls = seed > 2
      var dice = SplitMix(seed: UInt64(seed + 50))
      var values = SampleColumns.values(type, count: count, nulls: nulls, &dice)
      // Extremes sum past what a result or the naive floating sum holds; that is a test of its own.
      values = values.map { abs($0.number ?? 0) > 1e15 && !type.isFloat ? .null : $0 }
      let column = try Column(type, values)
      let keys = Column((0..<count).map { _ in Int32(dice.below(seed + 3)) })
      let grouping = try Grouping(by: [keys], count: count)
      let slices = try grouping.slices()
      for kind in kinds where isKnown(kind, type) {
        let found = try aggregate(kind, of: column, over: slices)
        #expect(found.type == (try kind.type(of: type)))
        for group in 0..<grouping.groupCount {
          let own = (0..<count).filter { grouping.groupOfRow[$0] == UInt32(group) }.map { values[$0] }
          let expected = naive(kind, own, type)
          #expect(isNear(found[group], expected), "\(kind) of \(own): \(found[group]), not \(expected)")
        }
        let whole = try aggregate(kind, of: column)
        #expect(isNear(whole[0], naive(kind, values, type)), "\(kind) of all \(type)")
      }
    }
  }

  @Test func `long columns take the parallel ways to the same values`() throws {
    var dice = SplitMix(seed: 77)
    let numbers = (0..<200_000).map { _ in Double(dice.below(1_000_000)) / 8 }
    let column = Column(numbers)
    let sorted = numbers.sorted()
    #expect(try aggregate(.median, of: column)[0] == .float((sorted[99_999] + sorted[100_000]) / 2))
    #expect(try aggregate(.quantile(0), of: column)[0] == .float(sorted[0]))
    #expect(try aggregate(.quantile(1), of: column)[0] == .float(sorted[199_999]))
    #expect(try aggregate(.sum, of: column)[0] == .float(numbers.reduce(0, +)))
    #expect(try aggregate(.min, of: column)[0] == .float(sorted[0]))
    #expect(try aggregate(.max, of: column)[0] == .float(sorted[199_999]))
    #expect(try aggregate(.distinctCount, of: column)[0] == .integer(Int128(Set(numbers).count)))
    let constant = Column([Double](repeating: 2.5, count: 100_000))
    #expect(try aggregate(.median, of: constant)[0] == .float(2.5))
  }

  /// A sample of the values tells where a rank lies. Here it sees every fourth value alone, all of them above the others
  /// or below them.
  @Test(arguments: [1.0, -1]) func `a sample that misleads changes no quantile`(sign: Double) throws {
    let count = 1 << 16
    let numbers = (0..<count).map { (row: Int) -> Double in
      if row % 4 == 0 { return sign * Double(1_000_000 + row) }
      return Double(row * 7919 % 50_021)
    }
    let sorted = numbers.sorted()
    let column = Column(numbers)
    let median: Double = (sorted[count / 2 - 1] + sorted[count / 2]) / 2
    #expect(try aggregate(.median, of: column)[0] == .float(median))
    for fraction in [0, 0.1, 0.3, 0.7, 0.9, 1] {
      let found = try #require(try aggregate(.quantile(fraction), of: column)[0].number)
      let below = Int(fraction * Double(count - 1))
      #expect(sorted[below] <= found && found <= sorted[min(count - 1, below + 1)], "\(fraction)")
    }
  }

  @Test func `a quantile between a number and infinity is infinity`() throws {
    let column = Column([1.0, 2, .infinity])
    #expect(try aggregate(.quantile(0.55), of: column)[0] == .float(.infinity))
    #expect(try aggregate(.quantile(0.95), of: column)[0] == .float(.infinity))
    #expect(try aggregate(.median, of: column)[0] == .float(2))
  }

  @Test func `times have means and medians, decimals exact sums`() throws {
    let days = try Column(.date, [.date(1), .null, .date(2)])
    #expect(try aggregate(.mean, of: days)[0] == .datetime(129_600_000, .milliseconds))
    let spans = try Column(.duration(.microseconds), [.duration(5, .microseconds), .duration(8, .microseconds)])
    #expect(try aggregate(.median, of: spans)[0] == .duration(7, .microseconds))
    #expect(try aggregate(.sum, of: spans)[0] == .duration(13, .microseconds))
    let large = powerOfTen25
    let prices = try Column(
      .decimal(precision: 38, scale: 2), [.decimal(large, scale: 2), .decimal(7, scale: 2), .decimal(-large, scale: 2)])
    #expect(try aggregate(.sum, of: prices)[0] == .decimal(7, scale: 2))
  }

  private let powerOfTen25: Int128 = 10_000_000_000_000_000_000_000_000

  @Test func `sums are exact or an error`() throws {
    #expect(try aggregate(.sum, of: Column([Int64.max, -1, 1, -5]))[0] == .integer(Int128(Int64.max) - 5))
    #expect(throws: Diagnostic.sumOverflow(.i64, firstRow: 0)) { try aggregate(.sum, of: Column([Int64.max, 1])) }
    #expect(throws: Diagnostic.sumOverflow(.u64, firstRow: 0)) { try aggregate(.sum, of: Column([UInt64.max, 1])) }
    #expect(try aggregate(.sum, of: Column([Int8](repeating: 127, count: 1000)))[0] == .integer(127_000))
    #expect(throws: Diagnostic.cannotAggregate("sum", .string)) { try aggregate(.sum, of: Column(["a"])) }
    // Slices of a long group are summed apart: each fits 64 bits, two of them do not.
    let share = Int64.max >> 16
    let half = [Int64](repeating: share, count: 1 << 17)
    #expect(throws: Diagnostic.sumOverflow(.i64, firstRow: 0)) { try aggregate(.sum, of: Column(half)) }
    #expect(try aggregate(.sum, of: Column(half + half.map { -$0 } + [7]))[0] == .integer(7))
    let mean = try aggregate(.mean, of: Column(half))[0].number
    #expect(mean == Double(share))
  }

  @Test func `any, all and correlation`() throws {
    let slices = GroupSlices(rows: nil, offsets: Buffer([0, 2, 4, 4, 5]))
    let bits = Column([true, false, true, nil, nil] as [Bool?])
    #expect(try aggregate(.any, of: bits, over: slices).all == [.bool(true), .bool(true), .bool(false), .bool(false)])
    #expect(try aggregate(.all, of: bits, over: slices).all == [.bool(false), .bool(true), .bool(true), .bool(true)])
    let x = Column([1.0, 2, 3, nil, 5] as [Double?])
    let y = Column([2.0, 4, 6, 1, 10] as [Double?])
    #expect(try correlations(x, y, over: GroupSlices(rowCount: 5))[0] == .float(1))
    #expect(try correlations(x, y, over: slices)[3] == .null)
    // A null counts on neither side, wherever it stands.
    #expect(try correlations(y, x, over: GroupSlices(rowCount: 5))[0] == .float(1))
    let z = Column([nil, 1, 1.5, 7, 2.5] as [Double?])
    #expect(try correlations(x, z, over: GroupSlices(rowCount: 5))[0] == .float(1))
  }

  @Test func `a summary says what describe prints`() throws {
    let summary = try ColumnSummary(Column([3, 1, nil, 3, 5]))
    #expect(summary.count == 5 && summary.nulls == 1 && summary.distinct == 3)
    #expect(summary.mean == 3 && summary.minimum == .integer(1) && summary.maximum == .integer(5))
    #expect(summary.quartiles?.0 == 2.5 && summary.quartiles?.1 == 3 && summary.quartiles?.2 == 3.5)
    #expect(summary.mostFrequent == .integer(3))
    #expect(try ColumnSummary(Column(["б", "a", "б"])).mostFrequent == .text("б"))
    #expect(try ColumnSummary(Column([Int]())).mean == nil)
  }

  @Test func `one core and many give the same bits`() throws {
    var dice = SplitMix(seed: 5)
    let numbers = Column((0..<150_000).map { _ in Double(Int64(bitPattern: dice.next())) / 3 })
    let keys = Column((0..<150_000).map { _ in Int64(dice.below(5000)) })
    @Sendable func all() throws(Diagnostic) -> [Column] {
      let slices = try Grouping(by: [keys], count: keys.count).slices()
      var results: [Column] = []
      for kind in [Aggregate.sum, .mean, .deviation(ddof: 1), .median] {
        results.append(try aggregate(kind, of: numbers, over: slices))
        results.append(try aggregate(kind, of: numbers))
      }
      return results
    }
    let many = try all()
    // Inside a loop that keeps all cores busy, loops slice on the spot.
    let alone = try mapIndices(of: 2) { (_) throws(Diagnostic) in try all() }
    for results in alone { for (a, b) in zip(many, results) { #expect(a.equals(b)) } }
  }

  @Test func `means and medians of times are whole ticks`() throws {
    let moment: Int64 = 1_719_792_000_123_456_789
    func column(_ ticks: [Int64?]) throws -> Column {
      try Column(.datetime(.nanoseconds), ticks.map { $0.map { .datetime($0, .nanoseconds) } ?? .null })
    }
    for kind in [Aggregate.mean, .median, .quantile(0.3)] {
      #expect(try aggregate(kind, of: column([moment, nil, moment]))[0] == .datetime(moment, .nanoseconds))
      #expect(try aggregate(kind, of: column([.min, .min]))[0] == .datetime(.min, .nanoseconds))
      #expect(try aggregate(kind, of: column([.max, .max, .max]))[0] == .datetime(.max, .nanoseconds))
      #expect(try aggregate(kind, of: column([nil]))[0] == .null)
    }
    #expect(try aggregate(.mean, of: column([moment, moment + 1]))[0] == .datetime(moment + 1, .nanoseconds))
    #expect(
      try aggregate(.median, of: column([moment, moment + 2, .max, .min]))[0] == .datetime(moment + 1, .nanoseconds))
    #expect(try aggregate(.mean, of: column([.min, .max]))[0] == .datetime(0, .nanoseconds))
    // Far apart: half of the way has more digits than a float.
    #expect(
      try aggregate(.median, of: column([-2_208_988_800_000_000_000, moment]))[0]
        == .datetime(-244_598_399_938_271_605, .nanoseconds))
    #expect(try aggregate(.median, of: column([.min, .max]))[0] == .datetime(0, .nanoseconds))
    #expect(
      try aggregate(.quantile(0.25), of: column([.min, .max]))[0] == .datetime(-4_611_686_018_427_387_904, .nanoseconds)
    )
    let days = try Column(.date, [.date(0), .date(1), .date(.max)])
    #expect(try aggregate(.median, of: days)[0] == .datetime(86_400_000, .milliseconds))
    let slices = GroupSlices(rows: nil, offsets: Buffer([0, 1, 1, 3]))
    #expect(
      try aggregate(.quantile(0.25), of: column([7, 0, 4]), over: slices)
        .equals(column([7, nil, 1])))
    let counted = try CountedValues(column([moment, moment + 2]), counts: Column([1, 1]))
    #expect(try counted.column(.median, of: .datetime(.nanoseconds))[0] == .datetime(moment + 1, .nanoseconds))
  }
}
