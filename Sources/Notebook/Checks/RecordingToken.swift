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

  var firstWord: String {
    guard case .word(let text) = self else { return "" }
    return text.split(separator: " ").first.map { String($0.prefix(while: \.isLetter)) } ?? ""
  }

  static func split(_ text: String) -> [RecordingToken] {
    var tokens: [RecordingToken] = []
    var word = ""
    var rest = text[...]
    while let first = rest.first {
      let isStart = first.isASCII && first.isNumber && !(word.last?.isLetter ?? false) && word.last != "_"
      if isStart, let (number, after) = readNumber(rest, isNegative: word.last == "-") {
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
