import Diagnostics
import Display
import Formats
import Foundation
import Generators
import Notebook
import Query
import Tables
import Terminal
import Testing
import Viewer
import Viewing

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
    // What a search found, kept or marked.
    ("/1<Enter>z/", "t"), ("lll/b<Enter>z/", "t"), ("lll/a<Enter>z/]", "t"), ("ll/.5<Enter>z/", "t"),
    ("g/2<Enter>z/", "t"), ("5l/да<Enter>z/", "t"), ("lll*z/", "t"), ("5l3j#z/", "t"), ("4l/tr<Enter>z/", "t"),
    ("/7<Enter>|\"", "t"), ("lll/a<Enter>|s\"]", "t"),
    ("lll/<Ctrl-R>^[ab]$<Enter>z/", "t"), ("/<Ctrl-R>[1-3]<Enter>z/]", "t"), ("g/<Ctrl-R>d|да<Enter>z/", "t"),
    ("5l/<Ctrl-R>\\W<Enter>|\"", "t"),
    // Marks go with their rows.
    ("sjs]\"", "t"), ("s3jsl[lll,\"", "t"), ("gs&n > 4<Enter>jt\"", "t"), ("ss=k = n * 2<Enter>\"", "t"),
    ("]ss&n < 9<Enter>&<Enter>\"", "t"), ("ssu\"", "t"), ("ssuU\"", "t"), ("ssgujs\"", "t"),
    // Types.
    ("%", "t"), ("l~", "t"), ("~]z#", "t"), ("llz~try i64<Enter>", "t"), ("l-h%>", "t"), ("%u", "t"), ("~l.", "t"),
    ("=d = \"2024-01-02\"<Enter>$@", "t"), ("=d = \"2024-01-02\"<Enter>$z@[", "t"),
    // Aggregates below columns, in counts and in pivots.
    ("+sum<Enter>]", "t"), ("+max<Enter>lll+mode<Enter>z+", "t"), ("ll+mean<Enter>l+nulls<Enter>F", "t"),
    ("ll+sum<Enter>l!gF", "t"), ("ll+sum<Enter>l!lW", "t"), ("$+n_unique<Enter>h+sum<Enter>F<Enter>", "t"),
    // Another table.
    ("T", "t"), ("l!T", "t"), ("llllT", "t"), ("-T", "t"), ("lllFJ<Enter><Enter>", "t"), ("Jl<Enter><Enter>", "t"),
    ("Ju<Enter><Ctrl-U>left_join u on n, id<Enter>]", "t"), ("lzJu<Enter><Enter>", "t"),
    ("lzJu<Enter>, id<Enter>]", "t"),
    ("-zJu<Enter><Ctrl-U>n<Enter>", "t"), ("5lzJu<Enter><Enter>", "t"), ("lllzJu<Enter><Enter>", "t"),
    ("3jzJu<Enter>, word<Enter>", "t"), ("4l!zJu<Enter><Enter>[", "t"), ("]zJu<Enter><Enter>", "t"),
    ("=x_right = n<Enter>zJu<Enter><Ctrl-U>n<Enter>", "t"), ("=change = n<Enter>zJu<Enter><Ctrl-U>n<Enter>", "t"),
    ("lllFJ<Enter><Enter><Tab>zJ<Enter><Enter>", "t"), ("l!TG,", "t"),
    ("lzJu<Enter><Enter>F", "t"), ("lllFlZj", "t"), ("]IZ<Tab>", "t"),
    ("V]", "t"), ("lV&n > 5<Enter>", "t"), ("]l]l]uu", "t"), ("]&n > 3<Enter>lz]uuUU", "t"), ("&n > 3<Enter>]ru", "t"),
  ]

  /// Commands that change neither the rows nor the columns of any sheet and open none that has some of its own.
  static let harmless: Set<String> = [
    "down", "up", "left", "right", "page-down", "page-up", "half-page-down", "half-page-up", "line-down", "line-up",
    "first-row", "last-row", "first-column", "last-column", "window-top", "window-middle", "window-bottom",
    "row-to-top", "row-to-middle", "row-to-bottom", "cell-left", "cell-right", "go-to-column", "search-backwards",
    "find-next", "find-previous", "fit", "usual-width", "narrower", "wider", "wrap", "heat-map", "open-cell",
    "previous-sheet", "next-sheet", "copy-cell", "copy-row", "copy-column", "copy-marked", "open-link", "save", "dump",
    "pipeline", "plot", "beside", "keep", "information", "help", "palette", "redraw", "cancel", "suspend", "close",
    "close-all",
  ]

  /// No action is without a test: what is in the registry is pressed above or is known to change nothing.
  @Test func everyActionIsTried() throws {
    var tried: Set<Intent> = []
    for action in Self.actions {
      var reader = KeyReader()
      var isTyping = false
      for case .key(let key) in try KeyScript(action.keys).steps {
        if isTyping {
          isTyping = key != .enter
          continue
        }
        for reading in reader.press(key) {
          tried.insert(reading.intent)
          if case .ask = reading.intent { isTyping = true }
        }
      }
      tried.formUnion(reader.complete().map(\.intent))
    }
    let untried = Command.all.filter { !tried.contains($0.intent) && !Self.harmless.contains($0.name) }.map(\.name)
    #expect(untried.isEmpty)
    let known = Set(Command.all.map(\.name))
    #expect(Self.harmless.subtracting(known).isEmpty)
  }

  /// Whatever is done one after another, in whatever order. `LECTERN_MONKEY=100000` presses that many keys in all.
  @Test(arguments: 0..<12) func whateverIsDone(seed: Int) throws {
    var random = RandomActions(seed: seed)
    let keysInAll = ProcessInfo.processInfo.environment["LECTERN_MONKEY"].flatMap { Int($0) } ?? 1_000
    var pressed = 0
    while pressed < keysInAll / 12 {
      let keys = random.keys()
      pressed += keys.count
      try check(keys, "t", mayFail: true)
    }
  }

  static let setup = """
    t = table id = [5, 3, 3, 9, 1, 7, 7, 2, 8, 4], n = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], \
    x = [0.5, 2.5, 1.5, 1.5, 9.25, 3.0, 4.0, 0.125, 8.0, 8.5], \
    kind = ["a", "b", "a", "c", "b", "a", "c", "c", "b", "a"], \
    `is it` = [true, false, true, true, false, false, true, true, false, true], \
    word = ["да", "no", null, "x\\ty", "漢字", null, "", "да", "\\"q\\"", "z"]
    l = table id = [1, 2, 3], items = [[3, 1], [], [2]]
    u = t | filter n != 3 | with x = if n == 2 then null else x, id = if n == 4 then 10 else id
    """

  @Test(arguments: actions) func theScreenIsWhatThePipelineGives(keys: String, table: String) throws {
    try check(keys, table)
  }

  /// Names that mean something else where they are not quoted, or that cannot be quoted as they are.
  static let hostileNames = [
    "a`b", "`", "``", "case", "None", "load", "table", "select", "over", "null", "order", "by", "desc", "agg", "help",
    "lambda", "TRUE", "a b", "2x", "it", "_", "a\\b", "a\"b", "a'b", "x | head", "# no", ":quit", "\t", "a\nb",
    "\u{1B}[31m",
    "\u{202E}abc", "\u{FEFF}", "len()", "f(x)", "п р", "日本", "é", "$x", ";",
  ]

  /// What is done with a column of such a name, and with one beside it.
  @Test(arguments: hostileNames) func columnsOfAnyName(_ name: String) throws {
    let written = Spelling.name(name)
    let table = "h = table \(written) = [3, 1, 2, 1], other = [\"x\", \"y\", \"x\", \"z\"]"
    for keys in [
      "[", "]", ",", "z,", "-", "lz[", "}", "F", "F<Enter>", "!gF", "lF", "I", "zF", "jj<Enter>", "m\"", "/1<Enter>z/",
      "~", "%", "+nulls<Enter>lF", "l+mode<Enter>z+", "T",
      "zc<Ctrl-U>z<Enter>", "lzc<Ctrl-U>z<Enter>[", "!lW", "l-[", "$!]",
      "&other == \"z\"<Enter>!T", "&other != \"x\"<Enter>l!T", "l+mode<Enter>0F", "Jg<Enter><Enter>",
      "zJg<Enter><Enter>", "l!zJg<Enter><Enter>F", "FJ<Enter><Enter>",
    ] {
      try check(keys, table + "\ng = h | filter other != \"y\"\nh", undoMemory: 1 << 20)
    }
  }

  /// The pipeline of a plot runs too, and so does that of what is assigned.
  @Test(arguments: hostileNames) func plotsOfColumnsOfAnyName(_ name: String) throws {
    let session = Session()
    var said: [String] = []
    session.host.view = { viewed throws(Diagnostic) in
      let subject = Viewer.Subject(name: viewed.pipeline, source: SourcePages(viewing: viewed.table))
      for keys in ["P<Enter>", "l!0P<Enter>", "]P<Enter>", "FJ<Enter><Enter>"] {
        let replay = try Viewer.replay(keys, subject, host: ViewerHost(viewing: viewed))
        #expect(replay.error == nil)
        said.append(replay.pipeline)
      }
      return .closed
    }
    let table = "h = table \(Spelling.name(name)) = [3, 1, 2, 1], other = [2, 5, 8, null]"
    // The viewer gives no value to assign; that is said when it is closed.
    #expect(session.run("\(table)\ni = h | head 3 | view") == .failed)
    #expect(said.count == 4)
    #expect(said.prefix(3).allSatisfy { $0.contains(" | plot ") })
    for pipeline in said { #expect(session.run(pipeline) == .finished, "\(pipeline)") }
  }

  @Test func fieldsOfStructuresBecomeColumns() throws {
    try inFolder { folder in
      let path = folder.appending(path: "s.ndjson").path
      let lines = ["{\"id\": 1, \"s\": {\"x\": 7, \"y\": \"a\"}}", "{\"id\": 2, \"s\": {\"x\": 3, \"y\": null}}"]
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      for keys in ["l(", "l([", "jsl(", "l(u"] { try check(keys, "load \(Spelling.text(path))") }
    }
  }

  /// The same on a file, and on one table of several parts, of which nothing has been read.
  @Test(arguments: actions.filter { $0.table == "t" }) func ofAFileToo(keys: String, table: String) throws {
    try inFolder { folder in
      let path = folder.appending(path: "t.parquet").path
      let parts = folder.appending(path: "parts").path
      try FileManager.default.createDirectory(atPath: parts, withIntermediateDirectories: true)
      let saves = (0..<10).map { "t | slice \($0), 1 | save \(Spelling.text("\(parts)/\($0).parquet"));" }
      let session = Session()
      #expect(
        session.run(Self.setup + "\nt | save \(Spelling.text(path))\n" + saves.joined(separator: "\n")) == .finished)
      try check(keys, "load \(Spelling.text(path))")
      try check(keys, "load \(Spelling.text(parts))")
    }
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = try ScratchFolder()
    try withExtendedLifetime(folder) { try body(URL(filePath: folder.path)) }
  }

  /// With rows that are kept for undo, and with rows that are made anew.
  private func check(_ keys: String, _ pipeline: String, mayFail: Bool = false) throws {
    try check(keys, pipeline, mayFail, undoMemory: 1 << 20)
    if keys.contains("u") || keys.contains("r") { try check(keys, pipeline, mayFail, undoMemory: 0) }
  }

  private func check(_ keys: String, _ pipeline: String, _ mayFail: Bool = false, undoMemory: Int) throws {
    let session = Session()
    var shown: Table?
    var said: String?
    var isRecord = false
    session.host.view = { viewed throws(Diagnostic) in
      let host = ViewerHost(viewing: viewed)
      let subject = Viewer.Subject(
        name: viewed.pipeline, source: SourcePages(viewing: viewed.table), undoMemory: undoMemory,
        tables: NamedTable.tables(of: viewed))
      let replay = try Viewer.replay(keys, subject, host: host)
      if !mayFail { #expect(replay.error == nil) }
      shown = try replay.table()
      said = replay.pipeline
      isRecord = replay.isRecord
      return .closed
    }
    // What stands before the pipeline makes its table.
    let setup = ([Self.setup] + pipeline.split(separator: "\n").dropLast().map(String.init)).joined(separator: "\n")
    #expect(session.run(Self.setup + "\n" + pipeline + " | view") == .finished)
    let headless = Session()
    #expect(
      headless.run(setup + "\nfound = " + (said ?? "")) == .finished, "\(keys): \(said ?? "nothing was said")")
    guard case .table(.scan(let source))? = headless.value(named: "found"), let shown else {
      Issue.record("no table: \(said ?? "")")
      return
    }
    let expected = Table(
      source.schema, try source.columns(Array(0..<source.schema.count)), rowCount: source.rowCount)
    // A record stands upright, a line a field; the pipeline gives its row.
    if isRecord { return expectRecord(shown, of: expected) }
    #expect(shown.schema == expected.schema, "\(keys): \(said ?? "")")
    #expect(rows(shown) == rows(expected), "\(keys): \(said ?? "")")
  }

  private func expectRecord(_ record: Table, of table: Table) {
    #expect(table.rowCount == 1)
    // One whose columns were hidden or moved says nothing of its row.
    guard record.schema.names == ["field", "type", "value"] else { return }
    for (field, value) in zip(table.schema.fields, table.row(0)) {
      let line = (0..<record.rowCount).first { record.row($0)[0] == .text(Text(field.name)) }
      #expect(line.map { record.row($0)[2] } == (value.isNull ? .null : .text(Text(value.description))))
    }
  }

  private func rows(_ table: Table) -> [[Value]] { (0..<table.rowCount).map { table.row($0) } }
}

