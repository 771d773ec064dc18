import Tables

/// A first line of texts and of numbers or dates: it can be a row of data, or the names of a table whose columns are
/// years, days or numbers, as `pivot` makes them.
///
/// They are names if they are ascending years or dates, or three or more numbers in equal steps, and some line below has
/// others in their places.
struct NumberedHeader {
  private(set) var isHeader = false
  /// Says how the first line was read where that is a guess.
  private(set) var note: String?

  init(_ rows: [[TextSniffer.SampledField]], _ dialect: TextDialect) {
    guard let first = rows.first, rows.count > 1 else { return }
    let values = first.map { NumberedHeader.value($0) }
    let places = values.indices.filter { values[$0] != nil }
    let others = first.indices.filter { values[$0] == nil }
    guard !places.isEmpty, !others.isEmpty, others.allSatisfy({ NumberedHeader.isName(first[$0]) }) else { return }
    let below = rows.dropFirst().filter { $0.count == first.count }
    let line = String(decoding: Array(first.map(\.text).joined(separator: dialect.separator)).prefix(40), as: UTF8.self)
    let marks = below.map { row in places.compactMap { NumberedHeader.value(row[$0]) } }
    let names = places.compactMap { values[$0] }
    if NumberedHeader.ascend(names),
      names.allSatisfy(\.isCalendar) && !marks.allSatisfy({ $0.allSatisfy(\.isCalendar) })
        || NumberedHeader.areEvenlySpaced(names) && !marks.allSatisfy(NumberedHeader.areEvenlySpaced)
    {
      isHeader = true
      note = "the first line, `\(line)`, is read as names; `header=false` reads it as data"
    } else if places.contains(where: { place in
      values[place]?.isCalendar == true && !below.contains { NumberedHeader.value($0[place])?.isCalendar == true }
    }) {
      note = "the first line, `\(line)`, is read as data; `header=true` makes names of it"
    }
  }

  private static func isName(_ field: TextSniffer.SampledField) -> Bool {
    if field.text.isEmpty { return false }
    let kind = FieldKind(field.text.span, decimalComma: false)
    return kind == .string
  }

  private struct Mark {
    var number: Int64
    /// Whether it is a date or a year.
    var isCalendar: Bool
  }

  /// A whole number without a sign, or a date.
  private static func value(_ field: TextSniffer.SampledField) -> Mark? {
    guard !field.isQuoted, let first = field.text.first, (0x30...0x39).contains(first) else { return nil }
    if let days = CalendarText.days(field.text.span) { return Mark(number: Int64(days), isCalendar: true) }
    guard !TextField.isCode(field.text.span), let number = NumberText.integer(field.text.span) as Int64? else {
      return nil
    }
    return Mark(number: number, isCalendar: (1900...2100).contains(number))
  }

  private static func ascend(_ marks: [Mark]) -> Bool {
    marks.count > 1 && zip(marks, marks.dropFirst()).allSatisfy { $0.number < $1.number }
  }

  /// Whether three or more numbers ascend in equal steps.
  private static func areEvenlySpaced(_ marks: [Mark]) -> Bool {
    let steps = zip(marks, marks.dropFirst()).map { $1.number.subtractingReportingOverflow($0.number).partialValue }
    return steps.count > 1 && ascend(marks) && steps.allSatisfy { $0 == steps[0] }
  }
}
