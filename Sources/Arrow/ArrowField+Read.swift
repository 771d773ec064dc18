import Diagnostics

/// Builds the fields of a schema, limited by the size of the schema.
struct ArrowFieldReader {
  /// How many more fields are allowed: tables that share bytes could otherwise describe any number of them.
  private var left: Int
  private static let maximumDepth = 48

  /// - Parameter byteCount: the size of the schema's message. Each field takes at least 8 bytes.
  init(byteCount: Int) { left = byteCount / 8 }

  mutating func field(_ table: FlatTable, depth: Int = 0) throws(Diagnostic) -> ArrowField {
    left -= 1
    let name = table.text(0) ?? ""
    guard depth < Self.maximumDepth else { throw .malformedArrow("a schema nested too deep") }
    guard left >= 0 else { throw .malformedArrow("more fields than a schema of its size has") }
    var children: [ArrowField] = []
    for child in table.tables(5) ?? [] { children.append(try field(child, depth: depth + 1)) }
    guard let kind = table.byte(2) else { throw .malformedArrow("field `\(name)` without a type") }
    let type = try type(kind, table.table(3), named: name, children, isIdentifier: isIdentifier(table))
    return ArrowField(
      name: name, type: type, children: children, dictionary: try table.table(4).map(dictionary))
  }

  private func isIdentifier(_ field: FlatTable) -> Bool {
    (field.tables(6) ?? []).contains { $0.text(0) == "ARROW:extension:name" && $0.text(1) == "arrow.uuid" }
  }

  private func dictionary(_ table: FlatTable) throws(Diagnostic) -> ArrowField.Dictionary {
    let index = table.table(1)
    // The default index type has 32 bits.
    let bits = index.map { $0.int(0) ?? 0 } ?? 32
    guard [8, 16, 32, 64].contains(bits) else { throw .malformedArrow("numbers of \(bits) bits into a dictionary") }
    return ArrowField.Dictionary(
      id: table.long(0) ?? 0, bits: bits, isSigned: index.map { $0.byte(1) ?? 0 != 0 } ?? true)
  }

  /// - Source: Arrow's Schema.fbs; the defaults are those of its tables.
  private func type(
    _ kind: UInt8, _ table: FlatTable?, named name: String, _ children: [ArrowField], isIdentifier: Bool
  ) throws(Diagnostic) -> ArrowType {
    switch kind {
    case 1: return .null
    case 2:
      let bits = table?.int(0) ?? 0
      let isSigned = table?.byte(1) ?? 0 != 0
      if bits == 128 { return wideInteger(isSigned: isSigned) }
      guard [8, 16, 32, 64].contains(bits) else { throw .malformedArrow("`\(name)` of integers of \(bits) bits") }
      return .integer(bits: bits, isSigned: isSigned)
    case 3:
      guard let precision = [0: 16, 1: 32, 2: 64][table?.short(0) ?? 0] else {
        throw .malformedArrow("`\(name)` of floats of an unknown size")
      }
      return .float(bits: precision)
    case 4: return .text(isBinary: true, isLarge: false)
    case 5: return .text(isBinary: false, isLarge: false)
    case 6: return .bool
    case 7: return try decimal(table, named: name)
    case 8: return .date(isMilliseconds: table?.short(0) ?? 1 != 0)
    case 9:
      let (unit, bits) = (try unit(table, ofNothing: 1), table?.int(1) ?? 32)
      guard bits == (unit.rawValue < 2 ? 32 : 64) else { throw .malformedArrow("`\(name)` of times of \(bits) bits") }
      return .time(unit, bits: bits)
    case 10:
      let zone = table?.text(1) ?? ""
      return .timestamp(try unit(table, ofNothing: 0), zone: zone.isEmpty ? nil : zone)
    case 11: return .unsupported("an interval of months, days and times", buffers: 2)
    case 12, 17: return try nested(.list(isLarge: false), children, named: name)
    case 13: return .structure
    case 14:
      let isDense = table?.short(0) ?? 0 != 0
      return .unsupported("a union of several types", buffers: isDense ? 2 : 1)
    case 15:
      let width = table?.int(0) ?? 0
      guard (0...1 << 24).contains(width) else { throw .malformedArrow("`\(name)` of values of \(width) bytes") }
      return .fixedBytes(width: width, isIdentifier: isIdentifier && width == 16)
    case 16:
      let size = table?.int(0) ?? 0
      guard size >= 0 else { throw .malformedArrow("`\(name)` of lists of \(size) elements") }
      return try nested(.fixedList(size: size), children, named: name)
    case 18: return .duration(try unit(table, ofNothing: 1))
    case 19: return .text(isBinary: true, isLarge: true)
    case 20: return .text(isBinary: false, isLarge: true)
    case 21: return try nested(.list(isLarge: true), children, named: name)
    case 22: return .unsupported("a column encoded by the ends of its runs", buffers: 0)
    case 23: return .view(isBinary: true)
    case 24: return .view(isBinary: false)
    case 25: return try nested(.listView(isLarge: false), children, named: name)
    case 26: return try nested(.listView(isLarge: true), children, named: name)
    default: throw .unsupportedArrow("`\(name)` of type number \(kind)")
    }
  }

  /// No type of the format's standard, but polars writes it. Its bytes are those of a decimal without a fraction.
  private func wideInteger(isSigned: Bool) -> ArrowType {
    isSigned
      ? .decimal(bits: 128, precision: 38, scale: 0)
      : .unsupported("an unsigned integer of 128 bits (64 are the most here)", buffers: 2)
  }

  private func nested(
    _ type: ArrowType, _ children: [ArrowField], named name: String
  ) throws(Diagnostic) -> ArrowType {
    guard children.count == 1 else { throw .malformedArrow("`\(name)` of lists of \(children.count) fields") }
    return type
  }

  private func unit(_ table: FlatTable?, ofNothing usual: Int) throws(Diagnostic) -> ArrowTimeUnit {
    guard let unit = ArrowTimeUnit(rawValue: table?.short(0) ?? usual) else {
      throw .malformedArrow("an unknown unit of time")
    }
    return unit
  }

  private func decimal(_ table: FlatTable?, named name: String) throws(Diagnostic) -> ArrowType {
    let (precision, scale, bits) = (table?.int(0) ?? 0, table?.int(1) ?? 0, table?.int(2) ?? 128)
    guard [32, 64, 128, 256].contains(bits), (1...76).contains(precision), (-76...76).contains(scale) else {
      throw .malformedArrow("`\(name)` of decimals of \(precision) digits in \(bits) bits, scale \(scale)")
    }
    guard scale <= 38, precision - min(0, scale) <= 76 else {
      return .unsupported("a decimal of scale \(scale) (38 digits are the most here)", buffers: 2)
    }
    return .decimal(bits: bits, precision: precision, scale: scale)
  }
}
