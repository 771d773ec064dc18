/// What a cell is to the lesson in whose session it runs.
enum CellRole: Sendable, Hashable {
  /// No lesson is taught.
  case ordinary
  case lesson(Int)
  /// Typed in front of a cell of the lesson: that cell's number and the experiment's.
  case experiment(Int, Int)
  /// A command or a question for help.
  case command

  /// Whether its result is `Out[n]`: the numbers of a lesson are those of its cells.
  var takesNumber: Bool {
    switch self {
    case .ordinary, .lesson: true
    case .experiment, .command: false
    }
  }

  /// What stands in `In [ ]`.
  func label(number: Int) -> String {
    switch self {
    case .ordinary, .command: "\(number)"
    case .lesson(let cell): "\(cell)"
    case .experiment(let cell, let experiment): "\(cell)+\(experiment)"
    }
  }

  /// Says it in the options of a cell in the journal, so that the lesson can be brought back.
  func mark(_ options: inout CellOptions) {
    switch self {
    case .ordinary: break
    case .lesson(let cell): options.lessonCell = cell
    case .experiment, .command: options.isExperiment = true
    }
  }
}
