import Diagnostics
import Display
import Foundation
import Generators
import Notebook
import Testing

/// What a stranger's session may touch: reading below its folder and the data folder, writing below its folder.
@Suite struct AccessTests {
  /// A world of folders: `session` has the stranger's file, `data` its tables, `home` what is none of its business.
  private final class World {
    private let scratch: ScratchFolder
    var root: String { scratch.path }
    var session: String { root + "/session" }

    init() throws {
      scratch = try ScratchFolder()
      for folder in ["session/inner", "data", "home"] {
        try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
      }
      for file in ["session/own.csv", "session/inner/own.csv", "data/t.csv", "home/secret.csv", "home/part.csv"] {
        try write("a\n1\n", to: file)
      }
      for (link, target) in [
        ("session/link.csv", "../home/secret.csv"), ("session/folder", "../home"),
        ("session/inner/l.csv", "/etc/passwd"),
        ("session/dangling.csv", "../home/new.csv"), ("session/good.csv", "own.csv"), ("session/self.csv", "self.csv"),
      ] {
        try FileManager.default.createSymbolicLink(atPath: "\(root)/\(link)", withDestinationPath: target)
      }
    }

    func write(_ text: String, to file: String) throws {
      try text.write(toFile: "\(root)/\(file)", atomically: true, encoding: .utf8)
    }

    func read(_ file: String) -> String? { try? String(contentsOfFile: "\(root)/\(file)", encoding: .utf8) }

    /// A session in a file of the stranger's folder, which asks `confirm`.
    func stranger(_ confirm: ((String) -> Bool)? = nil) -> Session {
      let session = Session()
      session.confine(to: .beside(self.session + "/evil.md"))
      session.dataFolder = root + "/data"
      if let confirm { session.host.confirm = { (question) throws(Diagnostic) in confirm(question) } }
      return session
    }
  }

  /// Cells with `ROOT` for the world, and whether the stranger may run them. Paths are taken from the data folder first.
  static let cells: [(code: String, isAllowed: Bool)] = [
    ("load \"t.csv\"", true), ("load \"../session/own.csv\"", true), ("load \"../session/inner\"", false),
    ("load \"../session/*.csv\"", false), ("load \"../session/own*\"", true), ("load \"../session/good.csv\"", true),
    ("load \"../home/secret.csv\"", false), ("load \"../session/link.csv\"", false), ("load \"../home\"", false),
    ("load \"../session/folder/part.csv\"", false), ("load \"../session/folder\"", false),
    ("load \"../home/*.csv\"", false),
    ("load \"../../../../../../../../etc/passwd\"", false), ("load \"/etc/passwd\"", false),
    ("load \"~/x.csv\"", false),
    ("load \"ROOT/session/own.csv\"", false), ("load \"ROOT/data/t.csv\"", false), ("load \"/dev/zero\"", false),
    ("load \"../session/self.csv\"", false), ("load \"../{home,data}/*.csv\"", false),
    ("table a = [1] | save \"ROOT/home/secret.csv\" overwrite=true", false),
    ("table a = [1] | save \"ROOT/home/fresh.csv\"", false), ("table a = [1] | save \"ROOT/session/new.csv\"", false),
    ("table a = [1] | save \"ROOT/session/../home/fresh.md\"", false), ("table a = [1] | save \"/dev/full\"", false),
    ("table a = [1], b = [1] | plot bar x=a y=b save=\"ROOT/home/fresh.svg\"", false),
    ("table user_id = [1], product_id = [2] | fit TopPopular | save \"ROOT/home/fresh.lectern\"", false),
    (":save ROOT/home/fresh.md", false), (":save ROOT/home/secret.csv", false), (":open ROOT/home/secret.csv", false),
    (":open /etc/passwd", false), (":files ROOT/home", false), (":files /", false), (":files", true),
  ]

