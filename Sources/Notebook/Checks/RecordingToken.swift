/// A number, or the text between numbers.
enum RecordingToken {
  case word(String)
  case number(Number)

  struct Number {
    var text: String
    var value: Double
    /// One unit of the last printed digit.
    var lastDigit: Double
    var isFractional: Bool
  }

  static func split(_ text: String) -> [RecordingToken] {
    var tokens: [RecordingToken] = []
    var word = ""
    var rest = text[...]
    while let first = rest.first {
      let isVersion = first == "v" && !(word.last?.isLetter ?? false) && word.last != "_"
      if isVersion, let end = endOfVersionOrClock(rest.dropFirst()) {
        word += rest[..<end]
        rest = rest[end...]
        continue
      }
      let isStart = first.isASCII && first.isNumber && !(word.last?.isLetter ?? false) && word.last != "_"
      if isStart, let end = endOfVersionOrClock(rest) {
        word += rest[..<end]
        rest = rest[end...]
      } else if isStart, let (number, after) = readNumber(rest, isNegative: word.last == "-") {
        if !word.isEmpty { tokens.append(.word(word)) }
        word = ""
        tokens.append(.number(number))
        rest = after
      } else {
        word.append(first)
        rest = rest.dropFirst()
      }
    }
    if !word.isEmpty { tokens.append(.word(word)) }
    return tokens
  }

  /// The end of digits with several points or with colons, `1.2.3` or `10:00:00.123`, whose parts are no numbers; nil
  /// if the text begins otherwise.
  private static func endOfVersionOrClock(_ text: Substring) -> Substring.Index? {
    let run = text.prefix { $0.isASCII && $0.isNumber || $0 == "." || $0 == ":" }
    let isVersion = run.split(separator: ".", omittingEmptySubsequences: false).count > 2 && !run.contains("..")
    let hours = run.split(separator: ":", omittingEmptySubsequences: false)
    let isClock =
      hours.count > 1 && (1...2).contains(hours[0].count)
      && hours.dropFirst().allSatisfy { $0.prefix { $0.isNumber }.count == 2 }
    guard run.first?.isNumber ?? false, isVersion || isClock else { return nil }
    return run.lastIndex { $0.isNumber }.map(run.index(after:))
  }

  private static func readNumber(_ text: Substring, isNegative: Bool) -> (Number, Substring)? {
    var rest = text
    func isDigit(_ character: Character?) -> Bool { character.map { $0.isASCII && $0.isNumber } ?? false }
    var digits = ""
    while let first = rest.first, isDigit(first) || (first == "_" && isDigit(rest.dropFirst().first)) {
      if first != "_" { digits.append(first) }
      rest = rest.dropFirst()
    }
    var decimals = 0
    if rest.first == ".", isDigit(rest.dropFirst().first) {
      digits.append(".")
      rest = rest.dropFirst()
      while let first = rest.first, isDigit(first) {
        digits.append(first)
        decimals += 1
        rest = rest.dropFirst()
      }
    }
    var exponent = 0
    if rest.first == "e" || rest.first == "E" {
      var after = rest.dropFirst()
      var power = ""
      if after.first == "-" || after.first == "+" {
        power.append(after.removeFirst())
      }
      while let first = after.first, isDigit(first) {
        power.append(first)
        after = after.dropFirst()
      }
      if let value = Int(power), value.magnitude < 400 {
        exponent = value
        rest = after
      }
    }
    guard let mantissa = Double(digits) else { return nil }
    var scale = 1.0
    for _ in 0..<abs(exponent) { scale *= 10 }
    let factor = exponent < 0 ? 1 / scale : scale
    var unit = factor
    for _ in 0..<decimals { unit /= 10 }
    let value = mantissa * factor * (isNegative ? -1 : 1)
    return (Number(text: digits, value: value, lastDigit: unit, isFractional: decimals > 0 || exponent != 0), rest)
  }
}
