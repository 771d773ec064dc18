import Diagnostics
import Display
import Tables

/// The types that the prompt for a column's type lists.
enum CastChoice {
  private static let types: [(name: String, description: String)] = [
    ("str", "text"), ("i64", "whole numbers"), ("f64", "floats"), ("bool", "true and false"), ("date", "days"),
    ("datetime[us]", "days with times, to a millionth of a second"), ("duration[us]", "lengths of time"),
    ("time", "times of day"), ("decimal[18,2]", "numbers with two decimal places"), ("i32", "whole numbers, 32 bits"),
    ("u32", "whole numbers from 0, 32 bits"), ("f32", "floats, 32 bits"),
  ]
  private static let prefix = "try "

  /// The types that begin with `query`. After `try`, values that do not fit become null.
  static func matching(_ query: String) -> [(name: String, description: String)] {
    let query = query.lowercased()
    let tried = types.map { (prefix + $0.name, $0.description + ", null where a value does not fit") }
    return (types + tried).filter { $0.0.hasPrefix(query) }
  }

  /// The expression that casts a column to the type that was typed.
  static func expression(_ column: String, as typed: String) -> String {
    let tries = typed.hasPrefix(prefix)
    return "\(tries ? "try_cast" : "cast")(\(Spelling.name(column)), \(typed.dropFirst(tries ? prefix.count : 0)))"
  }
}

extension ViewerState {
  /// Changes the type of the column under the cursor.
  mutating func cast(to type: String) -> [Effect] {
    guard let field = sheet.field else { return failWithoutColumns() }
    if type.isEmpty { return [] }
    if type == "\(field.type)" { return fail("`\(field.name)` is \(type) already") }
    return revise(adding: .with("\(Spelling.name(field.name)) = \(CastChoice.expression(field.name, as: type))"))
  }
}
