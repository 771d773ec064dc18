import Diagnostics
import Display
import Formats
import Foundation
import Notebook

/// Other terminals that follow a lesson.
extension PromptTerminal {
  /// Lets other terminals of the person follow; where that cannot be, the lesson says so and goes on.
  func openToFollowers() {
    do throws(Diagnostic) {
      let broadcast = try LessonBroadcast()
      followers = broadcast
      lessonStarted = Date().timeIntervalSince1970
      output.audience = { text in broadcast.send(.output(text.lines.map(LessonLine.init))) }
    } catch {
      say("other terminals cannot follow this lesson: \(error.message)")
    }
  }

  func closeToFollowers() {
    output.audience = nil
    followers?.close()
    followers = nil
  }

  /// Tells where the lesson stands, where that is not what was told last.
  func tellFollowers(isRunning: Bool = false) {
    guard let followers, let lesson = session.lesson else { return }
    let path = session.lessonFile.flatMap { resolvedPath($0) ?? $0 } ?? ""
    let report = lesson.report(
      file: path, started: lessonStarted, planned: plannedDuration, isRunning: isRunning)
    guard report != lastReport else { return }
    lastReport = report
    followers.send(.report(report))
  }

  /// Shows the audience elsewhere a line that was entered here, as it stands at the prompt.
  func showFollowers(_ line: String, prompt: String) {
    guard let followers, !line.allSatisfy(\.isWhitespace) else { return }
    var text = codeText(line.trimmedOfLineBreaks)
    for index in text.lines.indices {
      let margin = index == 0 ? prompt : String(repeating: " ", count: prompt.count)
      text.lines[index] = StyledLine(margin, .dim) + text.lines[index]
    }
    followers.send(.output(text.lines.map(LessonLine.init)))
  }
}
