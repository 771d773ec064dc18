/// A set of row numbers as disjoint ranges: even all of twenty million rows are one range.
package struct RowSet: Sendable, Hashable {
  package private(set) var ranges: [Range<Int>] = []

  package init() {}

  package init(_ range: Range<Int>) { ranges = range.isEmpty ? [] : [range] }

  package var isEmpty: Bool { ranges.isEmpty }
  package var count: Int { ranges.reduce(0) { $0 + $1.count } }

  package func contains(_ row: Int) -> Bool {
    let place = firstRange(endingAfter: row)
    return place < ranges.count && ranges[place].contains(row)
  }

  package mutating func insert(_ row: Int) {
    if contains(row) { return }
    let place = firstRange(endingAfter: row)
    var joined = row..<row + 1
    var replaced = place..<place
    if place < ranges.count, ranges[place].lowerBound == row + 1 {
      joined = row..<ranges[place].upperBound
      replaced = place..<place + 1
    }
    if place > 0, ranges[place - 1].upperBound == row {
      joined = ranges[place - 1].lowerBound..<joined.upperBound
      replaced = place - 1..<replaced.upperBound
    }
    ranges.replaceSubrange(replaced, with: [joined])
  }

  /// The union with further rows, which ascend.
  package func union(_ rows: [Int]) -> RowSet {
    var result = RowSet()
    var rest = ranges[...]
    func append(_ range: Range<Int>) {
      if let last = result.ranges.last, last.upperBound >= range.lowerBound {
        result.ranges[result.ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        result.ranges.append(range)
      }
    }
    for row in rows {
      while let next = rest.first, next.lowerBound <= row { append(rest.removeFirst()) }
      append(row..<row + 1)
    }
    rest.forEach(append)
    return result
  }

  /// Adds a row that is greater than all others.
  mutating func append(_ row: Int) {
    if let last = ranges.last, last.upperBound == row {
      ranges[ranges.count - 1] = last.lowerBound..<row + 1
    } else {
      ranges.append(row..<row + 1)
    }
  }

  package mutating func remove(_ row: Int) {
    guard contains(row) else { return }
    let place = firstRange(endingAfter: row)
    let range = ranges[place]
    ranges.replaceSubrange(
      place..<place + 1, with: [range.lowerBound..<row, row + 1..<range.upperBound].filter { !$0.isEmpty })
  }

  package mutating func toggle(_ row: Int) { if contains(row) { remove(row) } else { insert(row) } }

  /// The rows below `count` that are not in the set.
  package func complement(of count: Int) -> RowSet {
    var result = RowSet()
    var start = 0
    for range in ranges {
      if start < range.lowerBound { result.ranges.append(start..<range.lowerBound) }
      start = range.upperBound
    }
    if start < count { result.ranges.append(start..<count) }
    return result
  }

  /// A condition that is true for these rows if the column `name` holds row numbers.
  package func condition(on name: String) -> String {
    let single = ranges.filter { $0.count == 1 }.map { "\($0.lowerBound)" }
    let long = ranges.filter { $0.count > 1 }.map {
      "\(name) >= \($0.lowerBound) and \(name) < \($0.upperBound)"
    }
    return (long + (single.isEmpty ? [] : ["\(name) in [\(single.joined(separator: ", "))]"]))
      .joined(separator: " or ")
  }

  private func firstRange(endingAfter row: Int) -> Int {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
