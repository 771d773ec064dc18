import Diagnostics
import Display
import Tables
import Terminal

/// The values of a column for the panel next to the table: its most frequent values, or the bins of a histogram.
package struct ColumnValues: Sendable, Hashable {
  struct Row: Sendable, Hashable {
    var label: String
    var count: Int
    var isNull = false
  }

  let version: Int
  let column: Int
  /// Nil while they are being counted.
  var rows: [Row]?
  /// The number of values, or the reason why there is nothing to show.
  var summary = ""
}

/// A request to a worker to count a column.
package struct ValuesRequest: Sendable {
  package let sheet: Int
  let version: Int
  let column: Int
  let field: Field
  let source: any ViewerSource
  let ellipsis: String
  /// The number of lines of a tall screen.
  static let rowLimit = 60

  /// Counts the column. Any thread may call it.
  package func run(by host: ViewerHost) -> ColumnValues {
    var values = ColumnValues(version: version, column: column, rows: [])
    guard !field.type.isNested, field.type != .binary else {
      values.summary = "\(field.type): not counted"
      return values
    }
    do throws(Diagnostic) {
      let name = Spelling.name(field.name)
      let counts = try host.run(.shown(source), "value_counts \(name)")
      values.summary = counted(counts.rowCount, "value")
      if counts.rowCount > Self.rowLimit, field.type.isNumeric {
        let bins = try host.run(.shown(source), Stage.histogram(of: field.name).map(\.text).joined(separator: " | "))
        values.rows = try rows(of: bins, labels: ["first"])
      } else {
        values.rows = try rows(of: counts, labels: [field.name])
        if counts.rowCount > Self.rowLimit { values.summary += ", the most frequent" }
      }
    } catch {
      values.summary = error.message
    }
    return values
  }

  private func rows(of source: any ViewerSource, labels: [String]) throws(Diagnostic) -> [ColumnValues.Row] {
    let schema = source.schema
    guard let label = labels.first, let first = schema.index(of: label),
      let count = schema.names.lastIndex(of: "len")
    else { return [] }
    let table = try source.page(rows: 0..<min(source.rowCount, Self.rowLimit), columns: [first, count])
    let format = ColumnFormat([table.columns[0]], ellipsis: ellipsis)
    return (0..<table.rowCount).map { row in
      let number: Int = if case .integer(let count) = table.columns[1][row] { Int(clamping: count) } else { 0 }
      return ColumnValues.Row(
        label: format.text(table.columns[0], row), count: number, isNull: table.columns[0].isNull(row))
    }
  }
}

extension Stage {
  /// Twenty bins of equal width, each with its minimum and maximum.
  static func histogram(of column: String) -> [Stage] {
    let name = Spelling.name(column)
    let share = "(\(name) - min(\(name))) / (max(\(name)) - min(\(name)))"
    return [
      .filter("\(name) is not null"),
      .select([column]),
      .with("bin = if max(\(name)) > min(\(name)) then least(floor(\(share) * 20.0), 19.0) else 0.0"),
      .summary("group_by bin agg first = min(\(name)), last = max(\(name)), len = len()"),
      .sort([SortKey("bin", isDescending: false)]),
    ]
  }
}

extension ViewerState {
  /// The screen width of the table, in cells; the rest is the panel of values.
  package var tableWidth: Int { ownColumns.count }

  /// The width of the panel of values in cells; 0 if it is switched off or there is no space.
  var valuesWidth: Int {
    sheet.view.showsValues && pair == nil && size.columns >= 50 ? max(24, min(60, size.columns / 3)) : 0
  }

  /// The request for the values that the frame still lacks; nil if there is none.
  package mutating func valuesRequest() -> ValuesRequest? {
    guard valuesWidth > 0, let column = sheet.column else { return nil }
    if let values = sheet.values, values.version == sheet.version, values.column == column { return nil }
    sheet.values = ColumnValues(version: sheet.version, column: column)
    return ValuesRequest(
      sheet: sheet.id, version: sheet.version, column: column, field: sheet.source.schema[column],
      source: sheet.source, ellipsis: theme.ellipsis)
  }

  /// Takes counted values, unless other values are needed by now.
  package mutating func receive(_ values: ColumnValues, for id: Int) {
    guard let index = sheets.firstIndex(where: { $0.id == id }), let wanted = sheets[index].values,
      wanted.version == values.version, wanted.column == values.column
    else { return }
    sheets[index].values = values
  }
}
