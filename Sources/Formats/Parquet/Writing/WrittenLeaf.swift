import Diagnostics
import Tables

/// A leaf column of a file to write: its place in the schema and its type.
struct WrittenLeaf: Sendable {
  let path: [String]
  let type: DataType
  let definitionLevel: Int
  let repetitionLevel: Int

  var physical: PhysicalType {
    switch type {
    case .bool: .boolean
    case .null, .i8, .i16, .i32, .u8, .u16, .u32, .date: .int32
    case .i64, .u64, .time, .datetime, .zoned, .duration: .int64
    case .f32: .float
    case .f64: .double
    case .decimal(let precision, _): precision <= 18 ? .int64 : .fixedLengthByteArray
    case .string, .binary, .list, .structure: .byteArray
    }
  }

  /// The leaves of a column, in the order of the schema.
  static func leaves(of field: Field) -> [WrittenLeaf] {
    leaves(of: field.type, path: [field.name], definitionLevel: 0, repetitionLevel: 0)
  }

  private static func leaves(
    of type: DataType, path: [String], definitionLevel: Int, repetitionLevel: Int
  ) -> [WrittenLeaf] {
    switch type {
    case .list(let element):
      leaves(
        of: element, path: path + ["list", "element"], definitionLevel: definitionLevel + 2,
        repetitionLevel: repetitionLevel + 1)
    case .structure(let fields):
      fields.flatMap {
        leaves(
          of: $0.type, path: path + [$0.name], definitionLevel: definitionLevel + 1, repetitionLevel: repetitionLevel)
      }
    default:
      [
        WrittenLeaf(
          path: path, type: type, definitionLevel: definitionLevel + 1, repetitionLevel: repetitionLevel)
      ]
    }
  }
}

/// The entries of one leaf: levels, and the non-null values.
struct ShreddedLeaf {
  var repetition: [UInt8]
  var definition: [UInt8]
  /// False if the column has no nulls and no lists, so that every row has a value.
  var hasLevels: Bool
  var values: Column

  var entryCount: Int { hasLevels ? definition.count : values.count }
}

/// Splits lists and structs into leaves with levels: the inverse of `NestedAssembly`.
struct Shredding {
  /// The slots of a node: the row of the column for each slot (`missingRow` if an ancestor is null or empty), and its
  /// levels.
  private struct Slots {
    var rows: [UInt32]
    var repetition: [UInt8]
    var definition: [UInt8]
  }

  static func leaves(of column: Column) throws(Diagnostic) -> [ShreddedLeaf] {
    if !column.type.isNested {
      if column.nullCount == 0 {
        return [ShreddedLeaf(repetition: [], definition: [], hasLevels: false, values: column)]
      }
      let validity = column.validity ?? Bitmap(repeating: false, count: column.count)
      let definition = (0..<column.count).map { validity[$0] ? 1 as UInt8 : 0 }
      return [
        ShreddedLeaf(repetition: [], definition: definition, hasLevels: true, values: try filter(column, validity))
      ]
    }
    let slots = Slots(
      rows: (0..<column.count).map { UInt32($0) }, repetition: [UInt8](repeating: 0, count: column.count),
      definition: [UInt8](repeating: 0, count: column.count))
    return try shred(column, slots, repetitionLevel: 0)
  }

  private static func shred(
    _ column: Column, _ slots: Slots, repetitionLevel: UInt8
  ) throws(Diagnostic) -> [ShreddedLeaf] {
    var slots = slots
    for slot in slots.rows.indices where slots.rows[slot] != missingRow {
      if column.isNull(Int(slots.rows[slot])) { slots.rows[slot] = missingRow } else { slots.definition[slot] += 1 }
    }
    switch column.values {
    case .list(let lists):
      var inside = Slots(rows: [], repetition: [], definition: [])
      let base = lists.offsets[0]
      for slot in slots.rows.indices {
        let row = slots.rows[slot]
        let range = row == missingRow ? 0..<0 : lists.range(Int(row))
        guard !range.isEmpty else {
          inside.rows.append(missingRow)
          inside.repetition.append(slots.repetition[slot])
          inside.definition.append(slots.definition[slot])
          continue
        }
        for element in range {
          inside.rows.append(UInt32(element - base))
          inside.repetition.append(element == range.lowerBound ? slots.repetition[slot] : repetitionLevel + 1)
          inside.definition.append(slots.definition[slot] + 1)
        }
      }
      return try shred(lists.elements, inside, repetitionLevel: repetitionLevel + 1)
    case .structure(let fields, _):
      var leaves: [ShreddedLeaf] = []
      for field in fields { leaves += try shred(field, slots, repetitionLevel: repetitionLevel) }
      return leaves
    default:
      let present = slots.rows.filter { $0 != missingRow }
      return [
        ShreddedLeaf(
          repetition: slots.repetition, definition: slots.definition, hasLevels: true,
          values: try gather(column, rows: present))
      ]
    }
  }
}
