/// A line below the edited one, with the position in a lesson and the keys. It is erased when the line is entered.
public struct StatusLine: Sendable, Hashable {
  /// The items, most important first. Those that do not fit are dropped from the end.
  public var items: [String]
  /// Whether it is enlarged, to be seen from the back of a room.
  public var isEnlarged: Bool

  public init(_ items: [String], isEnlarged: Bool = false) {
    self.items = items
    self.isEnlarged = isEnlarged
  }

  /// One row; if enlarged, a bar below an empty row.
  package func rows(columns: Int, usesColor: Bool) -> [LineLayout.Row] {
    let separator = isEnlarged ? "   " : " · "
    let limit = columns - 2
    var text = visibleCells(items.first ?? "", limit: limit)
    for item in items.dropFirst() {
      let next = visibleCells(item)
      guard text.width + separator.count + next.width <= limit else { break }
      text = (text.text + separator + next.text, text.width + separator.count + next.width)
    }
    guard isEnlarged else {
      return [LineLayout.Row(text: usesColor ? "\u{1B}[2m\(text.text)\u{1B}[22m" : text.text, width: text.width)]
    }
    let bar = " " + text.text + String(repeating: " ", count: columns - 1 - text.width)
    return [
      LineLayout.Row(), LineLayout.Row(text: usesColor ? "\u{1B}[1;7m\(bar)\u{1B}[22;27m" : bar, width: columns),
    ]
  }
}
