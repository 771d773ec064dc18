import Diagnostics
import Tables

/// The text format of a date or datetime, in the directives of `strftime`: `%d.%m.%Y`, `%Y-%m-%d %I:%M %p`.
///
/// The names of months and days are English. White space must match exactly.
struct TimePattern: Sendable {
  /// The directives.
  enum Field: Character, CaseIterable {
    case year = "Y", yearOfCentury = "y", month = "m", monthName = "B", shortMonthName = "b"
    case day = "d", paddedDay = "e", dayOfYear = "j", dayName = "A", shortDayName = "a"
    case hour = "H", hourOfHalf = "I", half = "p", minute = "M", second = "S", fraction = "f", offset = "z"

    var isOfTime: Bool {
      switch self {
      case .hour, .hourOfHalf, .half, .minute, .second, .fraction, .offset: true
      default: false
      }
    }
  }

  enum Piece: Sendable, Equatable {
    case field(Field)
    case text([UInt8])
  }

  let pieces: [Piece]
  let source: String

  static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let dayNames = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// Directives that are abbreviations of several others.
  private static let shorthands: [Character: String] = ["F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M"]

  /// - Throws: a diagnostic for an unknown directive.
  init(_ source: String, at span: SourceSpan?) throws(Diagnostic) {
    self.source = source
    var pieces: [Piece] = []
    var text: [UInt8] = []
    var rest = Array(source)[...]
    while let letter = rest.popFirst() {
      guard letter == "%" else {
        text += Array(String(letter).utf8)
        continue
      }
      let directive = rest.popFirst()
      if directive == "%" {
        text.append(UInt8(ascii: "%"))
      } else if let long = directive.flatMap({ Self.shorthands[$0] }) {
        rest = Array(long)[...] + rest
      } else if let field = directive.flatMap(Field.init(rawValue:)) {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = []
        pieces.append(.field(field))
      } else {
        throw Diagnostic(
          "`%\(directive.map { String($0) } ?? "")` is not a directive of `strftime`", at: span,
          hint: "`%d.%m.%Y`; a percent sign itself is `%%`",
          notes: [
            "directives: " + (Field.allCases.map { "%\($0.rawValue)" } + ["%F", "%T", "%R"]).joined(separator: " ")
          ])
      }
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    self.pieces = pieces
  }

  var fields: [Field] { pieces.compactMap { if case .field(let field) = $0 { field } else { nil } } }

  /// Whether it contains a year and a day of the year.
  var namesADay: Bool {
    let fields = Set(fields)
    guard !fields.isDisjoint(with: [.year, .yearOfCentury]) else { return false }
    let hasMonth = !fields.isDisjoint(with: [.month, .monthName, .shortMonthName])
    return fields.contains(.dayOfYear) || hasMonth && !fields.isDisjoint(with: [.day, .paddedDay])
  }

  /// Whether an hour of the 12-hour clock comes with AM or PM.
  var hoursAreClear: Bool { !fields.contains(.hourOfHalf) || fields.contains(.half) }
}

extension TimePattern {
  /// Formats a date or datetime.
  ///
  /// - Parameter nanoseconds: since midnight.
  /// - Parameter digits: the number of digits of the fraction of a second.
  func text(days: Int, nanoseconds: Int64 = 0, digits: Int = 9) -> [UInt8] {
    var result: [UInt8] = []
    write(days: days, nanoseconds: nanoseconds, digits: digits, to: &result)
    return result
  }