/// Actions in random order: moves, changes of rows and columns, other sheets and back.
private struct RandomActions {
  private var random: UInt64

  private static let pieces =
    "j k l h G gg $ 0 3j ] [ z] z[ , z, - gv } { ! 2! _ > v zv V m s t gs gt gu | u U r . F gF I W zF \" q Enter R z/ # *"
    .split(separator: " ").map { $0 == "Enter" ? "<Enter>" : String($0) } + [
      "&n > 3<Enter>", "&<Enter>", "&id in [3, 7, 8]<Enter>", "=k = n * 2<Enter>", "=n = n + 1<Enter>",
      "~", "%", "z#", "z~try i64<Enter>", "+sum<Enter>", "+max<Enter>", "z+", "T", "J<Enter><Enter>",
      "zJu<Enter><Enter>", "zJ<Enter><Enter>", "P<Enter>q", "Z",
      "zc<Ctrl-U>q<Enter>", "zc<Ctrl-U>a b<Enter>", "/a<Enter>", "/7<Enter>", "g/2<Enter>", "<Tab>",
    ]

  init(seed: Int) { random = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  private mutating func next(_ bound: Int) -> Int {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(random >> 33) % bound
  }

  mutating func keys() -> String {
    (0..<2 + next(10)).map { _ in Self.pieces[next(Self.pieces.count)] }.joined()
  }
}
