/// How many of something, in words: `1 row`, `189_622 rows`.
///
/// The plural is the noun with an `s` unless another is given.
public func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  var digits = String(count.magnitude)
  var end = digits.count - 3
  while end > 0 {
    digits.insert("_", at: digits.index(digits.startIndex, offsetBy: end))
    end -= 3
  }
  return (count < 0 ? "-" : "") + digits + " " + (count == 1 ? noun : plural ?? noun + "s")
}
