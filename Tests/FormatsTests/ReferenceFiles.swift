import Foundation
import Generators

/// Files beside the tests and beside the checkout.
enum ReferenceFiles {
  static let fixtures = Checkout.path("Tests/FormatsTests/Fixtures")

  /// A path in the reference data beside the checkout.
  static func shared(_ path: String) -> String { Checkout.shared("data/" + path) }

  static func hasShared(_ path: String) -> Bool { Checkout.hasShared("data/" + path) }

  /// Small files of our own that are like the reference data, made by `Scripts/fixtures/sample-fixtures.py`.
  static func sample(_ name: String) -> String { fixtures + "/Samples/" + name }

  static func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  static func names(in folder: String, ending: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(ending) }.sorted()
  }
}
