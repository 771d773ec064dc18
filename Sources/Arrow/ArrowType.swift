package import Tables

/// The representation of a field's values in an Arrow file.
package enum ArrowType: Sendable, Hashable {
  case null
  case bool
  case integer(bits: Int, isSigned: Bool)
  case float(bits: Int)
  /// 32-bit or 64-bit offsets into the concatenated bytes of all values.
  case text(isBinary: Bool, isLarge: Bool)
  /// Views: short values are stored in place, long ones in one of several data buffers.
  case view(isBinary: Bool)
  case fixedBytes(width: Int, isIdentifier: Bool)
  /// 32-bit days, or 64-bit milliseconds that must be whole days.
  case date(isMilliseconds: Bool)
  case time(ArrowTimeUnit, bits: Int)
  /// Without a zone, timestamps are local times of an unknown zone.
  case timestamp(ArrowTimeUnit, zone: String?)
  case duration(ArrowTimeUnit)
  case decimal(bits: Int, precision: Int, scale: Int)
  /// Also maps, whose elements are key-value pairs.
  case list(isLarge: Bool)
  case listView(isLarge: Bool)
  case fixedList(size: Int)
  case structure
  /// A type that tables do not support; its `buffers` are skipped.
  case unsupported(String, buffers: Int)

  /// The number of buffers of a field of this type in a batch, without the data buffers of views.
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
  /// The dictionary that the field's values are indices into.
  struct Dictionary: Hashable {
    var id: Int
    var bits: Int
    var isSigned: Bool
  }

  package let name: String
  package let type: ArrowType
  let children: [ArrowField]
  /// Nil if the batch holds the values themselves. Otherwise, `type` and `children` describe the values of the
  /// dictionary.
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
    case .timestamp(let unit, nil): .datetime(unit.timeUnit)
    // The moments are right in any zone.
    case .timestamp(let unit, let zone?): .zoned(unit.timeUnit, Zone.ifKnown(zone) ?? .utc)
    case .duration(let unit): .duration(unit.timeUnit)
    case .decimal(_, let precision, let scale):
      // A negative scale adds zeros before the point. A scale beyond the precision adds zeros after the point.
      .decimal(precision: min(38, max(precision - min(0, scale), scale)), scale: max(0, scale))
    case .list, .listView, .fixedList: .list(children.first?.dataType ?? .null)
    case .structure: .structure(children.map { Field($0.name, $0.dataType) })
    }
  }

  /// The field and its descendants in preorder, without those inside a dictionary.
  var flattened: [ArrowField] { dictionary == nil ? [self] + children.flatMap(\.flattened) : [self] }

  /// The field of the dictionary's values.
  var withoutDictionary: ArrowField { ArrowField(name: name, type: type, children: children, dictionary: nil) }

  /// The first part of the field that no column can hold, with its path; nil if the field is supported.
  package var unsupported: String? {
    if case .unsupported(let what, _) = type { return what }
    return children.lazy.compactMap(\.unsupported).first
  }

  /// The time zone of its timestamps; nil if it has none.
  package var zone: String? {
    if case .timestamp(_, let zone) = type { zone } else { nil }
  }
}
