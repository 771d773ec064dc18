import Diagnostics
import Formats
import Foundation
import Generators
import Parallelism
import Tables
import Testing

/// What holds for every format of the registry. A new one needs a line in `examples`.
@Suite struct EveryFormatTests {
  /// A small file of each format: as text, as a file among the fixtures, or as `saveTable` writes it.
  private enum Example {
    case text(String)
    case fixture(String)
    case saved
  }

  private static let examples: [String: Example] = [
    "parquet": .saved, "arrow": .saved, "xlsx": .saved, "ods": .fixture("Everyday/orders.ods"),
    "sqlite": .fixture("Everyday/digits.db"),
    "json": .text("[{\"id\": 1, \"name\": \"tea\"},\n{\"id\": 2, \"name\": null}]\n"),
    "ndjson": .text("{\"id\": 1, \"name\": \"tea\"}\n{\"id\": 2, \"name\": null}\n"),
    "tsv": .text("id\tname\n1\ttea\n2\t\n"), "csv": .text("id,name\n1,tea\n2,\n"),
  ]

  /// What every format can hold: two columns of whole numbers from 1 and one of others.
  private static let table = Table([
    ("user", Column((0..<40).map { 1 + ($0 &* 7919) % 101 })), ("item", Column((0..<40).map { 40 - $0 })),
    ("rating", Column((0..<40).map { Double($0) / 8 })),
  ])

  private func bytes(of format: FileFormat, in scratch: ScratchFolder) throws -> [UInt8] {
    switch Self.examples[format.name] {
    case .text(let text)?: return Array(text.utf8)
    case .fixture(let name)?:
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: ReferenceFiles.fixtures + "/" + name)))
    case .saved?:
      let path = scratch.file("saved." + format.extensions[0])
      _ = try saveTable(Self.table, to: path)
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    case nil:
      Issue.record("`\(format.name)` needs a file in `examples` of Tests/FormatsTests/EveryFormatTests.swift")
      return []
    }
  }

  @Test(arguments: formats.map(\.name)) func `a file is recognised by its content`(_ name: String) throws {
    let scratch = try ScratchFolder()
    let format = try #require(formats.first { $0.name == name })
    let bytes = try bytes(of: format, in: scratch)
    guard !bytes.isEmpty else { return }
    let path = try scratch.write("example", bytes)
    let found = try read(path)
    #expect(found.rowCount > 1 && found.columnCount > 1)
    // As if its name were said.
    var options = LoadOptions()
    options.format = name
    #expect(try read(path, options: options).schema == found.schema)
  }

  @Test(arguments: formats.filter(\.isWritten).map(\.name))
  func `what is saved comes back, and is replaced only on demand`(_ name: String) throws {
    let scratch = try ScratchFolder()
    let format = try #require(formats.first { $0.name == name })
    let path = scratch.file("a." + format.extensions[0])
    let report = try saveTable(Self.table, to: path)
    #expect(report.format == name && report.rowCount == 40)
    let again = try read(path)
    #expect(again.schema.types == Self.table.schema.types)
    for index in again.columns.indices { #expect(spell(again.columns[index]) == spell(Self.table.columns[index])) }
    #expect(throws: Diagnostic.self) { try saveTable(Self.table, to: path) }
    #expect(scratch.names == ["a." + format.extensions[0]])
  }

  /// `MutationTests` changes more files, of the formats that are read most.
  @Test(arguments: formats.map(\.name)) func `a broken file is read or refused`(_ name: String) throws {
    let scratch = try ScratchFolder()
    let format = try #require(formats.first { $0.name == name })
    let whole = try bytes(of: format, in: scratch)
    guard !whole.isEmpty else { return }
    var random = SplitMix(state: 20_240_722)
    for round in 0..<200 {
      let bytes = round % 4 == 0 ? Array(whole.prefix(1 + whole.count * round / 200)) : random.mutated(whole)
      let path = try scratch.write("broken", bytes)
      var options = LoadOptions()
      options.format = round % 2 == 0 ? name : nil
      let given = options
      let work = Cancellation(requestedAtCheck: 20_000)
      do throws(Diagnostic) {
        let table = try Cancellation.$current.withValue(work) {
          Result { () throws(Diagnostic) in try read(path, options: given) }
        }.get()
        _ = table.rowCount > 0 ? table.row(table.rowCount - 1) : []
      } catch {
        #expect(error.kind == .error, "round \(round): \(error)")
      }
    }
  }
}
