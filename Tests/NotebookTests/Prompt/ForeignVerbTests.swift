import Diagnostics
import Notebook
import Query
import Testing

/// Verbs by the names that pandas, dplyr and SQL give them.
@Suite struct ForeignVerbTests {
  @Test func everyNameIsAnsweredByAVerbThatThereIs() throws {
    let session = TestSession()
    for (name, hint) in ForeignIdioms.verbs.sorted(by: { $0.key < $1.key }) {
      session.run("train | \(name) user_id")
      let mistake = try #require(session.diagnostics.last, "`\(name)` is a verb here")
      #expect(mistake.message == "no verb `\(name)`" && mistake.hint == hint, "\(name): \(mistake.message)")
      guard hint.hasPrefix("did you mean"), let verb = hint.split(separator: "`").dropFirst().first else { continue }
      #expect(session.run("help \(verb)").contains("  \(verb)"), "\(name): `\(verb)` has no help")
    }
  }
}
