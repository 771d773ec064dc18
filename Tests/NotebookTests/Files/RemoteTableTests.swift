import Diagnostics
import Notebook
import Testing

/// `connect`, `load … on=` and `save … on=` as they are typed; what runs on a server is tried by `make spark-test`.
@Suite struct RemoteTableTests {
  private let test = TestSession()

  @Test(arguments: [
    ("s = connect \"https://host\"", "no address of a Spark server"),
    ("s = connect", "`connect` needs its"),
    ("s = connect \"sc://host/;tokn=1\"", "`tokn`"),
    ("s = connect \"sc://127.0.0.1:1\"", "does not accept connections"),
    ("load \"x\" on=train", "an engine is expected here"),
    ("load \"x\" on=spark", "nothing is called `spark`"),
    ("load \"x\" on=spark decimal=\",\"", "`decimal=` is nothing that an engine is told"),
    ("train | save \"x\" on=train", "an engine is expected here"),
    ("load \"x\" format=orc on=train", "an engine is expected here"),
    ("train | save \"x\" format=orc on=train", "an engine is expected here"),
    ("train | save \"/tmp/x\" format=orc", "no format named `orc`"),
    ("load", "takes a path in quotes"),
  ])
  func `mistakes are pointed at`(code: String, message: String) {
    test.run(code)
    #expect(test.diagnostics.count == 1)
    #expect(test.diagnostics.first?.message.contains(message) == true, "\(test.text)")
    #expect(test.diagnostics.first?.span != nil)
  }

  @Test func `a stranger's session connects to nobody without being asked`() {
    test.session.confine(to: .beside("/tmp"))
    test.run("s = connect \"sc://127.0.0.1:1\"")
    #expect(test.diagnostics.first?.message.contains("may not connect to `sc://127.0.0.1:1`") == true)
  }
}
