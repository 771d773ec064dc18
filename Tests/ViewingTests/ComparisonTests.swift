import Diagnostics
import Display
import Notebook
import Tables
import Testing
import Viewer
import Viewing

/// What the comparison of two tables finds.
@Suite struct ComparisonTests {
  /// Compares `t` with `u` by the keys that are typed. Gives the rows as text, values separated by spaces.
  private func compared(_ t: String, _ u: String, by keys: String) throws -> [String] {
    let session = Session()
    #expect(session.run("t = table \(t)\nu = table \(u)") == .finished)
    var rows: [String] = []
    session.host.view = { viewed throws(Diagnostic) in
      let subject = Viewer.Subject(
        name: viewed.pipeline, source: SourcePages(viewing: viewed.table), tables: NamedTable.tables(of: viewed))
      let replay = try Viewer.replay("zJu<Enter><Ctrl-U>\(keys)<Enter>", subject, host: ViewerHost(viewing: viewed))
      #expect(replay.error == nil)
      let table = try replay.table()
      rows = [table.schema.names.joined(separator: " ")]
      rows += (0..<table.rowCount).map { table.row($0).map(\.description).joined(separator: " ") }
      return .closed
    }
    #expect(session.run("t | view") == .finished)
    return rows
  }

  @Test func nullIsAKeyLikeAnyOther() throws {
    #expect(
      try compared("id = [1, null, 2], x = [1, 2, 3]", "id = [null, 2, null], x = [2, 4, 5]", by: "id") == [
        "change id x x_right", "added 1 1 null", "changed 2 3 4", "removed null null 5",
      ])
    // In one of several keys, and where another key has the value that null is joined by.
    #expect(
      try compared(
        "a = [0, null, 0], b = [\"0\", \"0\", null]", "a = [null, 0, 0], b = [\"0\", null, \"0\"]", by: "a, b")
        == ["change a b"])
  }

  @Test func repeatedKeysAreComparedInTheirOrder() throws {
    #expect(
      try compared("id = [1, 1, 1, 2], x = [1, 2, 3, 4]", "id = [1, 2, 1, 2], x = [1, 4, 5, 6]", by: "id") == [
        "change id x x_right", "changed 1 2 5", "added 1 3 null", "removed 2 null 6",
      ])
  }

  @Test func notANumberIsTheSameAsItself() throws {
    let nan = "(0.0 / 0.0)"
    #expect(
      try compared("id = [1, 2, 3], x = [\(nan), \(nan), null]", "id = [1, 2, 3], x = [\(nan), 1.0, \(nan)]", by: "id")
        == ["change id x x_right", "changed 2 NaN 1.0", "changed 3 null NaN"])
    #expect(try compared("id = [\(nan), 1.0]", "id = [1.0, \(nan)]", by: "id") == ["change id"])
  }

  /// Names that the comparison would give, or that mean something else in the language.
  @Test func columnsMayHaveAnyName() throws {
    let t = "change = [1, 2], here = [1, 2], x_right = [1, 2], x = [1, 2], `change_key` = [1, 2], nth = [1, 2]"
    let u = "change = [1, 2], there = [1, 2], x = [1, 3], `case` = [5, 6]"
    #expect(
      try compared(t, u, by: "change") == [
        "change_ change x x_right_ here x_right change_key nth there case", "changed 2 2 3 2 2 2 2 2 6",
      ])
  }

  @Test func textsAndTruthAreKeysToo() throws {
    #expect(try compared("k = [\"\", null, \"0\"]", "k = [\"0\", null, \"\"]", by: "k") == ["change k"])
    // A column of nulls alone has no type.
    #expect(try compared("k = [null, null]", "k = [1, null]", by: "k") == ["change k", "added null", "removed 1"])
    #expect(try compared("k = [null, null]", "k = [null]", by: "k") == ["change k", "added null"])
    #expect(try compared("k = [true, null, false]", "k = [false, null]", by: "k") == ["change k", "added true"])
  }
}
