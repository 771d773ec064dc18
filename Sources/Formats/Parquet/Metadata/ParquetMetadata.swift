import Arrow
import Tables

// The structs of a Parquet footer, named as in parquet.thrift.

/// The footer: the schema in preorder, and the metadata of the row groups.
struct ParquetMetadata {
  var schema: [SchemaElement] = []
  var rowCount = 0
  var rowGroups: [RowGroup] = []
  var createdBy: String?
  var keyValues: [KeyValue] = []

  /// The integer columns that Lectern's own metadata marks as durations.
  var durations: [String: TimeUnit] {
    var durations: [String: TimeUnit] = [:]
    for pair in keyValues where pair.key.hasPrefix(ParquetFooter.durationKey) {
      durations[String(pair.key.dropFirst(ParquetFooter.durationKey.count))] = TimeUnit(rawValue: pair.value)
    }
    return durations
  }

  /// The time zones that Lectern's own metadata gives for columns.
  var zones: [String: String] {
    var zones: [String: String] = [:]
    for pair in keyValues where pair.key.hasPrefix(ParquetFooter.zoneKey) {
      zones[String(pair.key.dropFirst(ParquetFooter.zoneKey.count))] = pair.value
    }
    return zones
  }

  var arrowSchema: ArrowSchema? {
    keyValues.first { $0.key == ArrowSchema.key }.flatMap { ArrowSchema(base64: $0.value) }
  }
}

/// The writer's own key-value metadata.
struct KeyValue {
  var key = ""
  var value = ""
}

enum PhysicalType: Int, Sendable {
  case boolean = 0
  case int32 = 1
  case int64 = 2
  case int96 = 3
  case float = 4
  case double = 5
  case byteArray = 6
  case fixedLengthByteArray = 7
}

enum Repetition: Int, Sendable {
  case required = 0
  case optional = 1
  case repeated = 2
}

/// The logical type of a column: the meaning of its physical values.
enum LogicalType: Sendable, Hashable {
  case string, map, list, `enum`, date, null, json, bson, uuid, float16, interval
  case decimal(precision: Int, scale: Int)
  case time(ParquetTimeUnit)
  case timestamp(ParquetTimeUnit, isAdjustedToUTC: Bool)
  case integer(bits: Int, isSigned: Bool)
  /// Not a type of Parquet: from the Arrow schema or Lectern's own metadata in the footer.
  case duration(ArrowTimeUnit)
  case other
}

enum ParquetTimeUnit: Int, Sendable {
  case milliseconds = 1
  case microseconds = 2
  case nanoseconds = 3
}

/// A node of the schema, in preorder: a group if it has children, else a leaf.
struct SchemaElement {
  var name = ""
  var type: PhysicalType?
  var typeLength = 0
  var repetition = Repetition.required
  var childCount = 0
  var convertedType: Int?
  var precision = 0
  var scale = 0
  var logicalType: LogicalType?
}

struct RowGroup {
  var columns: [ColumnChunk] = []
  var rowCount = 0
  var byteCount = 0
}

/// The values of a leaf in one row group: a sequence of pages.
struct ColumnChunk {
  var type: PhysicalType?
  var codec = 0
  var valueCount = 0
  var compressedSize = 0
  var uncompressedSize = 0
  var dataPageOffset = 0
  var dictionaryPageOffset: Int?
  var statistics: ParquetStatistics?
  /// The file ranges of the column index and of the offset index; the count is 0 if there is none.
  var columnIndex = (offset: 0, count: 0)
  var offsetIndex = (offset: 0, count: 0)
  var isEncrypted = false
  /// Whether the values are in another file.
  var isElsewhere = false
}

struct ParquetStatistics {
  var minimum: [UInt8]?
  var maximum: [UInt8]?
  /// The deprecated bounds of old writers, whose sort order is reliable only for signed numbers.
  var legacyMinimum: [UInt8]?
  var legacyMaximum: [UInt8]?
  var nullCount: Int?

  /// The bounds, and whether they are the deprecated ones.
  var bounds: (minimum: [UInt8]?, maximum: [UInt8]?, isLegacy: Bool) {
    let isLegacy = minimum == nil && maximum == nil
    return isLegacy ? (legacyMinimum, legacyMaximum, true) : (minimum, maximum, false)
  }
}

enum PageKind: Int {
  case data = 0
  case index = 1
  case dictionary = 2
  case dataV2 = 3
}

enum PageEncoding: Int, Sendable {
  case plain = 0
  case plainDictionary = 2
  case runLength = 3
  case bitPacked = 4
  case deltaBinaryPacked = 5
  case deltaLengthByteArray = 6
  case deltaByteArray = 7
  case dictionary = 8
  case byteStreamSplit = 9
}

/// The header of a page.
struct PageHeader {
  var kind = 0
  var uncompressedSize = 0
  var compressedSize = 0
  var checksum: UInt32?
  /// Nil if the header for this kind of page is missing.
  var values: PageValues?
}

/// What a page header tells about the values.
struct PageValues {
  var count = 0
  var encoding = 0
  var definitionLevelEncoding = PageEncoding.runLength.rawValue
  var repetitionLevelEncoding = PageEncoding.runLength.rawValue
  /// Version 2 only: the sizes in bytes of the uncompressed levels in front of the values.
  var definitionLevelSize = 0
  var repetitionLevelSize = 0
  var isCompressed = true
}
