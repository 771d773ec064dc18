import Diagnostics
import Parallelism
import Tables

/// Some objects, stored by field. The memory grows with the values in the text, not with rows × fields.
struct JSONRows: Sendable {
  private(set) var fields = JSONFields()
  private(set) var count = 0
  private var values: [SparseValues] = []

  mutating func append(_ names: [String], _ row: [Value]) {
    for (place, name) in names.enumerated() {
      let index = fields.index(adding: name, near: place)
      if index == values.count { values.append(SparseValues()) }
      values[index].append(row[place], at: count)
      fields.join(row[place], at: index)
    }
    count += 1
  }

  /// The values of a field; null for rows that do not have it.
  func column(_ name: String, as type: DataType) throws(Diagnostic) -> Column {
    guard let index = fields.index(of: name) else { return .nulls(type, count: count) }
    return try values[index].column(type, count: count)
  }
}

/// The values of one field, at the rows that have it. All other rows are null.
private struct SparseValues: Sendable {
  private var rows: [UInt32] = []
  private var values: [Value] = []

  mutating func append(_ value: Value, at row: Int) {
    if value.isNull { return }
    rows.append(UInt32(truncatingIfNeeded: row))
    values.append(value)
  }

  /// - Complexity: linear in the values, plus the rows of each column that the type is stored in.
  func column(_ type: DataType, count: Int) throws(Diagnostic) -> Column {
    switch type {
    case .structure(let fields): return try structure(fields, count)
    case .list(let element): return try list(of: element, count)
    default:
      let own = try Column(type, values.map { JSONKind.fitted($0, to: type) })
      if rows.count == count { return own }
      var places = [UInt32](repeating: missingRow, count: count)
      for (place, row) in rows.enumerated() { places[Int(row)] = UInt32(truncatingIfNeeded: place) }
      return try gather(own, rows: places, hasMissing: true)
    }
  }

  private func structure(_ fields: [Field], _ count: Int) throws(Diagnostic) -> Column {
    let bytes = Double(count) * Double(DataType.structure(fields).bytesPerValue)
    guard bytes <= Double(max(Formats.memoryBudget, 1 << 18)) else {
      throw .manyFields(fields.count, rows: count, bytes: bytes)
    }
    let places = Dictionary(zip(fields.map(\.name), fields.indices)) { first, _ in first }
    var members = [SparseValues](repeating: SparseValues(), count: fields.count)
    for (row, value) in zip(rows, values) {
      guard case .structure(let names, let own) = value else { continue }
      for (index, name) in names.enumerated() {
        let isInOrder = index < fields.count && fields[index].name == name
        if let place = isInOrder ? index : places[name] { members[place].append(own[index], at: Int(row)) }
      }
    }
    var columns: [Column] = []
    for (field, values) in zip(fields, members) {
      try Cancellation.current.check()
      columns.append(try values.column(field.type, count: count))
    }
    return Column(.structure(fields), .structure(columns, count: count), validity: validity(count))
  }

  private func list(of element: DataType, _ count: Int) throws(Diagnostic) -> Column {
    var elements = SparseValues()
    var offsets = [0]
    offsets.reserveCapacity(count + 1)
    var total = 0
    for (row, value) in zip(rows, values) {
      while offsets.count <= Int(row) { offsets.append(total) }
      guard case .list(let own) = value else { continue }
      for value in own {
        elements.append(value, at: total)
        total += 1
      }
      offsets.append(total)
    }
    while offsets.count <= count { offsets.append(total) }
    let child = try elements.column(element, count: total)
    return Column(
      .list(element), .list(ListValues(offsets: Buffer(offsets), child: child)), validity: validity(count))
  }

  /// Nil if every row has a value.
  private func validity(_ count: Int) -> Bitmap? {
    if rows.count == count { return nil }
    var bits = [Bool](repeating: false, count: count)
    for row in rows { bits[Int(row)] = true }
    return Bitmap(bits)
  }
}

extension Diagnostic {
  /// An error for structs of so many fields that most are null, which take memory all the same.
  fileprivate static func manyFields(_ fields: Int, rows: Int, bytes: Double) -> Diagnostic {
    Diagnostic(
      "\(counted(rows, "struct")) of \(counted(fields, "field")) take \(Int(bytes / 1e6)) MB, which is more than memory "
        + "is given for", hint: "`columns=` names the other columns, which are read without it")
  }
}
