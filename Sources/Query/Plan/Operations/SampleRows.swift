public import Diagnostics
import Parallelism
import RandomNumbers
public import Tables

/// The size and the seed of a random sample without replacement.
///
/// - Randomness: the first items of numpy's `RandomState(seed).permutation(count)`, in that order.
public struct RandomDraw: Sendable {
  public enum Size: Sendable {
    case count(Int)
    /// A share of all items; the number is rounded, halves to even.
    case fraction(Double)
  }

  public let size: Size
  public let seed: Int

  /// `1000 rows`, `fraction 0.5`.
  func detail(of what: String) -> String {
    switch size {
    case .count(let count): "\(count) \(what)"
    case .fraction(let fraction): "fraction \(fraction)"
    }
  }

  /// The drawn numbers among `count` items.
  func positions(among count: Int, of what: String) throws(Diagnostic) -> (rows: [UInt32], notes: [String]) {
    var random = RandomState(seed: UInt32(truncatingIfNeeded: seed))
    var notes: [String] = []
    let wanted: Int
    switch size {
    case .count(let number): wanted = number
    case .fraction(let fraction): wanted = Int((fraction * Double(count)).rounded(.toNearestOrEven))
    }
    if wanted > count { notes.append("sample: \(grouped(wanted)) \(what) were asked for, there are \(grouped(count))") }
    let cancellation = Cancellation.current
    let drawn = try random.permutation(count, prefix: wanted) { () throws(Diagnostic) in try cancellation.check() }
    return (drawn, notes)
  }
}

/// A random sample of rows, in the order in which they were drawn.
public struct SampleRows: RowChoice {
  public let schema: Schema
  public let draw: RandomDraw

  public var name: String { "sample" }
  public var detail: String { "\(draw.detail(of: "rows")), seed \(draw.seed)" }
  public var ownColumns: Set<Int>? { [] }
  public var projectionPassThrough: [Int: Int] { schema.inPlace() }

  public func choosing(_ kept: [Int]) -> any TableOperation { SampleRows(schema: schema.choosing(kept), draw: draw) }

  public func rows(among count: Int) throws(Diagnostic) -> (rows: [UInt32], notes: [String]) {
    try draw.positions(among: count, of: "rows")
  }
}

/// All rows of a random sample of groups.
public struct SampleGroups: GroupChoice {
  public let schema: Schema
  public let keys: [Int]
  public let draw: RandomDraw

  public var name: String { "sample" }
  public var detail: String {
    "\(draw.detail(of: "groups")), by \(keys.map { schema[$0].name }.joined(separator: ", ")), seed \(draw.seed)"
  }
  public var ownColumns: Set<Int>? { Set(keys) }
  public var projectionPassThrough: [Int: Int] { schema.inPlace() }

  public func choosing(_ kept: [Int]) -> any TableOperation {
    SampleGroups(schema: schema.choosing(kept), keys: keys.compactMap { places(of: kept)[$0] }, draw: draw)
  }

  public func groups(among count: Int) throws(Diagnostic) -> (groups: [UInt32], notes: [String]) {
    let (groups, notes) = try draw.positions(among: count, of: "groups")
    return (groups, notes)
  }
}
