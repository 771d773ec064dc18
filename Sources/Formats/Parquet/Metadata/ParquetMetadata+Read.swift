import Diagnostics

// The field numbers are those of parquet.thrift.

extension ParquetMetadata: ThriftStructure {
  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 2: schema = try reader.readStructures(type)
    case 3: rowCount = try reader.readCount(type)
    case 4: rowGroups = try reader.readStructures(type)
    case 5: keyValues = try reader.readStructures(type)
    case 6: createdBy = try reader.readString(type)
    default: return false
    }
    return true
  }
}

extension KeyValue: ThriftStructure {
  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: key = try reader.readString(type)
    case 2: value = try reader.readString(type)
    default: return false
    }
    return true
  }
}

extension SchemaElement: ThriftStructure {
  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1:
      let number = Int(try reader.readInteger(type))
      guard let physical = PhysicalType(rawValue: number) else { throw .malformed("physical type \(number)") }
      self.type = physical
    case 2: typeLength = try reader.readCount(type)
    case 3:
      let number = Int(try reader.readInteger(type))
      guard let known = Repetition(rawValue: number) else { throw .malformed("repetition \(number)") }
      repetition = known
    case 4: name = try reader.readString(type)
    case 5: childCount = try reader.readCount(type)
    case 6: convertedType = Int(try reader.readInteger(type))
    case 7: scale = Int(try reader.readInteger(type))
    case 8: precision = Int(try reader.readInteger(type))
    case 10: logicalType = try LogicalTypeUnion(&reader).type
    default: return false
    }
    return true
  }

  /// The logical type, or else the converted type of older files.
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
    // As pyarrow and polars read it: old writers did not say whether they meant UTC.
    case 9: return .timestamp(.milliseconds, isAdjustedToUTC: false)
    case 10: return .timestamp(.microseconds, isAdjustedToUTC: false)
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

/// A Thrift union: it has one field; the field number is the type, the value holds the parameters.
private struct LogicalTypeUnion: ThriftStructure {
  var type = LogicalType.other

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    guard type == .structure else { return false }
    let parameters = try LogicalTypeParameters(&reader).numbers
    self.type = LogicalType(field, parameters)
    return true
  }
}

/// The integers and bools of a logical type, by field number. For a time unit, a union of empty structs, the number
/// of the field that is set.
private struct LogicalTypeParameters: ThriftStructure {
  var numbers: [Int: Int] = [:]

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch type {
    case .byte, .i16, .i32, .i64: numbers[field] = Int(try reader.readInteger(type))
    case .yes, .no: numbers[field] = type == .yes ? 1 : 0
    case .structure:
      var unit = 0
      try reader.readStructure { (_, found, _) throws(Diagnostic) in
        unit = found
        return false
      }
      numbers[field] = unit
    default: return false
    }
    return true
  }
}

extension LogicalType {
  fileprivate init(_ field: Int, _ numbers: [Int: Int]) {
    let unit = ParquetTimeUnit(rawValue: numbers[2] ?? 0)
    self =
      switch field {
      case 1: .string
      case 2: .map
      case 3: .list
      case 4: .enum
      case 5: .decimal(precision: numbers[2] ?? 0, scale: numbers[1] ?? 0)
      case 6: .date
      case 7: unit.map { .time($0) } ?? .other
      case 8: unit.map { .timestamp($0, isAdjustedToUTC: numbers[1] == 1) } ?? .other
      case 10: .integer(bits: numbers[1] ?? 0, isSigned: numbers[2] == 1)
      case 11: .null
      case 12: .json
      case 13: .bson
      case 14: .uuid
      case 15: .float16
      default: .other
      }
  }
}

extension RowGroup: ThriftStructure {
  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: columns = try reader.readStructures(type)
    case 2: byteCount = Int(try reader.readInteger(type))
    case 3: rowCount = try reader.readCount(type)
    default: return false
    }
    return true
  }
}

extension ColumnChunk: ThriftStructure {
  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: isElsewhere = try !reader.readBinary(type).isEmpty
    case 3:
      var values = ColumnChunkValues(chunk: self)
      try values.read(&reader)
      self = values.chunk
    case 4: offsetIndex.offset = try reader.readCount(type)
    case 5: offsetIndex.count = try reader.readCount(type)
    case 6: columnIndex.offset = try reader.readCount(type)
    case 7: columnIndex.count = try reader.readCount(type)
    case 8, 9:
      isEncrypted = true
      return false
    default: return false
    }
    return true
  }
}

/// The ColumnMetaData of a column chunk.
private struct ColumnChunkValues: ThriftStructure {
  var chunk = ColumnChunk()

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: chunk.type = PhysicalType(rawValue: Int(try reader.readInteger(type)))
    case 4: chunk.codec = Int(try reader.readInteger(type))
    case 5: chunk.valueCount = try reader.readCount(type)
    case 6: chunk.uncompressedSize = Int(try reader.readInteger(type))
    case 7: chunk.compressedSize = try reader.readCount(type)
    case 9: chunk.dataPageOffset = try reader.readCount(type)
    case 11:
      // Old writers write 0 or -1 if there is no dictionary page.
      let offset = Int(try reader.readInteger(type))
      if offset > 0 { chunk.dictionaryPageOffset = offset }
    case 12: chunk.statistics = try ParquetStatistics(&reader)
    default: return false
    }
    return true
  }
}

extension ParquetStatistics: ThriftStructure {
  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: legacyMaximum = try reader.readBinary(type)
    case 2: legacyMinimum = try reader.readBinary(type)
    case 3:
      let count = try reader.readInteger(type)
      if count >= 0 { nullCount = Int(count) }
    case 5: maximum = try reader.readBinary(type)
    case 6: minimum = try reader.readBinary(type)
    default: return false
    }
    return true
  }
}

extension PageHeader: ThriftStructure {
  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: kind = Int(try reader.readInteger(type))
    case 2: uncompressedSize = try reader.readCount(type)
    case 3: compressedSize = try reader.readCount(type)
    case 4: checksum = UInt32(truncatingIfNeeded: try reader.readInteger(type))
    case 5: values = try DataPageHeader(&reader).values
    case 7: values = try DictionaryPageHeader(&reader).values
    case 8: values = try DataPageHeaderV2(&reader).values
    default: return false
    }
    return true
  }
}

/// The header of a data page, version 1.
private struct DataPageHeader: ThriftStructure {
  var values = PageValues()

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: values.count = try reader.readCount(type)
    case 2: values.encoding = Int(try reader.readInteger(type))
    case 3: values.definitionLevelEncoding = Int(try reader.readInteger(type))
    case 4: values.repetitionLevelEncoding = Int(try reader.readInteger(type))
    default: return false
    }
    return true
  }
}

/// The header of a dictionary page.
private struct DictionaryPageHeader: ThriftStructure {
  var values = PageValues()

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: values.count = try reader.readCount(type)
    case 2: values.encoding = Int(try reader.readInteger(type))
    default: return false
    }
    return true
  }
}

/// The header of a data page, version 2, whose levels are in front of the values and not compressed.
private struct DataPageHeaderV2: ThriftStructure {
  var values = PageValues()

  mutating func read(_ field: Int, _ type: ThriftType, _ reader: inout ThriftReader) throws(Diagnostic) -> Bool {
    switch field {
    case 1: values.count = try reader.readCount(type)
    case 4: values.encoding = Int(try reader.readInteger(type))
    case 5: values.definitionLevelSize = try reader.readCount(type)
    case 6: values.repetitionLevelSize = try reader.readCount(type)
    case 7: values.isCompressed = try reader.readBool(type)
    default: return false
    }
    return true
  }
}
