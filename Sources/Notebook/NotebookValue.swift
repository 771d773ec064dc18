public import Display
public import Experiments
public import Query
import Recommenders
import Tables

/// What a name of the session can stand for, and what a pipeline can give.
public enum NotebookValue: Sendable {
  /// A table: read already (`.scan` of a source), or still to be computed.
  case table(Plan)
  case model(Recommender)
  /// A scalar or a list.
  case constant(Constant)
  /// What gives several values at once: the parts of a split.
  case several([NotebookValue])
  /// Something to look at that is no table: a plot, links, a page of help.
  case shown(StyledText)
  /// A verb that was defined.
  case verb(VerbDefinition)
  /// What was done leaves nothing behind: `save`.
  case nothing

  /// Rows, of a table that is there.
  public var rowCount: Int? {
    if case .table(.scan(let source)) = self { source.rowCount } else { nil }
  }

  /// The memory that keeping it takes; columns of a file that were not read take none.
  public var byteCount: Int {
    switch self {
    case .table(.scan(let source)):
      source.schema.fields.indices.filter(source.isInMemory).reduce(0) { total, column in
        total + ((try? source.columns([column]))?.first?.byteCount ?? 0)
      }
    case .model(let model):
      model.model.byteCount
    case .constant(.list(let column)): column.byteCount
    case .several(let values): values.reduce(0) { $0 + $1.byteCount }
    case .table, .constant, .shown, .verb, .nothing: 0
    }
  }

  /// What it is, as messages call it.
  var kind: String {
    switch self {
    case .table: "a table"
    case .model(let model): "a model (\(model.kind))"
    case .constant(.scalar(_, let type)): type == .string ? "a text" : "a value (\(type))"
    case .constant(.list): "a list"
    case .several(let values): "\(values.count) values"
    case .shown: "a text"
    case .verb: "a defined verb"
    case .nothing: "nothing"
    }
  }
}

extension NotebookValue {
  /// A computed table as a value.
  ///
  /// - Parameter zones: the time zones that files mean columns for, by position.
  static func table(_ table: Table, name: String = "_", zones: [Int: String] = [:]) -> NotebookValue {
    .table(.scan(TableInMemory(name: name, table, zones: zones)))
  }
}
