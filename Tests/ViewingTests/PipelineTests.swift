import Diagnostics
import Formats
import Foundation
import Notebook
import Query
import Tables
import Testing
import Viewer

/// What is done in the viewer and what the language makes of it: the pipeline that `D` shows, run headless, gives the
/// table that is on the screen.
@Suite struct PipelineTests {
  /// Keys, and a table of the session they are pressed on.
  static let actions: [(keys: String, table: String)] = [
    ("[", "t"), ("]", "t"), ("la", "t"), ("ld", "t"), ("[lz[", "t"), ("[lz]", "t"), ("]lz[lz]", "t"),
    ("[l]", "t"), (",", "t"), ("z,", "t"), ("ll,", "t"), ("llz,", "t"), ("3jlll,", "t"), ("lllz,", "t"),
    ("llll,", "t"), ("lllllz,", "t"), ("&n % 3 == 0<Enter>", "t"), ("&n > 5<Enter>]", "t"),
    ("&n > 5<Enter>]&<Enter>", "t"), ("]&n > 5<Enter>", "t"), ("]&n > 5<Enter>l[", "t"),
    ("-", "t"), ("ll-", "t"), ("--", "t"), ("-gv", "t"), ("}", "t"), ("l{", "t"), ("$!", "t"), ("$!l]", "t"),
    ("zc<Ctrl-U>id<Enter>", "t"), ("zc<Ctrl-U>a b<Enter>]", "t"), ("lzc<Ctrl-U>n2<Enter>-", "t"),
    ("=n2 = n * 2<Enter>", "t"), ("=n2 = n * 2<Enter>]", "t"), ("]=r = row_number() over kind<Enter>", "t"),
    ("=n = n + 1<Enter>&n > 3<Enter>", "t"), ("=m = mean(n)<Enter>", "t"),
    ("m\"", "t"), ("smjt\"", "t"), ("gs\"", "t"), ("smgt\"", "t"), ("]sjm\"", "t"), ("&n > 5<Enter>sss\"l]", "t"),
    ("F", "t"), ("lllF", "t"), ("lllFj<Enter>", "t"), ("lllF<Enter>]", "t"), ("&n > 5<Enter>lllFG<Enter>", "t"),
    ("!gF", "t"), ("lll!l!gF", "t"), ("lll!lllW", "t"), ("lll!G$!$hW", "t"), ("I", "t"), ("]I", "t"),
    ("lzF", "t"), ("llzF", "t"), ("lzM", "l"), ("l(", "l"), ("l(]", "l"), ("lzM&items > 1<Enter>", "l"),
    ("]u", "t"), ("]uU", "t"), ("],r", "t"), ("]l.", "t"), ("]R", "t"), ("3jl,R", "t"), ("jj<Enter>", "t"),
    ("]jj<Enter>", "t"), ("7j]zc<Ctrl-U>z<Enter>l-", "t"),
  ]

  static let setup = """
    t = table id = [5, 3, 3, 9, 1, 7, 7, 2, 8, 4], n = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], \
    x = [0.5, 2.5, 1.5, 1.5, 9.25, 3.0, 4.0, 0.125, 8.0, 8.5], \
    kind = ["a", "b", "a", "c", "b", "a", "c", "c", "b", "a"], \
    `is it` = [true, false, true, true, false, false, true, true, false, true], \
    word = ["да", "no", null, "x\\ty", "漢字", null, "", "да", "\\"q\\"", "z"]
    l = table id = [1, 2, 3], items = [[3, 1], [], [2]]
    """

  @Test(arguments: actions) func theScreenIsWhatThePipelineGives(keys: String, table: String) throws {
    try check(keys, "\(table)")
  }

  /// The same on a file of several row groups, of which nothing has been read.
  @Test(arguments: actions.filter { $0.table == "t" }) func ofAFileToo(keys: String, table: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "t.parquet").path
    let session = Session()
    #expect(session.run(Self.setup + "\nt | save \(Session.quoted(path))") == .finished)
    try check(keys, "load \(Session.quoted(path))")
  }

  private func check(_ keys: String, _ pipeline: String) throws {
    let session = Session()
    var shown: Table?
    var said: String?
    session.host.view = { viewed throws(Diagnostic) in
      let host = ViewerHost(viewing: viewed)
      let subject = Viewer.Subject(name: viewed.pipeline, source: SourcePages(viewing: viewed.table))
      let replay = try Viewer.replay(keys, subject, host: host)
      #expect(replay.error == nil)
      shown = try replay.table()
      said = replay.pipeline
      return .closed
    }
    #expect(session.run(Self.setup + "\n" + pipeline + " | view") == .finished)
    let headless = Session()
    #expect(headless.run(Self.setup + "\nfound = " + (said ?? "")) == .finished, "\(said ?? "nothing was said")")
    guard case .table(.scan(let source))? = headless.value(named: "found"), let shown else {
      Issue.record("no table: \(said ?? "")")
      return
    }
    let expected = Table(
      source.schema, try source.columns(Array(0..<source.schema.count)), rowCount: source.rowCount)
    // A record stands upright, a line a field; the pipeline gives its row.
    if said?.contains("| slice") == true { return expectRecord(shown, of: expected) }
    #expect(shown.schema == expected.schema, "\(said ?? "")")
    #expect(rows(shown) == rows(expected), "\(said ?? "")")
  }

  private func expectRecord(_ record: Table, of table: Table) {
    #expect(table.rowCount == 1)
    for (field, value) in zip(table.schema.fields, table.row(0)) {
      let line = (0..<record.rowCount).first { record.row($0)[0] == .text(Text(field.name)) }
      #expect(line.map { record.row($0)[2] } == (value.isNull ? .null : .text(Text(value.description))))
    }
  }

  private func rows(_ table: Table) -> [[Value]] { (0..<table.rowCount).map { table.row($0) } }
}

extension ViewerHost {
  /// The session's side of the viewer, as the program connects it.
  init(viewing viewed: ViewedValue) {
    self.init(run: { (base, verbs) throws(Diagnostic) in
      switch base {
      case .shown(let pages as SourcePages):
        SourcePages(viewing: try viewed.running(verbs, on: .source(pages.source)))
      case .shown: throw Diagnostic("a sheet that is no source")
      case .pipeline(let text): SourcePages(viewing: try viewed.running(verbs, on: .pipeline(text)))
      case .reloaded(let text): SourcePages(viewing: try viewed.running(verbs, on: .reloaded(text)))
      }
    })
  }
}

extension SourcePages {
  convenience init(viewing table: ViewedTable) {
    let opening: Opening? =
      switch table.opening {
      case .verbs(let verbs)?: .verbs(verbs)
      case .verb(let verb, let column)?: .verb(verb, column: column)
      case .pipelines(let pipelines)?: .pipelines(pipelines)
      case nil: nil
      }
    self.init(table.source, opening: opening, isMatrix: table.isMatrix)
  }
}
