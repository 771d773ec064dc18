import ElementaryFunctions
import Foundation
import Generators
import Testing

/// The functions under test by the names of the reference file.
private let doubles: [String: @Sendable (Double) -> Double] = [
  "exp": { Elementary.exp($0) }, "log": { Elementary.log($0) }, "log1p": { Elementary.log1p($0) },
  "log2": { Elementary.log2($0) }, "log10": { Elementary.log10($0) },
]
private let floats: [String: @Sendable (Float) -> Float] = [
  "expf": { Elementary.exp($0) }, "logf": { Elementary.log($0) }, "log1pf": { Elementary.log1p($0) },
  "cosf": { Elementary.cos($0) }, "sinf": { Elementary.sin($0) },
]

@Suite struct ElementaryTests {
  /// Exact values, made by `Scripts/reference/elementary-functions.py`.
  @Test func valuesAreTheExactOnesRounded() throws {
    let text = try Checkout.text("Tests/ElementaryFunctionsTests/Fixtures/values.txt")
    var count = 0
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let bits = words.dropFirst().map { UInt64($0, radix: 16) ?? 0 }
      let name = words[0]
      let result: UInt64
      if let function = doubles[name] {
        result = function(Double(bitPattern: bits[0])).bitPattern
      } else if let function = floats[name] {
        result = UInt64(function(Float(bitPattern: UInt32(bits[0]))).bitPattern)
      } else {
        result = Elementary.pow(Double(bitPattern: bits[0]), Double(bitPattern: bits[1])).bitPattern
      }
      #expect(result == bits[bits.count - 1], "\(line)")
      count += 1
    }
    #expect(count > 1800)
  }

  /// The greatest numbers have logarithms and powers like others.
  @Test(arguments: [1.25e308, 1.7e308, Double.greatestFiniteMagnitude])
  func theGreatestNumbersToo(number: Double) {
    #expect(abs(Elementary.log(number) - Foundation.log(number)) < 2e-13)
    #expect(abs(Elementary.log1p(number) - Foundation.log1p(number)) < 2e-13)
    #expect(abs(Elementary.log2(number) - Foundation.log2(number)) < 3e-13)
    #expect(Elementary.pow(number, 3) == .infinity && Elementary.pow(-number, 3) == -.infinity)
    #expect(Elementary.pow(number, 1) == number && Elementary.pow(number, -3) == 0)
    #expect(abs(Elementary.pow(number, 0.5) / number.squareRoot() - 1) < 1e-15)
  }

  /// A million arguments of each function: the same bits on every CPU.
  @Test(
    arguments: [
      ("exp", 0x37144bac4ff5642d), ("log", 0x3aaa7e24f3f3621c), ("log1p", 0xe78b082c1714b071),
      ("log2", 0xe8ea24e6c473fa54), ("log10", 0xd460a1d2dd65006f), ("pow", 0xd81a28c898e067d4),
      ("expf", 0x2d0ed614a8f683ba), ("logf", 0xe838ecd831499da2),
      ("log1pf", 0x59659b5c686cd1e8), ("cosf", 0x1a2e683220a0cb75), ("sinf", 0xafc4f9f4392b6028),
    ] as [(String, UInt64)])
  func bitsAreThoseRecorded(name: String, recorded: UInt64) {
    var (state, checksum): (UInt64, UInt64) = (19, 0xcbf2_9ce4_8422_2325)
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
    for index in 0..<1_000_000 {
      let drawn = next()
      // Half of the arguments are of an everyday size, half are any number there is.
      let isAny = index % 2 == 0
      let bits: UInt64
      if let function = floats[name] {
        let everyday = Float(Int32(truncatingIfNeeded: drawn)) * 0x1p-24
        bits = UInt64(function(isAny ? Float(bitPattern: UInt32(truncatingIfNeeded: drawn)) : everyday).bitPattern)
      } else {
        let everyday = Double(Int64(bitPattern: drawn)) * 0x1p-56
        let argument = isAny ? Double(bitPattern: drawn) : everyday
        let value =
          doubles[name]?(argument) ?? Elementary.pow(abs(argument), Double(Int64(bitPattern: next())) * 0x1p-60)
        bits = value.isNaN ? 0x7ff8_0000_0000_0000 : value.bitPattern
      }
      let isNaN = floats[name] != nil && Float(bitPattern: UInt32(truncatingIfNeeded: bits)).isNaN
      checksum = (checksum ^ (isNaN ? 0x7fc0_0000 : bits)) &* 0x0100_0000_01b3
    }
    #expect(checksum == recorded, "\(name): 0x\(String(checksum, radix: 16))")
  }

  /// Many numbers at once have the bits of one by one, special ones among them, at every place of a block.
  @Test(arguments: ["exp", "log", "log1p"])
  func arraysHaveTheBitsOfSingleNumbers(name: String) throws {
    let one = try #require(doubles[name])
    let special = [
      0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, -1,
      -1.5, 0x1p-33, 0x1p1000, 699.5, 709.9, 711, -744.8, -750,
    ]
    var state: UInt64 = 7
    for count in Array(0...130) + [4096] {
      let numbers = (0..<count).map { place -> Double in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let drawn = state ^ state >> 29
        if count % 3 == 0, drawn % 61 == 0 { return special[Int(drawn >> 32) % special.count] }
        return count % 2 == 0 ? Double(bitPattern: drawn) : Double(drawn >> 11) * 0x1p-50 + 0x1p-20
      }
      var results = [Double](repeating: -7, count: count)
      var output = results.mutableSpan
      switch name {
      case "exp": Elementary.exp(numbers.span, into: &output)
      case "log": Elementary.log(numbers.span, into: &output)
      default: Elementary.log1p(numbers.span, into: &output)
      }
      for (number, result) in zip(numbers, results) {
        let expected = one(number)
        #expect(result.bitPattern == expected.bitPattern || (result.isNaN && expected.isNaN), "\(name)(\(number))")
      }
    }
  }

  @Test func endsOfTheRange() {
    let (infinity, zero, one, smallest) = (Double.infinity, 0.0, 1.0, Double.leastNonzeroMagnitude)
    #expect(Elementary.exp(-infinity) == 0 && Elementary.exp(infinity) == infinity && Elementary.exp(zero) == 1)
    #expect(Elementary.exp(710 * one) == infinity && Elementary.exp(-746 * one) == 0)
    #expect(Elementary.exp(-740 * one) > 0 && Elementary.exp(-740 * one) < .leastNormalMagnitude)
    // The last arguments whose exponentials are numbers above zero and below infinity, and those beyond.
    #expect(Elementary.exp(709.782712893384 * one) < infinity && Elementary.exp(709.7827128933841 * one) == infinity)
    #expect(Elementary.exp(-745.1332191019411 * one) == smallest && Elementary.exp(-745.1332191019412 * one) == 0)
    #expect(Elementary.log(zero) == -infinity && Elementary.log(infinity) == infinity && Elementary.log(-one).isNaN)
    #expect(Elementary.log1p(-one) == -infinity && Elementary.log1p(-1.5 * one).isNaN)
    #expect(Elementary.log1p(smallest) == smallest && Elementary.log1p(-zero).sign == .minus)
    #expect(Elementary.log2(smallest) == -1074)
    // The greatest numbers: the power of two that belongs to them is no number.
    for greatest in [Double.greatestFiniteMagnitude, 0x1.6p1023, 0x1.5p1023] {
      #expect(abs(Elementary.log(greatest) - 709.5) < 0.4 && abs(Elementary.log1p(greatest) - 709.5) < 0.4)
      #expect(abs(Elementary.log10(greatest) - 308.1) < 0.2 && abs(Elementary.log2(greatest) - 1023.7) < 0.4)
    }
    #expect(Elementary.exp(Float(90)) == .infinity && Elementary.exp(Float(-105)) == 0)
    #expect(Elementary.log(Float(0)) == -.infinity && Elementary.log1p(Float(-2)).isNaN)
    #expect(Elementary.sin(Float(-0.0)).sign == .minus && Elementary.cos(Float(0)) == 1)
    #expect(Elementary.sin(Float.infinity).isNaN && Elementary.cos(Float.nan).isNaN)
    for function in doubles.values { #expect(function(.nan).isNaN) }
  }

  /// C's Annex F.9.4.4, line by line.
  @Test func powersOfSpecialNumbers() {
    let infinity = Double.infinity
    let cases: [(Double, Double, Double)] = [
      (0, -1, infinity), (-0.0, -1, -infinity), (-0.0, -2, infinity), (0, -infinity, infinity),
      (0, 3, 0), (-0.0, 3, -0.0), (-0.0, 2, 0), (-0.0, 0.5, 0), (-1, infinity, 1), (-1, -infinity, 1),
      (1, .nan, 1), (.nan, 0, 1), (0.5, -infinity, infinity), (2, -infinity, 0), (0.5, infinity, 0),
      (2, infinity, infinity), (-infinity, -3, -0.0), (-infinity, -2, 0), (-infinity, 3, -infinity),
      (-infinity, 2, infinity), (-infinity, 0.5, infinity), (infinity, -1, 0), (infinity, 1, infinity),
      (-8, 3, -512), (-2, -1, -0.5), (2, 1023, 0x1p1023), (2, 1024, infinity), (2, -1074, .leastNonzeroMagnitude),
      (2, -1080, 0),
      (10, 22, 1e22), (3, 33, 5_559_060_566_555_523), (1.0000000000000002, 1e-300, 1),
    ]
    for (base, exponent, expected) in cases {
      let result = Elementary.pow(base, exponent)
      #expect(result == expected && result.sign == expected.sign, "\(base) ** \(exponent)")
    }
    #expect(Elementary.pow(-8, 1.0 / 3).isNaN && Elementary.pow(.nan, 1).isNaN && Elementary.pow(2, .nan).isNaN)
  }
}
