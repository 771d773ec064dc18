/// A whole number with its digits in groups of three: `189_622`.
public func grouped(_ count: some BinaryInteger) -> String {
  let digits = Array("\(count.magnitude)".utf8)
  var text = count < 0 ? "-" : ""
  for (position, digit) in digits.enumerated() {
    if position > 0, (digits.count - position) % 3 == 0 { text += "_" }
    text.unicodeScalars.append(Unicode.Scalar(digit))
  }
  return text
}

/// A count with its noun: `1 row`, `189_622 rows`.
///
/// The plural is the noun with an `s` unless `plural` is given.
public func counted(_ count: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
  grouped(count) + " " + (count == 1 ? noun : plural ?? noun + "s")
}
