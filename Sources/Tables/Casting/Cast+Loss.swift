/// A value that did not survive a conversion.
public struct CastLoss: Sendable {
  /// The row it stands in, however deep in lists and structs.
  public let row: Int
  public let value: Value
  /// What it could not become.
  public let type: DataType
}

/// The first value that a conversion made null, at any depth; nil where every value survived.
///
/// - Complexity: O(1) where no null was added, else O(rows and elements).
/// - Parameter before: the column that `after` was converted from.
public func firstLoss(from before: Column, to after: Column) -> CastLoss? {
  guard before.mayHaveLost(to: after) else { return nil }
  return firstLoss(from: before, to: after) { _ in true }
}

/// - Parameter counts: whether a row is looked at; what null lists and structs hold is nobody's value.
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
  /// Whether some value may have become null, as far as counts of nulls tell.
  fileprivate func mayHaveLost(to converted: Column) -> Bool {
    if converted.nullCount > nullCount { return true }
    if let own = values.members, let other = converted.values.members {
      return zip(own, other).contains { $0.mayHaveLost(to: $1) }
    }
    if let own = values.lists, let other = converted.values.lists { return own.child.mayHaveLost(to: other.child) }
    return false
  }
}
