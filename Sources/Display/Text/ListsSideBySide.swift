/// An item in a user's list: its name, its address, and whether the user had or took it.
public struct MarkedItem: Sendable, Hashable {
  /// How the user relates to an item.
  public enum Mark: Sendable, Hashable {
    case none
    /// A hit: the user took it afterwards.
    case hit
    /// The user had it before.
    case known
    /// The user had it before and took it again.
    case again
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
/// Where the page is too narrow for readable names, the models are in several blocks, one below the other.
///
///            tp              ease
///      1. ✓· Чай            · Кофе
///      2.    Мыло          ✓· Чай
///     ✓ bought after (2): ✓ Чай; Пакет
public struct ListsSideBySide: Sendable {
  public var lists: [(title: String, items: [MarkedItem])]
  /// Further items below: what they are, and the mark that they have in the lists.
  public var others: [(mark: MarkedItem.Mark, title: String, items: [MarkedItem])]
  /// The largest number of further items in a line.
  static let mostOthers = 20
  /// A column is not narrower than this for the sake of further columns beside it.
  private static let readable = 28

  public init(
    lists: [(title: String, items: [MarkedItem])],
    others: [(mark: MarkedItem.Mark, title: String, items: [MarkedItem])]
  ) {
    self.lists = lists
    self.others = others
  }

  /// Lays out the lists as text.
  public func styledText(_ page: Page = Page()) -> StyledText {
    let ranks = lists.map(\.items.count).max() ?? 0
    let rankWidth = "\(ranks).".utf8.count + 1
    // A cell has a space on either side, and three cells for the marks.
    let natural = lists.map { list in
      ([list.title] + list.items.map { sanitised($0.name) }).reduce(6) { max($0, page.measure.cells(of: $1) + 3) }
    }
    var text = StyledText()
    for (place, block) in blocks(natural, available: page.width - rankWidth).enumerated() {
      if place > 0 { text.append(StyledLine()) }
      append(block, natural, rankWidth: rankWidth, page, to: &text)
    }
    for other in others {
      append("\(signs(other.mark, page).joined()) \(other.title)", other.items, page, to: &text)
    }
    return text
  }

  /// The lists that are drawn beside each other: in as few blocks of equal size as leave every column readable.
  private func blocks(_ natural: [Int], available: Int) -> [Range<Int>] {
    func ranges(of size: Int) -> [Range<Int>] {
      stride(from: 0, to: lists.count, by: max(1, size)).map { $0..<min($0 + size, lists.count) }
    }
    for count in 1..<max(2, lists.count) {
      let blocks = ranges(of: (lists.count + count - 1) / count)
      let isReadable = blocks.allSatisfy { block in
        block.reduce(0) { $0 + min(natural[$1], Self.readable) + 2 } <= available
      }
      if isReadable { return blocks }
    }
    return ranges(of: 1)
  }

  private func append(
    _ block: Range<Int>, _ natural: [Int], rankWidth: Int, _ page: Page, to text: inout StyledText
  ) {
    let measure = page.measure
    let lists = lists[block]
    let free = page.width - rankWidth - 2 * lists.count
    let widths = ColumnFit.levelled(
      natural[block].map { ColumnFit.WidthRequest(natural: $0, least: min($0, 8)) }, available: max(free, 1))
    func line(_ rank: String, _ cells: [StyledLine]) -> StyledLine {
      var line = StyledLine(measure.padded(rank, to: rankWidth, .right), .dim)
      for (cell, width) in zip(cells, widths) { line.append(cell.inCell(width, .left, page)) }
      return line.cut(to: page.width, measure, ellipsis: page.ellipsis).trimmed
    }
    text.append(line("", lists.map { StyledLine("   " + sanitised($0.title), .header) }))
    for rank in 0..<(lists.map(\.items.count).max() ?? 0) {
      let cells = lists.map { list in
        rank < list.items.count ? drawn(list.items[rank], page) : StyledLine()
      }
      text.append(line("\(rank + 1).", cells))
    }
  }

  private func drawn(_ item: MarkedItem, _ page: Page) -> StyledLine {
    let (hit, known) = (signs(.hit, page)[0], signs(.known, page)[0])
    let own = signs(item.mark, page)
    var line = StyledLine((own.contains(hit) ? hit : " ") + (own.contains(known) ? known : " ") + " ", .number)
    line.append(sanitised(item.name), .link(url: item.url))
    return line
  }

  private func signs(_ mark: MarkedItem.Mark, _ page: Page) -> [String] {
    let (hit, known) = page.isASCII ? ("*", "-") : ("✓", "·")
    return switch mark {
    case .none: []
    case .hit: [hit]
    case .known: [known]
    case .again: [hit, known]
    }
  }

  /// A line such as `✓ bought after (3): ✓ Чай; Кофе; Мыло`. Names may have commas.
  private func append(_ title: String, _ items: [MarkedItem], _ page: Page, to text: inout StyledText) {
    var line = StyledLine("\(title) (\(items.count)): ", .dim)
    for (place, item) in items.prefix(Self.mostOthers).enumerated() {
      if place > 0 { line.append("; ", .dim) }
      // No line ends between a mark and its name.
      let mark = signs(item.mark, page).joined()
      if !mark.isEmpty { line.append(mark + "\u{A0}", .number) }
      line.append(sanitised(item.name), .link(url: item.url))
    }
    if items.count > Self.mostOthers { line.append("; " + page.ellipsis, .dim) }
    for wrapped in line.wrapped(to: page.width, page.measure) { text.append(wrapped) }
  }
}
