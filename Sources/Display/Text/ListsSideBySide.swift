/// An item in a user's list: its name, its address, and whether the user had or took it.
public struct MarkedItem: Sendable, Hashable {
  /// How the user relates to an item.
  public enum Mark: Sendable, Hashable {
    case none
    /// A hit: the user took it afterwards.
    case hit
    /// The user had it before.
    case known
  }

  public var name: String
  public var url: String
  public var mark: Mark

  public init(_ name: String, url: String, mark: Mark = .none) {
    self.name = name
    self.url = url
    self.mark = mark
  }
}

/// The lists of several models for one user: one column for each model, one line for each rank; further items below.
///
///           tp              ease
///      1. ✓ Чай           · Кофе
///      2.   Мыло          ✓ Чай
///     bought after (2): ✓ Чай, Пакет
public struct ListsSideBySide: Sendable {
  public var lists: [(title: String, items: [MarkedItem])]
  public var others: [(title: String, items: [MarkedItem])]
  /// The largest number of further items in a line.
  static let mostOthers = 20

  public init(lists: [(title: String, items: [MarkedItem])], others: [(title: String, items: [MarkedItem])]) {
    self.lists = lists
    self.others = others
  }

  /// Lays out the lists as text.
  public func styledText(_ page: Page = Page()) -> StyledText {
    let measure = page.measure
    let ranks = lists.map(\.items.count).max() ?? 0
    let rankWidth = "\(ranks).".utf8.count + 1
    // A cell has a space on either side, and two cells for the mark.
    let natural = lists.map { list in
      ([list.title] + list.items.map { sanitised($0.name) }).reduce(4) { max($0, measure.cells(of: $1) + 2) }
    }
    let free = page.width - rankWidth - 2 * lists.count
    let widths = ColumnFit.levelled(
      natural.map { ColumnFit.WidthRequest(natural: $0, least: min($0, 8)) }, available: max(free, 1))
    func line(_ rank: String, _ cells: [StyledLine]) -> StyledLine {
      var line = StyledLine(measure.padded(rank, to: rankWidth, .right), .dim)
      for (cell, width) in zip(cells, widths) { line.append(cell.inCell(width, .left, page)) }
      return line.cut(to: page.width, measure, ellipsis: page.ellipsis)
    }
    var text = StyledText([line("", lists.map { StyledLine("  " + sanitised($0.title), .header) })])
    for rank in 0..<ranks {
      let cells = lists.map { list in
        rank < list.items.count ? drawn(list.items[rank], page) : StyledLine()
      }
      text.append(line("\(rank + 1).", cells))
    }
    for other in others { append(other.title, other.items, page, to: &text) }
    return text
  }

  private func drawn(_ item: MarkedItem, _ page: Page) -> StyledLine {
    var line = StyledLine(mark(item.mark, page) ?? "  ", .number)
    line.append(sanitised(item.name), .link(url: item.url))
    return line
  }

  private func mark(_ mark: MarkedItem.Mark, _ page: Page) -> String? {
    switch mark {
    case .none: nil
    case .hit: page.isASCII ? "* " : "✓ "
    case .known: page.isASCII ? "- " : "· "
    }
  }

  /// A line such as `bought after (3): ✓ Чай, Кофе, Мыло`.
  private func append(_ title: String, _ items: [MarkedItem], _ page: Page, to text: inout StyledText) {
    var line = StyledLine("\(title) (\(items.count)): ", .dim)
    for (place, item) in items.prefix(Self.mostOthers).enumerated() {
      if place > 0 { line.append(", ", .dim) }
      if let mark = mark(item.mark, page) { line.append(mark, .number) }
      line.append(sanitised(item.name), .link(url: item.url))
    }
    if items.count > Self.mostOthers { line.append(", " + page.ellipsis, .dim) }
    for wrapped in line.wrapped(to: page.width, page.measure) { text.append(wrapped) }
  }
}
