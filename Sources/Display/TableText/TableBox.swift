/// The border lines of a table.
struct TableBox {
  let page: Page

  private var vertical: (outer: String, inner: String) { page.isASCII ? ("|", "|") : ("│", "┆") }

  /// `┌──┬──┐` for columns of these widths, including padding.
  func top(_ widths: [Int]) -> StyledLine { rule(widths, page.isASCII ? "+-++" : "┌─┬┐") }
  /// `╞══╪══╡`.
  func headerRule(_ widths: [Int]) -> StyledLine { rule(widths, page.isASCII ? "+=++" : "╞═╪╡") }
  /// `└──┴──┘`.
  func bottom(_ widths: [Int]) -> StyledLine { rule(widths, page.isASCII ? "+-++" : "└─┴┘") }

  private func rule(_ widths: [Int], _ strokes: String) -> StyledLine {
    let parts = strokes.map { String($0) }
    let spans = widths.map { String(repeating: parts[1], count: $0) }
    return StyledLine(parts[0] + spans.joined(separator: parts[2]) + parts[3], .dim)
  }

  /// A row of cells that are already padded.
  func row(_ cells: [StyledLine]) -> StyledLine {
    var line = StyledLine(vertical.outer, .dim)
    for (position, cell) in cells.enumerated() {
      line.append(cell)
      line.append(position + 1 < cells.count ? vertical.inner : vertical.outer, .dim)
    }
    if cells.isEmpty { line.append(vertical.outer, .dim) }
    return line
  }
}

extension StyledLine {
  /// The line as a table cell: cut or padded to `width`, with a space on either side.
  func inCell(_ width: Int, _ alignment: Alignment, _ page: Page) -> StyledLine {
    let line = cut(to: width, page.measure, ellipsis: page.ellipsis)
    let free = max(0, width - line.width(page.measure))
    let before = alignment.spacesBefore(free)
    var cell = StyledLine()
    cell.append(spaces: 1 + before)
    cell.append(line)
    cell.append(spaces: free - before + 1)
    return cell
  }
}
