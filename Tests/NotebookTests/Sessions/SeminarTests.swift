import Display
import Foundation
import Generators
import Notebook
import Testing

/// The seminar's sessions and the tours print what is recorded in them. The homework is checked by `make check`.
@Suite(.serialized) struct SeminarTests {
  /// The seminar's tables with made-up orders, as `make demo` makes them.
  static let data: URL? = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-seminar-\(UUID().uuidString)")
    do {
      try simulate(into: folder.path, scale: 0.01, seed: 0) { _ in }
      return folder
    } catch { return nil }
  }()

  private static func document(_ name: String) throws -> SessionDocument {
    try SessionDocument(parsing: readTextFile(at: Checkout.root.appending(path: name).path), name: name)
  }

  /// Both languages of a session are the same cells with the same output, so that running one runs both.
  @Test(arguments: ["seminar", "homework"])
  func languagesDifferInProseAlone(_ name: String) throws {
    let cells = try Self.document("sessions/\(name).md").cells
    let others = try Self.document("sessions/\(name).en.md").cells
    #expect(cells.count == others.count)
    for (cell, other) in zip(cells, others) {
      #expect(cell.code == other.code && cell.recorded == other.recorded && cell.options == other.options)
    }
  }

  @Test(arguments: [
    ("sessions/seminar.en.md", 50), ("sessions/tour.md", 12), ("README.md", 5),
  ])
  func printsWhatIsRecorded(_ name: String, cells: Int) throws {
    let data = try #require(Self.data)
    try expectAsRecorded(name, cells: cells, data: data)
  }

  /// MovieLens 100K may not be handed out; where it is there, the published numbers are checked.
  private static let movieLens = Checkout.root.appending(path: "../shared/data/ml-100k")

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: movieLens.appending(path: "ml-100k.inter").path),
      "needs ../shared/data/ml-100k"))
  func publishedNumbersOfMovieLensAreReproduced() throws {
    try expectAsRecorded("sessions/movielens.md", cells: 20, data: Self.movieLens)
  }

  private func expectAsRecorded(_ name: String, cells: Int, data: URL) throws {
    let path = Checkout.root.appending(path: name).path
    let document = try Self.document(name)
    #expect(document.cells.count >= cells)
    #expect(document.cells.allSatisfy { $0.recorded != nil })
    let report = SessionRunner(document: document, path: path, dataFolder: data.path).check(settings: Settings())
    let session = Session()
    let said = report.pieces.compactMap { session.presentation.styledText($0)?.plain }.joined(separator: "\n")
    #expect(report.isSuccess, "\(said)")
  }
}
