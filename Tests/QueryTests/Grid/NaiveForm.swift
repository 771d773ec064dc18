import Foundation
import Tables

/// A form of `strftime`, directive by directive.
struct NaiveForm {
  private enum Piece {
    case text(Unicode.Scalar)
    case directive(Unicode.Scalar)
  }

  private let pieces: [Piece]

  private static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  init(_ form: String) throws {
    let whole = form.replacingOccurrences(of: "%F", with: "%Y-%m-%d").replacingOccurrences(of: "%T", with: "%R:%S")
    var rest = Array(whole.replacingOccurrences(of: "%R", with: "%H:%M").unicodeScalars)[...]
    var pieces: [Piece] = []
    while let next = rest.popFirst() {
      if next != "%" {
        pieces.append(.text(next))
      } else if let letter = rest.popFirst(), "YymBbdejAaHIpMSfz%".unicodeScalars.contains(letter) {
        pieces.append(letter == "%" ? .text("%") : .directive(letter))
      } else {
        throw NaiveFailure.types
      }
    }
    self.pieces = pieces
  }

  private var letters: Set<Unicode.Scalar> {
    Set(pieces.compactMap { if case .directive(let letter) = $0 { letter } else { nil } })
  }

  var hasZone: Bool { letters.contains("z") }

  // MARK: Writing

  func checkWriting(_ type: DataType) throws {
    if type == .date, !letters.isDisjoint(with: "HIpMSf".unicodeScalars) { throw NaiveFailure.types }
    if hasZone, !type.isZoned { throw NaiveFailure.types }
  }

  func written(_ value: Value) throws -> String {
    guard let nanoseconds = try NaiveCalendar.local(value) else { throw NaiveFailure.types }
    let days = nanoseconds.floorDivided(by: NaiveCalendar.day)
    let date = NaiveCalendar.civil(days)
    let time = nanoseconds - days * NaiveCalendar.day
    let hour = time / 3_600_000_000_000
    let weekday = Self.days[Int(NaiveCalendar.weekday(days)) - 1]
    let month = Self.months[Int(date.month) - 1]
    func padded(_ number: Int128, _ width: Int, _ fill: String = "0") -> String {
      let digits = "\(number.magnitude)"
      return (number < 0 ? "-" : "") + String(repeating: fill, count: max(0, width - digits.count)) + digits
    }
    return pieces.map { piece in
      guard case .directive(let letter) = piece else {
        if case .text(let own) = piece { return String(own) } else { return "" }
      }
      switch letter {
      case "Y": return padded(date.year, 4)
      case "y": return padded(date.year - date.year.floorDivided(by: 100) * 100, 2)
      case "m": return padded(date.month, 2)
      case "B": return month
      case "b": return String(month.prefix(3))
      case "d": return padded(date.day, 2)
      case "e": return padded(date.day, 2, " ")
      case "j": return padded(days - NaiveCalendar.start(of: date.year, 1) + 1, 3)
      case "A": return weekday
      case "a": return String(weekday.prefix(3))
      case "H": return padded(hour, 2)
      case "I": return padded((hour + 11) % 12 + 1, 2)
      case "p": return hour < 12 ? "AM" : "PM"
      case "M": return padded(time / 60_000_000_000 % 60, 2)
      case "S": return padded(time / 1_000_000_000 % 60, 2)
      case "f":
        // As many digits as its unit has.
        let digits = padded(time % 1_000_000_000, 9)
        return String(digits.prefix("\(value.ticksPerSecond)".count - 1))
      default: return Self.offset(of: value)
      }
    }.joined()
  }

  /// Hours and minutes: the offsets of the grid's zones have no seconds and lie east.
  private static func offset(of value: Value) -> String {
    guard case .zoned(_, _, let zone) = value else { return "" }
    let minutes = (NaiveMeaning.zones[zone.name] ?? 0) / 60
    return String(format: "+%02d%02d", minutes / 60, minutes % 60)
  }

  // MARK: Reading

  func checkReading() throws {
    let hasMonth = !letters.isDisjoint(with: ["m", "B", "b"])
    let hasDay = letters.contains("j") || hasMonth && !letters.isDisjoint(with: ["d", "e"])
    guard hasDay, letters.contains("Y") || letters.contains("y"), !letters.contains("I") || letters.contains("p") else {
      throw NaiveFailure.types
    }
  }

  /// The moment that a text shows, in nanoseconds; nil of one that does not fit.
  func read(_ text: String) throws -> Int128? {
    var rest = Array(text.unicodeScalars)[...]
    var found: [Unicode.Scalar: Int128] = [:]
    for piece in pieces {
      switch piece {
      case .text(let wanted):
        guard rest.popFirst() == wanted else { return nil }
      case .directive(let letter):
        guard "YmdHMS".unicodeScalars.contains(letter) else { throw NaiveFailure.unknown(.forms) }
        let digits = rest.prefix { ("0"..."9").contains($0) }
        if letter == "Y", digits.count > 4 || rest.first == "-" { throw NaiveFailure.unknown(.forms) }
        let taken = letter == "Y" ? digits : digits.prefix(2)
        guard letter != "Y" || taken.count == 4, let number = Int128(String(String.UnicodeScalarView(taken))) else {
          return nil
        }
        found[letter] = number
        rest = rest.dropFirst(taken.count)
      }
    }
    guard rest.isEmpty, let year = found["Y"], let month = found["m"], let day = found["d"], (1...12).contains(month),
      day >= 1, day <= NaiveCalendar.length(year, month)
    else { return nil }
    let (hour, minute, second) = (found["H"] ?? 0, found["M"] ?? 0, found["S"] ?? 0)
    guard hour < 24, minute < 60, second < 60 else { return nil }
    return (NaiveCalendar.start(of: year, month) + day - 1) * NaiveCalendar.day
      + ((hour * 60 + minute) * 60 + second) * 1_000_000_000
  }
}

extension Value {
  fileprivate var ticksPerSecond: Int64 {
    switch self {
    case .datetime(_, let unit), .zoned(_, let unit, _): unit.ticksPerSecond
    default: 1
    }
  }
}
