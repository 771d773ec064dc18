import Diagnostics
import Parallelism
import Recommenders
import Tables

/// Lists of items in one array; the list of a row may be null.
private struct ItemLists: Sendable {
  var offsets: [Int]
  var items: ArraySlice<Int32>
  var validity: Bitmap?

  func isNull(_ row: Int) -> Bool { validity.map { !$0[row] } ?? false }

  subscript(row: Int) -> ArraySlice<Int32> {
    items[items.startIndex + offsets[row]..<items.startIndex + offsets[row + 1]]
  }
}

extension Evaluation {
  /// Scores all models with all metrics, in one pass over the users, group by group.
  func listScores(of table: Table) throws(Diagnostic) -> EvaluationScores {
    guard let truthColumn = table.column(truth) else { throw .noHeldOutItems(truth, table.schema) }
    guard case .list = truthColumn.type else { throw .notLists(truth, truthColumn.type) }
    let columns = try modelColumns(of: table, suffix: NamedRecommender.listSuffix) {
      if case .list = $0 { true } else { false }
    }
    let measured = self.measured
    for figure in measured {
      let needs = figure.metric.needs(in: dialect)
      if needs == .train || needs == .history, train == nil { throw .metricNeedsTrain(label(figure)) }
      if needs == .categories, labels == nil { throw .metricNeedsCategories(figure.metric.name) }
    }
    let (lists, facts) = try numbered([truthColumn] + columns.map(\.column))
    let truths = try HeldOutItems(lists[0])
    let models = Array(lists[1...])
    let withTruth = (0..<table.rowCount).filter { truths.hasItems($0) }
    let served = withTruth.filter { row in !models.contains { $0.isNull(row) } }
    let users = cold == .zero ? withTruth : served

    let known = try knownUsers(of: table, for: measured)
    let measures = measured.map { $0.metric.measure(in: dialect) }
    let ofUsers = zip(measures, measured).enumerated().compactMap { index, figure in
      UserFigure(figure.0, index: index, cutoff: figure.1.cutoff)
    }
    let groupCount = min(users.count, EvaluationScores.mostGroups)
    let figures = models.count * measures.count
    let groups = try mapIndices(of: groupCount) { (group) throws(Diagnostic) in
      var sums = [MetricSums](repeating: .zero, count: figures)
      var own: [Double] = []
      for place in stride(from: group, to: users.count, by: groupCount) {
        let row = users[place]
        for (model, list) in models.enumerated() {
          let start = model * measures.count
          let ownStart = own.count
          if ranksUsers { own += repeatElement(.nan, count: measures.count) }
          var outcome = RankedOutcome(list: list[row], truth: truths[row], history: history(of: row, known))
          for figure in ofUsers {
            outcome.cutoff = figure.cutoff
            let added = figure.add(outcome, facts)
            sums[start + figure.index] += added
            if ranksUsers { own[ownStart + figure.index] = figure.result(added) }
          }
        }
      }
      return GroupScores(sums: sums, userFigures: own)
    }
    return EvaluationScores(
      models: columns.map(\.model), metrics: measures, facts: facts, groupCount: groupCount, scored: users.count,
      userCount: users.count, sums: (0..<figures).flatMap { figure in groups.map { $0.sums[figure] } },
      itemCounts: models.flatMap { model in
        zip(measures, measured).map {
          $0.countsItems ? itemCounts(model, users, cutoff: $1.cutoff, of: facts.numberCount) : []
        }
      },
      userFigures: GroupScores.userFigures(groups, figures: figures, users: users.count),
      notes: notes(columns.map(\.model), models, rows: table.rowCount, withTruth: withTruth, served: served))
  }

  /// The index of every row's user in train, if a metric reads the users' items in train; otherwise empty.
  private func knownUsers(of table: Table, for measured: [Measured]) throws(Diagnostic) -> [Int32] {
    guard let train, let first = measured.first(where: { $0.metric.needs(in: dialect) == .history }) else { return [] }
    guard let users = table.column(user) else { throw .metricNeedsUsers(label(first), user) }
    return try train.users.indices(of: users)
  }

  private func history(of row: Int, _ known: [Int32]) -> ArraySlice<Int32> {
    guard let train, !known.isEmpty, known[row] >= 0 else { return [] }
    return train.interactions.items(of: known[row])
  }

  private func notes(
    _ names: [String], _ models: [ItemLists], rows: Int, withTruth: [Int], served: [Int]
  ) -> [String] {
    var notes: [String] = []
    if withTruth.count < rows {
      notes.append("\(counted(rows - withTruth.count, "user")) without held-out items left out")
    }
    let unserved = withTruth.count - served.count
    if unserved > 0, cold == .skip {
      notes.append("\(counted(unserved, "user")) left out: some model cannot serve them (`cold=skip`)")
    } else if unserved > 0 {
      let counts = models.map { model in withTruth.count { model.isNull($0) } }
      // Models with the same number of such users share a note.
      for (place, count) in counts.enumerated() where count > 0 && counts.firstIndex(of: count) == place {
        let own = zip(names, counts).filter { $0.1 == count }.map(\.0).joined(separator: ", ")
        notes.append("\(own): \(counted(count, "user")) without a list scored 0 (`cold=zero`)")
      }
    }
    let longest = withTruth.lazy.flatMap { row in models.lazy.map { $0[row].count } }.max() ?? 0
    if longest > 0, let cutoff = cutoffs.max(), cutoff > longest {
      notes.append("no list has more than \(counted(longest, "item")): places up to \(cutoff) count as misses")
    }
    return notes
  }

