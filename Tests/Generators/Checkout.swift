public import Foundation

/// Files of the checkout, by their paths below it, and reference data beside it.
public enum Checkout {
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  public static func path(_ name: String) -> String { root.appending(path: name).path }

  /// A path in the reference data, which lies beside the checkout and may not be handed out.
  public static func shared(_ name: String) -> String {
    root.appending(path: "../shared/\(name)").standardizedFileURL.path
  }

  /// Whether it is there: tests of it are skipped, and said to be, where it is not.
  public static func hasShared(_ name: String) -> Bool { FileManager.default.fileExists(atPath: shared(name)) }

  public static func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  /// What a file of JSON holds.
  public static func json<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: root.appending(path: name)))
  }
}
