import Diagnostics
import Notebook
import Testing

/// Runs cells without errors, and returns what the last one is as code.
func exported(_ cells: [String], by writer: PythonWriter) throws -> String {
  let session = Session()
  var said: [Piece] = []
  session.emit = { said.append($0) }
  session.keepsTraces = true
  for cell in cells {
    session.traces = []
    session.run(cell)
    writer.add(session.traces, of: session)
  }
  let problems = said.compactMap { if case .diagnostic(let diagnostic) = $0 { diagnostic.message } else { nil } }
  #expect(problems.isEmpty, "\(problems)")
  return writer.notebook(dataFolder: ".", version: "1").cells.last.flatMap(\.self) ?? ""
}
