import Diagnostics

extension ParquetMetadata {
  init(_ reader: inout ThriftReader) throws(Diagnostic) {
    var metadata = ParquetMetadata()
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 2:
        try reader.readList(type) { (reader, _) throws(Diagnostic) in
          metadata.schema.append(try SchemaElement(&reader))
        }
      case 3: metadata.rowCount = try reader.readCount(type)
      case 4:
        try reader.readList(type) { (reader, _) throws(Diagnostic) in
          metadata.rowGroups.append(try RowGroup(&reader))
        }
      case 5:
        try reader.readList(type) { (reader, _) throws(Diagnostic) in
          var pair = (key: "", value: "")
          try reader.readStructure { (reader, field, type) throws(Diagnostic) in
            switch field {
            case 1: pair.key = try reader.readString(type)
            case 2: pair.value = try reader.readString(type)
            default: return false
            }
            return true
          }
          metadata.keyValues.append(pair)
        }
      case 6: metadata.createdBy = try reader.readString(type)
      default: return false
      }
      return true
    }
    self = metadata
  }
}

extension SchemaElement {
  init(_ reader: inout ThriftReader) throws(Diagnostic) {
    var element = SchemaElement()
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1:
        let number = Int(try reader.readInteger(type))
        guard let physical = PhysicalType(rawValue: number) else { throw .malformed("physical type \(number)") }
        element.type = physical
      case 2: element.typeLength = try reader.readCount(type)
      case 3:
        let number = Int(try reader.readInteger(type))
        guard let repetition = Repetition(rawValue: number) else { throw .malformed("repetition \(number)") }
        element.repetition = repetition
      case 4: element.name = try reader.readString(type)
      case 5: element.childCount = try reader.readCount(type)
      case 6: element.convertedType = Int(try reader.readInteger(type))
      case 7: element.scale = Int(try reader.readInteger(type))
      case 8: element.precision = Int(try reader.readInteger(type))
      case 10: element.logicalType = try LogicalType(&reader)
      default: return false
      }
      return true
    }
    self = element
  }

  /// What the values mean, by the logical type or what stood in its place before there was one.
  var meaning: LogicalType? {
    if let logicalType, logicalType != .other { return logicalType }
    switch convertedType {
    case 0: return .string
    case 1, 2: return .map
    case 3: return .list
    case 4: return .enum
    case 5: return .decimal(precision: precision, scale: scale)
    case 6: return .date
    case 7: return .time(.milliseconds)
    case 8: return .time(.microseconds)
    case 9: return .timestamp(.milliseconds)
    case 10: return .timestamp(.microseconds)
    case 11: return .integer(bits: 8, isSigned: false)
    case 12: return .integer(bits: 16, isSigned: false)
    case 13: return .integer(bits: 32, isSigned: false)
    case 14: return .integer(bits: 64, isSigned: false)
    case 15: return .integer(bits: 8, isSigned: true)
    case 16: return .integer(bits: 16, isSigned: true)
    case 17: return .integer(bits: 32, isSigned: true)
    case 18: return .integer(bits: 64, isSigned: true)
    case 19: return .json
    case 20: return .bson
    case 21: return .interval
    default: return nil
    }
  }
}

extension LogicalType {
  /// A union: one field, whose number is the type and whose value holds the parameters.
  init(_ reader: inout ThriftReader) throws(Diagnostic) {
    var logical = LogicalType.other
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      var numbers: [Int: Int] = [:]
      guard type == .structure else { return false }
      try reader.readStructure { (reader, parameter, type) throws(Diagnostic) in
        switch type {
        case .byte, .i16, .i32, .i64: numbers[parameter] = Int(try reader.readInteger(type))
        case .yes, .no: numbers[parameter] = type == .yes ? 1 : 0
        case .structure:
          // A time unit: a union of empty structures.
          try reader.readStructure { (_, unit, _) throws(Diagnostic) in
            numbers[parameter] = unit
            return false
          }
        default: return false
        }
        return true
      }
      switch field {
      case 1: logical = .string
      case 2: logical = .map
      case 3: logical = .list
      case 4: logical = .enum
      case 5: logical = .decimal(precision: numbers[2] ?? 0, scale: numbers[1] ?? 0)
      case 6: logical = .date
      case 7: if let unit = ParquetTimeUnit(rawValue: numbers[2] ?? 0) { logical = .time(unit) }
      case 8: if let unit = ParquetTimeUnit(rawValue: numbers[2] ?? 0) { logical = .timestamp(unit) }
      case 10: logical = .integer(bits: numbers[1] ?? 0, isSigned: numbers[2] == 1)
      case 11: logical = .null
      case 12: logical = .json
      case 13: logical = .bson
      case 14: logical = .uuid
      case 15: logical = .float16
      default: break
      }
      return true
    }
    self = logical
  }
}

