import Diagnostics
import Query
import Tables
import Testing

@Suite struct ExecutionExpressionTests {
  static let session = Session([
    "t": Table([
      ("a", Column([7, -7, nil, 0] as [Int?])), ("b", Column([2, 2, 2, nil] as [Int?])),
      ("f", Column([1.5, .nan, nil, -0.0] as [Double?])), ("p", Column([true, true, nil, false] as [Bool?])),
      ("q", Column([true, nil, nil, false] as [Bool?])), ("s", Column(["Чай", "b", nil, ""] as [String?])),
    ])
  ])

  /// Multiples of 49, which times its reciprocal are less than they should be, and what lies beside them.
  private static func multiples<Number: FixedWidthInteger>(_ type: Number.Type) -> [Number] {
    var numbers: [Number] = [.min, .max]
    for factor in -130...130 {
      for number in factor * 49 - 1...factor * 49 + 1 {
        if let own = Number(exactly: number) { numbers.append(own) }
      }
    }
    return numbers
  }

  /// Division by a number that is the same in every row has ways of its own: by a reciprocal in f64, by one of 64 bits.
  @Test(arguments: [1, 2, 3, 6, 7, 10, 41, 49, 97, 98, 103, 107, 113, 127])
  func quotientsOfAConstantAreRoundedDown(divisor: Int) throws {
    let session = Session([
      "i8": Table([("x", Column(Self.multiples(Int8.self)))]),
      "i16": Table([("x", Column(Self.multiples(Int16.self)))]),
      "i32": Table([("x", Column(Self.multiples(Int32.self)))]),
      "i64": Table([("x", Column(Self.multiples(Int64.self)))]),
      "u8": Table([("x", Column(Self.multiples(UInt8.self)))]),
      "u16": Table([("x", Column(Self.multiples(UInt16.self)))]),
      "u32": Table([("x", Column(Self.multiples(UInt32.self)))]),
      "u64": Table([("x", Column(Self.multiples(UInt64.self)))]),
    ])
    for type in ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"] {
      for divisor in type.hasPrefix("u") || divisor == 1 ? [divisor] : [divisor, -divisor] {
        // Of the column's own type, so that nothing is widened first.
        let own = "cast(\(divisor), \(type))"
        let found = try session.run("\(type) | select x, q = x // \(own), r = x % \(own)")
        #expect(found.schema[1].type == found.schema[0].type)
        for row in 0..<found.rowCount {
          guard case .integer(let x) = found.columns[0][row], case .integer(let quotient) = found.columns[1][row],
            case .integer(let remainder) = found.columns[2][row]
          else { continue }
          let isFloor = quotient * Int128(divisor) + remainder == x && remainder.magnitude < divisor.magnitude
          let hasSign = remainder == 0 || (remainder < 0) == (divisor < 0)
          #expect(isFloor && hasSign, "\(x) // \(divisor) = \(quotient), rest \(remainder) as \(type)")
        }
      }
    }
  }

  @Test(
    arguments: [
      ("a // b", [3, -4, nil, nil]), ("a % b", [1, 1, nil, nil]), ("a // -2", [-4, 3, nil, 0]),
      ("a % -2", [-1, -1, nil, 0]),
      ("a / b", [3.5, -3.5, nil, nil]), ("a ** 2", [49, 49, nil, 0]), ("-a", [-7, 7, nil, 0]),
      ("1 / -(a * 0.0)", [.float(-.infinity), .float(.infinity), nil, .float(-.infinity)]),
      ("a + 1", [8, -6, nil, 1]),
      ("10 - a", [3, 17, nil, 10]), ("a == 7", [true, false, nil, false]), ("a != b", [true, true, nil, nil]),
      ("a < 6.5", [false, true, nil, true]), ("a == 7.5", [false, false, nil, false]),
      ("a > 1e300", [false, false, nil, false]),
      ("f == f", [true, true, nil, true]), ("f > 1000", [false, true, nil, false]),
      ("f < 2", [true, false, nil, true]),
      ("f == 0", [false, false, nil, true]), ("is_nan(f)", [false, true, nil, false]),
      ("p and q", [true, nil, nil, false]), ("p or q", [true, true, nil, false]), ("not q", [false, nil, nil, true]),
      ("q and false", [false, false, false, false]), ("q or true", [true, true, true, true]),
      ("a is null", [false, false, true, false]), ("a is not null", [true, true, false, true]),
      ("a in [7, 0]", [true, false, nil, true]), ("a not in [7, 0]", [false, true, nil, false]),
      ("a in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", [true, false, nil, false]),
      ("a in [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000000000000]", [true, false, nil, false]),
      ("f in [1.5, 2]", [true, false, nil, false]), ("s in [\"b\", \"Чай\"]", [true, true, nil, false]),
      ("s < \"c\"", [false, true, nil, true]), ("s == s", [true, true, nil, true]),
      ("if a > 0 then a else 0 - a", [7, 7, nil, 0]), ("if p then s else \"none\"", ["Чай", "b", "none", "none"]),
      ("if b is null then 0 else a // b", [3, -4, nil, 0]), ("if a != 0 then 14 // a else 0", [2, -2, 0, 0]),
      ("a == 0 or 14 // a > 0", [true, false, nil, true]),
      ("cast(a, str)", ["7", "-7", nil, "0"]), ("try_cast(s, i64)", [nil, nil, nil, nil]),
      ("cast(a, f64)", [7.0, -7.0, nil, 0.0]),
      ("sum(a)", [0, 0, 0, 0]), ("a - mean(a)", [7.0, -7.0, nil, 0.0]), ("len()", [4, 4, 4, 4]),
      ("count(a) over b", [2, 2, 2, 1]), ("row_number() over (b order by a)", [2, 1, 3, 1]),
      ("rank() over (order by a)", [3, 1, 4, 2]), ("lag(a, 1)", [nil, 7, -7, nil]), ("lead(a, 1)", [-7, nil, 0, nil]),
      ("cum_sum(a)", [7, 0, nil, 0]), ("cum_max(f)", [1.5, 1.5, nil, 1.5]),
      ("dense_rank() over (order by b)", [1, 1, 1, 2]),
    ] as [(String, [Value])])
  func values(_ expression: String, _ expected: [Value]) throws {
    #expect(try Self.session.values(expression) == expected)
  }

  @Test(arguments: [
    ("t | select x = cast(a, i8) * 100", "the result does not fit i8 in row 0"),
    ("t | select x = a * 9223372036854775807", "the result does not fit i64 in row 0"),
    ("t | select x = 100 // a", "whole-number division by zero in row 3"),
    ("t | select x = 100 % a", "whole-number division by zero in row 3"),
    ("t | select x = cast(a, u8)", "-7 in row 1 cannot become u8 without loss"),
    ("t | select x = cast(s, i64)", "\"Чай\" in row 0 cannot become i64 without loss"),
    ("t | select x = cast(f, i64)", "1.5 in row 0 cannot become i64 without loss"),
    ("t | select x = date(2024, 2, a)", "there is no date 2024-2--7 in row 1"),
  ])
  func failuresNameTheRow(_ code: String, _ message: String) throws {
    let mistake = try #require(Self.session.mistake(code))
    #expect(mistake.message == message)
    #expect(mistake.span != nil)
  }

  /// Many runs, so that borders between them and the row they count from are exercised.
  @Test func failuresNameTheRowInLaterRuns() throws {
    var numbers = Array(repeating: Int32(1), count: 100_000)
    numbers[77_777] = .max
    let session = Session(["t": Table([("a", Column(numbers))])])
    #expect(session.mistake("t | select x = a + 1")?.message == "the result does not fit i32 in row 77777")
    #expect(session.mistake("t | select x = cast(a, i16)")?.message.contains("row 77777") == true)
  }

  @Test func guardedFailuresInLaterRuns() throws {
    let numbers = (0..<100_000).map { Int32($0 % 3) }
    let session = Session(["t": Table([("a", Column(numbers))])])
    let result = try session.values("if a == 0 then 9 else 6 // a")
    #expect((0..<100_000).allSatisfy { result[$0] == [9, 6, 3][$0 % 3] })
    #expect(session.mistake("t | select x = if a == 1 then 0 else 6 // a")?.message.contains("row 0") == true)
  }

  /// What a fast division by a constant gives must be what the plain one does.
  @Test func divisionByConstants() throws {
    var seed: UInt64 = 1
    func random() -> UInt64 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return seed
    }
    let wide: [Int64] =
      [.min, .max, 0, -1, 1, 1 << 62] + (0..<500).map { Int64(bitPattern: random()) >> Int64($0 % 64) }
    let narrow = wide.map { Int32(truncatingIfNeeded: $0) }
    let unsigned = wide.map { UInt64(bitPattern: $0) }
    let session = Session(["t": Table([("w", Column(wide)), ("n", Column(narrow)), ("u", Column(unsigned))])])
    for divisor: Int64 in [2, 3, -3, 7, 10, 100, -100, 1 << 30, 1_000_000_007, 2_147_483_647, 1_000_000_000_000, -7] {
      let quotients = try session.values("w // \(divisor)")
      let remainders = try session.values("w % \(divisor)")
      for (row, number) in wide.enumerated() {
        let quotient = floorDivided(number, divisor)
        #expect(quotients[row] == .integer(Int128(quotient)), "\(number) // \(divisor)")
        #expect(remainders[row] == .integer(Int128(number &- quotient &* divisor)), "\(number) % \(divisor)")
      }
      guard let small = Int32(exactly: divisor) else { continue }
      let narrowRemainders = try session.values("n % \(divisor)")
      let narrowQuotients = try session.values("n // \(divisor)")
      for (row, number) in narrow.enumerated() {
        #expect(narrowRemainders[row] == .integer(Int128(floorRemainder(number, small))), "\(number) % \(divisor)")
        #expect(narrowQuotients[row] == .integer(Int128(floorDivided(number, small))), "\(number) // \(divisor)")
      }
      if divisor > 0 {
        let unsignedRemainders = try session.values("u % \(divisor)")
        for (row, number) in unsigned.enumerated() {
          #expect(unsignedRemainders[row] == .integer(Int128(number % UInt64(divisor))))
        }
      }
    }
  }

  @Test func comparesBeyondWhatFloatsHold() throws {
    let session = Session([
      "t": Table([
        ("a", Column([9_007_199_254_740_993, -1])), ("f", Column([9_007_199_254_740_992.0, .nan])),
        ("u", Column([UInt64.max, 5])),
      ])
    ])
    #expect(try session.values("a == f") == [false, false])
    #expect(try session.values("a > f") == [true, false])
    #expect(try session.values("a < u") == [true, true])
    #expect(try session.values("u == 18446744073709551615") == [true, false])
    #expect(try session.values("a == 9007199254740992.0") == [false, false])
  }

  @Test func sameOnOneTextOrMany() throws {
    // Few distinct texts: computed once a text; all distinct: row by row.
    let words = ["x", "Ёж", "", "a b"]
    let few = (0..<1000).map { words[$0 % 4] }
    let many = (0..<1000).map { "\(words[$0 % 4])\($0)" }
    for texts in [few, many] {
      var nullable = texts.map { Optional($0) }
      nullable[3] = nil
      let session = Session(["t": Table([("s", Column(nullable))])])
      let lengths = try session.values("length(s)")
      let upper = try session.values("upper(s)")
      let found = try session.values("contains(s, \"ж\")")
      for row in 0..<1000 {
        let text = nullable[row]
        #expect(lengths[row] == text.map { .integer(Int128($0.unicodeScalars.count)) } ?? .null)
        #expect(upper[row] == text.map { .text(Text($0.uppercased())) } ?? .null)
        #expect(found[row] == text.map { .bool($0.contains("ж")) } ?? .null)
      }
    }
  }
}
