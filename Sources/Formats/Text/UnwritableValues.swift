import Diagnostics
import Tables

// Values that text formats cannot hold: bytes that are not valid text and, in JSON, floats that are not finite.

extension Table {
  /// Throws if a column holds bytes that are not valid text, at any depth.
  ///
  /// - Complexity: O(distinct values) for columns of bytes; nothing for others.
  func requireText() throws(Diagnostic) {
    for (column, field) in zip(columns, schema.fields) where field.type != field.type.withTexts {
      let texts = try cast(column, to: field.type.withTexts, .lenient)
      guard let loss = firstLoss(from: column, to: texts) else { continue }
      throw Diagnostic(
        "`\(field.name)` in row \(loss.row) holds bytes that are no text",
        hint: "Parquet keeps them; `| drop \(field.name)` leaves the column out")
    }
  }

  /// A note for each column whose time zone text does not have: only the offset of every moment is written.
  var zonesThatTextLoses: [String] {
    schema.fields.compactMap { field in
      guard case .zoned(_, let zone) = field.type, zone != .utc else { return nil }
      return "`\(field.name)` is written with its offset from UTC, without its zone: "
        + "`load … types=[\"\(field.name) \(field.type)\"]` gives it back"
    }
  }

  /// A note for every column that has NaN or infinities, which JSON writes as null.
  var numbersThatAreNoJSON: [String] {
    zip(columns, schema.fields).compactMap { column, field in
      guard field.type.hasFloats else { return nil }
      let count = column.notFiniteCount
      return count == 0
        ? nil : "\(counted(count, "value")) of `\(field.name)`: JSON has no NaN and no infinity, they are null there"
    }
  }
}

extension DataType {
  /// The same type with text in place of bytes.
  fileprivate var withTexts: DataType {
    switch self {
    case .binary: .string
    case .list(let element): .list(element.withTexts)
    case .structure(let fields): .structure(fields.map { Field($0.name, $0.type.withTexts) })
    default: self
    }
  }

  fileprivate var hasFloats: Bool {
    switch self {
    case .f32, .f64: true
    case .list(let element): element.hasFloats
    case .structure(let fields): fields.contains { $0.type.hasFloats }
    default: false
    }
  }
}

extension Column {
  /// The number of floats that are NaN or infinite, at any depth.
  fileprivate var notFiniteCount: Int {
    switch values {
    case .f32(let buffer): (0..<count).count { !isNull($0) && !buffer[$0].isFinite }
    case .f64(let buffer): (0..<count).count { !isNull($0) && !buffer[$0].isFinite }
    case .list, .structure: (0..<count).reduce(0) { $0 + self[$1].notFiniteCount }
    default: 0
    }
  }
}

extension Value {
  fileprivate var notFiniteCount: Int {
    switch self {
    case .float(let number): number.isFinite ? 0 : 1
    case .list(let values), .structure(_, let values): values.reduce(0) { $0 + $1.notFiniteCount }
    default: 0
    }
  }
}
