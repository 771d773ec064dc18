import Foundation
import Generators
public import Testing

/// A text that a test compares with, in a file of the checkout. `RECORD_GOLDENS=1` writes the file instead of comparing
/// with it, and git shows the change.
public struct RecordedText {
  private let name: String

  public init(_ name: String) { self.name = name }

  /// What the file holds, after it has been written where texts are recorded.
  public func recorded(_ found: String) throws -> String {
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      try found.write(toFile: Checkout.path(name), atomically: true, encoding: .utf8)
    }
    return try Checkout.text(name)
  }

  /// Expects a text to be what the file holds.
  public func expect(_ found: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    expectText(found, equals: try recorded(found), sourceLocation: sourceLocation)
  }
}
