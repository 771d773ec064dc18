public import Diagnostics
import LinearAlgebra

/// Receives each named step of a fit as soon as it is finished; the fit waits until `show` returns.
public struct Walk {
  let show: (StepReport) throws(Diagnostic) -> Void

  public init(_ show: @escaping (StepReport) throws(Diagnostic) -> Void) { self.show = show }
}

/// One step of a fit: the computation and its result.
public struct StepReport: Sendable {
  /// Some users or items, by their indices.
  public enum Selection: Sendable, Hashable {
    case users([Int32])
    case items([Int32])

    var indices: [Int32] {
      switch self {
      case .users(let indices), .items(let indices): indices
      }
    }
  }

  /// A small part of a matrix: its top left corner, or the cells of chosen rows and columns.
  public struct Corner: Sendable {
    /// The letter of the matrix in the formula.
    public var name: String
    /// The number of rows of the whole matrix.
    public var rowCount: Int
    /// The number of columns of the whole matrix.
    public var columnCount: Int
    /// The shown numbers, row by row.
    public var rows: [[Double]]
    /// The users or items of the rows and columns, if those are not the first ones.
    public var chosen: [Selection] = []

    public init(_ name: String, rowCount: Int, columnCount: Int, size: Int = 5, _ value: (Int, Int) -> Double) {
      self.name = name
      self.rowCount = rowCount
      self.columnCount = columnCount
      rows = (0..<min(size, rowCount)).map { row in (0..<min(size, columnCount)).map { value(row, $0) } }
    }

    /// A row of numbers.
    init(_ name: String, count: Int, size: Int = 5, _ value: (Int) -> Double) {
      self.init(name, rowCount: 1, columnCount: count, size: size) { value($1) }
    }

    /// Chosen elements of a row of numbers.
    init(_ name: String, count: Int, at places: Selection, _ value: (Int32) -> Double) {
      self.name = name
      rowCount = 1
      columnCount = count
      rows = [places.indices.map(value)]
      chosen = [places]
    }

    /// The cells of chosen rows and columns of a large sparse matrix, whose corner would usually be empty.
    init(
      _ name: String, rowCount: Int, columnCount: Int, rows: Selection, columns: Selection,
      _ value: (Int32, Int32) -> Double
    ) {
      self.name = name
      self.rowCount = rowCount
      self.columnCount = columnCount
      self.rows = rows.indices.map { row in columns.indices.map { value(row, $0) } }
      chosen = rows == columns ? [rows] : [rows, columns]
    }

    /// The cells of the users with the most items and the items with the most users.
    init(_ name: String, of interactions: Interactions, _ value: (Int32, Int32) -> Double) {
      self.init(
        name, rowCount: interactions.userCount, columnCount: interactions.itemCount, rows: interactions.busyUsers(),
        columns: interactions.commonItems(), value)
    }
  }

  /// From 1, of `total`.
  public var number: Int
  public var total: Int
  /// The name of the step, one of the model's `steps`.
  public var title: String
  /// In Unicode: `G = XᵀX + λI`.
  public var formula: String
  /// The meanings and shapes of the letters: `X is 10_218 users × 16_539 items`.
  public var shapes: [String]
  /// The users and items to which the numbers belong, if the step shows single ones.
  public var subjects: [Selection] = []
  public var seconds: Double
  public var corners: [Corner]
  /// What the reader should notice, in a sentence or two.
  public var lookAt: String
}

extension StepReport {
  /// The step with that title; its number is its position in the model's `steps`.
  init(
    of model: any Model.Type, _ title: String, formula: String, shapes: [String] = [], subjects: [Selection] = [],
    seconds: Double, corners: [Corner] = [], lookAt: String
  ) {
    guard let place = model.steps.firstIndex(of: title) else {
      preconditionFailure("\(model.name) has no step `\(title)`")
    }
    self.init(
      number: place + 1, total: model.steps.count, title: title, formula: formula, shapes: shapes, subjects: subjects,
      seconds: seconds, corners: corners, lookAt: lookAt)
  }
}

/// A number rounded to five digits, for a sentence.
func shortText(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return numberText(value) }
  var (scale, divisor) = (1.0, 1.0)
  while abs(value) * scale < 10_000, scale < 1e300 { scale *= 10 }
  while abs(value) / divisor >= 100_000 { divisor *= 10 }
  return numberText((value * scale / divisor).rounded() / scale * divisor)
}

extension Interactions {
  /// The items that most users have: columns with many cells to show.
  func commonItems(_ count: Int = 5) -> StepReport.Selection { .items(greatest(usersPerItem(), count)) }

  /// The users with the most items.
  func busyUsers(_ count: Int = 5) -> StepReport.Selection {
    let matrix = matrix
    return .users(greatest((0..<userCount).map { matrix.cells(ofRow: $0).count }, count))
  }

  private func greatest(_ numbers: [Int], _ count: Int) -> [Int32] {
    var selection = TopSelection(capacity: count)
    for (place, number) in numbers.enumerated() { selection.offer(Int32(place), Float(number)) }
    return selection.take().map(\.index)
  }
}

extension Ratings {
  /// The user and the item with these numbers in the ratings, by their indices in the interactions, for a walk.
  func subjects(user: Int, item: Int? = nil) -> [StepReport.Selection] {
    let user = userNumbers.firstIndex(of: Int32(user)).map { [StepReport.Selection.users([Int32($0)])] } ?? []
    guard let item else { return user }
    return user + (itemNumbers.firstIndex(of: Int32(item)).map { [.items([Int32($0)])] } ?? [])
  }
}
