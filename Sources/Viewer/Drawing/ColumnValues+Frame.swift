import Diagnostics
import Display
import Tables
import Terminal

extension ColumnValues {
  /// Draws the values in the screen columns from `x` on: each line has a label, a bar and a count.
  func draw(_ field: Field, at x: Int, in frame: inout Frame) {
    let theme = frame.theme
    let measure = theme.measure
    let height = frame.size.rows - 3
    let width = frame.size.columns - x - 2
    guard width > 8, height > 0 else { return }
    for line in 0..<height + 2 { frame.put(theme.edge, line, x, .edge) }
    let left = x + 2
    frame.put(measure.cut(sanitised(field.name), to: width, ellipsis: theme.ellipsis), 0, left, .header)
    let summary = rows == nil ? "counting \(theme.ellipsis)" : summary
    frame.put(measure.cut(sanitised(summary), to: width, ellipsis: theme.ellipsis), 1, left, .type)
    let shown = Array((rows ?? []).prefix(height))
    let counts = shown.map { grouped($0.count) }
    let countWidth = counts.reduce(0) { max($0, $1.utf8.count) }
    let labelWidth = min(
      max(4, width - countWidth - 5), shown.reduce(0) { max($0, measure.cells(of: $1.label)) })
    let barWidth = width - labelWidth - countWidth - 2
    let greatest = shown.reduce(0) { max($0, $1.count) }
    let isNumeric = field.type.isRightAligned
    for (index, row) in shown.enumerated() {
      let label = measure.cut(row.label, to: labelWidth, ellipsis: theme.ellipsis)
      frame.put(
        measure.padded(label, to: labelWidth, isNumeric ? .right : .left), index + 2, left, row.isNull ? .null : .plain)
      let share = Double(row.count) / Double(max(1, greatest))
      frame.put(theme.bar(share, width: barWidth), index + 2, left + labelWidth + 1, .bar)
      frame.put(
        measure.padded(counts[index], to: countWidth, .right), index + 2, frame.size.columns - countWidth, .number)
    }
  }
}
