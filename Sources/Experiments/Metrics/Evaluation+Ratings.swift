import Diagnostics
import Parallelism
import Tables

extension Evaluation {
  /// Scores all models with all metrics, in one pass over the users, group by group. Without a user column, every row
  /// counts as a user.
  func ratingScores(of table: Table) throws(Diagnostic) -> EvaluationScores {
    let ratingColumn = try table.requireColumn(truth)
    guard ratingColumn.type.isNumeric else { throw .notANumber(truth, ratingColumn.type, as: "a rating") }
    let columns = try modelColumns(of: table, suffix: NamedRecommender.predictionSuffix, fits: \.isNumeric)
    let ratings = try ratingColumn.doubles()
    let predictions = try mapIndices(of: columns.count) { (model) throws(Diagnostic) in
      try columns[model].column.doubles()
    }
    let rows = (0..<table.rowCount).filter { row in
      !ratings[row].isNaN && !predictions.contains { $0[row].isNaN }
    }
    let users = try rowsByUser(rows, table.column(user))

    let measures = measured.map { $0.metric.measure(in: dialect) }
    let groupCount = min(users.count, EvaluationScores.mostGroups)
    let figures = predictions.count * measures.count
    let groups = try mapIndices(of: groupCount) { (group) throws(Diagnostic) in
      var sums = [MetricSums](repeating: .zero, count: figures)
      var own: [Double] = []
      for place in stride(from: group, to: users.count, by: groupCount) {
        let actual = users[place].map { ratings[$0] }
        for (model, predictions) in predictions.enumerated() {
          let predicted = users[place].map { predictions[$0] }
          for (metric, measure) in measures.enumerated() {
            guard case .ratings(let add, let result) = measure else { continue }
            let added = add(actual, predicted)
            sums[model * measures.count + metric] += added
            if ranksUsers { own.append(result(added)) }
          }
        }
      }
      return GroupScores(sums: sums, userFigures: own)
    }
    let left = table.rowCount - rows.count
    return EvaluationScores(
      models: columns.map(\.model), metrics: measures, facts: EvaluationFacts(), groupCount: groupCount,
      scored: rows.count, userCount: users.count,
      sums: (0..<figures).flatMap { figure in groups.map { $0.sums[figure] } }, itemCounts: [],
      userFigures: GroupScores.userFigures(groups, figures: figures, users: users.count),
      notes: left > 0 ? ["\(counted(left, "row")) without a rating or a prediction left out"] : [])
  }

  /// The rows of every user, with users in the order of their ids.
  private func rowsByUser(_ rows: [Int], _ column: Column?) throws(Diagnostic) -> [[Int]] {
    guard let column else { return rows.map { [$0] } }
    let (vocabulary, users) = try Vocabulary.encoding(column, role: "user")
    var found = [[Int]](repeating: [], count: vocabulary.count)
    for row in rows where users[row] >= 0 { found[Int(users[row])].append(row) }
    return found.filter { !$0.isEmpty }
  }
}
