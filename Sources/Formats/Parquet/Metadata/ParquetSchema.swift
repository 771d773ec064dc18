import Arrow
import Diagnostics
import Tables

/// A leaf of the schema tree: a column of values in the file.
struct ParquetLeaf: Sendable {
  /// The index of its column chunk in every row group.
  let index: Int
  /// The path with dots, for messages.
  let path: String
  let physical: PhysicalType
  let typeLength: Int
  let meaning: LogicalType?
  /// The definition level of a value that is not null.
  let definitionLevel: Int
  /// The number of lists that enclose a value.
  let repetitionLevel: Int
  /// The unit in which INT96 timestamps are read.
  var int96Unit = TimeUnit.nanoseconds
  /// The name of the zone in which its timestamps are shown, if they are moments: UTC if the file names none.
  var zoneName: String?
}

/// A column of the table, with the levels that describe its nesting.
indirect enum ParquetColumn: Sendable {
  case leaf(ParquetLeaf)
  /// Not null if the definition level is at least `definitionLevel`.
  case structure([(name: String, column: ParquetColumn)], definitionLevel: Int)
  /// Not null (but possibly empty) from `definitionLevel` on; has an element from `elementLevel` on. Each element
  /// after the first has the repetition level `repetitionLevel`.
  case list(ParquetColumn, definitionLevel: Int, elementLevel: Int, repetitionLevel: Int)

  var leaves: [ParquetLeaf] {
    switch self {
    case .leaf(let leaf): [leaf]
    case .structure(let fields, _): fields.flatMap(\.column.leaves)
    case .list(let element, _, _, _): element.leaves
    }
  }

  var dataType: DataType {
    switch self {
    case .leaf(let leaf): leaf.dataType
    case .structure(let fields, _): .structure(fields.map { Field($0.name, $0.column.dataType) })
    case .list(let element, _, _, _): .list(element.dataType)
    }
  }

  /// The same column with INT96 timestamps in another unit.
  func readingInt96(in unit: TimeUnit) -> ParquetColumn {
    switch self {
    case .leaf(var leaf):
      leaf.int96Unit = unit
      return .leaf(leaf)
    case .structure(let fields, let level):
      return .structure(fields.map { ($0.name, $0.column.readingInt96(in: unit)) }, definitionLevel: level)
    case .list(let element, let level, let elementLevel, let repetitionLevel):
      return .list(
        element.readingInt96(in: unit), definitionLevel: level, elementLevel: elementLevel,
        repetitionLevel: repetitionLevel)
    }
  }

  /// The leaf of a column without lists or structs, whose rows are its values; nil for other columns.
  var flatLeaf: ParquetLeaf? {
    if case .leaf(let leaf) = self, leaf.repetitionLevel == 0, leaf.definitionLevel <= 1 { return leaf }
    return nil
  }
}

/// Builds the columns of a table from the schema's nodes in preorder.
struct ParquetSchemaReader {
  private let elements: [SchemaElement]
  private let durations: [String: TimeUnit]
  private let zones: [String: String]
  private let arrow: ArrowSchema?
  private var position = 0
  private var leafCount = 0
  private static let maximumDepth = 48

  /// Returns the top-level columns in the order of the file, and the number of their leaves.
  static func columns(
    of elements: [SchemaElement], durations: [String: TimeUnit], zones: [String: String], arrow: ArrowSchema?
  ) throws(Diagnostic) -> (columns: [(name: String, column: ParquetColumn)], leafCount: Int) {
    let leafCount = elements.dropFirst().count { $0.childCount == 0 }
    var reader = ParquetSchemaReader(
      elements: elements, durations: durations, zones: zones,
      arrow: arrow?.leaves.count == leafCount ? arrow : nil)
    guard let root = elements.first else { throw .malformed("a schema without a root") }
    reader.position = 1
    var columns: [(name: String, column: ParquetColumn)] = []
    for _ in 0..<root.childCount {
      let name = try reader.peek().name
      columns.append((name, try reader.readField(Context())))
    }
    guard reader.position == elements.count else { throw .malformed("schema nodes that belong to no column") }
    return (columns, reader.leafCount)
  }

  private init(
    elements: [SchemaElement], durations: [String: TimeUnit], zones: [String: String], arrow: ArrowSchema?
  ) {
    self.elements = elements
    self.durations = durations
    self.zones = zones
    self.arrow = arrow
  }

  /// The position of a node in the tree.
  private struct Context {
    var path = ""
    var definitionLevel = 0
    var repetitionLevel = 0
    var depth = 0

    func entering(_ element: SchemaElement) throws(Diagnostic) -> Context {
      var context = self
      context.path += path.isEmpty ? element.name : "." + element.name
      context.depth += 1
      if context.depth > ParquetSchemaReader.maximumDepth { throw .malformed("a schema nested too deep") }
      if element.repetition != .required { context.definitionLevel += 1 }
      if element.repetition == .repeated { context.repetitionLevel += 1 }
      return context
    }
  }

  private func peek() throws(Diagnostic) -> SchemaElement {
    guard position < elements.count else { throw .malformed("a schema that ends too early") }
    return elements[position]
  }

  /// Reads a node and its descendants. A repeated node outside of a LIST group is a list without nulls.
  private mutating func readField(_ outside: Context) throws(Diagnostic) -> ParquetColumn {
    let element = try peek()
    let context = try outside.entering(element)
    let content = try readContent(element, context)
    guard element.repetition == .repeated else { return content }
    return .list(
      content, definitionLevel: outside.definitionLevel, elementLevel: context.definitionLevel,
      repetitionLevel: context.repetitionLevel)
  }

