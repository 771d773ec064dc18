import Diagnostics
import Tables

/// A leaf inside lists and structs: its non-null values and their levels.
struct NestedLeaf {
  var values: ColumnValues
  var levels: Levels
}

/// Rebuilds lists and structs from the levels of their leaves.
///
/// Each node of the schema has slots: the places where it has a value or null. An entry of a leaf's level stream
/// starts a slot of the node if its repetition level is at most that of the enclosing lists, and its definition level
/// reaches the element of the innermost enclosing list. The definition level then says whether the slot holds a value
/// or null.
///
/// - Complexity: one pass over a leaf's levels for every node above it.
/// - Source: Melnik et al., *Dremel: Interactive Analysis of Web-Scale Datasets*, VLDB 2010, §4.
struct NestedAssembly {
  let leaves: [Int: NestedLeaf]
  let rowCount: Int

  /// Selects the entries of a level stream that start slots.
  private struct Scope {
    var repetitionLevel = 0
    var definitionLevel = 0
    var slotCount: Int
  }

  func column(_ column: ParquetColumn) throws(Diagnostic) -> Column {
    try build(column, Scope(slotCount: rowCount))
  }

  private func build(_ node: ParquetColumn, _ scope: Scope) throws(Diagnostic) -> Column {
    switch node {
    case .leaf(let leaf): return try buildLeaf(leaf, scope)
    case .structure(let fields, let definitionLevel):
      var columns: [Column] = []
      for field in fields { columns.append(try build(field.column, scope)) }
      let validity = try validity(of: node, from: definitionLevel, scope)
      return Column(node.dataType, .structure(columns, count: scope.slotCount), validity: validity)
    case .list(let element, let definitionLevel, let elementLevel, let repetitionLevel):
      let levels = try levels(of: node)
      var offsets = [0]
      offsets.reserveCapacity(scope.slotCount + 1)
      var length = 0
      for index in levels.definition.indices {
        let (repetition, definition) = (Int(levels.repetition[index]), Int(levels.definition[index]))
        if repetition <= scope.repetitionLevel, definition >= scope.definitionLevel { offsets.append(length) }
        if repetition <= repetitionLevel, definition >= elementLevel {
          length += 1
          offsets[offsets.count - 1] = length
        }
      }
      guard offsets.count == scope.slotCount + 1 else { throw .malformed("lists that do not fit their rows") }
      let inside = Scope(repetitionLevel: repetitionLevel, definitionLevel: elementLevel, slotCount: length)
      let child = try build(element, inside)
      let validity = try validity(of: node, from: definitionLevel, scope)
      return Column(node.dataType, .list(ListValues(offsets: Buffer(offsets), child: child)), validity: validity)
    }
  }

  private func buildLeaf(_ leaf: ParquetLeaf, _ scope: Scope) throws(Diagnostic) -> Column {
    guard let decoded = leaves[leaf.index] else { throw .malformed("a column without values") }
    let levels = decoded.levels
    var validity = BitmapBuilder()
    for index in levels.definition.indices
    where levels.repetition[index] <= scope.repetitionLevel && levels.definition[index] >= scope.definitionLevel {
      validity.append(Int(levels.definition[index]) == leaf.definitionLevel)
    }
    guard validity.count == scope.slotCount, validity.setCount(from: 0) == decoded.values.count else {
      throw .malformed("values that do not fit their lists")
    }
    return Column(leaf.dataType, try spread(decoded.values, validity), validity: validity.bitmap)
  }

  /// The validity of a node's slots; nil if none can be null.
  private func validity(
    of node: ParquetColumn, from definitionLevel: Int, _ scope: Scope
  ) throws(Diagnostic) -> Bitmap? {
    guard definitionLevel > scope.definitionLevel else { return nil }
    let levels = try levels(of: node)
    var validity = BitmapBuilder()
    for index in levels.definition.indices
    where levels.repetition[index] <= scope.repetitionLevel && levels.definition[index] >= scope.definitionLevel {
      validity.append(levels.definition[index] >= definitionLevel)
    }
    guard validity.count == scope.slotCount else { throw .malformed("levels that do not fit their rows") }
    return validity.bitmap
  }

  private func levels(of node: ParquetColumn) throws(Diagnostic) -> Levels {
    guard let leaf = node.leaves.first, let decoded = leaves[leaf.index] else {
      throw .malformed("a group without columns")
    }
    return decoded.levels
  }

  /// Moves values to their slots. Slots of nulls hold zero.
  private func spread(_ values: ColumnValues, _ validity: BitmapBuilder) throws(Diagnostic) -> ColumnValues {
    guard validity.hasZeros else { return values }
    switch values {
    case .null: return .null(count: validity.count)
    case .bool(let bits):
      var source = 0
      return .bool(
        Bitmap(
          (0..<validity.count).lazy.map { slot in
            guard validity[slot] else { return false }
            defer { source += 1 }
            return bits[source]
          }))
    case .text(let text):
      let dictionary = text.dictionary.count > 0 ? text.dictionary : .empty
      return .text(TextValues(codes: Spreading(validity: validity).slots(of: text.codes), dictionary: dictionary))
    default:
      guard let spread = values.run(Spreading(validity: validity)) else { throw .fault("a leaf of nested values") }
      return spread
    }
  }
}

/// Moves numbers to their slots.
private struct Spreading: NumberKernel {
  typealias Failure = Never
  let validity: BitmapBuilder

  func integers<Number: ColumnElement & FixedWidthInteger>(_ buffer: Buffer<Number>) -> ColumnValues {
    Number.storage(slots(of: buffer))
  }

  func floats<Number: ColumnElement & BinaryFloatingPoint>(_ buffer: Buffer<Number>) -> ColumnValues {
    Number.storage(slots(of: buffer))
  }

  func slots<Element: ColumnElement & ExpressibleByIntegerLiteral>(of buffer: Buffer<Element>) -> Buffer<Element> {
    let span = buffer.span
    var slots = [Element](repeating: 0, count: validity.count)
    var source = 0
    for slot in slots.indices where validity[slot] {
      slots[slot] = span[source]
      source += 1
    }
    return Buffer(slots)
  }
}

/// Packs bools of one byte each into bits.
func packBits(_ bools: [UInt8]) -> Bitmap {
  var words = [UInt64](repeating: 0, count: Bitmap.wordCount(bools.count))
  for index in bools.indices { words[index >> 6] |= UInt64(bools[index]) << UInt64(index & 63) }
  return Bitmap(words: Buffer(words), count: bools.count)
}