  /// Appends a moment as it is written.
  ///
  /// - Parameter offset: seconds east of UTC, for `%z`.
  func write(days: Int, nanoseconds: Int64, digits: Int, offset: Int = 0, to result: inout [UInt8]) {
    let date = CivilDate(days: days)
    let seconds = Int(nanoseconds / 1_000_000_000)
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .field(.monthName): result += Self.monthNames[date.month - 1].utf8
      case .field(.shortMonthName): result += Self.monthNames[date.month - 1].utf8.prefix(3)
      case .field(.dayName): result += Self.dayNames[Tables.weekday(ofDays: days) - 1].utf8
      case .field(.shortDayName): result += Self.dayNames[Tables.weekday(ofDays: days) - 1].utf8.prefix(3)
      case .field(.year): result.append(number: date.year, width: 4)
      case .field(.yearOfCentury): result.append(number: floorRemainder(date.year, 100), width: 2)
      case .field(.month): result.append(number: date.month, width: 2)
      case .field(.day): result.append(number: date.day, width: 2)
      case .field(.paddedDay): result.append(number: date.day, width: 2, padding: UInt8(ascii: " "))
      case .field(.dayOfYear):
        result.append(number: days - (CivilDate(year: date.year, month: 1, day: 1)?.days ?? days) + 1, width: 3)
      case .field(.hour): result.append(number: seconds / 3600, width: 2)
      case .field(.hourOfHalf): result.append(number: (seconds / 3600 + 11) % 12 + 1, width: 2)
      case .field(.half): result += (seconds < 43_200 ? "AM" : "PM").utf8
      case .field(.minute): result.append(number: seconds / 60 % 60, width: 2)
      case .field(.second): result.append(number: seconds % 60, width: 2)
      case .field(.fraction):
        result.append(number: Int(nanoseconds % 1_000_000_000), width: 9)
        result.removeLast(9 - digits)
      case .field(.offset):
        result.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        let east = Int(offset.magnitude)
        result.append(number: east / 3600, width: 2)
        result.append(number: east / 60 % 60, width: 2)
        if east % 60 > 0 { result.append(number: east % 60, width: 2) }
      }
    }
  }

  /// Reads a text: the day, and the nanoseconds since its midnight. Nil if the text does not match the format or the
  /// calendar has no such day.
  ///
  /// - Parameter inUTC: whether a time with an offset is that of UTC; else it is the one that the text says.
  func moment(_ text: Buffer<UInt8>, inUTC: Bool = true) -> (days: Int, nanoseconds: Int64)? {
    var reader = TimeTextReader(text: text)
    var parts = TimeParts()
    for (index, piece) in pieces.enumerated() {
      switch piece {
      case .text(let bytes): guard reader.skip(bytes) else { return nil }
      case .field(.year):
        guard parts.readYear(of: mayDigitsFollow(index) ? 4...4 : 4...6, &reader) else { return nil }
      case .field(.offset):
        guard parts.readOffset(digitsFollow: mayDigitsFollow(index), &reader) else { return nil }
      case .field(let field): guard parts.read(field, &reader) else { return nil }
      }
    }
    if !inUTC { parts.offset = 0 }
    return reader.isAtEnd ? parts.moment : nil
  }

  /// Whether other digits may directly follow a piece: a year then has exactly four digits.
  private func mayDigitsFollow(_ index: Int) -> Bool {
    guard index + 1 < pieces.count else { return false }
    switch pieces[index + 1] {
    case .text(let bytes): return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[0])
    case .field(let field): return ![.monthName, .shortMonthName, .dayName, .shortDayName, .half].contains(field)
    }
  }
}

extension [UInt8] {
  /// The digits of a number, filled up to a width; a minus comes before what fills up.
  fileprivate mutating func append(number: Int, width: Int, padding: UInt8 = UInt8(ascii: "0")) {
    if number < 0 { append(UInt8(ascii: "-")) }
    let start = count
    var rest = number.magnitude
    repeat {
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest > 0
    while count - start < width { append(padding) }
    self[start...].reverse()
  }
}

/// The values of the fields read so far.
private struct TimeParts {
  var year: Int?
  var month = 1
  var day = 1
  var dayOfYear: Int?
  var weekday: Int?
  var hour = 0
  var isAfternoon: Bool?
  /// Whether the hour is one of twelve: only then does it matter which half of the day was said.
  var isHourOfHalf = false
  var minute = 0
  var second = 0
  var fraction: Int64 = 0
  var offset: Int64 = 0

  /// Reads a year; years before 0 have a minus sign.
  mutating func readYear(of digits: ClosedRange<Int>, _ reader: inout TimeTextReader) -> Bool {
    let isNegative = reader.skip(Array("-".utf8))
    guard let number = reader.number(digits) else { return false }
    year = isNegative ? -number : number
    return true
  }

  mutating func readOffset(digitsFollow: Bool, _ reader: inout TimeTextReader) -> Bool {
    guard let seconds = reader.offset(digitsFollow: digitsFollow) else { return false }
    offset = seconds
    return true
  }

  mutating func read(_ field: TimePattern.Field, _ reader: inout TimeTextReader) -> Bool {
    func store(_ number: Int?, in range: ClosedRange<Int>, _ part: inout Int) -> Bool {
      guard let number, range.contains(number) else { return false }
      part = number
      return true
    }
    switch field {
    case .year: return readYear(of: 4...6, &reader)
    case .yearOfCentury:
      guard let number = reader.number(2...2) else { return false }
      // The rule of POSIX: 69–99 are 1969–1999, 00–68 are 2000–2068.
      year = number + (number < 69 ? 2000 : 1900)
    case .month: return store(reader.number(1...2), in: 1...12, &month)
    case .monthName, .shortMonthName:
      return store(reader.name(among: TimePattern.monthNames, isShort: field == .shortMonthName), in: 1...12, &month)
    case .paddedDay where reader.skip(Array(" ".utf8)), .day, .paddedDay:
      return store(reader.number(1...2), in: 1...31, &day)
    case .dayOfYear:
      guard let number = reader.number(1...3), (1...366).contains(number) else { return false }
      dayOfYear = number
    case .dayName, .shortDayName:
      guard let number = reader.name(among: TimePattern.dayNames, isShort: field == .shortDayName) else { return false }
      weekday = number
    case .hour: return store(reader.number(1...2), in: 0...23, &hour)
    case .hourOfHalf:
      guard store(reader.number(1...2), in: 1...12, &hour) else { return false }
      hour %= 12
      isHourOfHalf = true
    case .half:
      guard let half = reader.name(among: ["AM", "PM"], isShort: false) else { return false }
      isAfternoon = half == 2
    case .minute: return store(reader.number(1...2), in: 0...59, &minute)
    case .second: return store(reader.number(1...2), in: 0...59, &second)
    case .fraction:
      guard let digits = reader.fraction() else { return false }
      fraction = digits
    case .offset:
      return readOffset(digitsFollow: false, &reader)
    }
    return true
  }

