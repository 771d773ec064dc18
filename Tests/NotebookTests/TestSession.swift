import Diagnostics
import Display
import Foundation
import Notebook
import Tables

/// A session with small made-up tables, and what it said.
final class TestSession {
  let session = Session()
  private(set) var pieces: [Piece] = []

  init() {
    session.emit = { [weak self] in self?.pieces.append($0) }
    run(TestSession.tables)
    session.dataFolder = TestSession.folder
    pieces = []
  }

  /// Runs a cell; what it said as text, at 100 columns, without times.
  @discardableResult
  func run(_ code: String) -> String {
    pieces = []
    session.run(code)
    return text
  }

  /// What the last cell said.
  var text: String {
    pieces.compactMap { Presentation.recording(session.settings).styledText($0)?.plain }.joined(separator: "\n")
  }

  /// The diagnostics of the last cell.
  var diagnostics: [Diagnostic] {
    pieces.compactMap { if case .diagnostic(let diagnostic) = $0 { diagnostic } else { nil } }
  }

  /// A folder where `train_orders` is a file.
  static let folder: String = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "lectern-test-\(UUID().uuidString)").path
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    Session().run(tables + "\ntrain | save \"\(folder)/train_orders\" format=parquet")
    return folder
  }()

  /// The tables and models that examples speak of.
  static let tables = """
    train = table user_id = [100, 100, 100, 200, 200, 300, 300, 300, 400, 400, 500, 500], \
    product_id = [11, 12, 13, 11, 12, 12, 13, 519413018, 11, 519413018, 13, 11], \
    date = ["2024-03-01", "2024-03-02", "2024-03-05", "2024-03-01", "2024-04-02", "2024-04-03", "2024-04-04", \
    "2024-05-01", "2024-05-02", "2024-06-01", "2024-06-02", "2024-06-03"] \
    | select user_id = cast(user_id, i32), product_id, date = cast(date, date)
    test = table user_id = [100, 100, 200, 300, 600], product_id = [11, 519413018, 13, 11, 12] \
    | select user_id = cast(user_id, i32), product_id, date = date(2024, 7, 1)
    products = table product_id = [11, 12, 13, 519413018], name = ["Чай", "Кофе", "Мыло", "Пакет"], \
    brand = ["A", "B", "A", "C"], type = ["чай", "кофе", "мыло", "пакет"], category_id = [1, 1, 2, 3], \
    category_name = ["Напитки", "Напитки", "Дом", "Разное"]
    actions = table user_id = [100, 200, 100, 300], action_type = ["view", "view", "order", "search"], \
    widget_name = ["a", "b", "a", "c"], search_query = [null, null, null, "чай"], \
    product_id = [11.0, 12.0, 11.0, null], page_product_id = [null, 1.0, null, null], \
    day = ["2024-03-01", "2024-03-02", "2024-03-02", "2024-03-09"] \
    | with timestamp = cast(day, datetime[ns]) | drop day
    ease = train | fit EASE regularization=1
    tp = train | fit TopPopular
    """
}
