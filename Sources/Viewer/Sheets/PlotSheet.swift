import Display
import Terminal

/// A plot in the viewer: what it shows, and where it comes from.
package struct PlotSheet: Sendable {
  let plot: Plot
  /// The verb that draws it: `plot hist x=price`.
  let verb: String
  /// The table that it draws, and the stages that lead to it.
  let source: any ViewerSource
  let below: [Stage]
}

/// A plot as text, for one size of the screen.
package struct PlotDrawing: Sendable, Hashable {
  let size: TerminalSize
  /// Nil while it is being drawn.
  var lines: [StyledLine]?
}

/// A request to a worker to draw a plot. Millions of points take a moment.
package struct PlotRequest: Sendable {
  package let sheet: Int
  let plot: Plot
  let size: TerminalSize
  let theme: Theme

  /// Draws the plot as high as the screen. Any thread may call it.
  package func run() -> PlotDrawing {
    let page = Page(width: size.columns, isASCII: theme.isASCII, emoji: theme.isEmojiNarrow ? .narrow : .wide)
    // Axes, labels, a title and a legend are above and below the drawing; how many lines they take, the first try shows.
    let room = max(1, size.rows - 1)
    let height = max(3, room - 4)
    var lines = plot.styledText(page, height: height).lines
    let other = lines.count - height
    if lines.count != room, room - other >= 3 { lines = plot.styledText(page, height: room - other).lines }
    return PlotDrawing(size: size, lines: lines)
  }
}

extension PlotDrawing {
  func draw(in frame: inout Frame) {
    guard let lines else {
      frame.put("drawing \(frame.theme.ellipsis)", 0, 0, .null)
      return
    }
    for (row, line) in lines.prefix(max(0, frame.size.rows - 1)).enumerated() {
      var column = 0
      for run in line.runs {
        frame.put(run.text, row, column, run.role.ofFrame)
        column += frame.theme.measure.cells(of: run.text)
      }
    }
  }
}

extension Role {
  /// The role on the screen.
  fileprivate var ofFrame: Frame.Role {
    switch self {
    case .series(let index): .series(index)
    case .title, .header, .strong: .header
    case .dim, .type, .null: .null
    default: .plain
    }
  }
}