  @Test(arguments: cells) func aStrangerTouchesWhatLiesBesideIt(code: String, isAllowed: Bool) throws {
    let world = try World()
    let session = world.stranger()
    let outcome = session.run(code.replacing("ROOT", with: world.root))
    #expect(outcome == (isAllowed ? .finished : .failed), "\(code)")
    // Nobody who is trusted is asked anything.
    let own = Session()
    own.dataFolder = world.root + "/data"
    if isAllowed { #expect(own.run(code.replacing("ROOT", with: world.root)) == .finished, "\(code)") }
    #expect(world.read("home/secret.csv") == "a\n1\n")
    for fresh in ["csv", "md", "svg", "lectern"] { #expect(world.read("home/fresh.\(fresh)") == nil) }
  }

  /// Paths to write to start in the working directory, which is the session's folder here.
  @Test(arguments: [
    ("ok.csv", "", true), ("inner/ok.csv", "", true), ("./inner/../ok.csv", "", true),
    ("ok.csv", " overwrite=true", false),
    ("own.csv", " overwrite=true", false), ("../ok.csv", "", false), ("folder/ok.csv", "", false),
    ("dangling.csv", "", false), ("dangling.csv", " overwrite=true", false), ("link.csv", " overwrite=true", false),
    ("missing/../../home/x.csv", "", false), ("missing/x.csv", "", false), ("self.csv", "", false),
  ]) func aStrangerWritesBesideItself(path: String, options: String, isAllowed: Bool) throws {
    let world = try World()
    let session = world.stranger()
    // Relative to the working directory of the tests, so that they need not change it.
    let here = FileManager.default.currentDirectoryPath
    let up = String(repeating: "../", count: here.split(separator: "/").count)
    let code = "table a = [7] | save \"\(up)\(world.session.dropFirst())/\(path)\"\(options)"
    #expect(session.run(code) == (isAllowed ? .finished : .failed), "\(path)")
    #expect(world.read("home/secret.csv") == "a\n1\n" && world.read("session/own.csv") == "a\n1\n")
    #expect(world.read("home/new.csv") == nil && world.read("home/ok.csv") == nil && world.read("home/x.csv") == nil)
    if isAllowed { #expect(world.read("session/" + path) == "a\n7\n") }
  }

  @Test func aStrangerAsksForEachAddress() throws {
    let world = try World()
    // Nobody listens there; what is refused is not even tried.
    let address = "http://127.0.0.1:1/t.csv"
    for code in ["load \"\(address)\"", "load \"s3://bucket/t.csv\"", "table a = [1] | save \"s3://bucket/t.csv\""] {
      var said: [String] = []
      let session = world.stranger()
      session.emit = { if case .diagnostic(let diagnostic) = $0 { said.append(diagnostic.message) } }
      #expect(session.run(code) == .failed)
      #expect(
        said.count == 1 && said[0].hasPrefix("this session may not") && said[0].hasSuffix("outside of this machine"))
    }
    var questions: [String] = []
    let session = world.stranger { question in
      questions.append(question)
      return false
    }
    #expect(session.run("load [\"\(address)\", \"own.csv\"]") == .failed)
    #expect(session.run("load \"s3://bucket/t.csv\" endpoint=\"http://127.0.0.1:1\"") == .failed)
    #expect(questions.count == 2 && questions[0].contains(address) && questions[1].contains("at http://127.0.0.1:1"))
  }

  /// Reading of one path does not wait within reading of another: so many calls would overflow the stack.
  @Test func manyPathsAreLookedAt() throws {
    let world = try World()
    let paths = (0..<50_000).map { "\"missing\($0).csv\"" }.joined(separator: ", ")
    for session in [world.stranger(), Session()] {
      var said: [String] = []
      session.emit = { if case .diagnostic(let diagnostic) = $0 { said.append(diagnostic.message) } }
      #expect(session.run("load [\(paths)]") == .failed)
      #expect(said.count == 1 && said[0].contains("missing0.csv"))
    }
  }

  @Test func aPersonIsAskedOnceForEachThing() throws {
    let world = try World()
    var questions: [String] = []
    var answer = false
    let session = world.stranger { question in
      questions.append(question)
      return answer
    }
    let path = world.root + "/home/secret.csv"
    #expect(session.run("load \"\(path)\"") == .failed)
    answer = true
    #expect(session.run("t = load \"\(path)\"") == .finished)
    #expect(session.run("t = load \"\(path)\"") == .finished)
    #expect(questions.count == 2)
    #expect(questions.allSatisfy { $0.contains(path) })
    #expect(session.run("table a = [7] | save \"\(world.root)/home/part.csv\" overwrite=true") == .finished)
    #expect(questions.count == 3 && world.read("home/part.csv") == "a\n7\n")
  }

  /// The front matter's `data` counts where it stays in the folder, or where a person says that it may.
  @Test(
    arguments: [
      ("inner", nil, "/inner", 0), (".", nil, "/.", 0), ("../data", nil, "", 1), ("/etc", nil, "", 1),
      ("folder", nil, "", 1), ("../data", true, "/../data", 0), ("../data", false, "", 1),
      ("missing", nil, "/missing", 0),
    ] as [(String, Bool?, String, Int)])
  func dataOfTheFilesOwn(named: String, answer: Bool?, found: String, notes: Int) throws {
    let world = try World()
    let session = Session()
    session.confine(to: .beside(world.session + "/evil.md"))
    if let answer { session.host.confirm = { _ in answer } }
    var said = 0
    session.emit = { if case .note(let text) = $0, text.contains("is ignored because") { said += 1 } }
    let text = "---\ndata: \(named)\n---\n```lectern\nload \"t.csv\"\n```\n"
    try session.adopt(SessionDocument(parsing: text, name: "evil.md"), at: world.session + "/evil.md")
    #expect(session.dataFolder == world.session + found && said == notes)
  }

  /// What a cell says cannot undo it: `:open` of another file, its front matter, a check, a cell run again.
  @Test func itCannotBeTurnedOffFromInside() throws {
    let world = try World()
    let secret = "load \"\(world.root)/home/secret.csv\""
    try world.write("---\ndata: /\nsafe: /\ntrust: true\n---\n```lectern\n\(secret)\n```\n", to: "session/other.md")
    let session = world.stranger()
    session.confine(to: .everywhere)
    for code in [
      ":open ../session/other.md", ":open \(world.session)/other.md", ":next", ":run", ":set safe off", ":set trust on",
      secret,
      ":rerun 1-9", ":check",
    ] {
      session.run(code)
      #expect(session.run(secret) == .failed, "\(code)")
    }
  }

  /// At a prompt that may touch everything, the cells of a stranger's file may not, nor may they when they run again.
  @Test func theCellsOfAnOpenedFileAreTheStrangers() throws {
    let world = try World()
    let secret = "load \"\(world.root)/home/secret.csv\""
    try world.write("```lectern\n\(secret)\n```\n\n```lectern\n\(secret)\n```\n", to: "session/evil.md")
    let session = Session()
    session.trusted = TrustedFolders(in: nil)
    #expect(session.run(":open \(world.session)/evil.md") == .finished)
    #expect(session.run(":next") == .failed)
    #expect(session.run(":goto 1") == .finished)
    #expect(session.run(":run") == .failed)
    #expect(session.run(":rerun 3") == .failed)
    #expect(session.run(secret) == .finished, "what the person types is the person's")
    // And not from the journal either.
    let trusting = Session()
    #expect(trusting.run(":open \(world.session)/evil.md") == .finished)
    #expect(trusting.run(":next") == .finished)
  }

  /// A cell that says so itself touches what lies beside its file, in a session that may touch everything.
  @Test func aCellThatSaysSoIsSafe() throws {
    let world = try World()
    let secret = "load \"\(world.root)/home/secret.csv\""
    let text = "```lectern safe expect=error\n\(secret)\n```\n\n```lectern\n\(secret)\n```\n"
    let document = try SessionDocument(parsing: text, name: "own.md")
    #expect(document.text == text)
    let runner = SessionRunner(document: document, path: world.session + "/own.md")
    #expect(try runner.run(in: Session()).isSuccess)
    let session = Session()
    try session.adopt(document, at: world.session + "/own.md")
    #expect(session.run(":next") == .failed && session.run(":next") == .finished)
  }

  @Test func aCheckOfAStrangersSessionTouchesWhatLiesBesideIt() throws {
    let world = try World()
    let code = "load \"\(world.root)/home/secret.csv\""
    let document = try SessionDocument(parsing: "```lectern\n\(code)\n```\n", name: "evil.md")
    var runner = SessionRunner(document: document, path: world.session + "/evil.md")
    runner.access = .beside(world.session + "/evil.md")
    #expect(!runner.check(settings: Settings()).isSuccess)
    let session = Session()
    #expect(try runner.run(in: session).failedCells == 1)
    #expect(session.access == runner.access)
  }

  @Test func aFolderIsTrustedOnceWithAllBelow() throws {
    let world = try World()
    let file = world.root + "/state/trusted"
    var trusted = TrustedFolders(in: file)
    #expect(!trusted.contains(folderOf: world.session + "/evil.md"))
    try trusted.add(folderOf: world.session + "/evil.md")
    try trusted.add(folderOf: world.session + "/evil.md")
    #expect(world.read("state/trusted") == nil && trusted.contains(folderOf: world.session + "/evil.md"))
    try trusted.save()
    #expect(world.read("state/trusted")?.split(separator: "\n").count == 1)
    let again = TrustedFolders(in: file)
    #expect(again.contains(folderOf: world.session + "/evil.md"))
    #expect(again.contains(folderOf: world.session + "/inner/x.md"))
    for path in ["/home/x.md", "/session2/x.md", "/session/folder/x.md", "/x.md"] {
      #expect(!again.contains(folderOf: world.root + path), "\(path)")
    }
    #expect(throws: Diagnostic.self) { try trusted.add(folderOf: world.root + "/missing/x.md") }
  }

  /// `:save` replaces what it wrote itself, and nothing else without being told to.
  @Test func savingReplacesOnlyWhatIsItsOwn() throws {
    let world = try World()
    let path = world.root + "/home/notes.md"
    try world.write("mine", to: "home/notes.md")
    let session = Session()
    session.run("x = 1")
    #expect(session.run(":save \(path)") == .failed)
    #expect(world.read("home/notes.md") == "mine")
    session.host.confirm = { _ in false }
    #expect(session.run(":save \(path)") == .failed)
    #expect(world.read("home/notes.md") == "mine")
    session.host.confirm = { _ in true }
    #expect(session.run(":save \(path)") == .finished)
    session.host.confirm = nil
    #expect(session.run(":save \(path)") == .finished)
    #expect(world.read("home/notes.md")?.contains("x = 1") == true)
    #expect(Session().run("y = 2\n:save \(path)") == .failed)
  }
}
