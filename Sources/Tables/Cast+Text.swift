import Diagnostics
import Parallelism

/// Text read as another type, each distinct text once; null where it is not a text of that type.
func readText(_ column: Column, as type: DataType) throws(Diagnostic) -> Column {
  guard let text = column.values.text else { throw .noCast(from: column.type, to: type) }
  switch type {
  case .bool:
    let entries = try entries(text) { (bytes) -> UInt8? in
      switch bytes.string {
      case "true", "True", "TRUE": 1
      case "false", "False", "FALSE": 0
      default: nil
      }
    }
    return try cast(try spread(entries, text, .u8, column.validity), to: .bool, .lenient)
  case .i8:
    return try spread(try entries(text) { NumberText.integer($0.bytes.span) as Int8? }, text, type, column.validity)
  case .i16:
    return try spread(try entries(text) { NumberText.integer($0.bytes.span) as Int16? }, text, type, column.validity)
  case .i32:
    return try spread(try entries(text) { NumberText.integer($0.bytes.span) as Int32? }, text, type, column.validity)
  case .i64:
    return try spread(try entries(text) { NumberText.integer($0.bytes.span) as Int64? }, text, type, column.validity)
  case .u8:
    return try spread(try entries(text) { NumberText.integer($0.bytes.span) as UInt8? }, text, type, column.validity)
  case .u16:
    return try spread(try entries(text) { NumberText.integer($0.bytes.span) as UInt16? }, text, type, column.validity)
  case .u32:
    return try spread(try entries(text) { NumberText.integer($0.bytes.span) as UInt32? }, text, type, column.validity)
  case .u64:
    return try spread(try entries(text) { NumberText.integer($0.bytes.span) as UInt64? }, text, type, column.validity)
  case .f32:
    return try spread(
      try entries(text) { NumberText.float($0.bytes.span).map { Float($0) } }, text, type, column.validity)
  case .f64: return try spread(try entries(text) { NumberText.float($0.bytes.span) }, text, type, column.validity)
  case .decimal(let precision, let scale):
    let entries = try entries(text) { NumberText.decimal($0.bytes.span, precision: precision, scale: scale) }
    return try spread(entries, text, type, column.validity)
  case .date: return try spread(try entries(text) { CalendarText.days($0.bytes.span) }, text, type, column.validity)
  case .time:
    return try spread(try entries(text) { CalendarText.nanoseconds($0.bytes.span) }, text, type, column.validity)
  case .datetime(let unit):
    let entries = try entries(text) { CalendarText.ticks($0.bytes.span, unit: unit) }
    return try spread(entries, text, type, column.validity)
  case .null, .string, .binary, .duration, .list, .structure: throw .noCast(from: column.type, to: type)
  }
}

/// What every entry of the dictionary is read as.
private func entries<Element: BitwiseCopyable & Sendable>(
  _ text: TextValues, _ read: @Sendable (Text) -> Element?
) throws(Diagnostic) -> [Element?] {
  let dictionary = text.dictionary
  return try buildArray(count: dictionary.count, grain: 1 << 12) { (range, entries) throws(Diagnostic) in
    for code in range { entries[code - range.lowerBound] = read(dictionary[code]) }
  }
}

/// The rows of a text column with what was read in place of the texts.
private func spread<Element: ColumnElement>(
  _ entries: [Element?], _ text: TextValues, _ type: DataType, _ validity: Bitmap?
) throws(Diagnostic) -> Column {
  let codes = text.codes
  let values = try buildArray(count: codes.count, grain: rowGrain, of: Element.self) {
    (range, values) throws(Diagnostic) in
    let codes = codes.span
    for row in range { values[row - range.lowerBound] = entries[Int(codes[row])] ?? Element.placeholder }
  }
  var isRead: Bitmap?
  if entries.contains(where: { $0 == nil }) {
    isRead = try Bitmap.ofRows(codes.count) { entries[Int(codes[$0])] != nil }.unlessAllSet
  }
  return Column(type, Element.storage(Buffer(values)), validity: Bitmap.intersection(validity, isRead))
}

/// Every value as its text; equal values are written once.
func writtenAsText(_ column: Column) throws(Diagnostic) -> Column {
  var grouping = try Grouping(by: [column], count: column.count)
  let firstRows = grouping.firstRows
  let texts = try mapChunks(of: grouping.groupCount, grain: 1 << 12) { (range) throws(Diagnostic) in
    range.map { group -> Text in
      let row = Int(firstRows[group])
      return Text(column.isNull(row) ? "" : column[row].description)
    }
  }.flatMap { $0 }
  // Two values can have one text (−0 and 0 are one group; a NaN is another's), so entries are made distinct.
  let distinct = TextValues(texts)
  let codeOfGroup = distinct.codes.array
  var codes = grouping.takeGroups()
  try updateArray(&codes, grain: rowGrain) { (range, codes) throws(Diagnostic) in
    for index in 0..<range.count { codes[index] = codeOfGroup[Int(codes[index])] }
  }
  return Column(
    .string, .text(TextValues(codes: Buffer(codes), dictionary: distinct.dictionary)), validity: column.validity)
}
