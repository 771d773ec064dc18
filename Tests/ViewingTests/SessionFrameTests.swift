import Diagnostics
import Display
import Foundation
import Notebook
import TestSupport
import Testing
import Viewer
import Viewing

/// The sheets that a session gives, on every size of screen, as text in files of their own.
@Suite struct SessionFrameTests {
  /// A kind of sheet, the line that opens it, and the keys that lead to it.
  struct SheetKind: Sendable, CustomTestStringConvertible {
    let name: String
    let line: String
    var keys = ""
    /// Whether its numbers may differ a little: a model's do where the processor multiplies otherwise, and the number of
    /// topics grows.
    var isInexact = false

    var testDescription: String { name }
  }

  static let kinds = [
    SheetKind(name: "model", line: "als | view"),
    SheetKind(name: "parameters", line: "als | view", keys: "<Enter>"),
    SheetKind(name: "items", line: "als | view", keys: "jj<Enter>"),
    SheetKind(name: "neighbours", line: "als | view", keys: "jj<Enter>j<Enter>", isInexact: true),
    SheetKind(name: "factors", line: "als | factors | view", isInexact: true),
    SheetKind(name: "history", line: "als | history | view", keys: "$-", isInexact: true),
    SheetKind(name: "recommendations", line: "recommended | view"),
    SheetKind(name: "metrics", line: "recommended | metrics | view"),
    SheetKind(name: "variables", line: ":view vars"),
    SheetKind(name: "describe", line: "orders | view", keys: "I"),
    SheetKind(name: "pivot", line: "orders | view", keys: "!lW"),
    SheetKind(name: "frozen-counts", line: "orders | view", keys: "!gF"),
    SheetKind(name: "bins", line: "orders | view", keys: "lzF"),
    SheetKind(name: "counted-rows", line: "orders | view", keys: "lF<Enter>"),
    SheetKind(name: "values", line: "orders | view", keys: "lV"),
    SheetKind(name: "product", line: "orders | view", keys: "jj<Enter>"),
    SheetKind(name: "list", line: "recommended | view", keys: "llz<Enter>"),
    SheetKind(name: "information", line: "orders | view", keys: "l]<Ctrl-G>"),
    SheetKind(name: "palette", line: "orders | view", keys: ":freeze"),
    SheetKind(name: "columns", line: "orders | view", keys: "c"),
    SheetKind(name: "types", line: "orders | view", keys: "z~d"),
    SheetKind(name: "aggregates", line: "orders | view", keys: "+n_unique<Enter>+max<Enter>l+mean<Enter>"),
    SheetKind(name: "counted-sums", line: "orders | view", keys: "l+sum<Enter>hF"),
    SheetKind(name: "completion", line: "products | view", keys: "=x = n<Tab>"),
    SheetKind(name: "transposed", line: "products | view", keys: "!T"),
    SheetKind(name: "joining", line: "orders | view", keys: "lJ"),
    SheetKind(name: "joined", line: "orders | view", keys: "lJprod<Enter><Enter>"),
    SheetKind(name: "compared", line: "products | view", keys: "zJrenewed<Enter><Enter>"),
    SheetKind(name: "plot", line: "orders | view", keys: "lP<Enter>"),
    SheetKind(name: "scatter", line: "orders | view", keys: "!lP<Enter>"),
    SheetKind(
      name: "line",
      line:
        #"table day = ["2024-01-01", "2024-01-02", "2024-01-05"], n = [3, 1, 4] | with day = cast(day, date) | view"#,
      keys: "!lP<Enter>"),
    SheetKind(name: "topics", line: ":view help", isInexact: true),
    SheetKind(name: "topic", line: ":view help", keys: "/EASE<Enter><Enter>", isInexact: true),
  ]

  static let setup = """
    orders = table user_id = [1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 6, 6, 7], \
    product_id = [10, 20, 30, 10, 20, 20, 30, 40, 10, 40, 50, 20, 10, 50, 40, 30]
    products = table product_id = [10, 20, 30, 40, 50], \
    name = ["Пакет-майка", "Сумка «Цветы», 40 × 35 см", "漢字の本", "a\\tb", "👩‍👩‍👧"], brand = ["Ромашка", null, "本", "x", "y"]
    renewed = products | filter product_id != 20 | with brand = if product_id == 40 then "z" else brand
    popular = orders | fit TopPopular
    als = orders | fit iALS factors=4 iterations=3 regularization=0.01 seed=0
    users = table user_id = [1, 2, 3, 4], ids = [[40], [30, 40], [10], [20]]
    recommended = users | recommend popular top=3
    """
  private static let sizes = [(80, 24), (60, 12), (200, 50), (20, 5)]

  @Test(arguments: kinds) func fitsEveryScreen(_ kind: SheetKind) throws {
    let frames = try Self.frames(kind.line, kind.keys)
    let recorded = try RecordedText("Tests/ViewingTests/Frames/\(kind.name).txt").recorded(frames)
    if kind.isInexact, RecordingComparison(tolerance: 0.05).differences(recorded: recorded, found: frames).isEmpty {
      return
    }
    expectText(frames, equals: recorded)
  }

  /// The frames of all sizes, one under another; none is wider than its screen.
  private static func frames(_ line: String, _ keys: String) throws -> String {
    let session = Session()
    #expect(session.run(setup) == .finished)
    var text = ""
    session.host.view = { viewed throws(Diagnostic) in
      for (columns, rows) in sizes {
        let subject = Viewer.Subject(
          name: viewed.pipeline, source: SourcePages(viewing: viewed.table), tables: NamedTable.tables(of: viewed))
        let replay = try Viewer.replay(keys, subject, host: ViewerHost(viewing: viewed), rows: rows, columns: columns)
        #expect(replay.error == nil)
        let lines = replay.frame.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == rows && lines.allSatisfy { DisplayWidth().cells(of: String($0)) <= columns })
        text += "── \(columns) × \(rows)\n" + replay.frame + "\n"
      }
      return .closed
    }
    #expect(session.run(line) == .finished)
    return text
  }
}
