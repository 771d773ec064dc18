import Diagnostics
import Query
import Tables

/// Rewrites a verb's examples, which speak of made-up tables, for the columns of a table at hand.
struct ExampleTranslator {
  let schema: Schema

  /// What the columns of the example tables hold; a column of the table at hand that holds the like takes their place.
  private static let columns: [(name: String, fits: @Sendable (DataType) -> Bool)] = [
    ("user_id", { $0.isInteger }), ("product_id", { $0.isInteger }), ("category_id", { $0.isInteger }),
    ("date", { $0 == .date }), ("timestamp", { if case .datetime = $0 { true } else { false } }),
    ("name", { $0 == .string }), ("brand", { $0 == .string }), ("type", { $0 == .string }),
    ("category_name", { $0 == .string }), ("action_type", { $0 == .string }), ("widget_name", { $0 == .string }),
    ("search_query", { $0 == .string }), ("page_product_id", { $0.isFloat }),
  ]

  /// Which columns may take the place of an example's: those that hold the like, or, where that gives nothing, any.
  enum Fit { case alike, any }

  /// The example's stages as they would be typed here, from their first `|` on; nil where the table has no column for
  /// one that they need.
  func translated(_ example: Example, _ fit: Fit) -> String? {
    guard !example.code.hasPrefix("("), let bar = example.code.firstIndex(of: "|") else { return nil }
    let rest = String(example.code[bar...])
    // Whether values of any column convert shows only where they are looked at.
    if fit == .any, rest.contains("cast(") { return nil }
    var text = ""
    var word = ""
    var used: [String: String] = [:]
    func flush() -> Bool {
      defer { word = "" }
      guard let column = Self.columns.first(where: { $0.name == word }), schema.index(of: word) == nil else {
        text += word
        return true
      }
      if used[word] == nil {
        let taken = Set(used.values)
        let fitting = schema.fields.filter { fit == .any || column.fits($0.type) }
        used[word] = (fitting.first { !taken.contains($0.name) } ?? fitting.first)?.name
      }
      guard let name = used[word] else { return false }
      text += Spelling.name(name)
      return true
    }
    var isQuoted = false
    for character in rest {
      if character == "\"" { isQuoted.toggle() }
      if !isQuoted, character.isLetter || character.isNumber || character == "_" {
        word.append(character)
      } else {
        guard flush() else { return nil }
        text.append(character)
      }
    }
    guard flush() else { return nil }
    return text
  }

  /// A few rows with the columns at hand, all different where their type has so many values.
  func madeUpRows() -> Table {
    let numbers = Column(Array(1...9))
    let columns = schema.fields.map { field in
      (try? cast(numbers, to: field.type)) ?? Column.nulls(field.type, count: numbers.count)
    }
    return Table(schema, columns, rowCount: numbers.count)
  }
}