  /// How often each of `count` items is among the first of these users' lists.
  private func itemCounts(_ lists: ItemLists, _ users: [Int], cutoff: Int, of count: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for row in users {
      for item in lists[row].prefix(cutoff) where item >= 0 { counts[Int(item)] += 1 }
    }
    return counts
  }

  /// Gives the items of all lists, of train and of labels common numbers, and collects the facts about them.
  private func numbered(_ columns: [Column]) throws(Diagnostic) -> (lists: [ItemLists], facts: EvaluationFacts) {
    var parts: [Column] = []
    var offsets: [[Int]] = []
    for column in columns {
      guard case .list(let lists) = column.values else { throw .fault("a column of lists that has none") }
      let type = lists.child.type
      guard type.isInteger || type.isFloat || type == .string || type == .null else { throw .notItemIDs(type) }
      let first = lists.offsets[0]
      offsets.append(lists.offsets.array.map { $0 - first })
      parts.append(try lists.child[first..<lists.offsets[lists.count]].withComparableIDs())
    }
    if let train { parts.append(try train.items.ids.withComparableIDs()) }
    if let labels { parts.append(try labels.items.withComparableIDs()) }
    guard Set(parts.filter { $0.type != .null }.map(\.type)).count <= 1 else { throw .mixedItemIDs }
    let (vocabulary, numbers) = try Vocabulary.encoding(concat(parts), role: "item")
    var facts = EvaluationFacts()
    facts.numberCount = vocabulary.count
    var lists: [ItemLists] = []
    var start = 0
    for (place, part) in parts.enumerated() {
      let items = numbers[start..<start + part.count]
      start += part.count
      if place < columns.count {
        lists.append(ItemLists(offsets: offsets[place], items: items, validity: columns[place].validity))
      } else if let train, place == columns.count {
        facts.read(train, items: items, count: vocabulary.count)
      } else if let labels {
        try facts.read(labels, items: items, count: vocabulary.count)
      }
    }
    return (lists, facts)
  }
}

/// The held-out items of every user: the distinct items, ascending, and the number of rows of each; without nulls.
private struct HeldOutItems: Sendable {
  private var offsets: [Int]
  private var items: [Int32]
  private var rows: [Int32]

  init(_ lists: ItemLists) throws(Diagnostic) {
    let parts = try mapChunks(of: lists.offsets.count - 1, grain: 4096) { (range) in
      var part = HeldOutItems()
      for row in range { part.append(lists.isNull(row) ? [] : lists[row]) }
      return part
    }
    self.init()
    for part in parts {
      let start = items.count
      offsets += part.offsets.dropFirst().lazy.map { start + $0 }
      items += part.items
      rows += part.rows
    }
  }

  /// Nobody's.
  private init() { (offsets, items, rows) = ([0], [], []) }

  /// Adds what the next user took.
  private mutating func append(_ taken: ArraySlice<Int32>) {
    let start = items.count
    for item in taken.sorted() where item >= 0 {
      if items.count > start, items[items.count - 1] == item {
        rows[rows.count - 1] += 1
      } else {
        items.append(item)
        rows.append(1)
      }
    }
    offsets.append(items.count)
  }

  func hasItems(_ row: Int) -> Bool { offsets[row] < offsets[row + 1] }

  subscript(row: Int) -> RankedOutcome.Truth {
    let range = offsets[row]..<offsets[row + 1]
    return RankedOutcome.Truth(items: items[range], rows: rows[range])
  }
}

/// A figure that is made of what every user adds.
private struct UserFigure: Sendable {
  /// Its place among all figures of a model.
  let index: Int
  let cutoff: Int
  let add: @Sendable (RankedOutcome, EvaluationFacts) -> MetricSums
  let result: MetricFigure

  /// Nil for a figure that is not.
  init?(_ measure: Metric.Measure, index: Int, cutoff: Int) {
    guard case .lists(let add, let result) = measure else { return nil }
    (self.index, self.cutoff, self.add, self.result) = (index, cutoff, add, result)
  }
}

extension Metric.Measure {
  fileprivate var countsItems: Bool {
    if case .items = self { true } else { false }
  }
}

extension Column {
  /// Ids in a common type, so that they can be compared: whole numbers as `i64`, text unchanged.
  func withComparableIDs() throws(Diagnostic) -> Column {
    if type.isFloat { return try withWholeNumbers(role: "item") }
    return type.isInteger ? try cast(self, to: .i64) : self
  }
}
