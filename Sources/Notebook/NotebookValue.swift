public import Display
public import Experiments
public import Query
import Recommenders
import Tables

/// The value of a variable or of a pipeline.
public enum NotebookValue: Sendable {
  /// A table: already read (`.scan` of a source), or to be computed.
  case table(Plan)
  case model(Recommender)
  /// A scalar or a list.
  case constant(Constant)
  /// Several values at once, such as the parts of a split.
  case several([NotebookValue])
  /// Output that is not a table: a plot, links, a page of help.
  case shown(StyledText)
  /// An engine that runs plans on its own tables, such as a Spark server.
  case engine(any Engine)
  /// A defined verb.
  case verb(VerbDefinition)
  /// No value, as from `save`.
  case nothing

  /// The number of rows of a table that is already read.
  public var rowCount: Int? {
    if case .table(.scan(let source)) = self { source.rowCount } else { nil }
  }

  /// Whether it is a table of an engine, or has one. Its rows are computed when they are needed.
  var isRemote: Bool {
    switch self {
    case .table(let plan): plan.engine != nil
    case .several(let values): values.contains(where: \.isRemote)
    default: false
    }
  }

  /// The memory that the value takes in bytes. Columns of a file that have not been read take none.
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
    case .table, .constant, .shown, .engine, .verb, .nothing: 0
    }
  }

  /// The kind of the value, for messages.
  var kind: String {
    switch self {
    case .table: "a table"
    case .model(let model): "a model (\(model.kind))"
    case .constant(.scalar(_, let type)): type == .string ? "a text" : "a value (\(type))"
    case .constant(.list): "a list"
    case .several(let values): "\(values.count) values"
    case .shown: "a text"
    case .engine: "an engine"
    case .verb: "a defined verb"
    case .nothing: "nothing"
    }
  }
}

extension NotebookValue {
  /// Makes a value from a computed table.
  static func table(_ table: Table, name: String = "_") -> NotebookValue {
    .table(.scan(TableInMemory(name: name, table)))
  }
}
