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
    let users = table.columns[try table.schema.requireIndex(of: user, in: session.inputName, at: options.user?.span)]
    let rows = train.columns[try train.schema.requireIndex(of: user, at: options.nameSpan(of: \.train))]
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
