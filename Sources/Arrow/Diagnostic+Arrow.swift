import Diagnostics

extension Diagnostic {
  /// Bytes that no writer of Arrow makes; the place is added on the way up.
  static func malformedArrow(_ found: String) -> Diagnostic {
    Diagnostic("broken Arrow file: \(found)")
  }

  /// What Arrow knows and this reader has no type for.
  static func unsupportedArrow(_ what: String, hint: String? = nil) -> Diagnostic {
    Diagnostic("\(what) cannot be read", hint: hint)
  }

  static let cutArrow = Diagnostic("it is cut short", hint: "copy or write the file again")

  static func valueBeyondType(_ what: String) -> Diagnostic {
    Diagnostic("\(what) is beyond what its column's type holds")
  }
}
