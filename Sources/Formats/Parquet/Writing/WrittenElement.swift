import Tables

/// A node of the schema of a file to write, in preorder.
struct WrittenElement {
  var name: String
  /// Nil for a group.
  var type: DataType?
  var childCount = 0
  var isRepeated = false
  var isList = false

  /// Appends a column and its descendants.
  static func append(_ name: String, _ type: DataType, to elements: inout [WrittenElement]) {
    switch type {
    case .list(let element):
      elements.append(WrittenElement(name: name, childCount: 1, isList: true))
      elements.append(WrittenElement(name: "list", childCount: 1, isRepeated: true))
      append("element", element, to: &elements)
    case .structure(let fields):
      elements.append(WrittenElement(name: name, childCount: fields.count))
      for field in fields { append(field.name, field.type, to: &elements) }
    default: elements.append(WrittenElement(name: name, type: type))
    }
  }
}

extension ThriftWriter {
  mutating func physicalType(_ type: DataType) {
    let leaf = WrittenLeaf(path: [], type: type, definitionLevel: 0, repetitionLevel: 0)
    integer(1, leaf.physical.rawValue)
    if leaf.physical == .fixedLengthByteArray { integer(2, 16) }
  }

  /// Sets the logical type and, for older readers, the converted type.
  mutating func logicalType(_ type: DataType) {
    switch type {
    case .bool, .i32, .i64, .f32, .f64, .binary, .duration, .list, .structure: break
    case .null: structure(10) { $0.structure(11) { _ in } }
    case .i8: integerType(15, bits: 8, isSigned: true)
    case .i16: integerType(16, bits: 16, isSigned: true)
    case .u8: integerType(11, bits: 8, isSigned: false)
    case .u16: integerType(12, bits: 16, isSigned: false)
    case .u32: integerType(13, bits: 32, isSigned: false)
    case .u64: integerType(14, bits: 64, isSigned: false)
    case .string:
      integer(6, 0)
      structure(10) { $0.structure(1) { _ in } }
    case .date:
      integer(6, 6)
      structure(10) { $0.structure(6) { _ in } }
    case .time:
      structure(10) {
        $0.structure(7) {
          $0.bool(1, false); $0.structure(2) { $0.structure(3) { _ in } }
        }
      }
    case .datetime(let unit): timestamp(unit, isAdjustedToUTC: false)
    case .zoned(let unit, _): timestamp(unit, isAdjustedToUTC: true)
    case .decimal(let precision, let scale):
      integer(6, 5)
      integer(7, scale)
      integer(8, precision)
      structure(10) {
        $0.structure(5) {
          $0.integer(1, scale); $0.integer(2, precision)
        }
      }
    }
  }

  private mutating func timestamp(_ unit: TimeUnit, isAdjustedToUTC: Bool) {
    let number: Int =
      switch unit {
      case .milliseconds: 1
      case .microseconds: 2
      case .nanoseconds: 3
      }
    structure(10) {
      $0.structure(8) {
        $0.bool(1, isAdjustedToUTC); $0.structure(2) { $0.structure(number) { _ in } }
      }
    }
  }

  private mutating func integerType(_ converted: Int, bits: Int8, isSigned: Bool) {
    integer(6, converted)
    structure(10) {
      $0.structure(10) {
        $0.byte(1, bits); $0.bool(2, isSigned)
      }
    }
  }
}
