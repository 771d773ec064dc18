import Diagnostics

/// A step of the pipeline from the opened value to the shown table.
package enum Stage: Sendable, Hashable {
  /// A column to sort by, and the direction.
  package struct SortKey: Sendable, Hashable {
    package var column: String
    package var isDescending: Bool

    package init(_ column: String, isDescending: Bool) {
      self.column = column
      self.isDescending = isDescending
    }
  }

  case sort([SortKey])
  case filter(String)
  case with(String)
  case select([String])
  /// A verb as text.
  case verb(String)
  /// A verb as text whose result has other rows than its input, in an order of its own.
  case summary(String)

  /// The stage in the language.
  package var text: String {
    switch self {
    case .sort(let keys):
      "sort " + keys.map { Spelling.name($0.column) + ($0.isDescending ? " desc" : "") }.joined(separator: ", ")
    case .filter(let condition): "filter \(condition)"
    case .with(let assignments): "with \(assignments)"
    case .select(let columns): "select " + columns.map(Spelling.name).joined(separator: ", ")
    case .verb(let text), .summary(let text): text
    }
  }
}
