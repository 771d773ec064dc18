import Diagnostics
import Tables
import Testing

@Suite struct ExactNumberTests {
  /// Values in ascending order; neighbours with the same number are equal.
  private static let ordered: [(rank: Int, value: Value)] = [
    (0, .float(-.infinity)), (1, .float(-1e300)), (2, .decimal(-99_999_999_999_999_999_999, scale: 0)),
    (3, .integer(Int128(Int64.min))), (3, .float(-0x1p63)), (4, .float(-2.5)), (4, .decimal(-250, scale: 2)),
    (5, .integer(0)), (5, .float(-0.0)), (5, .decimal(0, scale: 38)), (6, .float(.leastNonzeroMagnitude)),
    (7, .decimal(1, scale: 38)), (8, .decimal(29, scale: 2)), (8, .float(0.29)), (8, .decimal(290_000, scale: 6)),
    (9, .float(0.30000000000000004)), (10, .integer(9_007_199_254_740_992)), (10, .float(0x1p53)),
    (11, .integer(9_007_199_254_740_993)), (12, .integer(Int128(Int64.max))), (13, .float(0x1p63)),
    (14, .integer(Int128(UInt64.max))), (15, .float(1e300)), (16, .float(.infinity)), (17, .float(.nan)),
  ]

  @Test func comparesAcrossTypes() {
    for (rank, value) in Self.ordered {
      for (otherRank, other) in Self.ordered {
        // Beyond all other numbers floats are only told apart from each other.
        let isBeyond = [rank, otherRank].contains { [0, 1, 15, 16].contains($0) }
        if isBeyond, value.number != other.number, case .float = value, case .float = other {
          #expect((value.order(with: other) ?? 0).signum() == (rank < otherRank ? -1 : 1))
        }
        let expected = rank < otherRank ? -1 : rank == otherRank ? 0 : 1
        #expect(value.order(with: other) == expected, "\(value) with \(other)")
      }
    }
  }

  @Test func timesCompareWithTimes() {
    let day = Value.date(19_905)
    #expect(day.order(with: .datetime(1_719_792_000_000, .milliseconds)) == 0)
    #expect(day.order(with: .datetime(1_719_792_000_000_000_001, .nanoseconds)) == -1)
    #expect(Value.date(.max).order(with: .datetime(.max, .nanoseconds)) == 1)
    #expect(Value.date(.min).order(with: .datetime(.min, .milliseconds)) == 1)
    #expect(Value.duration(1, .milliseconds).order(with: .duration(1000, .microseconds)) == 0)
    #expect(day.order(with: .integer(19_905)) == nil)
    #expect(day.order(with: .duration(1, .milliseconds)) == nil)
    #expect(Value.text("1").order(with: .integer(1)) == nil)
  }

  @Test(arguments: [
    (0.29, Int128(29), 2), (1e-7, 1, 7), (2.5e-10, 25, 11), (100_000, 100_000, 0), (-0.001, -1, 3),
    (0x1p53, 9_007_199_254_740_992, 0), (1e23, 99_999_999_999_999_991_611_392, 0), (123_456.75, 12_345_675, 2),
  ])
  func floatsStandForWhatIsWritten(_ number: Double, _ unscaled: Int128, _ scale: Int) throws {
    #expect(ExactNumber(number) == .finite(unscaled, scale: scale))
    let type = DataType.decimal(precision: 38, scale: scale)
    #expect(try cast(Column([number]), to: type).equals(Column(type, [.decimal(unscaled, scale: scale)])))
  }

  @Test func singleFloatsToo() throws {
    #expect(ExactNumber(Float(0.29)) == .finite(29, scale: 2))
    #expect(ExactNumber(Float(16_777_216)) == .finite(16_777_216, scale: 0))
    let type = DataType.decimal(precision: 5, scale: 2)
    #expect(try cast(Column([Float(0.29)]), to: type).equals(Column(type, [.decimal(29, scale: 2)])))
  }

  @Test func exactCastsKeepOnlyWhatStaysTheSame() throws {
    let big = 9_007_199_254_740_993
    #expect(try cast(Column([big, big - 1, 5]), to: .f64, .exact).equals(Column([nil, 0x1p53, 5] as [Double?])))
    #expect(try cast(Column([big, big - 1, 5]), to: .f64).equals(Column([0x1p53, 0x1p53, 5])))
    let decimals = try Column(
      .decimal(precision: 38, scale: 2), [.decimal(29, scale: 2), .decimal(12_345_678_901_234_567_891, scale: 2)])
    #expect(try cast(decimals, to: .f64, .exact).equals(Column([0.29, nil] as [Double?])))
    let moments = try Column(
      .datetime(.milliseconds), [.datetime(86_400_000, .milliseconds), .datetime(1, .milliseconds)])
    #expect(try cast(moments, to: .date, .exact).equals(Column(.date, [.date(1), .null])))
    #expect(try cast(moments, to: .date).equals(Column(.date, [.date(1), .date(0)])))
    let lists = try Column(listsOf: .i64, [[.integer(Int128(big)), .integer(1)]])
    #expect(try cast(lists, to: .list(.f64), .exact)[0] == .list([.null, .float(1)]))
  }

  @Test func decimalsBecomeTheNearestFloat() throws {
    let type = DataType.decimal(precision: 38, scale: 30)
    let third = try Column(type, [.decimal(333_333_333_333_333_333_333_333_333_333, scale: 30)])
    #expect(try cast(third, to: .f64).equals(Column([1.0 / 3])))
    #expect(Value.decimal(1, scale: 23).number == 1e-23)
  }
}
