import Diagnostics
import Parallelism
import Tables

/// The memory of a whole column of numbers or dates. Chunks of a text fill disjoint row ranges of it in parallel.
enum FieldRows: Sendable {
  case integers(DisjointRows<Int64>)
  case floats(DisjointRows<Double>)
  case days(DisjointRows<Int32>)

  var integers: DisjointRows<Int64>? { if case .integers(let rows) = self { rows } else { nil } }
  var floats: DisjointRows<Double>? { if case .floats(let rows) = self { rows } else { nil } }
  var days: DisjointRows<Int32>? { if case .days(let rows) = self { rows } else { nil } }

  /// Gives `body` memory for `count` rows of every column with a fixed-width kind. Returns the filled columns.
  ///
  /// Each column adds a level of recursion, so there should not be very many.
  static func filled(
    _ kinds: ArraySlice<FieldKind?>, count: Int, opened: [FieldRows?] = [],
    _ body: ([FieldRows?]) throws(Diagnostic) -> Void
  ) throws(Diagnostic) -> [ColumnValues?] {
    let skipped = [FieldRows?](repeating: nil, count: kinds.prefix { !($0?.hasFixedWidth ?? false) }.count)
    let rest = kinds.dropFirst(skipped.count)
    guard let kind = rest.first else {
      try body(opened + skipped)
      return skipped.map { _ in nil }
    }
    var others: [ColumnValues?] = []
    func open(_ rows: FieldRows) throws(Diagnostic) {
      others = try filled(rest.dropFirst(), count: count, opened: opened + skipped + [rows], body)
    }
    let own: ColumnValues
    switch kind {
    case .float?:
      own = .f64(Buffer(try fillArray(count: count) { (rows) throws(Diagnostic) in try open(.floats(rows)) }))
    case .date?:
      own = .i32(Buffer(try fillArray(count: count) { (rows) throws(Diagnostic) in try open(.days(rows)) }))
    default:
      own = .i64(Buffer(try fillArray(count: count) { (rows) throws(Diagnostic) in try open(.integers(rows)) }))
    }
    return skipped.map { _ in nil } + [own] + others
  }
}

/// The values of a chunk's fields: in an array of their own, or in the memory of the whole column.
struct FieldValues<Element: BitwiseCopyable & Sendable> {
  private(set) var own: [Element] = []
  private let whole: DisjointRows<Element>?
  private var next: Int
  private let end: Int

  /// - Parameter place: the rows of the chunk in the whole column.
  init(in whole: DisjointRows<Element>?, _ place: Range<Int>, expected: Int) {
    self.whole = whole
    next = place.lowerBound
    end = place.upperBound
    if whole == nil { own.reserveCapacity(expected) }
  }

  @inline(__always)
  mutating func append(_ value: Element) {
    guard let whole else { return own.append(value) }
    // Rows beyond the counted ones are not stored. The caller notices by comparing the two counts.
    if next < end { whole.store(value, at: next) }
    next &+= 1
  }
}
