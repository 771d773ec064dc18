/// The role of a cell in a lesson.
enum CellRole: Sendable, Hashable {
  /// There is no lesson.
  case ordinary
  case lesson(Int)
  /// An experiment typed before a cell of the lesson: the number of that cell, and of the experiment.
  case experiment(Int, Int)
  /// A command or a request for help.
  case command

  /// Whether its result is `Out[n]`. In a lesson, only the lesson's own cells have numbers.
  var takesNumber: Bool {
    switch self {
    case .ordinary, .lesson: true
    case .experiment, .command: false
    }
  }

  /// The label in `In [ ]`.
  func label(number: Int) -> String {
    switch self {
    case .ordinary, .command: "\(number)"
    case .lesson(let cell): "\(cell)"
    case .experiment(let cell, let experiment): "\(cell)+\(experiment)"
    }
  }

  /// Records the role in the cell options of the journal, so that the lesson can be replayed.
  func mark(_ options: inout CellOptions) {
    switch self {
    case .ordinary: break
    case .lesson(let cell): options.lessonCell = cell
    case .experiment, .command: options.isExperiment = true
    }
  }
}
