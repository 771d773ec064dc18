import Diagnostics

extension Command {
  static let keep = Command(
    "keep", "⟨NAME …⟩", summary: "in `play`, lets the lesson's cells see what experiments have named",
    discussion: """
      What is typed beside a lesson is seen by further experiments until the next cell of the lesson runs. `:keep` without \
      names keeps all of them.
      """, example: "t"
  ) { (argument, session) throws(Diagnostic) in
    guard session.teaching != nil else {
      throw Diagnostic("no lesson is taught here", at: argument.span, hint: "`lectern play FILE` teaches one")
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
    "skip", summary: "in `play`, shows the recorded output of the waiting cell and goes on without running it",
    discussion: "Names and results stay as they are: what the cell would have named is missing in those after it."
  ) { (argument, session) throws(Diagnostic) in
    guard session.teaching != nil, session.skipInLesson() else {
      throw Diagnostic("no cell of a lesson waits here", at: argument.span)
    }
  }

  static let answer = Command("answer", summary: "in `play`, shows the answer that is folded here") {
    (argument, session) throws(Diagnostic) in
    guard case .ask(.answer)? = session.lesson?.next else {
      throw Diagnostic("no answer is folded here", at: argument.span)
    }
    session.teaching?.lesson.receive(.openAnswer)
  }
}
