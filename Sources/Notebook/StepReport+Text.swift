import Diagnostics
import Display
import Experiments
import Recommenders
import Tables

extension StepReport {
  /// A step of `walk` as text: title, formula, shapes, a corner of each matrix, and what to look at.
  func styledText(_ presentation: Presentation, _ dataset: Dataset) throws(Diagnostic) -> StyledText {
    let width = presentation.tables.page.width
    let indent = StyledLine("     ")
    var text = StyledText("\(number)/\(total)  \(title)", .title)
    text.append(StyledText(StyledLine("     " + formula, .strong).wrapped(to: width, indent: indent)))
    var facts = shapes
    var names: [String] = []
    for subject in subjects { names.append(try dataset.names(of: subject)) }
    if !names.isEmpty { facts.append("of " + names.joined(separator: " and ")) }
    for fact in facts { text.append(StyledText(StyledLine("     " + fact, .dim).wrapped(to: width, indent: indent))) }
    let matrices = corners.map { corner in
      MatrixText(
        corner.name, corner.rows, goesRight: corner.columnCount > (corner.rows.first?.count ?? 0),
        goesDown: corner.rowCount > corner.rows.count)
    }
    let measure = DisplayWidth()
    let labelWidth = matrices.map { measure.cells(of: $0.label) }.max() ?? 0
    for (place, corner) in corners.enumerated() {
      let matrix = matrices[place]
      if place == 0 || corner.rowCount > 1 || corners[place - 1].rowCount > 1 { text.append(StyledLine("")) }
      text.append(matrix.styledText(labelWidth: max(3, labelWidth)))
      if !corner.chosen.isEmpty {
        var names: [String] = []
        for selection in corner.chosen { names.append(try dataset.names(of: selection)) }
        let line = StyledLine("     shown: " + names.joined(separator: " × "), .dim)
        text.append(StyledText(line.wrapped(to: width, indent: indent)))
      }
    }
    text.append(StyledLine(""))
    text.append(StyledText(StyledLine("     " + lookAt).wrapped(to: width, indent: indent)))
    if presentation.showsElapsed { text.append(StyledLine(durationText(seconds: seconds), .dim)) }
    text.append(StyledLine(""))
    return text
  }
}

extension Dataset {
  /// The ids of a selection: `users 100, 4100`.
  fileprivate func names(of selection: StepReport.Selection) throws(Diagnostic) -> String {
    let (vocabulary, indices) =
      switch selection {
      case .users(let indices): (users, indices)
      case .items(let indices): (items, indices)
      }
    let ids = try vocabulary.ids(at: indices)
    let format = ColumnFormat([ids])
    let names = (0..<ids.count).map { format.text(ids, $0) }
    return vocabulary.role + (names.count == 1 ? " " : "s ") + names.joined(separator: ", ")
  }
}
