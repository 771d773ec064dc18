public import Diagnostics

extension Diagnostic {
  /// A column name that the table does not have, with the nearest that it has.
  public static func unknownColumn(
    _ name: String, in table: String? = nil, schema: Schema, at span: SourceSpan? = nil
  ) -> Diagnostic {
    let near = didYouMean(name, among: schema.names)
    return Diagnostic(
      "no column `\(name)`" + (table.map { " in `\($0)`" } ?? ""), at: span, label: near ?? "",
      hint: span == nil ? near : nil, notes: ["columns: " + schema.summary])
  }
}
