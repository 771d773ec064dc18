import Diagnostics
import Display
import Foundation
import Notebook
import Query
import Tables
import Testing

@Suite struct ResultsTests {
  /// Reads 300,000 integers, 2.4 MB in memory. The file is written once: tests run side by side.
  private static let large: String = {
    let path = TestSession.folder + "/numbers.csv"
    let lines = (0..<300_000).lazy.map(String.init).joined(separator: "\n")
    try? Data("n\n\(lines)\n".utf8).write(to: URL(fileURLWithPath: path))
    return "load \"\(path)\" | collect"
  }()

  @Test func `the oldest results make room, and say so when they are asked for`() throws {
    let test = TestSession()
    test.session.memoryForResults = 5_000_000
    let first = test.session.nextCell
    for _ in 0..<5 { test.run(ResultsTests.large) }
    let cell = try #require(test.session.value(named: "_\(first + 2)") == nil ? first : nil)
    test.run("_\(cell) | head 1")
    let diagnostic = try #require(test.diagnostics.first)
    #expect(diagnostic.message == "the result of cell \(cell) was freed because later results needed memory")
    #expect(diagnostic.hint == "run the cell again and assign its result to a variable: `table = …`")
    #expect(test.session.value(named: "_") != nil && test.session.value(named: "__") != nil)
  }

  @Test func `what has a name is kept and takes nobody's place`() {
    let test = TestSession()
    test.session.memoryForResults = 6_000_000
    let first = test.session.nextCell
    for name in ["a", "b", "c", "d"] { test.run("\(name) = " + ResultsTests.large) }
    for _ in 0..<4 { test.run(ResultsTests.large) }
    #expect((first..<first + 4).allSatisfy { test.session.value(named: "_\($0)") != nil })
    #expect(test.session.value(named: "_\(first + 4)") == nil)
    #expect(test.run("a | agg n = len()").contains("300"))
  }

  @Test func `a name that was given away no longer keeps its old value`() {
    let test = TestSession()
    test.session.memoryForResults = 1
    let first = test.session.nextCell
    for _ in 0..<4 { test.run("x = " + ResultsTests.large) }
    #expect(test.session.value(named: "_\(first)") == nil)
    #expect(test.session.value(named: "_\(first + 3)") != nil)
  }

  @Test func `the last two results may be of one cell`() {
    let test = TestSession()
    test.run("1\n20\n300")
    #expect(test.run("$_ + $__").contains("320"))
    test.run("table a = [1, 2]\ntable b = [1]")
    #expect(test.run("__ | shape").contains("2"))
  }

  @Test func `small results are kept for ever`() {
    let test = TestSession()
    test.session.memoryForResults = 1
    let first = test.session.nextCell
    for number in 0..<200 { test.run("\(number) + 1") }
    #expect((first..<first + 200).allSatisfy { test.session.value(named: "_\($0)") != nil })
  }

  @Test func `what was printed keeps no more than the rows that were printed`() throws {
    let test = TestSession()
    test.run(ResultsTests.large)
    let excerpt = try #require(
      test.pieces.lazy.compactMap { if case .table(let excerpt) = $0 { excerpt } else { nil } }.first)
    guard case .table(.scan(let source))? = test.session.value(named: "_") else {
      Issue.record("no table")
      return
    }
    let whole = try #require(try source.columns([0]).first)
    let start = try #require(address(of: whole))
    #expect(address(of: excerpt.head.columns[0]) != start)
    #expect(address(of: whole[0..<5]) == start)
  }

  /// Where the values of a column of integers begin in memory.
  private func address(of column: Column) -> UnsafePointer<Int64>? {
    if case .i64(let buffer) = column.values { buffer.withUnsafeBufferPointer { $0.baseAddress } } else { nil }
  }
}
