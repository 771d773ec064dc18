import Diagnostics

extension Command {
  static let keep = Command(
    "keep", "⟨NAME …⟩", summary: "in `play`, makes variables of experiments visible to the cells of the lesson",
    discussion: """
      A variable that you define between two cells of a lesson is visible only until the next cell of the lesson runs. \
      `:keep` keeps it; without names it keeps all.
      """, example: "t"
  ) { (argument, session) throws(Diagnostic) in
    guard session.teaching != nil else {
      throw Diagnostic("no lesson is open here", at: argument.span, hint: "`lectern play FILE` teaches one")
    }
    let names = argument.text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
    for name in names where !session.names.contains(name) {
      throw Diagnostic(
        "nothing is called `\(name)`", at: argument.span, label: didYouMean(name, among: session.names) ?? "")
    }
    let kept = session.keepInLesson(names)
    session.emit(.note(kept.isEmpty ? "no experiment has named anything" : "kept \(kept.joined(separator: ", "))"))
  }

  static let skip = Command(
    "skip", summary: "in `play`, shows the recorded output of the waiting cell and continues without running it",
    discussion: "Variables and results do not change: what the cell would define is missing in the cells after it."
  ) { (argument, session) throws(Diagnostic) in
    guard session.teaching != nil, session.skipInLesson() else {
      throw Diagnostic("no cell of a lesson waits here", at: argument.span)
    }
  }

  static let answer = Command("answer", summary: "in `play`, shows the folded answer") {
    (argument, session) throws(Diagnostic) in
    guard case .ask(.answer)? = session.lesson?.next else {
      throw Diagnostic("there is no folded answer here", at: argument.span)
    }
    session.teaching?.lesson.receive(.openAnswer)
  }
}
