import Query
import Tables

/// Rewrites a verb's examples, which speak of made-up tables, for the columns of a table at hand.
struct ExampleTranslator {
  let schema: Schema
  /// The text of the pipeline that gives the table.
  let pipeline: String

  /// What the columns of the example tables hold; a column of the table at hand that holds the like takes their place.
  private static let columns: [(name: String, fits: @Sendable (DataType) -> Bool)] = [
    ("user_id", { $0.isInteger }), ("product_id", { $0.isInteger }), ("category_id", { $0.isInteger }),
    ("date", { $0 == .date }), ("timestamp", { if case .datetime = $0 { true } else { false } }),
    ("name", { $0 == .string }), ("brand", { $0 == .string }), ("type", { $0 == .string }),
    ("category_name", { $0 == .string }), ("action_type", { $0 == .string }), ("widget_name", { $0 == .string }),
    ("search_query", { $0 == .string }), ("page_product_id", { $0.isFloat }),
  ]

  /// The example as it would be typed here; nil where the table has nothing like a column it needs, or where it is not
  /// about the verb alone.
  func translated(_ example: Example, verb: VerbDeclaration) -> String? {
    guard let bar = example.code.firstIndex(of: "|") else { return nil }
    let rest = String(example.code[bar...])
    guard !rest.contains("(") || !["join", "concat"].contains(where: verb.name.contains) else { return nil }
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
        let fitting = schema.fields.filter { column.fits($0.type) }
        used[word] = (fitting.first { !taken.contains($0.name) } ?? fitting.first)?.name
      }
      guard let name = used[word] else { return false }
      text += name
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
    return "\(pipeline) \(text)"
  }
}
