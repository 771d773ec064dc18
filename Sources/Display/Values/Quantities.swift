import Diagnostics

/// Formats a duration with about two digits: `85 µs`, `340 ms`, `1.2 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
public func durationText(seconds: Double) -> String {
  guard seconds.isFinite, seconds >= 0 else { return "?" }
  func number(_ value: Double) -> String {
    DecimalDigits(exactly: value).fixed(decimals: value < 9.95 ? 1 : 0)
  }
  if seconds == 0 { return "0 s" }
  if seconds < 999.5e-6 { return number(seconds * 1e6) + " µs" }
  if seconds < 0.9995 { return number(seconds * 1e3) + " ms" }
  if seconds < 59.5 { return number(seconds) + " s" }
  let whole = seconds >= 1e15 ? Int64(1e15) : Int64(seconds.rounded())
  let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
  if minutes < 60 { return "\(minutes) min" + (rest > 0 ? " \(rest) s" : "") }
  let (hours, left) = minutes.quotientAndRemainder(dividingBy: 60)
  return "\(grouped(hours)) h" + (left > 0 ? " \(left) min" : "")
}

/// Formats a size in decimal units: `512 B`, `18 kB`, `1.1 GB`.
public func sizeText(bytes: Int) -> String {
  let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
  var value = Double(bytes.magnitude)
  var unit = 0
  while value >= (unit == 0 ? 1000 : 999.5), unit + 1 < units.count {
    value /= 1000
    unit += 1
  }
  let decimals = unit > 0 && value < 9.95 ? 1 : 0
  return (bytes < 0 ? "-" : "") + DecimalDigits(exactly: value).fixed(decimals: decimals) + " " + units[unit]
}

/// Formats a number with at most `significant` digits, without trailing zeros: `0.0179`, `1.2e-9`, `1500`.
public func numberText(_ value: Double, significant: Int = 4) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
  let exact = DecimalDigits(exactly: value)
  let number = exact.rounded(decimals: significant - exact.point)
  if number.digits.isEmpty { return "0" }
  if number.point > 15 || number.point < -4 { return number.scientific(decimals: number.digits.count - 1) }
  return number.fixed(decimals: number.decimals)
}
