import Foundation

/// Files beside the tests and beside the checkout.
enum ReferenceFiles {
  static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let fixtures = tests.appendingPathComponent("Fixtures").path
  private static let shared = tests.appendingPathComponent("../../../shared/data").standardizedFileURL.path

  /// A path in the reference data beside the checkout.
  static func shared(_ path: String) -> String { shared + "/" + path }

  /// Whether it is there: tests of it are skipped, and said to be, where it is not.
  static func hasShared(_ path: String) -> Bool { FileManager.default.fileExists(atPath: shared(path)) }

  /// Small files of our own that are like the reference data, made by `Scripts/sample_fixtures.py`.
  static func sample(_ name: String) -> String { fixtures + "/Samples/" + name }

  static func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  static func names(in folder: String, ending: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(ending) }.sorted()
  }
}

/// A folder that goes away with its owner.
final class ScratchFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("formats-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let target = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
    return target.path
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
