public import Diagnostics
import LinearAlgebra

/// A listener to whom a fit shows each of its named steps as soon as it is done; the fit waits until it returns.
public struct Walk {
  let show: (StepReport) throws(Diagnostic) -> Void

  public init(_ show: @escaping (StepReport) throws(Diagnostic) -> Void) { self.show = show }
}

/// One step of a fit: what was computed and what came out.
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

  /// The top left corner of a matrix, or where chosen rows and columns of it cross.
  public struct Corner: Sendable {
    /// The letter it has in the formula.
    public var name: String
    public var rowCount: Int
    public var columnCount: Int
    public var rows: [[Double]]
    /// Who the rows and columns are where they are not the first.
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

    /// Chosen places of a row of numbers.
    init(_ name: String, count: Int, at places: Selection, _ value: (Int32) -> Double) {
      self.name = name
      rowCount = 1
      columnCount = count
      rows = [places.indices.map(value)]
      chosen = [places]
    }

    /// Where some rows and columns of a large sparse matrix cross: its corner, as a rule, would be empty.
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
  }

  /// From 1, of `total`.
  public var number: Int
  public var total: Int
  public var title: String
  /// In Unicode: `G = XᵀX + λI`.
  public var formula: String
  /// What the letters are and how large: `X is 10_218 users × 16_539 items`.
  public var shapes: [String]
  /// Whose numbers these are, where a step is of one user or item.
  public var subjects: [Selection] = []
  public var seconds: Double
  public var corners: [Corner]
  /// What to look at, a sentence or two.
  public var lookAt: String
}

extension StepReport {
  /// A step of a model by its name among the model's `steps`, which say where it stands.
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

/// A number to five digits, as it stands in a sentence.
func shortText(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return numberText(value) }
  var (scale, divisor) = (1.0, 1.0)
  while abs(value) * scale < 10_000, scale < 1e300 { scale *= 10 }
  while abs(value) / divisor >= 100_000 { divisor *= 10 }
  return numberText((value * scale / divisor).rounded() / scale * divisor)
}

extension Interactions {
  /// The items that most users have, as columns of a corner worth looking at.
  func commonItems(_ count: Int = 5) -> StepReport.Selection { .items(greatest(usersPerItem(), count)) }

  /// The users with most items.
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
  /// The indices of a user's and an item's numbers, for a walk.
  func subjects(user: Int, item: Int? = nil) -> [StepReport.Selection] {
    let user = userNumbers.firstIndex(of: Int32(user)).map { [StepReport.Selection.users([Int32($0)])] } ?? []
    guard let item else { return user }
    return user + (itemNumbers.firstIndex(of: Int32(item)).map { [.items([Int32($0)])] } ?? [])
  }
}
