package import Tables

/// How a field's values lie in an Arrow file.
package enum ArrowType: Sendable, Hashable {
  case null
  case bool
  case integer(bits: Int, isSigned: Bool)
  case float(bits: Int)
  /// Offsets of 32 or 64 bits into the bytes of all values.
  case text(isBinary: Bool, isLarge: Bool)
  /// Short values in place, long ones as places in one of many buffers.
  case view(isBinary: Bool)
  case fixedBytes(width: Int, isIdentifier: Bool)
  /// Days in 32 bits, or milliseconds in 64 that are whole days.
  case date(isMilliseconds: Bool)
  case time(ArrowTimeUnit, bits: Int)
  /// The zone is nil where the moments are what a clock somewhere showed.
  case timestamp(ArrowTimeUnit, zone: String?)
  case duration(ArrowTimeUnit)
  case decimal(bits: Int, precision: Int, scale: Int)
  /// Maps as well, whose elements are pairs.
  case list(isLarge: Bool)
  case listView(isLarge: Bool)
  case fixedList(size: Int)
  case structure
  /// A type that tables here do not have; `buffers` of its own are passed over.
  case unsupported(String, buffers: Int)

  /// How many buffers a field of this type has in a batch, without those of views' long values.
  var bufferCount: Int {
    switch self {
    case .null: 0
    case .structure, .fixedList: 1
    case .text, .listView: 3
    case .unsupported(_, let buffers): buffers
    default: 2
    }
  }
}

/// A field of an Arrow schema.
package struct ArrowField: Sendable {
  /// The dictionary that a field's values are numbers into.
  struct Dictionary: Hashable {
    var id: Int
    var bits: Int
    var isSigned: Bool
  }

  package let name: String
  package let type: ArrowType
  let children: [ArrowField]
  /// nil where the values stand in the batch themselves; else `type` and `children` are those of the dictionary's.
  let dictionary: Dictionary?

  /// The type of the table's column.
  package var dataType: DataType {
    switch type {
    case .null, .unsupported: .null
    case .bool: .bool
    case .integer(let bits, let isSigned):
      switch (bits, isSigned) {
      case (8, true): .i8
      case (16, true): .i16
      case (32, true): .i32
      case (64, true): .i64
      case (8, false): .u8
      case (16, false): .u16
      case (32, false): .u32
      default: .u64
      }
    case .float(let bits): bits == 64 ? .f64 : .f32
    case .text(let isBinary, _), .view(let isBinary): isBinary ? .binary : .string
    case .fixedBytes(_, let isIdentifier): isIdentifier ? .string : .binary
    case .date: .date
    case .time: .time
    case .timestamp(let unit, _): .datetime(unit.timeUnit)
    case .duration(let unit): .duration(unit.timeUnit)
    case .decimal(_, let precision, let scale):
      // A negative scale is zeros at the end, one beyond the precision zeros behind the point.
      .decimal(precision: min(38, max(precision - min(0, scale), scale)), scale: max(0, scale))
    case .list, .listView, .fixedList: .list(children.first?.dataType ?? .null)
    case .structure: .structure(children.map { Field($0.name, $0.dataType) })
    }
  }

  /// The field itself and all below it, as long as they stand in the same batch.
  var flattened: [ArrowField] { dictionary == nil ? [self] + children.flatMap(\.flattened) : [self] }

  /// The field of the dictionary's own values.
  var withoutDictionary: ArrowField { ArrowField(name: name, type: type, children: children, dictionary: nil) }

  /// What of it no column can hold, with its place in the field; nil where all is known.
  package var unsupported: String? {
    if case .unsupported(let what, _) = type { return what }
    return children.lazy.compactMap(\.unsupported).first
  }

  /// The zone that its moments are meant for; nil where it has none.
  package var zone: String? {
    if case .timestamp(_, let zone) = type { zone } else { nil }
  }
}
