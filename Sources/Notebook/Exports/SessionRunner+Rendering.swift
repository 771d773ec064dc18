public import Diagnostics
import Display

extension SessionRunner {
  /// Runs every cell for an exported page: tables have more rows than in a recording and all columns, and plots are
  /// pictures.
  ///
  /// - Returns: the output of each cell; nil for cells that are not run.
  public func render(rows: Int, settings: Settings) throws(Diagnostic) -> [[ExportedOutput]?] {
    var settings = settings
    settings.rows = rows
    let session = Session(settings: settings)
    session.dataFolder = dataFolder
    session.confine(to: access)
    try session.adopt(document, at: path)
    session.plots = []
    let narrow = Presentation.recording(settings)
    // Wide enough for any table.
    let wide = Presentation(tables: settings.tableStyle(width: 4_000), showsElapsed: false)
    var outputs: [[ExportedOutput]?] = []
    for cell in document.cells {
      guard !cell.options.isSkipped else {
        outputs.append(nil)
        continue
      }
      var output: [ExportedOutput] = []
      session.plots = []
      session.emit = { piece in
        let isTable = if case .table = piece { true } else { false }
        if case .gap = piece {
          output.append(.gap)
          return
        }
        guard let text = (isTable ? wide : narrow).styledText(piece)?.plain else { return }
        if case .text = piece, let plot = session.plots?.first(where: { $0.text == text }) {
          output.append(.picture(plot.svg))
        } else if case .text(let before)? = output.last {
          output[output.count - 1] = .text(before + "\n" + text)
        } else {
          output.append(.text(text))
        }
      }
      let outcome = session.run(cell.code, access: session.access(of: cell))
      if outcome == .interrupted { throw .interrupted }
      outputs.append(output)
    }
    session.emit = { _ in }
    return outputs
  }
}
