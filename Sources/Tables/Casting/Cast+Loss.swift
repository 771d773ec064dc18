/// A value that a conversion turned into null.
public struct CastLoss: Sendable {
  /// The row of the column, also for a value inside lists and structs.
  public let row: Int
  /// The value that was lost.
  public let value: Value
  /// The type to which it could not be converted.
  public let type: DataType
}

/// The first value that a conversion turned into null, also inside lists and structs; nil if there is none.
///
/// - Complexity: O(rows / 64) if no null was added, else O(rows + elements).
/// - Parameter before: the column that `after` was converted from.
public func firstLoss(from before: Column, to after: Column) -> CastLoss? {
  guard before.mayHaveLost(to: after) else { return nil }
  return firstLoss(from: before, to: after) { _ in true }
}

/// - Parameter counts: whether a row is checked: the contents of null lists and structs are not values.
private func firstLoss(from before: Column, to after: Column, where counts: (Int) -> Bool) -> CastLoss? {
  for row in 0..<after.count where counts(row) && after.isNull(row) && !before.isNull(row) {
    return CastLoss(row: row, value: before[row], type: after.type)
  }
  if let own = before.values.members, let other = after.values.members {
    let losses = zip(own, other).compactMap { member, converted in
      firstLoss(from: member, to: converted) { counts($0) && !before.isNull($0) }
    }
    return losses.min { $0.row < $1.row }
  }
  guard let own = before.values.lists, let other = after.values.lists, own.child.mayHaveLost(to: other.child) else {
    return nil
  }
  var rowOfElement = [Int](repeating: -1, count: own.child.count)
  for row in 0..<before.count where counts(row) && !before.isNull(row) {
    for element in own.range(row) { rowOfElement[element] = row }
  }
  return firstLoss(from: own.child, to: other.child) { rowOfElement[$0] >= 0 }.map {
    CastLoss(row: rowOfElement[$0.row], value: $0.value, type: $0.type)
  }
}

extension Column {
  /// Whether a value may have become null, judged by the numbers of nulls.
  fileprivate func mayHaveLost(to converted: Column) -> Bool {
    if converted.nullCount > nullCount { return true }
    if let own = values.members, let other = converted.values.members {
      return zip(own, other).contains { $0.mayHaveLost(to: $1) }
    }
    if let own = values.lists, let other = converted.values.lists { return own.child.mayHaveLost(to: other.child) }
    return false
  }
}

extension Value {
  /// Whether this is a text with an offset, which a datetime without a zone does not hold.
  public func losesOffset(in type: DataType) -> Bool {
    guard case .text(let text) = self, case .datetime = type else { return false }
    return CalendarText.hasOffset(text.bytes.span)
  }
}

extension DataType {
  /// The type with datetimes of UTC in place of those without a zone, also inside lists and structs.
  public var withUTC: DataType {
    switch self {
    case .datetime(let unit): .zoned(unit, .utc)
    case .list(let element): .list(element.withUTC)
    case .structure(let fields): .structure(fields.map { Field($0.name, $0.type.withUTC) })
    default: self
    }
  }
}
