import Diagnostics
import Display
import Formats
import Foundation
import Notebook
import Tables
import Testing
import Viewer
import Viewing

/// How much of a file is decoded for what is looked at.
@Suite struct DecodingTests {
  private static let partSize = 1_000
  private static let parts = 20

  @Test func onlyWhatIsSeenIsDecoded() throws {
    // Two columns fit a screen of 40 cells, of one part at its start and one at its end.
    #expect(try decoded("", columns: 40).columns == 2)
    let atBothEnds = try decoded("G", columns: 40)
    #expect(atBothEnds.columns == 4 && atBothEnds.rows == 4 * Self.partSize)
    // The way back is in memory, and so is what is moved over within a part.
    #expect(try decoded("GggG10k5j", columns: 40) == atBothEnds)
    // A column that comes into sight.
    #expect(try decoded("ll", columns: 40).columns <= 4)
    // A page over the border of two parts.
    #expect(try decoded("995G10j", columns: 40).columns == 4)
  }

  @Test func aSortingLeavesTheOtherColumnsAlone() throws {
    var inMemory: [Int] = []
    let before = try decoded("", columns: 40)
    let after = try decoded("]", columns: 40) { file in
      inMemory = (0..<file.schema.count).filter { file.isInMemory($0) }
    }
    // The column it sorts by is read whole; those that are out of sight are not.
    #expect(after == before)
    #expect(inMemory.contains(0) && inMemory.allSatisfy { $0 < 2 })
  }

  /// What the opened source has decoded after some keys.
  private func decoded(
    _ keys: String, columns: Int, then look: @escaping (any TableSource) -> Void = { _ in }
  ) throws -> SourcePages.Decoded {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let session = Session()
    for part in 0..<Self.parts {
      let rows = part * Self.partSize..<(part + 1) * Self.partSize
      let columns = ["first", "second", "third", "fourth", "fifth"].enumerated().map { index, name in
        (name: name + "_of_the_columns", column: Column(rows.map { $0 * 7919 % (1000 + index) }))
      }
      _ = try saveTable(Table(columns), to: folder.appending(path: "part-\(10 + part).parquet").path)
    }
    var found = SourcePages.Decoded()
    session.host.view = { viewed throws(Diagnostic) in
      let pages = SourcePages(viewing: viewed.table)
      let subject = Viewer.Subject(name: viewed.pipeline, source: pages)
      let replay = try Viewer.replay(keys, subject, host: ViewerHost(viewing: viewed), rows: 24, columns: columns)
      #expect(replay.error == nil)
      found = pages.decoded
      look(pages.source)
      return .closed
    }
    #expect(session.run("load \(Spelling.text(folder.path)) | view") == .finished)
    return found
  }
}
