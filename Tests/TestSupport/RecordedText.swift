import Foundation
import Generators
public import Testing

/// An expected text, in a file of the checkout (a golden file). With `RECORD_GOLDENS=1` the test writes the file
/// instead of comparing with it, and git shows the change.
public struct RecordedText {
  private let name: String

  public init(_ name: String) { self.name = name }

  /// The text of the file; if goldens are recorded, `found`, which is written to the file first.
  public func recorded(_ found: String) throws -> String {
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      try found.write(toFile: Checkout.path(name), atomically: true, encoding: .utf8)
    }
    return try Checkout.text(name)
  }

  /// Expects a text to be equal to that of the file.
  public func expect(_ found: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    expectText(found, equals: try recorded(found), sourceLocation: sourceLocation)
  }
}