  /// Reads a node without regard to its repetition.
  private mutating func readContent(_ element: SchemaElement, _ context: Context) throws(Diagnostic) -> ParquetColumn {
    position += 1
    guard element.childCount > 0 else { return .leaf(try leaf(element, context)) }
    if element.meaning == .list || element.meaning == .map, element.childCount == 1,
      try peek().repetition == .repeated
    {
      return try readList(of: element, context)
    }
    var fields: [(name: String, column: ParquetColumn)] = []
    for _ in 0..<element.childCount {
      let name = try peek().name
      fields.append((name, try readField(context)))
    }
    return .structure(fields, definitionLevel: context.definitionLevel)
  }

  /// Reads the repeated child of a LIST or MAP group.
  ///
  /// - Source: parquet-format, LogicalTypes.md, the rules for backward compatibility.
  private mutating func readList(of list: SchemaElement, _ context: Context) throws(Diagnostic) -> ParquetColumn {
    let repeated = try peek()
    let inside = try context.entering(repeated)
    let isElement: Bool
    if repeated.childCount != 1 || list.meaning == .map {
      isElement = true
    } else if repeated.name == "array" || repeated.name == list.name + "_tuple" || repeated.meaning == .list
      || repeated.meaning == .map
    {
      isElement = true
    } else {
      isElement = position + 1 < elements.count && elements[position + 1].repetition == .repeated
    }
    let element: ParquetColumn
    if isElement {
      element = try readContent(repeated, inside)
    } else {
      position += 1
      element = try readField(inside)
    }
    return .list(
      element, definitionLevel: context.definitionLevel, elementLevel: inside.definitionLevel,
      repetitionLevel: inside.repetitionLevel)
  }

  private mutating func leaf(_ element: SchemaElement, _ context: Context) throws(Diagnostic) -> ParquetLeaf {
    guard let physical = element.type else { throw .malformed("column `\(context.path)` without a type") }
    if physical == .fixedLengthByteArray, element.typeLength < 1 || element.typeLength > 1 << 24 {
      throw .malformed("column `\(context.path)` with values of \(element.typeLength) bytes")
    }
    var meaning = element.meaning
    if physical == .int64, meaning == nil {
      if case .duration(let unit)? = arrow?.leaves[leafCount] { meaning = .duration(unit) }
      if let unit = durations[context.path] { meaning = .duration(ArrowTimeUnit(unit)) }
    }
    defer { leafCount += 1 }
    var leaf = ParquetLeaf(
      index: leafCount, path: context.path, physical: physical, typeLength: element.typeLength,
      meaning: meaning, definitionLevel: context.definitionLevel, repetitionLevel: context.repetitionLevel)
    if case .timestamp(_, isAdjustedToUTC: true)? = meaning {
      leaf.zoneName = zones[context.path] ?? "UTC"
      if case .timestamp(let zone)? = arrow?.leaves[leafCount], !zone.isEmpty { leaf.zoneName = zone }
    }
    return leaf
  }
}

extension ParquetLeaf {
  /// The type of the table's column.
  var dataType: DataType {
    switch (physical, meaning) {
    case (_, .null): .null
    case (.boolean, _): .bool
    case (.int32, .integer(let bits, let isSigned)):
      switch (bits, isSigned) {
      case (8, true): .i8
      case (16, true): .i16
      case (8, false): .u8
      case (16, false): .u16
      case (_, false): .u32
      default: .i32
      }
    case (.int32, .date): .date
    case (.int32, .time), (.int64, .time): .time
    case (.int32, .decimal(let precision, let scale)), (.int64, .decimal(let precision, let scale)):
      decimalType(precision, scale)
    case (.int32, _): .i32
    case (.int64, .integer(_, isSigned: false)): .u64
    case (.int64, .timestamp(let unit, _)):
      if let zoneName { .zoned(unit.timeUnit, Zone.ifKnown(zoneName) ?? .utc) } else { .datetime(unit.timeUnit) }
    case (.int64, .duration(let unit)): .duration(unit.timeUnit)
    case (.int64, _): .i64
    case (.int96, _): .datetime(int96Unit)
    case (.float, _): .f32
    case (.double, _): .f64
    case (.fixedLengthByteArray, .float16) where typeLength == 2: .f32
    case (.fixedLengthByteArray, .uuid) where typeLength == 16: .string
    case (.byteArray, .decimal(let precision, let scale)),
      (.fixedLengthByteArray, .decimal(let precision, let scale)):
      decimalType(precision, scale)
    case (_, .string), (_, .enum), (_, .json): .string
    default: .binary
    }
  }

  private func decimalType(_ precision: Int, _ scale: Int) -> DataType {
    guard (1...38).contains(precision), (0...precision).contains(scale) else { return physicalType }
    return .decimal(precision: precision, scale: scale)
  }

  /// The name of its zone, if this system does not have it.
  var unknownZone: String? { zoneName.flatMap { Zone.ifKnown($0) == nil ? $0 : nil } }

  /// The type by the physical type alone, without the logical type.
  private var physicalType: DataType {
    switch physical {
    case .int32: .i32
    case .int64: .i64
    default: .binary
    }
  }
}

extension ParquetTimeUnit {
  var timeUnit: TimeUnit {
    switch self {
    case .milliseconds: .milliseconds
    case .microseconds: .microseconds
    case .nanoseconds: .nanoseconds
    }
  }
}
