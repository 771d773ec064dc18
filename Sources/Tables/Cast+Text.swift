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

/// Every value as its text; equal values are written once, but for short stretches of whole numbers.
func writtenAsText(_ column: Column) throws(Diagnostic) -> Column {
  if column.count <= 1 << 15, let written = column.wholeNumberTexts { return written }
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

extension Column {
  /// Whole numbers as texts, one a row, whether equal or not: they are written sooner than looked up. nil of others.
  fileprivate var wholeNumberTexts: Column? {
    switch values {
    case .i8(let buffer) where type == .i8: texts(of: buffer)
    case .i16(let buffer) where type == .i16: texts(of: buffer)
    case .i32(let buffer) where type == .i32: texts(of: buffer)
    case .i64(let buffer) where type == .i64: texts(of: buffer)
    case .u8(let buffer): texts(of: buffer)
    case .u16(let buffer): texts(of: buffer)
    case .u32(let buffer): texts(of: buffer)
    case .u64(let buffer): texts(of: buffer)
    default: nil
    }
  }

  private func texts<Element: ColumnElement & FixedWidthInteger>(of buffer: Buffer<Element>) -> Column? {
    if count == 0 { return nil }
    var offsets: [Int] = [0]
    offsets.reserveCapacity(count + 1)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 8)
    for row in 0..<count {
      if !isNull(row) {
        let value = buffer[row]
        if value < 0 { bytes.append(0x2D) }
        let start = bytes.count
        var rest = UInt64(value.magnitude)
        repeat {
          bytes.append(0x30 + UInt8(truncatingIfNeeded: rest % 10))
          rest /= 10
        } while rest > 0
        bytes[start...].reverse()
      }
      offsets.append(bytes.count)
    }
    let dictionary = TextDictionary(offsets: Buffer(offsets), bytes: Buffer(bytes), isUnique: false)
    return Column(
      .string, .text(TextValues(codes: Buffer((0..<UInt32(count)).map { $0 }), dictionary: dictionary)),
      validity: validity)
  }
}
