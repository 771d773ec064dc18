import Diagnostics
import Parallelism
import Tables

/// A column of one chunk of a text file, while it is read: values of one kind, stored in its width.
///
/// If a field does not fit the kind, the column stops storing values and only determines a kind that fits all fields.
/// Then the column is read again with that kind.
struct FieldColumn {
  enum State { case reading, widening, skipping }

  private(set) var state: State
  /// The kind being read. After a misfit: the narrowest kind that fits all fields so far.
  private(set) var kind: FieldKind
  /// The position of the first field that did not fit.
  private(set) var misfit: Range<Int>?
  private let decimalComma: Bool
  /// Whether the user named the type, so that lost digits are accepted.
  private let isAsked: Bool
  private let nulls: [[UInt8]]

  private(set) var count = 0
  private var integers: FieldValues<Int64>
  private var floats: FieldValues<Double>
  private var days: FieldValues<Int32>
  private var bools: [UInt8] = []
  private var codes: [UInt32] = []
  private(set) var validity = BitmapBuilder()
  private var entries = TextEntries()

  /// - Parameters:
  ///   - kind: the kind to read; nil skips the column.
  ///   - isAsked: whether the user named the type, so that it was not inferred.
  ///   - whole: the memory of the whole column, where `place` are the rows of this chunk; nil stores the values here.
  init(
    _ kind: FieldKind?, _ dialect: TextDialect, isAsked: Bool, expectedRows: Int, in whole: FieldRows? = nil,
    at place: Range<Int> = 0..<0
  ) {
    state = kind == nil ? .skipping : .reading
    self.kind = kind ?? .unknown
    self.isAsked = isAsked
    decimalComma = dialect.decimalComma
    nulls = dialect.nulls
    let isWhole = self.kind.isInteger || self.kind.isMoment
    integers = FieldValues(in: whole?.integers, place, expected: isWhole ? expectedRows : 0)
    floats = FieldValues(in: whole?.floats, place, expected: kind == .float ? expectedRows : 0)
    days = FieldValues(in: whole?.days, place, expected: kind == .date ? expectedRows : 0)
    if kind == .string { codes.reserveCapacity(expectedRows) }
  }

  var isInteger: Bool { state == .reading && kind.isInteger }
  var isDate: Bool { state == .reading && kind == .date }

  @inline(__always)
  mutating func append(_ value: Int64) {
    integers.append(value)
    validity.appendOnes(1)
    count &+= 1
  }

  @inline(__always)
  mutating func append(days value: Int32) {
    days.append(value)
    validity.appendOnes(1)
    count &+= 1
  }

  /// Appends any field.
  mutating func append(_ field: borrowing Span<UInt8>, isQuoted: Bool, at place: Range<Int>) {
    guard state != .skipping else { return }
    count &+= 1
    if isNull(field, isQuoted) {
      if state == .reading { appendNull() }
      return
    }
    if state == .widening {
      if kind != .string { kind = kind.joined(FieldKind(field, decimalComma: decimalComma)) }
      return
    }
    switch kind {
    case .integer, .longInteger:
      guard let value = NumberText.integer(field) as Int64?, isAsked || !TextField.isCode(field) else {
        return widen(field, place)
      }
      integers.append(value)
    case .float:
      guard let value = TextField.float(field, decimalComma: decimalComma),
        isAsked || !TextField.losesDigitsAsFloat(field)
      else { return widen(field, place) }
      floats.append(value)
    case .datetime(let unit):
      guard let value = CalendarText.ticks(field, unit: unit) else { return widen(field, place) }
      integers.append(value)
    case .moment(let unit):
      guard let value = CalendarText.moment(field, unit: unit), value.hasOffset else { return widen(field, place) }
      integers.append(value.ticks)
    case .date:
      guard let value = CalendarText.days(field) else { return widen(field, place) }
      days.append(value)
    case .bool:
      guard let value = TextField.bool(field) else { return widen(field, place) }
      bools.append(value ? 1 : 0)
    case .string: codes.append(entries.code(for: field))
    case .unknown: return widen(field, place)
    }
    validity.appendOnes(1)
  }

  private func isNull(_ field: borrowing Span<UInt8>, _ isQuoted: Bool) -> Bool {
    if field.isEmpty, !isQuoted { return true }
    for null in nulls where null.count == field.count {
      if field.indices.allSatisfy({ field[$0] == null[$0] }) { return true }
    }
    return false
  }

  private mutating func appendNull() {
    switch kind {
    case .integer, .longInteger, .datetime, .moment: integers.append(0)
    case .float: floats.append(0)
    case .date: days.append(0)
    case .bool: bools.append(0)
    case .string: codes.append(0)
    case .unknown: break
    }
    validity.appendZeros(1)
  }

  /// Frees the values and keeps only the kind.
  mutating func forgetValues() {
    forgetNumbers()
    entries = TextEntries()
    validity = BitmapBuilder()
  }

  private mutating func widen(_ field: borrowing Span<UInt8>, _ place: Range<Int>) {
    state = .widening
    let joined = kind.joined(FieldKind(field, decimalComma: decimalComma))
    // A value of the kind that the kind does not hold, such as the year 9999 in nanoseconds: only text holds it.
    kind = joined == kind ? .string : joined
    misfit = place
    forgetNumbers()
  }

  private mutating func forgetNumbers() {
    integers = FieldValues(in: nil, 0..<0, expected: 0)
    floats = FieldValues(in: nil, 0..<0, expected: 0)
    days = FieldValues(in: nil, 0..<0, expected: 0)
    (bools, codes) = ([], [])
  }

  /// The column of the chunk's rows. Not available if the values are stored in the whole column.
  var column: Column {
    let bitmap = validity.bitmap
    switch kind {
    case .unknown: return Column(.null, .null(count: count))
    case .bool: return Column(.bool, .bool(packBits(bools)), validity: bitmap)
    case .integer, .longInteger: return Column(.i64, .i64(Buffer(integers.own)), validity: bitmap)
    case .float: return Column(.f64, .f64(Buffer(floats.own)), validity: bitmap)
    case .date: return Column(.date, .i32(Buffer(days.own)), validity: bitmap)
    case .datetime, .moment: return Column(kind.dataType, .i64(Buffer(integers.own)), validity: bitmap)
    case .string:
      return Column(.string, .text(TextValues(codes: Buffer(codes), dictionary: entries.dictionary)), validity: bitmap)
    }
  }
}

/// The texts of a chunk. Each distinct text is kept once, until most turn out to be distinct; from then on all are
/// kept.
struct TextEntries {
  private var builder = TextDictionaryBuilder()
  private var seen = 0
  private var isPlain = false
  private var offsets: [Int] = [0]
  private var bytes: [UInt8] = []

  mutating func code(for text: borrowing Span<UInt8>) -> UInt32 {
    if !isPlain {
      seen += 1
      if seen & 0x1FFF == 0, builder.count > seen / 2 { makePlain() }
    }
    guard isPlain else { return builder.code(for: text) }
    text.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    offsets.append(bytes.count)
    return UInt32(truncatingIfNeeded: offsets.count - 2)
  }

  private mutating func makePlain() {
    let dictionary = builder.dictionary()
    offsets = dictionary.offsets.array
    bytes = dictionary.bytes.array
    builder = TextDictionaryBuilder()
    isPlain = true
  }

  var dictionary: TextDictionary {
    guard isPlain else { return builder.dictionary() }
    return TextDictionary(offsets: Buffer(offsets), bytes: Buffer(bytes), isUnique: false)
  }
}
