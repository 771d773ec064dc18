public import Foundation

/// Files of the checkout, by their relative paths, and reference data next to the checkout.
public enum Checkout {
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  public static func path(_ name: String) -> String { root.appending(path: name).path }

  /// A path in the reference data, which is next to the checkout and must not be distributed.
  public static func shared(_ name: String) -> String {
    root.appending(path: "../shared/\(name)").standardizedFileURL.path
  }

  /// Whether the reference data has this file. Otherwise tests that need it are skipped, and reported as skipped.
  public static func hasShared(_ name: String) -> Bool { FileManager.default.fileExists(atPath: shared(name)) }

  public static func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

  /// The value in a JSON file.
  public static func json<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: root.appending(path: name)))
  }
}
