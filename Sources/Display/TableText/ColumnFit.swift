/// Chooses the columns of a table that fit a page, and their widths.
///
/// Columns that are too wide are shortened first, the widest first, down to a readable minimum. If this is not
/// enough, columns in the middle are hidden.
struct ColumnFit: Hashable {
  /// The width of a column in cells: what its values need, and the smallest useful width.
  struct WidthRequest: Hashable {
    var natural: Int
    var least: Int
  }

  /// How many of the first and of the last columns are shown.
  var head: Int
  var tail: Int
  /// The widths of the shown columns, without padding.
  var widths: [Int]

  /// - Parameters:
  ///   - head: the first columns of the table.
  ///   - tail: the last columns, if columns in between are hidden in any case.
  ///   - gap: the width of the column that stands for hidden columns.
  init(head: [WidthRequest], tail: [WidthRequest], hidesMiddle: Bool, width: Int, gap: Int) {
    let columns = head + tail
    let all = columns.map { $0.least + 3 }.reduce(1, +)
    if !hidesMiddle, all <= width {
      self.init(head: columns.count, tail: 0, columns, available: width - 1 - 3 * columns.count)
      return
    }
    // The outer columns tell most about a table, so columns are taken alternately from both sides while they fit.
    var (left, right) = (0, 0)
    var free = width - 1 - gap - 3
    for position in columns.indices {
      let takesLeft = position % 2 == 0
      let index = takesLeft ? left : columns.count - 1 - right
      let isInHead = index < head.count
      if hidesMiddle, takesLeft != isInHead { continue }
      let cost = columns[index].least + 3
      if cost > free, left > 0 { continue }
      free -= cost
      if takesLeft { left += 1 } else { right += 1 }
    }
    let shown = Array(columns[..<left] + columns[(columns.count - right)...])
    self.init(head: left, tail: right, shown, available: width - 4 - gap - 3 * shown.count)
  }

  private init(head: Int, tail: Int, _ columns: [WidthRequest], available: Int) {
    self.head = head
    self.tail = tail
    widths = ColumnFit.levelled(columns, available: available)
  }

  /// Widths that fit into `available` cells together, at least one each. The widest columns are cut to a common
  /// width, and the remaining cells go to columns from the left.
  static func levelled(_ columns: [WidthRequest], available: Int) -> [Int] {
    let available = max(available, columns.count)
    func widths(_ level: Int, _ least: Int) -> [Int] {
      columns.map { max(min($0.natural, level), min($0.least, least)) }
    }
    // If not even the minimum widths fit, these are reduced too.
    var least = columns.reduce(0) { max($0, $1.least) }
    while least > 1, widths(0, least).reduce(0, +) > available { least -= 1 }
    var low = 0
    var high = columns.reduce(0) { max($0, $1.natural) }
    while low < high {
      let middle = (low + high + 1) / 2
      if widths(middle, least).reduce(0, +) <= available { low = middle } else { high = middle - 1 }
    }
    var result = widths(low, least)
    var spare = available - result.reduce(0, +)
    for index in columns.indices where spare > 0 && result[index] < columns[index].natural {
      result[index] += 1
      spare -= 1
    }
    return result
  }

  /// How many of the first and last of `count` columns must be examined for a page of this width: no others could
  /// fit.
  static func candidates(of count: Int, limit: Int?, width: Int) -> (head: Int, tail: Int) {
    let possible = width / 4 + 1
    if let limit, count > limit { return (min(limit - limit / 2, possible), min(limit / 2, possible)) }
    return count <= 2 * possible ? (count, 0) : (possible, possible)
  }
}
