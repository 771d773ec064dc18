import Display
import Recommenders

extension StepReport {
  /// A step of `walk` as a person reads it: title, formula, shapes, the corner of each matrix, what to look at.
  func styledText(_ presentation: Presentation) -> StyledText {
    let width = presentation.tables.page.width
    var text = StyledText("\(number)/\(total)  \(title)", .title)
    text.append(StyledLine("     " + formula, .strong))
    for shape in shapes { text.append(StyledLine("     " + shape, .dim)) }
    for corner in corners {
      text.append(StyledLine(""))
      text.append(corner.styledText)
    }
    text.append(StyledLine(""))
    text.append(StyledText(StyledLine("     " + lookAt).wrapped(to: width, indent: StyledLine("     "))))
    if presentation.showsElapsed, seconds > 0 { text.append(StyledLine(durationText(seconds: seconds), .dim)) }
    text.append(StyledLine(""))
    return text
  }
}

extension StepReport.Corner {
  /// The top left of a matrix, in brackets, with `…` where it goes on.
  fileprivate var styledText: StyledText {
    let goesRight = columnCount > (rows.first?.count ?? 0)
    let goesDown = rowCount > rows.count
    var cells = rows.map { $0.map { numberText($0, significant: 4) } + (goesRight ? ["…"] : []) }
    if goesDown { cells.append((rows.first ?? []).map { _ in "⋮" } + (goesRight ? ["⋱"] : [])) }
    let measure = DisplayWidth()
    let widths = (cells.first ?? []).indices.map { column in cells.map { measure.cells(of: $0[column]) }.max() ?? 0 }
    var lines: [StyledLine] = []
    for (index, row) in cells.enumerated() {
      let text = zip(row, widths).map { measure.padded($0, to: $1, .right) }.joined(separator: "  ")
      let (left, right) =
        cells.count == 1
        ? ("[", "]") : index == 0 ? ("⎡", "⎤") : index == cells.count - 1 ? ("⎣", "⎦") : ("⎢", "⎥")
      let label = index == (cells.count - 1) / 2 ? measure.padded(name + " =", to: 6, .right) : "      "
      lines.append(StyledLine("  \(label) \(left) \(text) \(right)"))
    }
    return StyledText(lines)
  }
}
