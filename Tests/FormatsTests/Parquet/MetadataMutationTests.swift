import Diagnostics
import Formats
import Foundation
import Generators
import Tables
import Testing

/// Parquet files whose footers, page indexes and page headers are well-formed and say what is not so: every count, size
/// and offset once with each extreme. Random bytes hardly ever get that far.
@Suite struct MetadataMutationTests {
  private static let rounds = 400

  private func seeds() throws -> [(name: String, parts: ParquetParts)] {
    var files = try ReferenceFiles.names(in: ReferenceFiles.fixtures, ending: ".parquet").map { name in
      (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.fixtures + "/" + name))))
    }
    for name in ["alltypes_tiny_pages", "int32_with_null_pages"] {
      let path = "parquet-testing/data/\(name).parquet"
      guard ReferenceFiles.hasShared(path) else { continue }
      files.append((name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.shared(path))))))
    }
    return files.compactMap { name, bytes in ParquetParts(bytes).map { (name, $0) } }
  }

  /// Opens a file and asks it everything; it may refuse.
  private func ask(_ path: String, _ what: String) {
    do throws(Diagnostic) {
      let source = try openTable(path)
      let all = Set(source.schema.fields.indices)
      // Sums over what partitions and pages claim.
      var nulls = 0
      for (number, partition) in source.partitions.enumerated() {
        for index in all.sorted() {
          nulls += partition.statistics[index]?.nullCount ?? 0
          let pages = source.pages(index, partition: number)
          nulls += pages.reduce(0) { $0 + ($1.statistics?.nullCount ?? 0) }
          #expect(pages.reduce(0) { $0 + $1.byteCount } >= 0, "\(what)")
        }
      }
      #expect(nulls >= 0, "\(what)")
      _ = source.fitsMemory(all)
      #expect(source.rowsThatFit(all) > 0, "\(what)")
      guard source.rowCount < 1 << 20 else { return }
      if let last = source.partitions.indices.last, source.partitions[last].rows.count > 1 {
        let rows = source.partitions[last].rows.count / 2..<source.partitions[last].rows.count
        for index in all.sorted() { _ = try? source.columns([index], partition: last, rows: rows, kept: nil) }
      }
      let table = try read(source)
      for row in [0, table.rowCount - 1] where row >= 0 && row < table.rowCount {
        _ = table.row(row).map(\.description)
      }
    } catch {
      #expect(error.kind == .error, "\(what): \(error)")
    }
  }

  @Test func `a footer may claim anything`() throws {
    let scratch = try ScratchFolder()
    let files = try seeds()
    #expect(files.count > 10)
    var generator = SplitMix(state: 62)
    for round in 0..<Self.rounds {
      let (name, parts) = files[round % files.count]
      ask(
        try scratch.write("mutated.parquet", parts.changingFooter(&generator)),
        "round \(round): a number of the footer of \(name)")
    }
  }

  /// The indexes of a column chunk, changed and put behind the pages, where the footer then finds them.
  @Test func `a page index may claim anything`() throws {
    let scratch = try ScratchFolder()
    let files = try seeds()
    var generator = SplitMix(state: 63)
    var changed = 0
    for round in 0..<Self.rounds {
      let (name, parts) = files[round % files.count]
      guard let bytes = parts.changingIndex(&generator) else { continue }
      ask(try scratch.write("mutated.parquet", bytes), "round \(round): a number of an index of \(name)")
      changed += 1
    }
    #expect(changed > 0)
  }

  /// The first page of a chunk, its header changed to one that may be longer; the chunk begins with it at the file's end.
  @Test func `a page header may claim anything`() throws {
    let scratch = try ScratchFolder()
    var generator = SplitMix(state: 64)
    let path = scratch.file("seed.parquet")
    var options = SaveOptions()
    options.compression = "none"
    options.overwrite = true
    for round in 0..<Self.rounds / 3 {
      let table = Table([("a", Column((0..<100).map { round % 2 == 0 ? $0 * 7919 : $0 % 3 }))])
      _ = try saveTable(table, to: path, options: options)
      let parts = try #require(ParquetParts([UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))))
      let bytes = try #require(parts.changingPageHeader(&generator))
      ask(try scratch.write("mutated.parquet", bytes), "round \(round): a number of a page's header")
    }
  }
}
