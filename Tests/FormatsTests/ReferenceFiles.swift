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

  /// Small files of our own that are like the reference data, made by `Scripts/fixtures/sample-fixtures.py`.
  static func sample(_ name: String) -> String { fixtures + "/Samples/" + name }

  static func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  static func names(in folder: String, ending: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(ending) }.sorted()
  }
}
