import Diagnostics
import Parallelism

/// Reads text as another type, each entry of the dictionary once; null if a text cannot be read as that type.
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
  case .f32:
    return try spread(
      try entries(text) { NumberText.single($0.bytes.span) }, text, type, column.validity)
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
  case .zoned(let unit, let zone):
    let entries = try entries(text) { zone.moment($0.bytes.span, unit: unit) }
    return try spread(entries, text, type, column.validity)
  case .duration(let unit):
    let entries = try entries(text) { CalendarText.length($0.bytes.span, unit: unit) }
    return try spread(entries, text, type, column.validity)
  case .i8, .i16, .i32, .i64, .u8, .u16, .u32, .u64, .null, .string, .binary, .list, .structure:
    guard let numbers = try type.run(WholeNumberTexts(text: text, validity: column.validity)) ?? nil else {
      throw .noCast(from: column.type, to: type)
    }
    return numbers
  }
}

/// Texts read as whole numbers in the width of the kernel's buffer.
private struct WholeNumberTexts: WholeNumberKernel {
  let text: TextValues
  let validity: Bitmap?

  func whole<Number: ColumnElement & FixedWidthInteger>(_: Buffer<Number>) throws(Diagnostic) -> Column? {
    let entries = try entries(text) { NumberText.integer($0.bytes.span) as Number? }
    return try spread(entries, text, Number.dataType, validity)
  }
}

/// Reads bytes as UTF-8 text; null if they are not valid UTF-8.
func readBytes(_ column: Column) throws(Diagnostic) -> Column {
  guard let text = column.values.text else { throw .noCast(from: column.type, to: .string) }
  let isText: ReadEntries<UInt8> = try entries(text) {
    String(validating: $0.bytes.array, as: UTF8.self).map { _ in 1 }
  }
  guard let known = isText.isRead else { return Column(.string, column.values, validity: column.validity) }
  let isRead = try Bitmap.ofRows(text.codes.count) { known[Int(text.codes[$0])] }.unlessAllSet
  return Column(.string, column.values, validity: Bitmap.intersection(column.validity, isRead))
}

/// The values read from the entries of a dictionary.
private struct ReadEntries<Element: ColumnElement>: Sendable {
  let values: [Element]
  /// The entries that could be read; nil if all could.
  let isRead: Bitmap?
}

/// Reads every entry of the dictionary.
private func entries<Element: ColumnElement>(
  _ text: TextValues, _ read: @Sendable (Text) -> Element?
) throws(Diagnostic) -> ReadEntries<Element> {
  let dictionary = text.dictionary
  let grain = 1 << 12
  var words: [[UInt64]] = []
  let values = try fillArray(count: dictionary.count, of: Element.self) { (values) throws(Diagnostic) in
    words = try mapChunks(of: dictionary.count, grain: grain) { (range) throws(Diagnostic) in
      var words = [UInt64](repeating: 0, count: Bitmap.wordCount(range.count))
      for code in range {
        let value = read(dictionary[code])
        values.store(value ?? Element.placeholder, at: code)
        let place = code - range.lowerBound
        if value != nil { words[place >> 6] |= 1 << UInt64(place & 63) }
      }
      return words
    }
  }
  let isRead = Bitmap(words: Buffer(words.flatMap { $0 }), count: dictionary.count)
  return ReadEntries(values: values, isRead: isRead.unlessAllSet)
}

/// Replaces every text of a column by the value that was read from it.
private func spread<Element: ColumnElement>(
  _ entries: ReadEntries<Element>, _ text: TextValues, _ type: DataType, _ validity: Bitmap?
) throws(Diagnostic) -> Column {
  let codes = text.codes
  let values = try buildArray(count: codes.count, grain: rowGrain, of: Element.self) {
    (range, values) throws(Diagnostic) in
    let codes = codes.span
    let entries = entries.values.span
    for row in range { values[row - range.lowerBound] = entries[Int(codes[row])] }
  }
  var isRead: Bitmap?
  if let known = entries.isRead {
    isRead = try Bitmap.ofRows(codes.count) { known[Int(codes[$0])] }.unlessAllSet
  }
  return Column(type, Element.storage(Buffer(values)), validity: Bitmap.intersection(validity, isRead))
}

/// Writes every value as text; equal values are written once, except in integer columns of at most 2¹⁵ rows.
func writtenAsText(_ column: Column) throws(Diagnostic) -> Column {
  if column.count <= 1 << 15, let written = try column.wholeNumberTexts(areDistinct: false) { return written }
  if let written = try column.rankedTexts { return written }
  var grouping = try Grouping(by: [column.bitPatterns], count: column.count, finding: [.firstRows, .groupOfRow])
  let distinct = try gather(column, rows: grouping.firstRows, hasMissing: false)
  if let written = try distinct.wholeNumberTexts(areDistinct: true)?.values.text {
    let texts = TextValues(codes: Buffer(grouping.takeGroups()), dictionary: written.dictionary)
    return Column(.string, .text(texts), validity: column.validity)
  }
  // Different groups can have the same text, so equal texts are merged. (−0 and 0 are one group.)
  let texts = try Column.assembled(.string, count: distinct.count, grain: 1 << 12) { (range) throws(Diagnostic) in
    Column(
      .string, .text(TextValues(range.map { Text(distinct.isNull($0) ? "" : distinct[$0].text(as: distinct.type)) })))
  }
  guard let written = texts.values.text else { throw .noCast(from: column.type, to: .string) }
  var codes = grouping.takeGroups()
  try updateArray(&codes, grain: rowGrain) { (range, codes) throws(Diagnostic) in
    let codeOfGroup = written.codes.span
    for index in 0..<range.count { codes[index] = codeOfGroup[Int(codes[index])] }
  }
  return Column(
    .string, .text(TextValues(codes: Buffer(codes), dictionary: written.dictionary)), validity: column.validity)
}

extension Column {
  /// The bits of floats as whole numbers, which tell −0 from 0; other columns as they are.
  fileprivate var bitPatterns: Column {
    get throws(Diagnostic) {
      switch values {
      case .f64(let numbers):
        let bits = try buildArray(count: count, grain: rowGrain, of: UInt64.self) { (range, bits) in
          for row in range { bits[row - range.lowerBound] = numbers[row].bitPattern }
        }
        return Column(.u64, .u64(Buffer(bits)), validity: validity)
      case .f32(let numbers):
        let bits = try buildArray(count: count, grain: rowGrain, of: UInt32.self) { (range, bits) in
          for row in range { bits[row - range.lowerBound] = numbers[row].bitPattern }
        }
        return Column(.u32, .u32(Buffer(bits)), validity: validity)
      default: return self
      }
    }
  }
}