  /// The day and the nanoseconds since midnight; in UTC if there was an offset.
  var moment: (days: Int, nanoseconds: Int64)? {
    guard let year else { return nil }
    var days: Int
    if let dayOfYear {
      guard let first = CivilDate(year: year, month: 1, day: 1), dayOfYear <= (CivilDate.isLeap(year) ? 366 : 365)
      else { return nil }
      days = first.days + dayOfYear - 1
    } else {
      guard let date = CivilDate(year: year, month: month, day: day) else { return nil }
      days = date.days
    }
    if let weekday, Tables.weekday(ofDays: days) != weekday { return nil }
    let hours = hour + (isHourOfHalf && isAfternoon == true ? 12 : 0)
    var seconds = Int64(hours * 3600 + minute * 60 + second) - offset
    days += Int(floorDivided(seconds, 86_400))
    seconds = floorRemainder(seconds, 86_400)
    return (days, seconds * 1_000_000_000 + fraction)
  }
}

/// A position in a text that moves over the fields of a pattern.
private struct TimeTextReader {
  let text: Buffer<UInt8>
  var position = 0

  var isAtEnd: Bool { position == text.count }

  mutating func skip(_ bytes: [UInt8]) -> Bool {
    guard position + bytes.count <= text.count, bytes.indices.allSatisfy({ text[position + $0] == bytes[$0] }) else {
      return false
    }
    position += bytes.count
    return true
  }

  private func digit(at place: Int) -> Int? {
    guard place < text.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[place]) else { return nil }
    return Int(text[place] - UInt8(ascii: "0"))
  }

  /// Reads a whole number with as many digits as possible within `width`.
  mutating func number(_ width: ClosedRange<Int>) -> Int? {
    var (number, length) = (0, 0)
    while length < width.upperBound, let digit = digit(at: position + length) {
      number = number * 10 + digit
      length += 1
    }
    guard length >= width.lowerBound else { return nil }
    position += length
    return number
  }

  /// Reads one to nine digits of a fraction of a second, as nanoseconds.
  mutating func fraction() -> Int64? {
    let start = position
    guard var number = number(1...9) else { return nil }
    for _ in position - start..<9 { number *= 10 }
    return Int64(number)
  }

  /// Reads an offset, `Z`, `+03:00`, `+0300`, `+03` or `+005328`, in seconds.
  ///
  /// - Parameter digitsFollow: whether other digits may follow: it then has exactly hours and minutes.
  mutating func offset(digitsFollow: Bool) -> Int64? {
    if skip(Array("Z".utf8)) { return 0 }
    let sign: Int64
    if skip(Array("+".utf8)) {
      sign = 1
    } else if skip(Array("-".utf8)) {
      sign = -1
    } else {
      return nil
    }
    guard let hours = number(2...2), hours < 24 else { return nil }
    let hasColon = skip(Array(":".utf8))
    if !hasColon, !digitsFollow, digit(at: position) == nil { return sign * Int64(hours * 3600) }
    guard let minutes = number(2...2), minutes < 60 else { return nil }
    var seconds = 0
    if !digitsFollow, hasColon ? skip(Array(":".utf8)) : digit(at: position) != nil {
      guard let rest = number(2...2), rest < 60 else { return nil }
      seconds = rest
    }
    return sign * Int64(hours * 3600 + minutes * 60 + seconds)
  }

  /// Reads a name, ignoring case, and returns its index from 1. Short names are the first three letters.
  mutating func name(among names: [String], isShort: Bool) -> Int? {
    for (index, name) in names.enumerated() {
      let letters = Array((isShort ? String(name.prefix(3)) : name).utf8)
      guard position + letters.count <= text.count else { continue }
      if letters.indices.allSatisfy({ text[position + $0] | 0x20 == letters[$0] | 0x20 }) {
        position += letters.count
        return index + 1
      }
    }
    return nil
  }
}
