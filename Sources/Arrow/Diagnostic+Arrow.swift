import Diagnostics

extension Diagnostic {
  /// An error for invalid bytes. Callers add the place.
  static func malformedArrow(_ found: String) -> Diagnostic {
    Diagnostic("broken Arrow file: \(found)")
  }

  /// An error for a type of Arrow that this reader does not support.
  static func unsupportedArrow(_ what: String, hint: String? = nil) -> Diagnostic {
    Diagnostic("\(what) cannot be read", hint: hint)
  }

  static let cutArrow = Diagnostic("it is cut short", hint: "copy or write the file again")

  static func valueBeyondType(_ what: String) -> Diagnostic {
    Diagnostic("\(what) is beyond what its column's type holds")
  }
}
