import Diagnostics
import Experiments
import Query
import Tables

private struct SegmentOptions: VerbOptions {
  var train: Pipeline?
  var by = UserSegments().kind
  var cuts = UserSegments().cuts
  var user: Identifier?

  static let declared: [VerbOption<Self>] = [
    .table("train", \.train, "the interactions that are counted"),
    .word("by", \.by, "the number of rows, or only whether there are any: `cold` and `warm`"),
    .integers("cuts", \.cuts, in: 2...1_000_000_000, "the numbers of rows at which the next segment begins"),
    .column("user", \.user, default: "user_id", "the user column, in both tables"),
  ]
}

extension NotebookVerb {
  static let segment = NotebookVerb(
    VerbDeclaration(
      "segment", summary: "adds a column `segment`: how active each user was in train",
      discussion: """
        Counts the rows of each user in `train`: `cold` has none, then come `1–4`, `5–19` and `20+`, or what `cuts` \
        says. `by=history` only tells `cold` from `warm` users. `metrics by=segment` and `compare by=segment` then \
        measure every segment by itself. Other segments are columns that `with` or `join` adds.
        """,
      examples: [
        Example("test | unique user_id | segment train=train | group_by segment", "how many users of each kind"),
        Example(
          "test | group_by user_id agg ids = unique(product_id) | segment train=train by=history | recommend tp, ease | metrics by=segment",
          "cold and warm users apart"),
      ]), SegmentOptions.self
  ) { (call, options, input, session) throws(Diagnostic) in
    let plan = try call.plan(input)
    guard let train = try session.table(options.train) else {
      throw Diagnostic("`segment` counts the rows of users in a table", at: call.written.span, hint: "`train=train`")
    }
    let user = options.user?.name ?? "user_id"
    let table = try session.table(plan)
    let written = options.train.map { "\($0)" } ?? "train"
    guard let place = table.schema.index(of: user) else {
      throw missing(user, in: table.schema, session.inputName, at: options.user?.span ?? call.written.span) {
        train.schema.index(of: $0) != nil
          ? "`user=\(Spelling.name($0))`" : "`rename \(Spelling.name(user)) = \(Spelling.name($0))` before `segment`"
      }
    }
    guard let other = train.schema.index(of: user) else {
      throw missing(user, in: train.schema, "train", at: options.nameSpan(of: \.train)) {
        table.schema.index(of: $0) != nil
          ? "`user=\(Spelling.name($0))`"
          : "`train=(\(written) | rename \(Spelling.name(user)) = \(Spelling.name($0)))`"
      }
    }
    let (users, rows) = (table.columns[place], train.columns[other])
    try requireOneKind(user, users.type, rows.type, train: written, at: options.nameSpan(of: \.train))
    var segments = UserSegments()
    (segments.kind, segments.cuts) = (options.by, options.cuts)
    do throws(Diagnostic) {
      let column = try segments.segments(of: users, in: rows)
      var columns = Array(zip(table.schema.names, table.columns))
      if let place = table.schema.index(of: "segment") {
        columns[place].1 = column
      } else {
        columns.append(("segment", column))
      }
      return .table(Table(columns))
    } catch {
      throw error.located(at: options.nameSpan(of: \.cuts) ?? call.span)
    }
  }
}

/// An error for a table without the user column; `hint` says what to write for the column that was probably meant.
private func missing(
  _ user: String, in schema: Schema, _ table: String?, at span: SourceSpan?, hint: (String) -> String
) -> Diagnostic {
  var error = Diagnostic.unknownColumn(user, in: table, schema: schema, at: span)
  if let near = nearNames(to: user, among: schema.names, limit: 1).first { error.hint = hint(near) }
  return error
}

/// Text is never equal to a number: all users would be cold.
private func requireOneKind(
  _ user: String, _ own: DataType, _ other: DataType, train: String, at span: SourceSpan?
) throws(Diagnostic) {
  guard own != .null, other != .null, (own == .string) != (other == .string) else { return }
  let cast = "with \(Spelling.name(user)) = cast(\(Spelling.name(user)), str)"
  throw Diagnostic(
    "user ids are `\(own)` in the table and `\(other)` in train", at: span,
    hint: own == .string ? "numbers become text: `train=(\(train) | \(cast))`" : "numbers become text: `\(cast)` before"
  )
}
