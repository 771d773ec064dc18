import Display
import Tables
import Terminal

extension Sheet {
  /// An aggregate's name and value; only the value where there is no room for both. A value is never cut, since the
  /// rest would look like another one.
  func text(of aggregate: Aggregate, below column: Int, room: Int) -> String {
    let key = AggregateValues.Key(column: column, aggregate: aggregate)
    let cell = aggregates.version == version ? aggregates.cells[key] : nil
    let value =
      switch cell {
      case .value(let text): text
      case .failed: "!"
      case .waiting, nil: theme.waiting
      }
    let isText = source.schema[column].type == .string
    for text in ["\(aggregate.rawValue) \(value)", value] where theme.measure.cells(of: text) <= room { return text }
    return theme.measure.cut(isText ? value : theme.ellipsis, to: room, ellipsis: theme.ellipsis)
  }

  /// The width that the aggregates below a column need.
  func aggregateWidth(of column: Int) -> Int {
    (view.aggregates[column] ?? []).reduce(0) {
      max($0, theme.measure.cells(of: text(of: $1, below: column, room: SheetView.usualWidth)))
    }
  }

  func drawAggregates(_ geometry: SheetGeometry, height: Int, in frame: inout Frame) {
    let first = frame.size.rows - 1 - height
    for slot in geometry.slots {
      let alignment: Alignment = source.schema[slot.column].type.isRightAligned ? .right : .left
      for (line, aggregate) in (view.aggregates[slot.column] ?? []).prefix(height).enumerated() {
        let text = text(of: aggregate, below: slot.column, room: slot.width)
        frame.put(theme.measure.padded(text, to: slot.width, alignment), first + line, slot.x, .total)
      }
    }
  }
}
