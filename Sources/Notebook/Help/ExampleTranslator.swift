import Diagnostics
import Query
import Tables

/// Rewrites a verb's examples, which use imaginary tables, for the columns of a given table.
struct ExampleTranslator {
  let schema: Schema

  /// The columns of the example tables, and the types that may replace them.
  private static let columns: [(name: String, fits: @Sendable (DataType) -> Bool)] = [
    ("user_id", { $0.isInteger }), ("product_id", { $0.isInteger }), ("category_id", { $0.isInteger }),
    ("date", { $0 == .date }), ("timestamp", { if case .datetime = $0 { true } else { false } }),
    ("name", { $0 == .string }), ("brand", { $0 == .string }), ("type", { $0 == .string }),
    ("category_name", { $0 == .string }), ("action_type", { $0 == .string }), ("widget_name", { $0 == .string }),
    ("search_query", { $0 == .string }), ("page_product_id", { $0.isFloat }),
  ]

  /// Which columns may replace those of an example: only similar ones, or any.
  enum Fit { case alike, any }

  /// The stages of an example for this table, from the first `|` on; nil if the table has no suitable column.
  func translated(_ example: Example, _ fit: Fit) -> String? {
    guard !example.code.hasPrefix("("), let bar = example.code.firstIndex(of: "|") else { return nil }
    let rest = String(example.code[bar...])
    // Whether a cast of an arbitrary column succeeds depends on its values.
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

  /// A few rows with the table's columns; their values are distinct if the type permits it.
  func madeUpRows() -> Table {
    let numbers = Column(Array(1...9))
    let columns = schema.fields.map { field in
      (try? cast(numbers, to: field.type)) ?? Column.nulls(field.type, count: numbers.count)
    }
    return Table(schema, columns, rowCount: numbers.count)
  }
}