extension RowGroup {
  init(_ reader: inout ThriftReader) throws(Diagnostic) {
    var group = RowGroup()
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1:
        try reader.readList(type) { (reader, _) throws(Diagnostic) in group.columns.append(try ColumnChunk(&reader)) }
      case 2: group.byteCount = Int(try reader.readInteger(type))
      case 3: group.rowCount = try reader.readCount(type)
      default: return false
      }
      return true
    }
    self = group
  }
}

extension ColumnChunk {
  init(_ reader: inout ThriftReader) throws(Diagnostic) {
    var chunk = ColumnChunk()
    var columnIndex = (offset: 0, count: 0)
    var offsetIndex = (offset: 0, count: 0)
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1: chunk.isElsewhere = try !reader.readBinary(type).isEmpty
      case 3: try chunk.readColumnMetadata(&reader)
      case 4: offsetIndex.offset = try reader.readCount(type)
      case 5: offsetIndex.count = try reader.readCount(type)
      case 6: columnIndex.offset = try reader.readCount(type)
      case 7: columnIndex.count = try reader.readCount(type)
      case 8, 9:
        chunk.isEncrypted = true
        return false
      default: return false
      }
      return true
    }
    if columnIndex.count > 0 { chunk.columnIndex = columnIndex }
    if offsetIndex.count > 0 { chunk.offsetIndex = offsetIndex }
    self = chunk
  }

  private mutating func readColumnMetadata(_ reader: inout ThriftReader) throws(Diagnostic) {
    var chunk = self
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1: chunk.type = PhysicalType(rawValue: Int(try reader.readInteger(type)))
      case 4: chunk.codec = Int(try reader.readInteger(type))
      case 5: chunk.valueCount = try reader.readCount(type)
      case 6: chunk.uncompressedSize = Int(try reader.readInteger(type))
      case 7: chunk.compressedSize = try reader.readCount(type)
      case 9: chunk.dataPageOffset = try reader.readCount(type)
      case 11:
        // Old writers put 0 or -1 where there is none.
        let offset = Int(try reader.readInteger(type))
        if offset > 0 { chunk.dictionaryPageOffset = offset }
      case 12: chunk.statistics = try ParquetStatistics(&reader)
      default: return false
      }
      return true
    }
    self = chunk
  }
}

extension ParquetStatistics {
  init(_ reader: inout ThriftReader) throws(Diagnostic) {
    var legacy = (minimum: [UInt8]?.none, maximum: [UInt8]?.none)
    var statistics = ParquetStatistics()
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1: legacy.maximum = try reader.readBinary(type)
      case 2: legacy.minimum = try reader.readBinary(type)
      case 3:
        let count = try reader.readInteger(type)
        if count >= 0 { statistics.nullCount = Int(count) }
      case 5: statistics.maximum = try reader.readBinary(type)
      case 6: statistics.minimum = try reader.readBinary(type)
      default: return false
      }
      return true
    }
    if statistics.minimum == nil, statistics.maximum == nil {
      (statistics.minimum, statistics.maximum) = legacy
      statistics.isLegacy = true
    }
    self = statistics
  }
}

extension PageHeader {
  init(_ reader: inout ThriftReader) throws(Diagnostic) {
    var header = PageHeader()
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1: header.kind = Int(try reader.readInteger(type))
      case 2: header.uncompressedSize = try reader.readCount(type)
      case 3: header.compressedSize = try reader.readCount(type)
      case 4: header.checksum = UInt32(truncatingIfNeeded: try reader.readInteger(type))
      case 5: try header.readDataHeader(&reader)
      case 7: try header.readDictionaryHeader(&reader)
      case 8: try header.readDataHeaderV2(&reader)
      default: return false
      }
      return true
    }
    self = header
  }

  private mutating func readDataHeader(_ reader: inout ThriftReader) throws(Diagnostic) {
    var header = self
    header.hasDataHeader = true
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1: header.valueCount = try reader.readCount(type)
      case 2: header.encoding = Int(try reader.readInteger(type))
      case 3: header.definitionLevelEncoding = Int(try reader.readInteger(type))
      case 4: header.repetitionLevelEncoding = Int(try reader.readInteger(type))
      default: return false
      }
      return true
    }
    self = header
  }

  private mutating func readDictionaryHeader(_ reader: inout ThriftReader) throws(Diagnostic) {
    var header = self
    header.hasDataHeader = true
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1: header.valueCount = try reader.readCount(type)
      case 2: header.encoding = Int(try reader.readInteger(type))
      default: return false
      }
      return true
    }
    self = header
  }

  private mutating func readDataHeaderV2(_ reader: inout ThriftReader) throws(Diagnostic) {
    var header = self
    header.hasDataHeader = true
    try reader.readStructure { (reader, field, type) throws(Diagnostic) in
      switch field {
      case 1: header.valueCount = try reader.readCount(type)
      case 4: header.encoding = Int(try reader.readInteger(type))
      case 5: header.definitionLevelSize = try reader.readCount(type)
      case 6: header.repetitionLevelSize = try reader.readCount(type)
      case 7: header.isCompressed = try reader.readBool(type)
      default: return false
      }
      return true
    }
    self = header
  }
}
