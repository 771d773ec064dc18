/// A grid of cells for points and lines: eight braille dots per cell, or one marker per cell in ASCII.
struct PlotCanvas {
  let width: Int
  let height: Int
  private let isASCII: Bool
  /// The dots of each cell, as the low byte of a braille character. In ASCII, any bit means a marker.
  private var dots: [UInt8]
  /// For each cell, the series that was drawn last.
  private var owners: [Int]
  /// Whether a cell shows the marker of its series instead of dots.
  private var isMarked: [Bool]

  init(width: Int, height: Int, isASCII: Bool) {
    self.width = max(1, width)
    self.height = max(1, height)
    self.isASCII = isASCII
    dots = [UInt8](repeating: 0, count: self.width * self.height)
    owners = [Int](repeating: 0, count: self.width * self.height)
    isMarked = [Bool](repeating: false, count: self.width * self.height)
  }

  private var columns: Int { isASCII ? width : width * 2 }
  private var rows: Int { isASCII ? height : height * 4 }

  /// The dot at a position from 0 to 1, measured from the left and from the bottom.
  private func dot(_ x: Double, _ y: Double) -> (column: Int, row: Int) {
    func index(_ share: Double, _ count: Int) -> Int {
      min(
        count - 1,
        max(0, Int((min(1, max(0, share.isFinite ? share : 0)) * Double(count - 1)).rounded())))
    }
    return (index(x, columns), rows - 1 - index(y, rows))
  }

  mutating func drawPoint(_ x: Double, _ y: Double, series: Int) {
    let (column, row) = dot(x, y)
    set(column, row, series)
  }

  /// Draws a point as the marker of its series, which distinguishes series without colours.
  mutating func drawMark(_ x: Double, _ y: Double, series: Int) {
    let (column, row) = dot(x, y)
    set(column, row, series)
    isMarked[cell(column, row)] = true
  }

  /// The cell column of a position from 0 to 1.
  func column(_ x: Double) -> Int { dot(x, 0).column / (isASCII ? 1 : 2) }

  /// Draws a straight line of dots by Bresenham's algorithm.
  mutating func drawLine(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), series: Int
  ) {
    var (column, row) = dot(start.x, start.y)
    let last = dot(end.x, end.y)
    let across = abs(last.column - column)
    let down = -abs(last.row - row)
    var error = across + down
    while true {
      set(column, row, series)
      if column == last.column, row == last.row { return }
      let doubled = 2 * error
      if doubled >= down {
        error += down
        column += column < last.column ? 1 : -1
      }
      if doubled <= across {
        error += across
        row += row < last.row ? 1 : -1
      }
    }
  }

  private mutating func set(_ column: Int, _ row: Int, _ series: Int) {
    let cell = cell(column, row)
    let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    dots[cell] |= isASCII ? 1 : bits[row % 4][column % 2]
    owners[cell] = series
  }

  private func cell(_ column: Int, _ row: Int) -> Int {
    isASCII ? row * width + column : row / 4 * width + column / 2
  }

  /// The marker of a series.
  static func mark(_ series: Int, isASCII: Bool) -> String {
    let marks =
      isASCII
      ? ["*", "+", "o", "x", "#", "@", "%", "=", "&", "$", "^", "~"]
      : ["●", "▲", "■", "◆", "○", "△", "□", "◇", "▼", "▽", "★", "☆"]
    return marks[series % marks.count]
  }

  func line(_ row: Int) -> StyledLine {
    var line = StyledLine()
    for column in 0..<width {
      let cell = row * width + column
      if dots[cell] == 0 {
        line.append(" ")
      } else if isASCII || isMarked[cell] {
        line.append(PlotCanvas.mark(owners[cell], isASCII: isASCII), .series(owners[cell]))
      } else if let scalar = Unicode.Scalar(0x2800 + UInt32(dots[cell])) {
        line.append(String(scalar), .series(owners[cell]))
      }
    }
    return line
  }
}
