public import Tables

/// Another table that the shown one can be joined or compared with: a variable of the session, or an open sheet.
public struct NamedTable: Sendable, Hashable {
  /// The table in the language: a name or a pipeline.
  public var pipeline: String
  public var fields: [Field]
  public var description: String

  public init(pipeline: String, fields: [Field], description: String) {
    self.pipeline = pipeline
    self.fields = fields
    self.description = description
  }

  /// The table as the argument of a verb. Results are in parentheses, by which the host knows that they are those of
  /// the session and not the shown table.
  var argument: String { pipeline.contains(" ") || pipeline.hasPrefix("_") ? "(\(pipeline))" : pipeline }
}
