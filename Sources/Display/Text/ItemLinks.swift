public import Tables

/// A URL template with a placeholder for an item id: `https://www.ozon.ru/product/{id}`.
public struct LinkTemplate: Sendable, Hashable {
  private let text: String

  /// Nil if the text has no `{id}`, or is not an http or https address.
  public init?(_ text: String) {
    guard text.contains("{id}"), clickable(text.replacing("{id}", with: "0")) != nil else { return nil }
    self.text = text
  }

  /// The address of an item; reserved characters in the id are percent-encoded.
  public func url(for id: Value) -> String {
    var encoded = ""
    for byte in id.description.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.unicodeScalars.append(.init(byte))
      default: encoded += "%" + hexadecimal(byte).uppercased()
      }
    }
    return text.replacing("{id}", with: encoded)
  }
}

/// An entry in a list of items: its rank, its name if it has one, and its address.
public struct ItemLink: Sendable, Hashable {
  public var rank: Int
  public var name: String?
  public var url: String

  public init(rank: Int, name: String? = nil, url: String) {
    self.rank = rank
    self.name = name
    self.url = url
  }
}

/// Lists items, one per line: `1. Молоко 3,2 %  https://…`. Names are shortened so that the address stays readable, for
/// terminals that cannot open links. An address is wrapped only if the page is narrower than the address.
public func itemLinks(_ items: [ItemLink], _ page: Page = Page()) -> StyledText {
  let measure = page.measure
  let rankWidth = items.reduce(0) { max($0, "\($1.rank). ".utf8.count) }
  let urlWidth = items.reduce(0) { max($0, measure.cells(of: sanitised($1.url))) }
  let names = items.map { sanitised($0.name ?? "") }
  let natural = names.reduce(0) { max($0, measure.cells(of: $1)) }
  let free = page.width - rankWidth - urlWidth - 2
  let isOneLine = natural == 0 || free >= min(natural, 12)
  let nameWidth = isOneLine ? min(natural, max(0, free)) : page.width - rankWidth
  var text = StyledText()
  for (item, name) in zip(items, names) {
    var line = StyledLine(measure.padded("\(item.rank). ", to: rankWidth, .right), .dim)
    let shown = measure.cut(name, to: nameWidth, ellipsis: page.ellipsis)
    line.append(shown, .link(url: item.url))
    if isOneLine {
      if natural > 0 { line.append(spaces: nameWidth - measure.cells(of: shown) + 2) }
    } else {
      text.append(line.cut(to: page.width, measure, ellipsis: page.ellipsis))
      line = StyledLine()
      line.append(spaces: rankWidth)
    }
    line.append(item.url, .link(url: item.url))
    let indent = StyledLine(String(repeating: " ", count: rankWidth))
    for wrapped in line.wrapped(to: page.width, indent: indent, measure) { text.append(wrapped) }
  }
  return text
}
