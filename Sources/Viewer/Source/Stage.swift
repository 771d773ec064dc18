import Diagnostics

/// A step of the pipeline that makes what is shown out of what was opened.
package enum Stage: Sendable, Hashable {
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
  /// A verb as it is written.
  case verb(String)
  /// A verb as it is written whose rows are not those before it: they have an order of their own.
  case summary(String)

  /// As the language writes it.
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
