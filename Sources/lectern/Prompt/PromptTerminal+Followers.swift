import Diagnostics
import Display
import Formats
import Foundation
import Notebook

/// Serves other terminals that follow a lesson.
extension PromptTerminal {
  /// Allows other terminals of the user to follow. If that fails, a message says so and the lesson continues.
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

  /// Sends the state of the lesson if it has changed.
  func tellFollowers(isRunning: Bool = false) {
    guard let followers, let lesson = session.lesson else { return }
    let path = session.lessonFile.flatMap { resolvedPath($0) ?? $0 } ?? ""
    let report = lesson.report(
      file: path, started: lessonStarted, planned: plannedDuration, isRunning: isRunning)
    guard report != lastReport else { return }
    lastReport = report
    followers.send(.report(report))
  }

  /// Sends an entered line to the followers, with its prompt.
  func showFollowers(_ line: String, prompt: String) {
    guard let followers, !line.allSatisfy(\.isWhitespace) else { return }
    let text = echoedText(line, prompt: prompt, width: nil)
    followers.send(.output(text.lines.map(LessonLine.init)))
  }
}
